"""Notices and appeals while several people are at them truly at once: on PostgreSQL, each from a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select

from central.appeals.answers import AppealAnswer
from central.core.city import City
from central.db.notice_tables import notice_events, notices
from central.notices.answers import NoticeAnswer
from central.notices.steps import read_notice
from central.rules.appeal_states import AppealEventKind
from central.rules.notices import NoticeEventKind, NoticeState
from firmware.domain.errors import FieldError
from tests.central.appeal_rows import NINTH, decide, filed, sent_notice
from tests.central.notice_rows import FOUR, THREE, complete, control, issue, pay, propose, send, step
from tests.central.register_rows import DAY, HOUR, MINUTE, city_of, delete_all

ROUNDS = 5
"""Who comes first is the scheduler's: a few times, so that they meet."""


@pytest.fixture
def city(postgres: Engine) -> City:
    """A city with an empty register."""
    delete_all(postgres)
    return city_of(postgres)


def at_once(*these: Callable[[], object]) -> Sequence[object]:
    """What each of them gives, or the FieldError that it is refused with; they begin together."""
    begin = Barrier(len(these))

    def called(each: Callable[[], object]) -> object:
        begin.wait()
        try:
            return each()
        except FieldError as error:
            return error

    with ThreadPoolExecutor(len(these)) as pool:
        return list(pool.map(called, these))


def test_one_payment_that_several_tell_of_is_one_and_several_are_several(city: City) -> None:
    number = issue(city).number
    for turn in range(ROUNDS):
        told = at_once(*[lambda: pay(city, number, 100, FOUR, f"TX-{turn}", FOUR + HOUR)] * 4)  # noqa: B023
        assert all(isinstance(each, NoticeAnswer) for each in told), told
    others = [lambda name=name: pay(city, number, 50, FOUR, name, FOUR + HOUR) for name in "ABCDEF"]
    assert all(isinstance(each, NoticeAnswer) for each in at_once(*others))
    assert read_notice(city, number, FOUR + HOUR).paid_cents == 100 * ROUNDS + 50 * 6


def test_one_reference_pays_one_of_two_notices(city: City) -> None:
    numbers = [issue(city, plate).number for plate in ("AB123CD", "ZZ999ZZ")]
    for turn in range(ROUNDS):
        told = at_once(*[lambda number=number: pay(city, number, 100, FOUR, f"TX-{turn}", FOUR + HOUR) for number in numbers])  # noqa: B023
        assert sorted(type(each).__name__ for each in told) == ["FieldError", "NoticeAnswer"], told


def test_two_controls_of_one_stay_make_one_notice_and_one_control_makes_one(city: City) -> None:
    complete(city, FOUR)
    for turn in range(ROUNDS):
        plate = f"AB12{turn}CD"
        first, second = control(city, plate), control(city, plate, THREE + MINUTE)
        made = at_once(*[lambda check=check: propose(city, check) for check in (first, second, first)])
        issued = {each.number for each in made if isinstance(each, NoticeAnswer)}
        refused = [each for each in made if isinstance(each, FieldError)]
        assert len(issued) == 1, made
        assert all("another notice covers the vehicle" in str(each) for each in refused), made
    with city.store.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(notices)) == ROUNDS


def test_a_notice_is_sent_or_withdrawn_and_never_both(city: City) -> None:
    for turn in range(ROUNDS):
        number = issue(city, f"AB12{turn}CD").number
        later = FOUR + HOUR
        ended = at_once(
            lambda: send(city, number, later),  # noqa: B023
            lambda: step(city, number, NoticeEventKind.WITHDRAWN, later, "a mistake"),  # noqa: B023
        )
        assert sum(isinstance(each, FieldError) for each in ended) == 1, ended
        assert read_notice(city, number, later).state in (NoticeState.SENT, NoticeState.WITHDRAWN)


def test_an_appeal_is_decided_once_while_money_comes_in(city: City) -> None:
    number = sent_notice(city)
    appeal, later = filed(city, number), NINTH + DAY
    ended = at_once(
        lambda: decide(city, appeal.id, AppealEventKind.REFUSED, later, by="ana"),
        lambda: decide(city, appeal.id, AppealEventKind.ACCEPTED, later, by="bea"),
        lambda: pay(city, number, 5250, later, "TX-1"),
        lambda: pay(city, number, 5250, later, "TX-1"),
    )
    assert sum(isinstance(each, AppealAnswer) for each in ended) == 1, ended
    assert sum(isinstance(each, NoticeAnswer) for each in ended) == 2, ended
    after = read_notice(city, number, later + timedelta(seconds=1))
    assert after.paid_cents == 5250
    assert after.state in (NoticeState.PAID_REDUCED, NoticeState.REFUND_DUE)
    with city.store.begin() as connection:
        seqs = connection.scalars(select(notice_events.c.seq).order_by(notice_events.c.seq)).all()
    assert seqs == list(range(1, len(seqs) + 1))
