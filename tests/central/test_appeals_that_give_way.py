"""Which appeal gives way to another: a stranger's keeps no place from who has the code of the letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete

from central.appeals.examination import examine_appeal
from central.appeals.filing import file_appeal
from central.appeals.public import file_public_appeal
from central.core.audit import PUBLIC
from central.core.city import City
from central.db.notice_tables import letter_codes
from central.notices.letter_codes import renew_code
from central.notices.steps import read_notice
from central.rules.appeal_documents import AppealWay, InadmissibleGround
from central.rules.appeal_states import DECISIONS, AppealEventKind, AppealState
from central.rules.appeals import Appeal, AppealEvent, appeal_state_at, gives_way
from firmware.domain.errors import FieldError
from tests.central.appeal_rows import NINTH, WHOLE, decide, filed, filing, noon, sent_notice
from tests.central.notice_rows import code_of
from tests.central.register_rows import DAY, HOUR, PARIS
from tests.central.test_appeal_rules import appeal_of

E, S, G = AppealEventKind, AppealState, InadmissibleGround
TENTH = NINTH + DAY


@pytest.fixture
def number(city: City) -> str:
    return sent_notice(city)


def stood(state: AppealState, ground: InadmissibleGround | None, *, coded: bool) -> Appeal:
    """An appeal of the ninth that stands so on the tenth of April."""
    appeal, tenth = appeal_of(NINTH, *WHOLE, coded=coded), NINTH + timedelta(days=1)
    kind = next((kind for kind, after in DECISIONS.items() if after is state), None)
    if kind is None:
        return appeal
    return replace(appeal, events=(AppealEvent(kind, tenth, "examiner", "because", ground=ground),))


STRANGERS = (G.NOT_CONCERNED, G.NO_MANDATE)
FOLLOWED = [
    # how the one before stands, on which ground; whether one follows that was filed (without the code, with it),
    # after one that was filed without the code, and after one that was filed with it
    (S.RECEIVED, None, (False, True), (False, False)),
    (S.ACCEPTED, None, (False, False), (False, False)),
    (S.PARTLY_ACCEPTED, None, (False, False), (False, False)),
    (S.REFUSED, None, (False, False), (False, False)),
    *((S.INADMISSIBLE, ground, (True, True), (True, True)) for ground in STRANGERS),
    *((S.INADMISSIBLE, ground, (False, True), (False, False)) for ground in G if ground not in STRANGERS),
]


@pytest.mark.parametrize(("state", "ground", "after_uncoded", "after_coded"), FOLLOWED)
def test_which_appeal_gives_way_to_another(
    state: AppealState, ground: InadmissibleGround | None, after_uncoded: tuple[bool, bool], after_coded: tuple[bool, bool]
) -> None:
    for before, expected in ((False, after_uncoded), (True, after_coded)):
        appeal, at = stood(state, ground, coded=before), NINTH + timedelta(days=2)
        assert appeal_state_at(appeal, at) is state
        assert tuple(gives_way(appeal, coded, at) for coded in (False, True)) == expected


def test_what_silence_refused_gives_way_to_the_holder_of_the_letter_from_its_first_instant_on() -> None:
    silent = appeal_of(NINTH)
    at = datetime(2026, 4, 10, 0, 0, tzinfo=PARIS)
    assert appeal_state_at(silent, at) is S.REFUSED_BY_SILENCE
    assert [gives_way(silent, coded, at) for coded in (False, True)] == [False, True]


# --- in the register -----------------------------------------------------------------------------------------------


def test_a_strangers_letter_keeps_no_place_from_who_has_the_code(city: City, number: str) -> None:
    letter = filed(city, number, way=AppealWay.REGISTERED, statement="rien", resident=False)
    said = filing(TENTH, statement="J’avais payé.")
    with pytest.raises(FieldError, match="one for each"):
        file_appeal(city, number, said, PUBLIC, TENTH)
    own = file_public_appeal(city, number, "AB123CD", code_of(city, number), said, TENTH).appeal
    assert (own.id, own.coded, own.state, own.statement) == (letter.id, True, S.RECEIVED, "J’avais payé.")
    (before,) = examine_appeal(city, own.id, "examiner", TENTH).earlier
    assert (before.way, before.statement, before.state, before.ground) == (AppealWay.REGISTERED, "rien", S.RECEIVED, None)
    assert len(before.documents) == len(own.documents) == 2
    decide(city, own.id, E.REFUSED, TENTH + HOUR)
    (before,) = examine_appeal(city, own.id, "examiner", noon(date(2026, 4, 11))).earlier
    assert before.state is S.REFUSED_BY_SILENCE, "nobody answered it"
    with pytest.raises(FieldError, match="one for each"):
        filed(city, number, TENTH + DAY, statement="Encore.", coded=True)


def test_a_strangers_letter_after_it_changes_nothing(city: City, number: str) -> None:
    own = file_public_appeal(city, number, "AB123CD", code_of(city, number), filing(), NINTH).appeal
    with pytest.raises(FieldError, match="one for each"):
        filed(city, number, TENTH, way=AppealWay.REGISTERED, statement="rien")
    assert examine_appeal(city, own.id, "examiner", TENTH).earlier == ()


def test_the_key_of_an_old_letter_is_no_code_and_a_new_letter_has_one(city: City, number: str) -> None:
    key, by_key = read_notice(city, number, TENTH).key, filing(NINTH, statement="rien")
    with city.store.begin() as connection:
        connection.execute(delete(letter_codes))
    strangers = file_public_appeal(city, number, "AB123CD", key, by_key, NINTH).appeal
    assert not strangers.coded
    with pytest.raises(FieldError, match="one for each"):
        file_public_appeal(city, number, "AB123CD", key, filing(TENTH), TENTH)
    renew_code(city, number, "officer", TENTH)
    assert file_public_appeal(city, number, "AB123CD", code_of(city, number), filing(TENTH), TENTH).appeal.coded
