"""A card with sales on it is erased only if its station is named: typed, or on the command line; alone and in a list."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workshop.flash.cards import MIB, UNIT, Loop, Loops, boots
from tests.workshop.flash.test_earlier_state import states
from tests.workshop.flash.used_cards import STATION, flashed, journal_in, use
from workshop.flash.cli import main
from workshop.flash.image import Image
from workshop.flash.unit import StationUnit

HOLDS = "holds 81 entries of 75011-0042, 12 not acknowledged by the city; let the city have them first"
NEXT = ["--station=75011-0043", *UNIT[1:]]
UsedCards = Callable[[], Loop]


@pytest.fixture
def used_cards(image: Image, unit: StationUnit, loops: Loops, tmp_path: Path) -> UsedCards:
    """Makes cards that came back from the street, in readers."""
    card = tmp_path / "used.img"
    flashed(card, image, unit, 32 * MIB)
    use(card, journal_in(tmp_path / "used", 81, 69))

    def make() -> Loop:
        loop = loops(32 * MIB)
        with loop.file.open("r+b") as medium:
            medium.write(card.read_bytes())
        return loop

    return make


def answers(monkeypatch: pytest.MonkeyPatch, *words: str) -> list[str]:
    """What is typed, in order; the questions."""
    asked, left = list[str](), iter(words)

    def answer(question: str) -> str:
        asked.append(question)
        return next(left)

    monkeypatch.setattr("builtins.input", answer)
    return asked


def onto(loop: Loop) -> list[str]:
    return [f"--device={loop.path}", f"--yes-erase={loop.token}"]


# --- one card -------------------------------------------------------------------------------------------------------


def test_without_the_station_s_name_no_sale_is_erased(
    words: list[str], used_cards: UsedCards, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = used_cards()
    before = loop.file.read_bytes()
    assert main([*words, *NEXT, *onto(loop)]) == 6
    assert f"{loop.path} {HOLDS}; to erase them all the same: --erase 75011-0042" in capsys.readouterr().err
    assert main([*words, *NEXT, *onto(loop), "--erase=75011-0043"]) == 6
    assert main([*words, *UNIT, *onto(loop)]) == 6, "its own station's sales are sales too"
    assert loop.file.read_bytes() == before
    assert main([*words, *NEXT, *onto(loop), "--erase=75011-0042"]) == 0
    assert [(state.station, state.entries) for state in states(loop.file)] == [("75011-0043", 0)]


def test_the_name_is_typed_beside_the_serial(
    words: list[str], used_cards: UsedCards, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = used_cards()
    before = loop.file.read_bytes()
    for answer in ("yes", "", "75011-0043", "75011-004"):
        asked = answers(monkeypatch, loop.token, answer)
        assert main([*words, *NEXT, f"--device={loop.path}"]) == 6
    assert asked[1] == f"{loop.path} {HOLDS}.\nType its station (75011-0042) to erase them: "
    assert "its station is 75011-0042, not 75011-004\n" in capsys.readouterr().err
    assert loop.file.read_bytes() == before
    answers(monkeypatch, loop.token, STATION)
    assert main([*words, *NEXT, f"--device={loop.path}"]) == 0
    assert states(loop.file)[0].entries == 0


def test_a_dry_run_and_the_list_tell_what_a_card_holds(
    words: list[str], used_cards: UsedCards, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = used_cards()
    before = loop.file.read_bytes()
    assert main([*words, *NEXT, f"--device={loop.path}", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert f"{loop.path} {HOLDS}\n--dry-run: nothing was written\n" in told
    assert "The 8.4 MB behind the image belong to no partition of it" in told
    assert main(["--list", "--allow-loop"]) == 0
    assert f"      {loop.path} {HOLDS}\n" in capsys.readouterr().out.partition("Never these:")[0]
    assert loop.file.read_bytes() == before


def test_a_journal_that_cannot_be_read_is_not_erased_as_none(
    words: list[str], used_cards: UsedCards, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = used_cards()
    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / "journal.db").write_bytes(b"spoilt")
    use(loop.file, tmp_path / "spoilt")
    assert main([*words, *NEXT, *onto(loop)]) == 6
    assert "holds sales of 75011-0042 that cannot be counted" in capsys.readouterr().err
    assert main([*words, *NEXT, *onto(loop), "--erase=75011-0042"]) == 0


# --- a list ---------------------------------------------------------------------------------------------------------


def listed(tmp_path: Path, *rows: str) -> str:
    (tmp_path / "units.csv").write_text("\n".join(("station,device,erase", *rows)) + "\n")
    return f"--batch={tmp_path}/units.csv"


def outcomes(tmp_path: Path) -> dict[str, str]:
    with (tmp_path / "cards.csv").open(encoding="utf-8", newline="") as file:
        return {line["station"]: line["outcome"] for line in csv.DictReader(file)}


def test_a_list_refuses_a_card_with_sales_and_goes_on(
    words: list[str], used_cards: UsedCards, loops: Loops, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused, named, new = used_cards(), used_cards(), loops(32 * MIB)
    before = refused.file.read_bytes()
    rows = [f"75011-0101,{refused.path},", f"75011-0102,{named.path},75011-0042", f"75011-0103,{new.path},"]
    call = [*words, *UNIT[1:], listed(tmp_path, *rows), *(f"--yes-erase={loop.token}" for loop in (refused, named, new))]
    assert main([*call, "--dry-run"]) == 0
    assert capsys.readouterr().out.count(HOLDS) == 2
    assert main(call) == 9
    assert f"75011-0101: FAILED: {refused.path} {HOLDS}; to erase them" in capsys.readouterr().out
    assert refused.file.read_bytes() == before
    assert boots(named.file)
    assert boots(new.file)
    assert outcomes(tmp_path).pop("75011-0101").startswith("UnconfirmedError: ")
    assert main([*call, "--erase=75011-0042"]) == 0
    assert set(outcomes(tmp_path).values()) == {"proven"}


def test_the_column_names_no_other_card_s_station(words: list[str], used_cards: UsedCards, tmp_path: Path) -> None:
    loop = used_cards()
    call = [*words, *UNIT[1:], listed(tmp_path, f"75011-0101,{loop.path},75011-0043"), f"--yes-erase={loop.token}"]
    assert main(call) == 9
    assert states(loop.file)[0].entries == 81


def test_a_card_left_in_the_reader_is_asked_for_again(
    words: list[str], loops: Loops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first card stays in for two questions; it is the card made for the first station, whole, when it is taken out."""
    loop = loops(32 * MIB)
    asked, taken = list[str](), list[bytes]()

    def answer(question: str) -> str:
        asked.append(question)
        if len(asked) == 4:
            taken.append(loop.file.read_bytes())
            loop.file.write_bytes(bytes(32 * MIB))
        return ""

    monkeypatch.setattr("builtins.input", answer)
    call = [*words, *UNIT[1:], listed(tmp_path, "75011-0101,,", "75011-0102,,")]
    assert main([*call, f"--device={loop.path}", f"--yes-erase={loop.token}"]) == 0
    wanted = [f"The card for {station} into {loop.path}, then Enter: " for station in ("75011-0101", "75011-0102")]
    left = f"{loop.path}: the card made for 75011-0101 is still in it. {wanted[1]}"
    assert asked == [*wanted, left, left]
    (tmp_path / "taken.img").write_bytes(taken[0])
    assert [state.station for state in states(tmp_path / "taken.img")] == ["75011-0101"]
    assert [state.station for state in states(loop.file)] == ["75011-0102"]
    assert set(outcomes(tmp_path).values()) == {"proven"}
