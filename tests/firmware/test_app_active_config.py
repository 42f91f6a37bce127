"""Publications in force at a running station: to the second, offline; a visit keeps what it began with."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from firmware.protocol.entitlements import DatedHolding, body_of, entitlement_copy
from firmware.protocol.envelope import PUBLICATION, sign_envelope
from firmware.protocol.facts import Started
from firmware.protocol.messages import Configuration, Publication, PublicationKind
from firmware.station.state_folder import open_publication_store, provision
from firmware.tariff import Holding
from simulator.desk.desk import Desk
from simulator.visit_files.money import facts
from tests import builders
from tests.builders import CITY_KEY, NOW, PARIS, TARIFF_FILE, site

CHANGE = datetime(2026, 3, 4, 10, 7, 41, tzinfo=PARIS)
SECOND = timedelta(seconds=1)
PLATE = ("A", "B", "1", "2", "3", "C", "D", "OK")
AUDIENCES: dict[PublicationKind, str] = {"tariffs": "all", "configuration": "75011-0042", "rights": "11D"}


@contextlib.contextmanager
def switched_on(folder: Path, at: datetime = NOW) -> Iterator[Desk]:
    """A station that believes the city, its network cut, found its devices; its clock says `at`."""
    if not folder.exists():
        provision(folder, "75011-0042", CITY_KEY.public_key())
    with builders.desk(folder, at - 3 * SECOND) as desk:
        desk.fault("network", "down", True)
        until(desk, at)
        yield desk


def until(desk: Desk, at: datetime) -> None:
    """Let time pass up to this instant, included."""
    desk.advance((at - desk.clock.wall()).total_seconds() + 1e-6)
    assert abs(desk.clock.wall() - at) < timedelta(milliseconds=1)


def put(folder: Path, kind: PublicationKind, body: bytes, since: datetime, version: int = 1) -> None:
    """As the sync process does, in another process."""
    document = Publication(kind, AUDIENCES[kind], version, since, msgspec.Raw(body))
    envelope = sign_envelope(PUBLICATION, msgspec.json.encode(document), CITY_KEY)
    open_publication_store(folder, site()).accept(envelope, NOW)


def twice_the_price() -> bytes:
    """The shipped tariffs, today's prices doubled."""
    document = json.loads(TARIFF_FILE.read_bytes())
    for grids in document["rate_tables"][-1]["rate_line_collections"]:
        if "fps_cents" in grids:
            grids["fps_cents"] *= 2
        for line in grids["rate_lines"]:
            line["cents"] *= 2
    return json.dumps(document).encode()


def address(text: str) -> bytes:
    return msgspec.json.encode(Configuration(address=text))


def press(desk: Desk, *keys: str) -> None:
    for key in keys:
        desk.press(key)


def amount(desk: Desk) -> object:
    quote = desk.state()["quote"]
    assert isinstance(quote, dict)
    return quote["amount_cents"]


def shown(desk: Desk) -> str:
    return " ".join(str(desk.state()["lines"]).split())


def at_two_hours(desk: Desk) -> None:
    press(desk, *PLATE, "OK")
    assert desk.state()["screen"] == "duration"


@pytest.mark.parametrize(("before", "cents"), [(SECOND, 1200), (timedelta(0), 2400)])
def test_the_price_changes_to_the_second(tmp_path: Path, before: timedelta, cents: int) -> None:
    with switched_on(tmp_path / "state") as desk:
        put(tmp_path / "state", "tariffs", twice_the_price(), CHANGE)
        until(desk, CHANGE - before)
        at_two_hours(desk)
        assert amount(desk) == cents


def test_a_purchase_under_way_keeps_the_price_it_has_shown(tmp_path: Path) -> None:
    with switched_on(tmp_path / "state") as desk:
        put(tmp_path / "state", "tariffs", twice_the_price(), CHANGE)
        until(desk, CHANGE - SECOND)
        at_two_hours(desk)
        until(desk, CHANGE + SECOND)
        assert amount(desk) == 1200
        press(desk, "OK")
        desk.advance(2.0)
        assert desk.card("contactless")
        desk.advance(5.0)
        press(desk, "OK")
        desk.advance(8.0)
        assert [debit.cents for debit in desk.cabinet.terminal.core.ledger] == [1200]
        ticket = " ".join(str(desk.ticket_text()).split())
        assert "Payé 12,00 EUR carte" in ticket
        assert "1 h 6,00 EUR" in ticket, "the scale that priced it"
        press(desk, "OK")
        assert desk.state()["screen"] == "idle"
        press(desk, "E", *PLATE, "OK")
        assert amount(desk) == 2400


def test_the_picture_changes_with_nobody_there_and_nothing_plugged_in_asking_for_it(tmp_path: Path) -> None:
    with switched_on(tmp_path / "state") as desk:
        put(tmp_path / "state", "configuration", address("1 rue Neuve"), CHANGE)
        until(desk, CHANGE - 2 * SECOND)
        press(desk, "OK")  # a station at rest says no address
        until(desk, CHANGE - timedelta(milliseconds=10))
        before = desk.screen_grey()
        assert "12 rue Oberkampf" in shown(desk)
        until(desk, CHANGE)
        assert desk.screen_grey() != before
        assert "1 rue Neuve" in shown(desk)


def test_a_running_station_takes_what_arrives_without_starting_again(tmp_path: Path) -> None:
    with switched_on(tmp_path / "state") as desk:
        assert "12 rue Oberkampf" in shown(desk)
        put(tmp_path / "state", "configuration", address("1 rue Neuve"), NOW - SECOND)
        desk.advance(10.0)
        press(desk, "A", "CANCEL")  # the address stands on the first page
        assert "1 rue Neuve" in shown(desk)
        assert desk.boots == 1


def test_a_station_that_starts_finds_what_it_had(tmp_path: Path) -> None:
    with switched_on(tmp_path / "state"):
        put(tmp_path / "state", "tariffs", twice_the_price(), NOW)
        put(tmp_path / "state", "configuration", address("1 rue Neuve"), NOW)
    with switched_on(tmp_path / "state", NOW + timedelta(hours=1)) as desk:
        assert "1 rue Neuve" in shown(desk)
        at_two_hours(desk)
        assert amount(desk) == 2400
        assert [fact.tariff for fact in facts(desk) if isinstance(fact, Started)] == ["2024-10-01"] * 2


def test_a_file_damaged_while_the_station_was_off_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    with switched_on(tmp_path / "state"):
        put(tmp_path / "state", "tariffs", twice_the_price(), NOW)
    (file,) = (tmp_path / "state" / "published").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"cents": 1200', b'"cents": 1300'))
    assert file.read_bytes() != whole
    with switched_on(tmp_path / "state", NOW + timedelta(hours=1)) as desk:
        at_two_hours(desk)
        assert amount(desk) == 1200


# --- rights -------------------------------------------------------------------------------------------------------

MIDNIGHT = datetime(2026, 3, 5, tzinfo=PARIS)
RESIDENT = DatedHolding(Holding("resident", frozenset({"11C", "11D"})), datetime(2025, 3, 5, tzinfo=PARIS), MIDNIGHT)


def rights() -> bytes:
    return body_of(entitlement_copy("11D", bytes(32), {"AB-123-CD": [RESIDENT]}))


@pytest.mark.parametrize(("at", "screen"), [(MIDNIGHT - SECOND, "regime"), (MIDNIGHT, "vehicle")])
def test_a_right_that_ends_at_midnight_is_offered_until_midnight(tmp_path: Path, at: datetime, screen: str) -> None:
    """From then on the plate is a visitor's, and is not even asked."""
    with switched_on(tmp_path / "state", MIDNIGHT - 60 * SECOND) as desk:
        put(tmp_path / "state", "rights", rights(), NOW)
        until(desk, at)
        press(desk, *PLATE)
        assert desk.state()["screen"] == screen


def test_the_copy_of_the_city_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    with switched_on(tmp_path / "state") as desk:
        press(desk, *"RE511DT", "OK")
        assert desk.state()["screen"] == "regime"
        press(desk, "CANCEL")
        put(tmp_path / "state", "rights", rights(), NOW)
        desk.advance(10.0)
        press(desk, *"RE511DT", "OK")
        assert desk.state()["screen"] == "vehicle"
