"""The technician's documented swap, with the real programs: from `flash.sh`'s command to the city's answer about a plate.

A card with sales that the city never had is replaced. With the old card at hand the new one hands them in; without it the city
accuses nobody, until what could be rescued of the old card is accepted; nor with a copy of it from before its last sale.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from central.cli import main as central
from central.cli.common import now
from central.db.store import open_store
from central.operations.fleet import list_stations
from central.rules.evidence import CheckRules
from firmware.cli import main as horodateur
from firmware.protocol.envelope import public_key_text
from firmware.station.state_folder import open_signing_key
from tests.builders import right
from tests.central.processes import SYNC, Register, ask_server, initialised, process, wait_for_line
from tests.workshop.flash.cards import MIB, UNIT, Loops
from tests.workshop.flash.used_cards import STATION, sell, state_on, use
from workshop.flash.cli import main as flash

CARD = ["--replace=75011-0042", *UNIT[1:]]


@pytest.fixture
def register(tmp_path: Path, old: Path) -> Iterator[Register]:
    """A city of its own, which the old card was enrolled at."""
    folder = tmp_path / "city"
    folder.mkdir()
    store = open_store(f"sqlite:///{folder}/city.db")
    register = initialised(store, folder)
    public = public_key_text(open_signing_key(old).public_key())
    assert central(["enrol", "--database", register.url, STATION, "1", "11D", public]) == 0
    yield register
    store.dispose()


def new_card(words: list[str], tmp_path: Path, register: Register, capsys: pytest.CaptureFixture[str], *more: str) -> Path:
    """The state folder of a card that was made in place of the old one, and enrolled with the line that was printed."""
    capsys.readouterr()
    assert flash([*words, *CARD, *more, f"--to-file={tmp_path}/card.img"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert central(["enrol", "--database", register.url, *line.split()]) == 0
    return state_on(tmp_path / "card.img", tmp_path / "state")


def hand_in(state: Path, url: str, until: str) -> None:
    """Let the sync process of a card run until it has said this."""
    with process(SYNC, "sync", "--state", str(state), "--station", f"{state}/station.toml", "--central", url) as running:
        wait_for_line(running, until)


def asked(url: str, agent: str, at: datetime, plate: str = right().plate) -> dict[str, Any]:
    """The city's answer about a plate, that of the old card's last sale unless another one is said."""
    question = {"plate": plate, "zone": 1, "sector": "11D", "at": at.isoformat()}
    answer: dict[str, Any] = ask_server(f"{url}/v1/checks", agent, question).json()
    return answer


def check_nothing_is_open(state: Path, register: Register) -> None:
    """The new card hands in all there is: the old one's sale covers the plate, and no journal is waited for."""
    with register.served() as url:
        hand_in(state, url, "acknowledged to entry 1 of generation 32")
        answer = asked(url, register.token("agent"), right().start)
    assert (answer["allowed"], answer["because"]) == (True, "right")
    assert [each.journals for each in list_stations(register.store, now(), CheckRules())] == [()]


@pytest.mark.usefixtures("mounted")
def test_with_the_old_card_its_unsent_sale_is_handed_in_by_the_new(
    words: list[str], old: Path, tmp_path: Path, register: Register, capsys: pytest.CaptureFixture[str]
) -> None:
    state = new_card(words, tmp_path, register, capsys, f"--rescue={old}")
    check_nothing_is_open(state, register)


def test_the_card_in_the_slot_is_written_anew_and_its_unsent_sale_is_handed_in(
    words: list[str], old: Path, tmp_path: Path, register: Register, loops: Loops, raw_image: bytes
) -> None:
    """From the device that held the old card to the city's answer: nothing is left open."""
    loop = loops(32 * MIB)
    with loop.file.open("r+b") as medium:
        medium.write(raw_image)
    use(loop.file, old)
    call = [*words, *CARD, f"--device={loop.path}", f"--yes-erase={loop.token}", f"--rescue={loop.path}"]
    assert flash(call) == 0
    (page,) = (tmp_path / "certificates").glob("*.txt")
    line = page.read_text().split("enrol with  ")[1].splitlines()[0]
    assert central(["enrol", "--database", register.url, *line.split()]) == 0
    state = state_on(loop.file, tmp_path / "state")
    check_nothing_is_open(state, register)


def test_a_copy_from_before_the_last_sale_accuses_nobody_until_the_card_is_rescued_and_a_person_closes_it(
    words: list[str], old: Path, tmp_path: Path, register: Register, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = Path(shutil.copytree(old, tmp_path / "backup"))
    sell(old, 1, 2, plate="ZZ999ZZ")
    state = new_card(words, tmp_path, register, capsys, f"--rescue={copy}")
    agent, where = register.token("agent"), ["--database", register.url, "--signing-key", str(register.folder / "city.key")]
    with register.served() as url:
        hand_in(state, url, "acknowledged to entry 1 of generation 32")
        answers = [asked(url, agent, right().start, "ZZ999ZZ")]
        for number, folder in enumerate((copy, copy, old, old)):
            file = tmp_path / f"{number}.rescue"
            assert horodateur(["rescue", str(folder), "--out", str(file)]) == 0
            assert central(["accept", *where, str(file), "--by", "M. Petit"]) == 0
            answers.append(asked(url, agent, right().start, "ZZ999ZZ"))
        assert [(each["allowed"], each["conclusive"]) for each in answers[:3]] == [(False, False)] * 3
        assert [each["allowed"] for each in answers[3:]] == [True, True]
        assert [len(each.journals) for each in list_stations(register.store, now(), CheckRules())] == [1]
        closing = ["close", "--database", register.url, STATION, "1", "--by", "M. Petit", "--because", "read to its end"]
        assert central(closing) == 0
    assert [each.journals for each in list_stations(register.store, now(), CheckRules())] == [()]


def test_without_it_nobody_is_accused_and_what_is_rescued_later_is_allowed(
    words: list[str], old: Path, tmp_path: Path, register: Register, capsys: pytest.CaptureFixture[str]
) -> None:
    state = new_card(words, tmp_path, register, capsys, "--generation=1")
    agent = register.token("agent")
    with register.served() as url:
        hand_in(state, url, "acknowledged to entry 1 of generation 32")
        before = asked(url, agent, right().start)
        file = tmp_path / "rescued"
        assert horodateur(["rescue", str(old), "--out", str(file)]) == 0
        where = ["--database", register.url, "--signing-key", str(register.folder / "city.key")]
        assert central(["accept", *where, str(file), "--by", "M. Petit"]) == 0
        after = asked(url, agent, right().start)
    assert (before["allowed"], before["conclusive"]) == (False, False)
    assert (after["allowed"], after["because"]) == (True, "right")
