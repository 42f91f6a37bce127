"""Rights out of facts, and the answer to a plate check with how complete it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from central import intake
from central.checks import Check, check, covering, plate_in
from central.rights import Status, after
from central.store import checks, open_store
from firmware.entry import Recorded, body_of
from firmware.facts import Fact, InDoubt, PaymentStarted, Raised, Refused, RightSold
from firmware.right import Right

PARIS = ZoneInfo("Europe/Paris")
TEN = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
RIGHT = Right("75011-0042-000001", "AB123CD", 1, "11D", "visitor", "car", TEN, TEN + HOUR, 4, 600, "2021-08-01")


@pytest.fixture
def store() -> Iterator[Engine]:
    """An empty register in memory."""
    store = open_store("sqlite://")
    yield store
    store.dispose()


def tell(store: Engine, facts: Sequence[Fact], station: str = "75011-0042", now: datetime = TEN) -> None:
    """A whole journal, from its first entry, written and received at one moment."""
    previous, sent = hashlib.sha256(b"horodateur journal " + station.encode()).digest(), []
    for seq, fact in enumerate(facts, 1):
        body = body_of(Recorded(seq, station, TEN, 1.0, "boot-1", fact))
        previous = hashlib.sha256(previous + body).digest()
        sent.append({"body": body.decode(), "hash": previous.hex()})
    reply = intake.take(store, station, json.dumps({"entries": sent}).encode(), now)
    assert json.loads(reply.body) == {"next": len(facts) + 1}


def ask(store: Engine, plate: str = "AB123CD", zone: int = 1, at: datetime = TEN + MINUTE) -> Check:
    return check(store, plate, zone, at, at)


# --- which facts make a right -------------------------------------------------------------------------------------

STARTED, SOLD, DOUBT = PaymentStarted(RIGHT), RightSold(RIGHT, True), InDoubt(RIGHT, "unanswered")
REFUSED = Refused(RIGHT.reference, "refused")


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ([STARTED], None),
        ([STARTED, REFUSED], None),
        ([STARTED, SOLD], "sold"),
        ([STARTED, DOUBT], "provisional"),
        ([STARTED, DOUBT, REFUSED], "promised"),
        ([STARTED, DOUBT, SOLD], "sold"),
        ([STARTED, DOUBT, REFUSED, SOLD], "sold"),
        ([STARTED, SOLD, REFUSED], "sold"),
        ([STARTED, SOLD, DOUBT], "sold"),
        ([STARTED, SOLD, DOUBT, REFUSED], "sold"),
        ([SOLD], "sold"),
        ([Raised("paper out")], None),
    ],
)
def test_what_a_sale_leaves_behind(store: Engine, facts: list[Fact], status: str | None) -> None:
    tell(store, facts)
    answer = ask(store)
    assert answer.allowed == (status is not None)
    assert (answer.right.status.value if answer.right else None) == status


@given(st.lists(st.sampled_from([STARTED, SOLD, DOUBT, REFUSED])))
def test_a_right_once_held_is_never_taken_back(facts: list[Fact]) -> None:
    status: Status | None = None
    for fact in facts:
        before, status = status, after(status, fact)
        assert before is None or status is not None
        assert before is not Status.SOLD or status is Status.SOLD


def test_a_right_moves_on_from_batch_to_batch(store: Engine) -> None:
    facts: list[Fact] = [STARTED, DOUBT, REFUSED]
    seen = []
    for length in (1, 2, 3):
        tell(store, facts[:length])
        right = ask(store).right
        seen.append(right.status if right else None)
    assert seen == [None, Status.PROVISIONAL, Status.PROMISED]


# --- what a check answers -----------------------------------------------------------------------------------------


def test_a_sold_right_in_full(store: Engine) -> None:
    tell(store, [STARTED, SOLD])
    answer = ask(store, "ab-123 cd")
    assert (answer.plate, answer.allowed, answer.until) == ("AB123CD", True, TEN + HOUR)
    assert answer.right is not None
    assert (answer.right.reference, answer.right.sector, answer.right.cents) == ("75011-0042-000001", "11D", 600)
    assert answer.until is not None
    assert answer.until.isoformat() == "2026-03-04T11:00:00+01:00"


@pytest.mark.parametrize(
    ("at", "allowed"),
    [(TEN - MINUTE, False), (TEN, True), (TEN + HOUR - MINUTE, True), (TEN + HOUR, False)],
)
def test_a_right_covers_every_instant_before_its_end(store: Engine, at: datetime, allowed: bool) -> None:
    tell(store, [SOLD])
    answer = ask(store, at=at)
    assert (answer.allowed, answer.until) == (allowed, TEN + HOUR if allowed else None)


@pytest.mark.parametrize(("plate", "zone"), [("AB123CE", 1), ("AB123CD", 2)])
def test_another_plate_or_zone_is_not_covered(store: Engine, plate: str, zone: int) -> None:
    tell(store, [SOLD])
    answer = ask(store, plate, zone)
    assert (answer.allowed, answer.until, answer.right) == (False, None, None)


def test_a_right_that_starts_tomorrow_covers_the_free_night_before_it(store: Engine) -> None:
    tomorrow = replace(RIGHT, start=TEN + 23 * HOUR, end=TEN + 24 * HOUR)
    tell(store, [RightSold(tomorrow)])
    answer = ask(store, at=TEN + MINUTE)
    assert (answer.allowed, answer.until) == (True, TEN + 24 * HOUR)
    assert not ask(store, at=TEN - MINUTE).allowed


def test_a_stay_extended_at_another_machine_is_one_stay(store: Engine) -> None:
    more = replace(RIGHT, reference="75011-0043-000009", start=TEN + HOUR, end=TEN + 2 * HOUR)
    tell(store, [SOLD])
    tell(store, [RightSold(more)], "75011-0043")
    assert ask(store).until == TEN + 2 * HOUR
    assert ask(store, at=TEN + HOUR).allowed


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=6), st.integers(0, 70))
def test_until_is_the_first_uncovered_minute(spans: list[tuple[int, int]], minute: int) -> None:
    store = open_store("sqlite://")
    sold = [
        RightSold(replace(RIGHT, reference=str(number), start=TEN + start * MINUTE, end=TEN + (start + length) * MINUTE))
        for number, (start, length) in enumerate(spans)
    ]
    tell_at(store, [(fact.right.start, fact) for fact in sold])
    covered = {minute for start, length in spans for minute in range(start, start + length)}
    answer = ask(store, at=TEN + minute * MINUTE)
    store.dispose()
    assert answer.allowed == (minute in covered)
    if answer.allowed:
        first = next(each for each in range(minute, 100) if each not in covered)
        assert answer.until == TEN + first * MINUTE


def tell_at(store: Engine, facts: Sequence[tuple[datetime, RightSold]]) -> None:
    """Rights bought at the very moment they start."""
    previous, sent = hashlib.sha256(b"horodateur journal 75011-0042").digest(), []
    for seq, (at, fact) in enumerate(facts, 1):
        body = body_of(Recorded(seq, "75011-0042", at, 1.0, "boot-1", fact))
        previous = hashlib.sha256(previous + body).digest()
        sent.append({"body": body.decode(), "hash": previous.hex()})
    assert intake.take(store, "75011-0042", json.dumps({"entries": sent}).encode(), TEN).status == 200


def test_two_rights_that_touch_are_one_stay(store: Engine) -> None:
    spans = [(TEN + number * HOUR, TEN + (number + 1) * HOUR) for number in (0, 1, 3)]
    bought = [RightSold(replace(RIGHT, reference=str(start), start=start, end=end)) for start, end in spans]
    tell_at(store, [(fact.right.start, fact) for fact in bought])
    assert ask(store).until == TEN + 2 * HOUR


def test_a_right_that_ended_covers_nothing(store: Engine) -> None:
    tell(store, [SOLD])
    held = ask(store).right
    assert held is not None
    assert covering([held], TEN + HOUR - MINUTE) == held
    assert covering([held], TEN + HOUR) is None


def test_an_acknowledged_batch_is_on_the_citys_disk(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/central.db")
    with store.connect() as connection:
        levels = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    store.dispose()
    assert levels == ["wal", 2]


def test_every_check_is_recorded(store: Engine) -> None:
    tell(store, [SOLD])
    ask(store, "AB-123-CD")
    ask(store, "zz 999 zz", zone=2)
    with store.begin() as connection:
        rows = connection.execute(select(checks).order_by(checks.c.id)).all()
    assert [(row.plate, row.zone, row.allowed, row.reference) for row in rows] == [
        ("AB123CD", 1, True, "75011-0042-000001"),
        ("ZZ999ZZ", 2, False, None),
    ]


@pytest.mark.parametrize("text", ["", " - ", "ABCDEFGHIJK", "AB-123-CD-45-67"])
def test_what_is_no_plate_is_refused_and_not_recorded(store: Engine, text: str) -> None:
    with pytest.raises(ValueError, match="1 to 10"):
        ask(store, text)
    with store.begin() as connection:
        assert connection.execute(select(checks)).all() == []


@pytest.mark.parametrize(("text", "plate"), [("ab-123-cd", "AB123CD"), (" 1234 ab 75 ", "1234AB75"), ("a", "A")])
def test_a_plate_is_normalised(text: str, plate: str) -> None:
    assert plate_in(text) == plate


# --- how complete -------------------------------------------------------------------------------------------------


def test_with_no_station_known_nothing_is_complete(store: Engine) -> None:
    answer = ask(store)
    assert (answer.complete_until, answer.silent) == (None, ())


def test_complete_until_is_that_of_the_stalest_station(store: Engine) -> None:
    tell(store, [], "75011-0042", TEN)
    tell(store, [], "75012-0001", TEN - MINUTE)
    answer = ask(store, at=TEN + MINUTE)
    assert (answer.complete_until, answer.silent) == (TEN - MINUTE, ())


def test_a_station_is_silent_after_three_minutes_and_comes_back(store: Engine) -> None:
    tell(store, [], "75011-0042", TEN)
    tell(store, [], "75012-0001", TEN + 3 * MINUTE)
    assert ask(store, at=TEN + 3 * MINUTE).silent == ()
    answer = ask(store, at=TEN + 4 * MINUTE)
    assert (answer.complete_until, answer.silent) == (TEN, ("75011-0042",))
    tell(store, [SOLD], "75011-0042", TEN + 4 * MINUTE)
    answer = ask(store, at=TEN + 5 * MINUTE)
    assert (answer.complete_until, answer.silent, answer.allowed) == (TEN + 3 * MINUTE, (), True)


def test_a_station_that_only_ever_asked_out_of_turn_is_silent(store: Engine) -> None:
    tell(store, [], "75011-0042", TEN)
    body = body_of(Recorded(5, "75012-0001", TEN, 1.0, "boot-1", SOLD))
    sent = json.dumps({"entries": [{"body": body.decode(), "hash": "00" * 32}]}).encode()
    assert intake.take(store, "75012-0001", sent, TEN).status == 409
    answer = ask(store, at=TEN)
    assert (answer.complete_until, answer.silent) == (None, ("75012-0001",))


def test_a_check_of_the_past_minds_only_what_is_missing_of_the_past(store: Engine) -> None:
    tell(store, [SOLD], "75011-0042", TEN + HOUR)
    now = TEN + 5 * HOUR
    assert check(store, "AB123CD", 1, TEN + MINUTE, now).silent == ()
    assert check(store, "AB123CD", 1, TEN + MINUTE, now).allowed
    assert check(store, "AB123CD", 1, None, now).silent == ("75011-0042",)


def test_moments_come_back_in_paris_time_whatever_they_were_told_in(store: Engine) -> None:
    summer = replace(RIGHT, start=datetime(2026, 7, 1, 8, 0, tzinfo=UTC), end=datetime(2026, 7, 1, 9, 0, tzinfo=UTC))
    tell(store, [RightSold(summer)])
    answer = ask(store, at=datetime(2026, 7, 1, 8, 30, tzinfo=UTC))
    assert answer.until is not None
    assert answer.until.isoformat() == "2026-07-01T11:00:00+02:00"
