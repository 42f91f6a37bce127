"""A register of before one way of writing plates: its index is folded, what becomes one is named, and no row is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, insert, select

from central.cli import main
from central.core.audit import list_audit
from central.db import tables
from central.db.plate_folds import FOLDED_INTO_ONE, NOT_FOLDED
from central.db.store import migrate
from central.register.holdings import find_holdings
from central.rules.plate_match import alike
from tests.central.signing_station import NOW, STATION, city_of

UMLAUT = "GÖAB123"
"""As an earlier version normalised it: the panel has no such key."""


def hold(store: Engine, plate: str, holding: str = "resident") -> None:
    row = {"series": "residents", "generation": 1, "plate": plate, "holding": holding, "sectors": ["11D"], "valid_from": NOW}
    with store.begin() as connection:
        if not connection.scalar(select(func.count()).select_from(tables.generations)):
            first = {"series": "residents", "generation": 1, "known_from": NOW, "size": 1, "loaded_by": "x"}
            connection.execute(insert(tables.generations).values(first))
        connection.execute(insert(tables.holdings).values(row))


def sell(store: Engine, plate: str, reference: str) -> None:
    sold = {"bought_at": NOW, "start": NOW, "end": NOW + timedelta(hours=1), "units": 4, "cents": 600, "tariff": "2024-10-01"}
    where = {"zone": 1, "sector": "11D", "regime": "visitor", "vehicle": "car"}
    known = {"station": STATION, "reference": reference, "seq": 1, "known_from": NOW, "status": "sold"}
    with store.begin() as connection:
        connection.execute(insert(tables.rights).values(plate=plate, alike=alike(plate), **sold, **where, **known))


@pytest.fixture
def older(bare: Engine) -> Engine:
    """A register of the revision before, with one station."""
    migrate(bare)
    city_of(bare, STATION)
    migrate(bare, "register_0005")
    return bare


def plates(store: Engine, table: str) -> list[str]:
    with store.begin() as connection:
        return sorted(connection.scalars(select(tables.metadata.tables[table].c.plate)))


def test_a_plate_is_found_under_the_one_form(older: Engine) -> None:
    hold(older, UMLAUT)
    sell(older, UMLAUT, "75011-0042-000001")
    assert migrate(older) == ()
    with older.begin() as connection:
        assert [held.holding for held in find_holdings(connection, "Gö-AB 123", NOW)] == ["resident"]
        assert connection.execute(select(tables.rights.c.plate, tables.rights.c.alike)).one() == ("GOAB123", "G0A8123")


def test_two_plates_that_become_one_are_named_by_their_rows_and_both_stay(older: Engine) -> None:
    for plate in (UMLAUT, "GOAB123", "AB123CD"):
        hold(older, plate)
    for number, plate in enumerate((UMLAUT, "ＧＯAB123"), 1):
        sell(older, plate, f"75011-0042-00000{number}")
    told = migrate(older)
    assert [line.partition(": rows ")[0] for line in told] == [f"rights: {FOLDED_INTO_ONE}", f"holdings: {FOLDED_INTO_ONE}"]
    assert plates(older, "holdings") == ["AB123CD", "GOAB123", "GOAB123"]
    assert plates(older, "rights") == ["GOAB123", "GOAB123"]
    noted = [(each.action, each.subject, each.detail["rows"]) for each in list_audit(older) if each.who == "migration"]
    sold = f"{STATION} 75011-0042-000001 1, {STATION} 75011-0042-000002 1"
    assert noted[0] == (FOLDED_INTO_ONE, "rights", sold)
    assert noted[1][2] == "residents 1 1, residents 1 2"
    assert "GOAB123" not in str(noted), "no plate stands in the audit trail"


def test_a_plate_that_cannot_be_folded_stays_and_is_named(older: Engine) -> None:
    hold(older, "京AB123")
    [told] = migrate(older)
    assert told.startswith(f"holdings: {NOT_FOLDED}: rows residents 1 1")
    assert plates(older, "holdings") == ["京AB123"]


def test_it_is_done_once_and_the_command_tells_it(older: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    hold(older, UMLAUT)
    hold(older, "GOAB123")
    chosen = "--database", older.url.render_as_string(hide_password=False)
    assert main(["migrate", *chosen]) == 0
    assert f"holdings: {FOLDED_INTO_ONE}: rows residents 1 1, residents 1 2" in capsys.readouterr().out
    assert main(["migrate", *chosen]) == 0
    assert capsys.readouterr().out == ""


def test_down_and_up_again_nothing_is_lost(older: Engine) -> None:
    hold(older, UMLAUT)
    migrate(older)
    migrate(older, "register_0005")
    migrate(older)
    assert plates(older, "holdings") == ["GOAB123"]
