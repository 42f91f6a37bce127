"""A card is replaced: the new one goes on from the old, takes along what is whole, and says what is left to do."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from firmware.journal.line import LineReader
from firmware.journal.marks import read_cursor
from firmware.protocol.facts import GenerationBegun, RightSold
from firmware.protocol.genesis import genesis_in
from firmware.station.state_folder import open_journal, provision
from tests.builders import right
from tests.workshop.flash.cards import MIB, UNIT, Loops
from tests.workshop.flash.test_earlier_state import states
from tests.workshop.flash.used_cards import AT, STATION, entries_in, flashed, sell, state_on, use
from workshop.flash.certificate import greatest_generation
from workshop.flash.cli import main
from workshop.flash.image import Image
from workshop.flash.unit import StationUnit

CARD = ["--replace=75011-0042", *UNIT[1:]]
UNREAD = [*CARD, "--generation=1"]


# --- from the command line ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pulled", [False, True], ids=["stopped", "pulled"])
@pytest.mark.usefixtures("mounted")
def test_a_card_is_replaced_and_the_station_goes_on(words: list[str], old: Path, tmp_path: Path, pulled: bool) -> None:
    """The city lacks three sales: the new card hands them in. It opens as a station, and its journals are one line."""
    if pulled:
        shutil.rmtree(old)
        provision(old, STATION)
        old = sell(old, 4, 2, pulled=True)
    before = {path.name: path.read_bytes() for path in old.iterdir()}
    assert main([*words, *CARD, f"--rescue={old}", f"--to-file={tmp_path}/card.img"]) == 0
    assert {path.name: path.read_bytes() for path in old.iterdir()} == before
    sold = entries_in(old)
    state = state_on(tmp_path / "card.img", tmp_path / "state")
    assert entries_in(state)[:-1] == sold
    with contextlib.closing(open_journal(state, STATION, "next")) as journal:
        *_, begun = journal.contents_after(None)
        assert begun.fact == GenerationBegun(32, "card replaced", "continues generation 1 from entry 8")
        assert journal.leaving() is None
        assert journal.append(RightSold(right(9)), AT, 1.0).seq == 2
    with contextlib.closing(LineReader(state)) as line:
        assert [(each.generation, each.verify().seq) for each in line.journals] == [(1, 8), (32, 2)]
        assert line.newest.parent == line.journals[0].end()
        assert [entry.seq for _, entry in line.entries_after(read_cursor(state))] == [3, 4, 5, 6, 7, 8, 1, 2]


@pytest.mark.usefixtures("mounted")
def test_the_new_card_has_a_key_of_its_own_which_its_journal_names(words: list[str], old: Path, tmp_path: Path) -> None:
    assert main([*words, *CARD, f"--rescue={old}", f"--to-file={tmp_path}/card.img"]) == 0
    state = state_on(tmp_path / "card.img", tmp_path / "state")
    assert (state / "station.key").read_bytes() != (old / "station.key").read_bytes()
    (page,) = (tmp_path / "certificates").glob("*.txt")
    key = page.read_text().split("public key  ")[1].split()[0]
    with contextlib.closing(LineReader(state)) as line:
        assert genesis_in(line.newest.genesis_document).public_key == key
    assert f"enrol with  75011-0042 1 11D {key}\n" in page.read_text()
    assert "generation  32, continues generation 1 from entry 8\n" in page.read_text()
    assert "the old card's journals to their ends, a new one" in page.read_text()


@pytest.mark.usefixtures("mounted")
def test_it_says_what_is_left_to_do(words: list[str], old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, *CARD, f"--rescue={old}", f"--to-file={tmp_path}/one.img"]) == 0
    told = capsys.readouterr().out
    assert "The old card's 8 entries are on the new one, which hands in the 6 that the city has not acknowledged.\n" in told
    assert "horodateur-central close" not in told
    assert told.splitlines()[-1].startswith("75011-0042 1 11D ")


@pytest.mark.parametrize("kind", ["folder", "image"])
def test_a_copy_of_the_old_card_goes_along_and_proves_nothing_of_its_end(
    words: list[str], old: Path, used: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """It may have been made before the card's last sale: the new journal names no end, and the city waits."""
    call = [*words, *CARD, f"--rescue={old if kind == 'folder' else used}", f"--to-file={tmp_path}/card.img"]
    capsys.readouterr()
    assert main(call) == 0
    told = capsys.readouterr().out
    for said in (
        "generation 32 has a copy of generation 1 to entry 8, as OLD is no card in a reader of this computer.\n",
        "hands in the 6 that the city is not known to have.\n",
        "generation 32 begins without what generation 1 sold after the copy was made, or a later one of that card.\n",
        "    horodateur-central close 75011-0042 1 --by NAME --because TEXT\n",
    ):
        assert said in told
    state = state_on(tmp_path / "card.img", tmp_path / "state")
    assert entries_in(state)[:-1] == entries_in(old)
    with contextlib.closing(LineReader(state)) as line:
        assert (line.newest.generation, line.newest.parent) == (32, None)
    (page,) = (tmp_path / "certificates").glob("*.txt")
    assert "generation  32, has a copy of generation 1 to entry 8\n" in page.read_text()
    assert "the old card's journals as in its copy, a new one" in page.read_text()


def test_without_the_old_card_the_city_waits(
    words: list[str], old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, *UNREAD, f"--to-file={tmp_path}/card.img"]) == 0
    told = capsys.readouterr().out
    for line in (
        "75011-0042: generation 32 begins without what generation 1 sold, or a later one of that card.",
        "    horodateur rescue FOLDER --out 75011-0042.rescue",
        "    horodateur-central accept 75011-0042.rescue --by NAME",
        "    horodateur-central close 75011-0042 1 --by NAME --because TEXT",
    ):
        assert f"{line}\n" in told
    state = state_on(tmp_path / "card.img", tmp_path / "state")
    assert not (state / "journal.db").exists()
    with contextlib.closing(open_journal(state, STATION, "next")) as journal:
        assert (journal.current.generation, journal.current.parent, journal.leaving()) == (32, None, None)
        facts = [content.fact for content in journal.contents_after(None)]
    assert facts == [GenerationBegun(32, "card replaced", "the old card could not be read")]


def test_the_next_card_comes_after_all_that_certificates_name(words: list[str], tmp_path: Path) -> None:
    for number in range(4):
        card = UNIT if number == 0 else CARD
        assert main([*words, *card, f"--to-file={tmp_path}/{number}.img"]) == 0
    assert greatest_generation(tmp_path / "certificates", STATION) == 96
    assert greatest_generation(tmp_path / "certificates", "75011-004") == 0
    (tmp_path / "certificates" / "75011-0042-9.txt").write_text("a page of before generations")
    assert greatest_generation(tmp_path / "certificates", STATION) == 96


@pytest.mark.usefixtures("mounted")
def test_a_card_of_before_that_was_lost_in_between_is_waited_for(
    words: list[str], old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Generation 32 was lost; generation 64 goes on from the card of generation 1."""
    assert main([*words, *UNREAD, f"--to-file={tmp_path}/lost.img"]) == 0
    capsys.readouterr()
    assert main([*words, *CARD, f"--rescue={old}", f"--to-file={tmp_path}/card.img"]) == 0
    told = capsys.readouterr().out
    assert "generation 64 continues generation 1 from entry 8" in told
    assert "horodateur-central close 75011-0042 32 " in told


@pytest.mark.parametrize("known_by", ["certificates", "cards.csv"])
def test_a_station_that_has_had_a_card_gets_no_other_first_one(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], known_by: str
) -> None:
    assert main([*words, *UNIT, f"--to-file={tmp_path}/one.img"]) == 0
    if known_by == "certificates":
        (tmp_path / "cards.csv").unlink()
    else:
        shutil.rmtree(tmp_path / "certificates")
    capsys.readouterr()
    two = [*words, *UNIT, f"--to-file={tmp_path}/two.img"]
    for more in ([], ["--start-over=75011-0043"], ["--dry-run"]):
        assert main([*two, *more]) == 2
        told = capsys.readouterr().err
        assert "75011-0042 has had a card" in told
        assert "--replace 75011-0042; or, if that card was never in use, say --start-over 75011-0042" in told
    assert not (tmp_path / "two.img").exists()
    assert main([*two, "--start-over=75011-0042"]) == 0


def test_a_list_makes_no_other_first_card_either(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, *UNIT, f"--to-file={tmp_path}/one.img"]) == 0
    (tmp_path / "cards.csv").unlink()
    listed = tmp_path / "units.csv"
    fields = [word[2:].partition("=") for word in UNIT]
    lines = ",".join(name.replace("-", "_") for name, _, _ in fields), ",".join(value for _, _, value in fields)
    listed.write_text("\n".join(lines))
    call = [*words, f"--batch={listed}", "--device=/dev/nowhere", "--dry-run"]
    assert main(call) == 2
    assert "75011-0042 has had a card" in capsys.readouterr().err
    assert main([*call, "--start-over=75011-0042"]) == 0


@pytest.mark.usefixtures("mounted")
def test_without_a_certificate_the_generation_is_asked_for(
    words: list[str], old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """32 would be begun again by every computer that has not seen the card before."""
    shutil.rmtree(tmp_path / "certificates", ignore_errors=True)
    call = [*words, *CARD, f"--to-file={tmp_path}/card.img"]
    assert main(call) == 2
    told = capsys.readouterr().err
    for said in ("no certificate of 75011-0042", "--generation N", "`horodateur-central stations`", "--rescue"):
        assert said in told
    for number in ("0", "1024", "x", "-1"):
        with pytest.raises(SystemExit, match="2"):
            main([*call, f"--generation={number}"])
    assert main([*words, *UNIT, "--generation=3", f"--to-file={tmp_path}/card.img"]) == 2
    assert main([*call, "--generation=40", "--dry-run"]) == 0
    assert "generation 64 of 75011-0042" in capsys.readouterr().out
    assert main([*call, f"--rescue={old}", "--dry-run"]) == 0
    assert "generation 32 of 75011-0042: continues generation 1" in capsys.readouterr().out


@pytest.mark.usefixtures("mounted")
def test_a_dry_run_says_what_would_be_taken_along(
    words: list[str], old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = [*words, *CARD, f"--to-file={tmp_path}/card.img", "--dry-run"]
    assert main([*call, f"--rescue={old}"]) == 0
    said = "generation 32 of 75011-0042: continues generation 1 from entry 8; 8 entries are taken along\n"
    assert said in capsys.readouterr().out
    (old / "journal.db").write_bytes(b"spoilt")
    assert main([*call, f"--rescue={old}"]) == 11


@pytest.mark.parametrize(
    ("words_of", "status"),
    [
        (["--station=75011-0043", *UNIT[1:], "--replace=75011-0042"], 2),
        ([*UNIT, "--rescue=old"], 2),
        ([*UNIT[1:], "--replace=75011-0042", "--batch=units.csv"], 2),
        ([*CARD, "--rescue=nowhere"], 11),
    ],
)
def test_what_contradicts_itself_is_refused(words: list[str], tmp_path: Path, words_of: list[str], status: int) -> None:
    assert main([*words, *words_of, f"--to-file={tmp_path}/card.img"]) == status
    assert not (tmp_path / "card.img").exists()


# --- the old card in a slot ---------------------------------------------------------------------------------------------


@pytest.fixture
def used(old: Path, image: Image, unit: StationUnit, tmp_path: Path) -> Path:
    """The image of a card that has sold."""
    flashed(tmp_path / "used.img", image, unit, 32 * MIB)
    use(tmp_path / "used.img", old)
    return tmp_path / "used.img"


def test_the_card_in_the_slot_goes_on_from_itself(
    words: list[str], used: Path, old: Path, loops: Loops, tmp_path: Path
) -> None:
    loop = loops(32 * MIB)
    with loop.file.open("r+b") as medium:
        medium.write(used.read_bytes())
    onto = [f"--device={loop.path}", f"--yes-erase={loop.token}"]
    assert main([*words, *UNREAD, *onto]) == 6, "its sales would be lost"
    assert main([*words, *CARD, *onto, f"--rescue={loop.path}"]) == 0
    state = state_on(loop.file, tmp_path / "state")
    assert entries_in(state)[:-1] == entries_in(old)
    with contextlib.closing(LineReader(state)) as line:
        assert line.newest.parent == line.journals[0].end()


def test_it_is_not_erased_for_another_card_s_sake(words: list[str], used: Path, old: Path, loops: Loops) -> None:
    """What is taken along comes from a folder: what is on the card in the slot may be more."""
    loop = loops(32 * MIB)
    with loop.file.open("r+b") as medium:
        medium.write(used.read_bytes())
    before = loop.file.read_bytes()
    assert main([*words, *CARD, f"--device={loop.path}", f"--yes-erase={loop.token}", f"--rescue={old}"]) == 6
    assert loop.file.read_bytes() == before


def test_the_card_in_a_second_reader_is_read(words: list[str], used: Path, old: Path, loops: Loops, tmp_path: Path) -> None:
    source, target = loops(32 * MIB), loops(32 * MIB)
    with source.file.open("r+b") as medium:
        medium.write(used.read_bytes())
    onto = [f"--device={target.path}", f"--yes-erase={target.token}"]
    assert main([*words, *CARD, *onto, f"--rescue={source.path}"]) == 0
    assert source.file.read_bytes() == used.read_bytes()
    assert entries_in(state_on(target.file, tmp_path / "state"))[:-1] == entries_in(old)


def test_the_image_of_a_card_is_read(words: list[str], used: Path, old: Path, tmp_path: Path) -> None:
    assert main([*words, *CARD, f"--rescue={used}", f"--to-file={tmp_path}/card.img"]) == 0
    assert entries_in(state_on(tmp_path / "card.img", tmp_path / "state"))[:-1] == entries_in(old)
    (found,) = states(tmp_path / "card.img")
    assert (found.station, found.entries, found.unsent, found.flaw) == (STATION, 9, 7, "")


def test_a_card_without_a_state_is_no_old_card(words: list[str], raw_image: bytes, tmp_path: Path) -> None:
    (tmp_path / "old.img").write_bytes(raw_image)
    assert main([*words, *CARD, f"--rescue={tmp_path}/old.img", f"--to-file={tmp_path}/card.img"]) == 11
