"""A station's line of journals: continued only where it is certainly the one that was here, else begun anew and never lost."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.journal.journal_file import JournalError, JournalReader, journal_path
from firmware.journal.line import JournalLine, LineReader, open_line
from firmware.journal.marks import CITY_MARK, HEAD_MARK, CityMark, read_head_mark, write_city_mark, write_cursor
from firmware.protocol.facts import AlarmRaised, GenerationBegun, RightSold
from firmware.protocol.genesis import Position, genesis_in
from tests.builders import STATION, STATION_KEY, new_journal
from tests.firmware.journal.journals import RIGHT, TEN, sql

PUBLIC = STATION_KEY.public_key()
BEFORE_GENERATIONS = Path(__file__).parent / "before_generations.sql"


@contextlib.contextmanager
def running(folder: Path, boot: str = "boot") -> Iterator[JournalLine]:
    """The station's journals while it runs: begun anew at the start if they must be."""
    with contextlib.closing(open_line(folder, STATION, boot, PUBLIC)) as line:
        if reason := line.leaving():
            line.begin(reason, TEN, 1.0)
        yield line


def sell(folder: Path, count: int = 1) -> list[Position]:
    """So many sales; where each stands."""
    with running(folder) as line:
        places = []
        for _ in range(count):
            line.append(RightSold(RIGHT), TEN, 2.0)
            places.append(line.position)
        return places


def heads(folder: Path) -> list[tuple[int, int]]:
    """The generation and last entry of each journal there; each is whole."""
    with contextlib.closing(LineReader(folder)) as line:
        return [(journal.generation, journal.verify().seq) for journal in line.journals]


def begun(folder: Path) -> GenerationBegun:
    """The first fact of the newest journal."""
    with contextlib.closing(LineReader(folder)) as line:
        fact = next(iter(line.newest.facts()))
    assert isinstance(fact, GenerationBegun)
    return fact


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a station that has just been provisioned."""
    folder = tmp_path / "state"
    folder.mkdir()
    new_journal(folder / "journal.db")
    return folder


def test_a_journal_that_is_as_it_was_is_continued(folder: Path) -> None:
    sell(folder, 2)
    sell(folder)
    assert heads(folder) == [(1, 3)]


def test_a_restored_backup_is_not_continued(folder: Path, tmp_path: Path) -> None:
    sell(folder)
    shutil.copytree(folder, tmp_path / "backup")
    last = sell(folder, 2)[-1]
    (folder / "journal.db").unlink()
    shutil.copy(tmp_path / "backup" / "journal.db", folder)
    sell(folder)
    assert heads(folder) == [(1, 1), (2, 2)]
    assert begun(folder) == GenerationBegun(2, "behind a mark", "at a sale: generation 1, entry 3")
    with contextlib.closing(LineReader(folder)) as line:
        assert line.newest.parent == last, "two entries are missing, and the city is told so"


def test_a_database_copied_without_its_log_is_not_continued(folder: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    copied.mkdir()
    with running(folder) as line:
        for _ in range(3):
            line.append(RightSold(RIGHT), TEN, 2.0)
        shutil.copy(folder / "journal.db", copied)
        shutil.copy(folder / HEAD_MARK, copied)
    with contextlib.closing(JournalReader(copied / "journal.db")) as reader:
        assert reader.verify().seq == 0, "a whole journal, only shorter"
    with running(copied) as line:
        assert line.position.generation == 2
    assert heads(copied) == [(1, 0), (2, 1)]


def test_of_a_journal_that_lost_its_tail_more_is_said_to_be_held_than_is_there(folder: Path) -> None:
    """The sync process may run before the station has begun a new one: what is left is not all there was."""
    sell(folder, 2)
    with contextlib.closing(LineReader(folder)) as line:
        assert line.held(1) == 2
    mark = (folder / HEAD_MARK).read_bytes()
    (folder / "journal.db").unlink()
    new_journal(folder / "journal.db")
    (folder / HEAD_MARK).write_bytes(mark)
    with contextlib.closing(LineReader(folder)) as line:
        assert (line.newest.last(), line.held(1)) == (0, 1)


def test_an_entry_the_city_has_and_the_journal_has_not_begins_a_new_one(folder: Path) -> None:
    sell(folder)
    write_cursor(folder, Position(1, 1, "ab" * 32))
    sell(folder)
    assert begun(folder).detail == "acknowledged: generation 1, entry 1"


def test_a_mark_that_cannot_be_written_is_an_error_of_the_journal(folder: Path) -> None:
    """Without it nobody could say at the next start what was sold: as with a journal that cannot be written."""
    sell(folder)
    (folder / HEAD_MARK).unlink()
    (folder / HEAD_MARK).mkdir()
    with pytest.raises(JournalError, match=r"journal\.mark: cannot be written: "):
        sell(folder)
    assert heads(folder) == [(1, 1)]


def test_a_card_begins_no_generation_that_the_next_card_may_have(folder: Path) -> None:
    """Its 31st journal of its own accord is its last: what the next card sells has other references, whatever was heard."""
    sell(folder)
    for holds, last in ((29, 30), (30, 31)):
        with contextlib.closing(LineReader(folder)) as line:
            told = CityMark(line.newest.start.hex(), "beside the city", Position(holds, 9, "ab" * 32))
            write_city_mark(folder, told)
        sell(folder)
        assert heads(folder)[-1] == (last, 2)
    with contextlib.closing(LineReader(folder)) as line:
        write_city_mark(folder, CityMark(line.newest.start.hex(), "beside the city", None))
    with pytest.raises(JournalError, match=r"journal-31\.db: generation 31 is the last of a card; replace it"):
        sell(folder)
    assert heads(folder)[-1] == (31, 2)


@pytest.mark.parametrize("why", ["behind the city", "beside the city"])
def test_what_the_city_says_is_done_once(folder: Path, why: str) -> None:
    sell(folder)
    with contextlib.closing(LineReader(folder)) as line:
        write_city_mark(folder, CityMark(line.newest.start.hex(), why, Position(4, 9, "ab" * 32)))
    sell(folder)
    sell(folder)
    assert heads(folder) == [(1, 1), (5, 3)]
    assert begun(folder) == GenerationBegun(5, why, "the city holds: generation 4, entry 9")


def test_what_the_city_said_of_another_journal_counts_for_nothing(folder: Path) -> None:
    write_city_mark(folder, CityMark("ab" * 32, "behind the city", None))
    sell(folder)
    assert heads(folder) == [(1, 1)]


@pytest.mark.parametrize("torn", [b"", b"{", b'{"generation":1,"seq":3', b"\xff" * 192, b'{"generation":0,"seq":1,"hash":""}'])
@pytest.mark.parametrize("name", [CITY_MARK, "journal.db.cursor"])
def test_a_mark_that_cannot_be_read_says_nothing(folder: Path, torn: bytes, name: str) -> None:
    sell(folder)
    (folder / name).write_bytes(torn)
    sell(folder)
    assert heads(folder) == [(1, 2)]


@pytest.mark.parametrize("torn", [None, b"", b"{", b"\xff" * 192, b'{"generation":0,"seq":1,"hash":""}'])
def test_a_journal_whose_mark_is_lost_is_not_continued(folder: Path, torn: bytes | None) -> None:
    """Somebody copied the database alone: how far it had come nobody knows, and the new journal says so."""
    sell(folder)
    (folder / HEAD_MARK).unlink() if torn is None else (folder / HEAD_MARK).write_bytes(torn)
    sell(folder)
    assert heads(folder) == [(1, 1), (2, 2)]
    assert begun(folder).detail == "journal.mark is not there, or cannot be read"
    with contextlib.closing(LineReader(folder)) as line:
        assert line.newest.parent is None


def test_a_copy_under_another_name_is_not_read_twice(folder: Path) -> None:
    sell(folder)
    shutil.copy(folder / "journal.db", folder / "journal-2.db")
    with pytest.raises(JournalError, match=r"journal-2\.db: it is the journal of generation 1: take it away"):
        sell(folder)


def test_the_mark_moves_with_every_sale_and_only_then(folder: Path) -> None:
    with running(folder) as line:
        sale = line.append(RightSold(RIGHT), TEN, 2.0)
        line.append(AlarmRaised("printer out"), TEN, 3.0)
    assert read_head_mark(folder) == Position(1, 1, sale.hash.hex())


def test_the_genesis_binds_station_generation_key_and_parent(folder: Path) -> None:
    with running(folder) as line:
        line.append(RightSold(RIGHT), TEN, 2.0)
        end = line.position
        write_city_mark(folder, CityMark(line.current.start.hex(), "behind the city", None))
    sell(folder)
    with contextlib.closing(JournalReader(journal_path(folder, 2))) as reader:
        genesis = genesis_in(reader.genesis_document)
        assert (genesis.station, genesis.generation, genesis.parent) == (STATION, 2, end)
        assert genesis.public_key == "ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ"


def test_a_line_is_read_across_its_generations(folder: Path) -> None:
    places = sell(folder, 3)
    with contextlib.closing(LineReader(folder)) as line:
        write_city_mark(folder, CityMark(line.newest.start.hex(), "behind the city", None))
    sell(folder, 2)
    with running(folder) as line:
        assert [(each.generation, each.seq) for each in line.contents_after(places[0])] == [
            *((1, 2), (1, 3)),
            *((2, 1), (2, 2), (2, 3)),
        ]
        assert [each.seq for each in line.contents_after(None)] == [1, 2, 3, 1, 2, 3]
        assert line.has(places[2])
        assert not line.has(Position(1, 3, "ab" * 32))


def test_the_chain_is_verified_in_slices_and_a_bad_entry_is_found(folder: Path) -> None:
    sell(folder, 5)
    with running(folder) as line:
        for _ in range(6):
            line.verify_next(2)
    trigger = "DROP TRIGGER entries_are_never_changed"
    with running(folder) as line:
        sql(folder / "journal.db", trigger, "UPDATE entries SET hash = zeroblob(32) WHERE seq = 4")
        line.verify_next(2)
        with pytest.raises(JournalError, match="entry 4: its hash"):
            line.verify_next(2)


def test_a_journal_of_before_generations_is_opened_once_and_goes_on_in_the_next(tmp_path: Path) -> None:
    sql_of_before = BEFORE_GENERATIONS.read_text("utf-8")
    sql(tmp_path / "journal.db", "PRAGMA journal_mode=WAL", *filter(str.strip, sql_of_before.split(";\n")))
    before = (tmp_path / "journal.db").read_bytes()
    with running(tmp_path) as line:
        contents = list(line.contents_after(None))
        line.append(RightSold(RIGHT), TEN, 2.0)
    assert [type(each.fact).__name__ for each in contents] == ["Started", "PaymentStarted", "RightSold", "GenerationBegun"]
    assert [(each.generation, each.seq) for each in contents] == [(1, 1), (1, 2), (1, 3), (2, 1)]
    sold = contents[2].fact
    assert isinstance(sold, RightSold)
    assert sold.right.plate == "AB123CD"
    assert (begun(tmp_path).why, heads(tmp_path)) == ("format", [(1, 3), (2, 2)])
    assert (tmp_path / "journal.db").read_bytes() == before
    sell(tmp_path)
    assert heads(tmp_path) == [(1, 3), (2, 3)]
