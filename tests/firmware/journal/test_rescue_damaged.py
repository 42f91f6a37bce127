"""Rescue of damaged, cut and copied journals: what is intact is written once, and it always ends."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from firmware.journal.journal import Journal
from firmware.journal.journal_file import JournalError, JournalReader
from firmware.journal.rescue import read_rescue, readable_entries
from firmware.protocol.entry import Entry
from firmware.protocol.genesis import genesis_document
from tests.firmware.journal.rescue_journals import ENTRIES, KEY, make, numbers, only, plates, spoil

# --- damage ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "runs"),
    [
        ("UPDATE entries SET body = zeroblob(60) WHERE seq = 17", [(1, 16), (18, ENTRIES)]),
        ("UPDATE entries SET hash = zeroblob(32) WHERE seq = 17", [(1, ENTRIES)]),
        ("UPDATE entries SET hash = zeroblob(32), body = zeroblob(9) WHERE seq = 17", [(1, 16), (19, ENTRIES)]),
        ("DELETE FROM entries WHERE seq = 17", [(1, 16), (19, ENTRIES)]),
        ("DELETE FROM entries WHERE seq BETWEEN 17 AND 40", [(1, 16), (42, ENTRIES)]),
        ("DELETE FROM entries WHERE seq = 1", [(3, ENTRIES)]),
        ("UPDATE entries SET body = zeroblob(9) WHERE seq IN (17, 19)", [(1, 16), (18, 18), (20, ENTRIES)]),
        ("UPDATE entries SET seq = 100000 WHERE seq = 17", [(1, 16), (19, ENTRIES)]),
    ],
)
def test_a_new_run_begins_after_what_is_bad_or_missing(tmp_path: Path, damage: str, runs: list[tuple[int, int]]) -> None:
    make(tmp_path)
    spoil(tmp_path / "journal.db", damage)
    journal = only(tmp_path)
    assert (numbers(journal), journal.whole) == (runs, False)
    assert journal.flaw.startswith("entry 1")


def test_a_plate_that_is_not_the_entry_s_is_left_out_and_the_entry_is_not(tmp_path: Path) -> None:
    make(tmp_path)
    spoil(tmp_path / "journal.db", "UPDATE entries SET personal = zeroblob(20) WHERE seq = 17")
    journal = only(tmp_path)
    assert (numbers(journal), journal.whole, plates(journal)) == ([(1, ENTRIES)], False, ENTRIES - 1)


def test_entries_behind_a_page_that_cannot_be_read_are_rescued(tmp_path: Path) -> None:
    """Each page of entries is destroyed in turn: those of the others are rescued, but for the one that follows."""
    make(tmp_path)
    path = tmp_path / "journal.db"
    whole, page, missing = path.read_bytes(), 4096, list[int]()
    for start in range(4 * page, len(whole), page):
        path.write_bytes(whole[:start] + os.urandom(page) + whole[start + page :])
        journal = only(tmp_path)
        assert not journal.whole
        missing.append(ENTRIES - sum(last - first + 1 for first, last in numbers(journal)))
    assert len(missing) > ENTRIES // 10
    assert max(missing) < 12


def test_a_journal_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    make(tmp_path)
    path = tmp_path / "journal.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    journal = only(tmp_path)
    assert not journal.whole
    assert numbers(journal)[0][0] == 1


class DamagedRows(JournalReader):
    """A journal that gives entries out of order, as a damaged file may, and again and again; counts how often it is read."""

    def __init__(self, first: list[int], then: list[int]) -> None:
        """`first`: numbers of one read of all, which then fails; `then`: what follows each number after that."""
        self.first, self.then, self.reads = first, then, 0

    def entries(self) -> Iterator[Entry]:
        yield from (Entry(seq, b"", b"") for seq in self.first)
        raise JournalError(Path("journal.db"), "damaged")

    def entries_after(self, seq: int, limit: int) -> list[Entry]:
        self.reads += 1
        assert self.reads < 1000, "it does not end"
        found = self.then[seq % len(self.then)]
        if found < 0:
            raise JournalError(Path("journal.db"), "damaged")
        return [Entry(found, b"", b"")][:limit]


@given(st.lists(st.integers(-3, 60), max_size=9), st.lists(st.integers(-3, 60), min_size=1, max_size=9), st.integers(0, 50))
@example([1, 2], [1], 50)
def test_what_a_damaged_file_gives_is_read_forward_only_and_ends(first: list[int], then: list[int], most: int) -> None:
    journal = DamagedRows(first, then)
    seqs = [entry.seq for entry in readable_entries(journal, most)]
    assert seqs == sorted(set(seqs))
    assert all(seq > 0 for seq in seqs)
    assert journal.reads <= most


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    length=st.floats(0, 1),
    pages=st.sampled_from([None, 0, 1, 0x000F0000, 0xFFFFFFFF]),
    spots=st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=16)), max_size=6),
)
@example(0.63, None, [])
@example(1.0, 0x000F0000, [(0.26, b"\xff" * 8)])
def test_however_it_is_cut_or_damaged_a_rescue_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: float, pages: int | None, spots: list[tuple[float, bytes]]
) -> None:
    """Within as many reads as entries would fit into the file, and a few of its ends."""
    if not (tmp_path / "whole").exists():
        (tmp_path / "whole").mkdir()
        make(tmp_path / "whole", 24)
    content = bytearray((tmp_path / "whole" / "journal.db").read_bytes())
    content[28:32] = content[28:32] if pages is None else pages.to_bytes(4)
    for place, damage in spots:
        start = int(place * len(content))
        content[start : start + len(damage)] = damage
    damaged = bytes(content[: int(length * len(content))])
    (tmp_path / "journal.db").write_bytes(damaged)
    left, read = len(damaged) // 100 + 20, JournalReader.entries_after

    def counted(journal: JournalReader, seq: int, limit: int) -> list[Entry]:
        nonlocal left
        left -= 1
        assert left > 0, "it does not end"
        return read(journal, seq, limit)

    with monkeypatch.context() as patched, contextlib.suppress(JournalError):
        patched.setattr(JournalReader, "entries_after", counted)
        assert all(last <= 24 for journal in read_rescue(tmp_path / "journal.db").journals for _, last in numbers(journal))


def test_a_copy_under_another_name_is_written_once(tmp_path: Path) -> None:
    make(tmp_path, 8)
    shutil.copy(tmp_path / "journal.db", tmp_path / "journal-2.db")
    assert numbers(only(tmp_path)) == [(1, 8)]
    (tmp_path / "journal.db").unlink()
    assert numbers(only(tmp_path)) == [(1, 8)]


def test_of_copies_under_other_names_none_is_left_out_that_holds_more(tmp_path: Path) -> None:
    make(tmp_path, 8)
    shutil.copy(tmp_path / "journal.db", tmp_path / "journal-2.db")
    spoil(tmp_path / "journal.db", "DELETE FROM entries WHERE seq > 4")
    assert [numbers(each) for each in read_rescue(tmp_path).journals] == [[(1, 4)], [(1, 8)]]


# --- nothing to rescue ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(100)])
def test_one_unreadable_journal_does_not_hide_the_others(tmp_path: Path, content: bytes) -> None:
    make(tmp_path, 4)
    (tmp_path / "journal-2.db").write_bytes(content)
    found = read_rescue(tmp_path)
    assert [each.generation for each in found.journals] == [1]
    assert [error.path for error in found.unreadable] == [tmp_path / "journal-2.db"]
    with pytest.raises(JournalError, match=f"^{tmp_path}/journal-2.db: "):
        read_rescue(tmp_path / "journal-2.db")


@pytest.mark.parametrize("name", ["", "nowhere", "journal.db"])
def test_where_there_is_no_journal_it_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(JournalError, match=f"^{tmp_path / name}: there is no journal here"):
        read_rescue(tmp_path / name)


def test_what_is_no_file_is_named_as_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "journal.db").mkdir()
    for path, named in ((Path("/dev/null"), "/dev/null"), (tmp_path, f"{tmp_path}/journal.db")):
        with pytest.raises(JournalError, match=f"^{named}: there is no journal here"):
            read_rescue(path)


def test_journals_of_two_stations_are_not_rescued_as_one(tmp_path: Path) -> None:
    make(tmp_path, 4)
    Journal.create(tmp_path / "journal-2.db", genesis_document("75012-0001", 2, KEY.public_key(), None))
    with pytest.raises(JournalError, match=f"{tmp_path}/journal-2.db: it is the journal of station 75012-0001"):
        read_rescue(tmp_path)
