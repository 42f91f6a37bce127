"""`horodateur rescue`, and `horodateur journal verify` of a station's folder: what a technician types, and what it answers."""

from __future__ import annotations

import argparse
import contextlib
import errno
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.cli.journal import add_parser
from firmware.cli.rescue import NOT_WRITTEN, PARTLY_WRITTEN, WRITTEN, run
from firmware.journal.journal import Journal
from firmware.journal.marks import HeadMark
from firmware.protocol.envelope import open_envelope
from firmware.protocol.facts import PaymentStarted, RightSold
from firmware.protocol.genesis import Position, genesis_document
from firmware.protocol.rescue import RESCUE, Rescue, rescue_in
from firmware.station.state_folder import hold_folder, open_signing_key, provision
from tests.builders import STATION, right

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A card that has sold once in each of two generations."""
    folder = tmp_path / "card"
    provision(folder, STATION)
    end = sell(folder / "journal.db")
    public = open_signing_key(folder).public_key()
    Journal.create(folder / "journal-2.db", genesis_document(STATION, 2, public, end))
    sell(folder / "journal-2.db")
    return folder


def sell(path: Path) -> Position:
    with contextlib.closing(Journal.open(path, STATION, "boot")) as journal:
        for fact in (PaymentStarted(right()), RightSold(right())):
            journal.append(fact, AT, 1.0)
        return journal.end()


def opened(file: Path, card: Path) -> Rescue:
    """What the file says, read with the public half of the card's key."""
    signed = rescue_in(file.read_bytes())
    open_envelope(RESCUE, signed.envelope, open_signing_key(card).public_key())
    return signed.rescue


# --- rescue ---------------------------------------------------------------------------------------------------------


def test_every_generation_goes_into_one_signed_file(card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "rescued"
    assert run(card, out, None, AT) == WRITTEN
    told = opened(out, card)
    assert (told.station, told.at, [journal.generation for journal in told.journals]) == (STATION, AT, [1, 2])
    assert all(sent.personal for journal in told.journals for sent in journal.entries)
    assert out.stat().st_mode & 0o777 == 0o600
    assert capsys.readouterr().out.splitlines() == [
        "generation 1: 2 entries in 1 run, whole",
        "generation 2: 2 entries in 1 run, whole",
        f"{out}: hand it to the city with: horodateur-central accept {out} --by NAME",
    ]


def test_the_file_is_named_after_the_station_and_never_overwritten(
    card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(card / "journal.db", None, None, AT) == WRITTEN
    before = (tmp_path / f"{STATION}.rescue").read_bytes()
    assert run(card, None, None, AT) == NOT_WRITTEN
    assert f"{STATION}.rescue: it is there already" in capsys.readouterr().err
    assert (tmp_path / f"{STATION}.rescue").read_bytes() == before


def test_a_damaged_journal_is_told_and_what_is_intact_written(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = card / "journal.db"
    path.write_bytes(path.read_bytes().replace(b'{"seq":2', b'{"seq":3', 1))
    (card / "journal-3.db").write_bytes(b"no database")
    assert run(card, tmp_path / "rescued", None, AT) == PARTLY_WRITTEN
    told, complaint = capsys.readouterr()
    assert complaint == "horodateur: nothing is in it of journal-3.db: keep the card\n"
    assert len(opened(tmp_path / "rescued", card).journals) == 2
    assert "generation 1: 1 entries in 1 run, not whole: entry 2: its hash does not match its text and predecessor\n" in told
    assert "generation 2: 2 entries in 1 run, not whole: generation 3 of this card is not in this file\n" in told
    assert "journal-3.db: nothing of it could be read: file is not a database\n" in told


def test_a_card_mounted_to_be_read_only_is_rescued(needs_root: None, card: Path, tmp_path: Path) -> None:
    """With a log beside the journal, which SQLite would write to."""
    shutil.copy(card / "journal.db", card / "at-work.db")
    with contextlib.closing(Journal.open(card / "at-work.db", STATION, "boot")) as journal:
        journal.append(RightSold(right(2)), AT, 2.0)
        for suffix in ("", "-wal"):
            shutil.copy(card / f"at-work.db{suffix}", card / f"journal.db{suffix}")
    subprocess.run(["mount", "--bind", "-o", "ro", card, card], check=True)
    try:
        before = {path.name: path.stat().st_mtime_ns for path in card.iterdir()}
        assert run(card, tmp_path / "rescued", None, AT) == WRITTEN
        assert {path.name: path.stat().st_mtime_ns for path in card.iterdir()} == before
    finally:
        subprocess.run(["umount", card], check=True)
    assert len(opened(tmp_path / "rescued", card).journals[0].entries) == 3


def test_a_key_elsewhere_is_named(card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (card / "station.key").rename(tmp_path / "kept.key")
    assert run(card, tmp_path / "rescued", None, AT) == NOT_WRITTEN
    assert f"{card}/station.key: the station's key is not here; name its file with --key" in capsys.readouterr().err
    assert run(card, tmp_path / "rescued", tmp_path / "kept.key", AT) == WRITTEN


@pytest.mark.parametrize(
    ("key", "said"), [(bytes(32), "it is the key of another station: its public half is "), (b"short", "no Ed25519 key")]
)
def test_another_key_signs_nothing(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], key: bytes, said: str
) -> None:
    (tmp_path / "other.key").write_bytes(key)
    assert run(card, tmp_path / "rescued", tmp_path / "other.key", AT) == NOT_WRITTEN
    assert f"{tmp_path}/other.key: {said}" in capsys.readouterr().err
    assert not (tmp_path / "rescued").exists()


def test_the_key_of_a_new_card_that_took_an_old_one_s_journals_along(card: Path, tmp_path: Path) -> None:
    """Its own journal names its key, if that can be read; the old one's never do."""
    (card / "journal-2.db").unlink()
    (card / "journal.mark").unlink()
    new = Ed25519PrivateKey.generate()
    (card / "station.key").unlink()
    (card / "station.key").write_bytes(new.private_bytes_raw())
    Journal.create(card / "journal-32.db", genesis_document(STATION, 32, new.public_key(), None))
    assert run(card / "journal.db", tmp_path / "one", None, AT) == WRITTEN
    (card / "journal-32.db").write_bytes(b"no database")
    assert run(card, tmp_path / "rescued", None, AT) == PARTLY_WRITTEN
    assert opened(tmp_path / "rescued", card).station == STATION


def test_of_a_generation_without_any_entry_left_it_says_so(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.closing(HeadMark(card)) as mark:
        mark.write(Position(3, 9, "ab" * 32))
    Journal.create(card / "journal-3.db", genesis_document(STATION, 3, open_signing_key(card).public_key(), None))
    assert run(card, tmp_path / "rescued", None, AT) == PARTLY_WRITTEN
    assert "nothing is in it of journal-3.db: keep the card\n" in capsys.readouterr().err


def test_the_key_of_an_earlier_card_of_the_station_will_do(card: Path, tmp_path: Path) -> None:
    later = Ed25519PrivateKey.generate()
    Journal.create(card / "journal-3.db", genesis_document(STATION, 3, later.public_key(), None))
    assert run(card, tmp_path / "rescued", None, AT) == WRITTEN


@pytest.mark.parametrize("name", ["", "journal.db", "nowhere"])
def test_where_there_is_nothing_the_place_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty" / name, tmp_path / "rescued", None, AT) == NOT_WRITTEN
    assert f"{tmp_path / 'empty' / name}: there is no journal here" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_a_running_station_is_not_read(card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with hold_folder(card):
        assert run(card, tmp_path / "rescued", None, AT) == NOT_WRITTEN
    assert "a station is running on this folder; stop it first" in capsys.readouterr().err


def test_a_full_disk_leaves_no_half_file(
    card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) < 100:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[:-50])

    (tmp_path / "out").mkdir()
    monkeypatch.setattr("os.write", full)
    assert run(card, tmp_path / "out" / "rescued", None, AT) == NOT_WRITTEN
    assert "No space left on device" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


# --- journal verify and export of a folder ----------------------------------------------------------------------------


def journal(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["journal", *words])
    return int(arguments.run(arguments))


def test_a_folder_is_verified_generation_by_generation(card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert journal("verify", str(card)) == 0
    lines = [line.rpartition(" ")[0] for line in capsys.readouterr().out.splitlines()]
    assert lines == ["generation 1: 2 entries, head", "generation 2: 2 entries, head"]


def test_one_bad_journal_of_a_folder_is_named_and_the_others_verified(card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (card / "journal.db").write_bytes(b"no database")
    assert journal("verify", str(card)) == 1
    out, err = capsys.readouterr()
    assert out.startswith("generation 2: 2 entries")
    assert err == f"{card}/journal.db: file is not a database\n"


@pytest.mark.parametrize("path", ["", "journal-2.db"])
def test_a_tail_that_a_mark_says_was_there_is_missed(card: Path, capsys: pytest.CaptureFixture[str], path: str) -> None:
    mark = HeadMark(card)
    mark.write(Position(2, 81, "ab" * 32))
    mark.close()
    assert journal("verify", str(card / path)) == 1
    said = "it ends at entry 2, and journal.mark says entry 81: its tail is missing; copied without journal-2.db-wal?"
    assert capsys.readouterr().err == f"{card}/journal-2.db: {said}\n"


def test_a_copy_under_another_name_is_no_journal_of_a_folder(card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The station refuses to start on it, too."""
    shutil.copy(card / "journal.db", card / "journal-3.db")
    assert journal("verify", str(card)) == 1
    assert f"{card}/journal-3.db: it is the journal of generation 1: take it away\n" in capsys.readouterr().err


def test_an_empty_folder_has_no_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert journal("verify", str(tmp_path)) == 1
    assert capsys.readouterr().err == f"{tmp_path}: there is no journal here\n"


def test_plates_are_exported_only_when_asked_for(card: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert journal("export", str(card)) == 0
    bodies = capsysbinary.readouterr().out.splitlines()
    with contextlib.closing(Journal.open(card / "journal.db", STATION, "boot")) as first:
        assert bodies[:2] == [entry.body for entry in first.entries()]
    assert journal("export", str(card), "--plates") == 0
    plates = [json.loads(line)["fact"]["right"]["plate"] for line in capsysbinary.readouterr().out.splitlines()]
    assert plates == [right().plate] * 4
