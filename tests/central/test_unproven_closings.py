"""Journals that a version of before closed because a rescue file called itself whole: opened again, unless they are proven."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from central.core.audit import list_audit
from central.db.store import migrate
from central.db.tables import entries, journals
from central.operations.closing import close, close_journal, lock_station, recompute
from central.operations.fleet import Enrolment, enrol
from central.operations.unproven_closings import BY_A_FILE, list_unproven_closings, reopen
from central.register.journals import read_journals
from central.rules.evidence import CheckRules
from firmware.domain.errors import FieldError
from firmware.protocol.facts import UnexpectedEvent
from firmware.protocol.genesis import Position
from tests.central.cards import StationCard, first_card
from tests.central.console import Console
from tests.central.register_rows import ask
from tests.central.signing_station import (
    DAY,
    MINUTE,
    NOW,
    STATION,
    TARIFFS,
    SigningStation,
    all_of,
    city_of,
    key_of,
    station_row,
)

LATE = NOW + DAY


def replaced(store: Engine, known: bool) -> SigningStation:
    """A station whose first card was lost; the next one, heard a day later, knows where that ended, or does not."""
    station, card = SigningStation(city_of(store, STATION)), first_card()
    card.write(UnexpectedEvent("0"))
    card.hand_in(station)
    enrol(store, TARIFFS, Enrolment(STATION, key_of("new").public_key(), 1, "11D"), "the test", NOW)
    parent: Position | None = card.writes.end if known else None
    new = StationCard([], "new").begin(32, parent)
    new.write(UnexpectedEvent("1"), LATE)
    new.hand_in(station, LATE)
    return station


def close_as_before(station: SigningStation) -> None:
    """What the version of before did once a file was taken that called generation 1 whole."""
    with station.city.store.begin() as connection:
        row = lock_station(connection, STATION)
        known = read_journals(connection, STATION)
        known = close_journal(connection, known, known[0], "M. Petit", BY_A_FILE, LATE)
        recompute(connection, row, known, CheckRules().silent_after, LATE)
    assert station_row(station.city).complete_until == LATE


def close_by_hand(station: SigningStation) -> None:
    said = {"by": "M. Petit", "because": BY_A_FILE, "noted_by": "console: ana"}
    close(station.city.store, station.city.rules, STATION, 1, None, **said, now=LATE)


def opened_again(store: Engine) -> list[int]:
    """The generations that are open again; a second time there is nothing to do."""
    listed = list_unproven_closings(store)
    said = {"by": "M. Petit", "noted_by": "console: ana"}
    assert reopen(store, CheckRules(), **said, now=LATE + MINUTE) == listed
    assert (list_unproven_closings(store), reopen(store, CheckRules(), **said, now=LATE + MINUTE)) == ((), ())
    return [each.generation for each in listed]


def first_row(station: SigningStation) -> tuple[object, object, object]:
    row = all_of(station.city, journals)[0]
    return row.closed_at, row.closed_by, row.closed_why


def test_a_journal_that_nothing_proves_is_opened_again_and_its_station_is_silent(store: Engine) -> None:
    station = replaced(store, known=False)
    close_as_before(station)
    asked = ask(station.city, at=NOW + MINUTE, now=LATE)
    assert (asked.allowed, asked.conclusive) == (False, True)
    assert opened_again(store) == [1]
    row = station_row(station.city)
    assert (first_row(station), row.complete_until, row.unsettled) == ((None, None, None), NOW, True)
    asked = ask(station.city, at=NOW + MINUTE, now=LATE + MINUTE)
    assert (asked.allowed, asked.conclusive) == (False, False)
    noted = list_audit(store)[-1]
    assert (noted.who, noted.action, noted.subject) == ("console: ana", "reopen", STATION)
    assert noted.detail == {"generation": 1, "number": 0, "by": "M. Petit"}


def test_one_that_the_next_journal_proves_stays_closed(store: Engine) -> None:
    station = replaced(store, known=True)
    close_as_before(station)
    assert opened_again(store) == []
    assert (first_row(station), station_row(station.city).complete_until) == ((LATE, "M. Petit", BY_A_FILE), LATE)


def test_one_that_a_person_closed_stays_closed_whatever_the_reason_says(store: Engine) -> None:
    station = replaced(store, known=False)
    close_by_hand(station)
    assert opened_again(store) == []
    assert first_row(station) == (LATE, "M. Petit", BY_A_FILE)


def test_one_opened_again_is_closed_by_a_person_for_good(store: Engine) -> None:
    station = replaced(store, known=False)
    close_as_before(station)
    opened_again(store)
    close_by_hand(station)
    assert opened_again(store) == []
    assert station_row(station.city).complete_until == LATE


def test_who_decided_it_is_said(store: Engine) -> None:
    with pytest.raises(FieldError, match="by"):
        reopen(store, CheckRules(), by=" ", noted_by="console: ana", now=LATE)


@pytest.mark.parametrize("revision", ["register_0006", "register_0003"])
@pytest.mark.parametrize(("known", "expected"), [(False, [1]), (True, [])])
def test_a_register_that_went_down_and_up_is_told_of_them_and_opens_the_same(
    bare: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str], revision: str, known: bool, expected: list[int]
) -> None:
    console = Console(bare, tmp_path, capsys)
    assert console.types("init")[0] == 0
    station = replaced(bare, known)
    close_as_before(station)
    before = all_of(station.city, entries)
    assert console.types("migrate", "--to", revision)[:2] == (0, "")
    assert console.types("migrate")[1].startswith("1 journals are closed") is bool(expected)
    status, shown, _ = console.types("reopen", "--by", "M. Petit", "--dry-run")
    assert (status, shown.splitlines()[-1]) == (0, f"to be opened again: {len(expected)}")
    assert first_row(station)[2] == BY_A_FILE
    assert console.types("reopen", "--by", " ")[0] == 1
    status, shown, _ = console.types("reopen", "--by", "M. Petit")
    assert [line.split()[:3] for line in shown.splitlines()[1:-1]] == [[STATION, str(each), "0"] for each in expected]
    assert (status, first_row(station)[2], all_of(station.city, entries)) == (0, None if expected else BY_A_FILE, before)
    migrate(bare, revision)
    assert console.types("migrate")[:2] == (0, "")
    assert (first_row(station)[2], list_unproven_closings(bare)) == (None if expected else BY_A_FILE, ())
