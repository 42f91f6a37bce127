"""`horodateur-central close`, `accept` and `retention`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine

from central.cli.common import now
from firmware.protocol.facts import RightSold, UnexpectedEvent
from firmware.protocol.messages import Sent
from firmware.protocol.rescue import Rescue, RescuedJournal, rescue_of
from tests.central.cards import first_card
from tests.central.console import Console
from tests.central.signing_station import STATION, SigningStation, city_of, key_of, right


@pytest.fixture
def console(bare: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Console:
    """A register of each kind that was just made."""
    console = Console(bare, tmp_path, capsys)
    assert console.types("init")[0] == 0
    return console


def test_a_journal_is_closed_and_a_rescue_is_taken(console: Console, tmp_path: Path) -> None:
    station, card = SigningStation(city_of(console.store, STATION)), first_card()
    card.write(UnexpectedEvent("0"))
    card.hand_in(station)
    card.write(UnexpectedEvent("1"))
    new = card.copied().begin(2, card.writes.end)
    new.hand_in(station)
    assert re.search(r" 1 \(number 0\): 1 missing ", console.types("stations")[1])
    words = "close", STATION, "1", "--by", "M. Petit", "--because", "lost"
    status, shown, _ = console.types(*words)
    assert (status, shown.splitlines()[0]) == (0, f"closed generation 1 of {STATION} (number 0)")
    assert "given up: 1 entries that it is known to have held" in shown
    assert console.types(*words)[0] == 1
    journal = RescuedJournal(1, card.writes.document, True, tuple(Sent(*text) for text in card.writes.texts))
    file = tmp_path / "card.rescue"
    file.write_bytes(rescue_of(Rescue(STATION, now(), (journal,)), key_of(STATION)))
    status, shown, _ = console.types("accept", file, "--by", "M. Petit")
    assert (status, shown.splitlines()[-1].split()) == (0, ["1", "1", "1", "none", "known", "settled"])
    file.write_bytes(file.read_bytes()[:-9])
    assert console.types("accept", file, "--by", "M. Petit")[0] == 1
    assert console.types("accept", tmp_path / "none", "--by", "M. Petit")[0] == 1


def test_of_a_journal_that_stays_open_accept_says_what_to_do(console: Console, tmp_path: Path) -> None:
    station, card = SigningStation(city_of(console.store, STATION)), first_card()
    for number in range(3):
        card.write(UnexpectedEvent(str(number)))
    card.hand_in(station, limit=1)
    journal = RescuedJournal(1, card.writes.document, False, (Sent(*card.writes.texts[0]),))
    file = tmp_path / "copy.rescue"
    file.write_bytes(rescue_of(Rescue(STATION, now(), (journal,)), key_of(STATION)))
    status, shown, _ = console.types("accept", file, "--by", "M. Petit")
    assert (status, shown.splitlines()[2].split()) == (0, ["1", "0", "1", "2", "to", "3", "open"])
    assert "known to be missing: 2 to 3; the file says itself that there was more, or that not all could be read." in shown
    assert "generation 1 stays open" in shown
    assert "known to be missing: 2 to 3" in shown
    assert f"horodateur-central close {STATION} 1 --number 0 --by NAME --because TEXT" in shown


def test_another_key_is_not_enrolled_while_two_machines_are_alive(console: Console) -> None:
    station, card = SigningStation(city_of(console.store, STATION)), first_card()
    other = card.copied()
    for each, text in ((card, "1"), (other, "2"), (card, "3"), (other, "4")):
        each.write(UnexpectedEvent(text))
        each.hand_in(station)
    listed = console.types("waiting", "list")[1]
    assert f"two machines hand in as station {STATION}" in listed
    status, _, complaint = console.types("enrol", STATION, "1", "11D", "x" * 42 + "A")
    assert (status, "clear it first" in complaint) == (1, True)


@pytest.mark.parametrize("way", ["--dry-run", "--apply"])
def test_retention_counts_and_deletes(console: Console, way: str) -> None:
    card = first_card()
    card.write(RightSold(right()))
    card.hand_in(SigningStation(city_of(console.store, STATION)))
    for found in ("1", "1" if way == "--dry-run" else "0"):
        status, shown, _ = console.types("retention", way)
        rows = [line.split() for line in shown.splitlines()[1:] if not line.startswith("counter: ")]
        assert (status, rows) == (0, [[name, days, "days", n] for name, days, n in plates(found)])


def plates(found: str) -> tuple[tuple[str, str, str], ...]:
    """What is shown: what was sold in March 2026 is old enough by now."""
    none = (("checks", "30", "0"), ("notices", "1098", "0"), ("appeals", "1098", "0"))
    return ("entries", "90", found), ("rights", "90", found), *none
