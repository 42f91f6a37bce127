"""The journals while nobody is there: a signed checkpoint, plates that are deleted, and what a start then reads."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.journal.journal_file import JournalReader
from firmware.journal.line import JournalLine, open_line
from firmware.journal.marks import write_cursor
from firmware.ledger.clock_evidence import ClockEvidence
from firmware.ledger.ledger import Ledger
from firmware.ledger.plates import Acknowledged, acknowledged_more, is_over, long_acknowledged
from firmware.protocol.facts import Fact, PaymentStarted, RightSold, Started
from firmware.protocol.genesis import Position
from firmware.station.checkpoint import CHECKPOINT, Checkpoint, read_checkpoint, write_checkpoint
from firmware.station.upkeep import ENTRIES_BETWEEN, Upkeep, restore
from tests.builders import NOW, STATION, STATION_KEY, new_journal, right

HOUR = timedelta(hours=1)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))


@contextlib.contextmanager
def running(folder: Path, trusted: Position | None = None) -> Iterator[JournalLine]:
    if not (folder / "journal.db").exists():
        new_journal(folder / "journal.db")
    with contextlib.closing(open_line(folder, STATION, "boot", STATION_KEY.public_key(), trusted)) as line:
        yield line


def sale(number: int, end: datetime = NOW) -> RightSold:
    return RightSold(right(reference=f"75011-0042-{number:06d}", plate=f"BA{number:03d}CD", start=end - HOUR, end=end))


def write(line: JournalLine, *facts: Fact) -> Ledger:
    for fact in facts:
        line.append(fact, NOW, 1.0)
    return restore(line, STATION_KEY)[0]


# --- the checkpoint -----------------------------------------------------------------------------------------------


def test_a_start_from_the_checkpoint_knows_what_the_whole_chain_says(tmp_path: Path) -> None:
    with running(tmp_path) as line:
        whole = write(line, *map(sale, range(1, 6)), PaymentStarted(right(reference="75011-0042-000006")))
        write_checkpoint(tmp_path, Checkpoint(line.position, whole, ClockEvidence(NOW, None, NOW)), STATION_KEY)
        assert restore(line, STATION_KEY) == (whole, ClockEvidence(NOW, None, NOW))
        later = write(line, sale(7))
        assert later == whole.after(sale(7))
        (tmp_path / CHECKPOINT).unlink()
        assert restore(line, STATION_KEY)[0] == later


def test_a_start_from_the_checkpoint_says_the_hours_of_the_whole_chain(tmp_path: Path) -> None:
    """Equal instants are not the same words: 15:30 in Paris is 14:30 in Greenwich."""
    with running(tmp_path) as line:
        whole = write(line, *map(sale, range(1, 6)), PaymentStarted(right(reference="75011-0042-000006")))
        write_checkpoint(tmp_path, Checkpoint(line.position, whole, ClockEvidence(NOW, None, NOW)), STATION_KEY)
        assert msgspec.to_builtins(restore(line, STATION_KEY)[0]) == msgspec.to_builtins(whole)


def test_only_what_follows_the_checkpoint_is_read(tmp_path: Path) -> None:
    """The mark of it: a checkpoint that claims other sales is believed, for it is signed."""
    with running(tmp_path) as line:
        write(line, sale(1))
        write_checkpoint(tmp_path, Checkpoint(line.position, Ledger(sales=41), ClockEvidence()), STATION_KEY)
        write(line, sale(2))
        assert restore(line, STATION_KEY)[0].sales == 41
        line.append(PaymentStarted(right(reference="75011-0042-000042")), NOW, 1.0)
        assert restore(line, STATION_KEY)[0].sales == 42


def damaged(data: bytes) -> list[bytes]:
    return [b"", data[:40], data[:-1], data + b"\0", data[:70] + bytes([data[70] ^ 1]) + data[71:], b"\0" * len(data)]


@pytest.mark.parametrize("which", range(6))
def test_a_corrupt_checkpoint_counts_for_nothing(tmp_path: Path, which: int) -> None:
    with running(tmp_path) as line:
        whole = write(line, sale(1), sale(2))
        write_checkpoint(tmp_path, Checkpoint(line.position, Ledger(sales=41), ClockEvidence()), STATION_KEY)
        (tmp_path / CHECKPOINT).write_bytes(damaged((tmp_path / CHECKPOINT).read_bytes())[which])
        assert read_checkpoint(tmp_path, STATION_KEY.public_key()) is None
        assert restore(line, STATION_KEY)[0] == whole


@pytest.mark.parametrize("position", [Position(1, 2, "ab" * 32), Position(1, 99, "ab" * 32), Position(7, 1, "ab" * 32)])
def test_a_checkpoint_of_another_journal_counts_for_nothing(tmp_path: Path, position: Position) -> None:
    with running(tmp_path) as line:
        whole = write(line, sale(1), sale(2))
        write_checkpoint(tmp_path, Checkpoint(position, Ledger(sales=41), ClockEvidence()), STATION_KEY)
        assert restore(line, STATION_KEY)[0] == whole
    with running(tmp_path, position) as line:
        assert line.head.seq == 2


def test_a_checkpoint_that_another_key_signed_is_none(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, Checkpoint(Position(1, 0, "ab" * 32), Ledger(), ClockEvidence()), OTHER_KEY)
    assert read_checkpoint(tmp_path, STATION_KEY.public_key()) is None


def test_one_is_written_in_the_first_quiet_minute_and_then_every_so_many_entries(tmp_path: Path) -> None:
    with running(tmp_path) as line:
        upkeep, ledger = Upkeep(line, STATION_KEY, 0.0), write(line, sale(1))
        assert not (tmp_path / CHECKPOINT).exists()
        upkeep.run(ledger, ClockEvidence(NOW, 7.0, NOW), NOW, upkeep.wake_at)
        first = read_checkpoint(tmp_path, STATION_KEY.public_key())
        assert first == Checkpoint(line.position, ledger, ClockEvidence(NOW, None, NOW)), "no instant outlives its boot"
        for _ in range(ENTRIES_BETWEEN - 1):
            line.append(Started("1.0", "2021-08-01"), NOW, 1.0)
        upkeep.run(ledger, ClockEvidence(), NOW, upkeep.wake_at)
        assert read_checkpoint(tmp_path, STATION_KEY.public_key()) == first
        line.append(Started("1.0", "2021-08-01"), NOW, 1.0)
        upkeep.run(ledger, ClockEvidence(), NOW, upkeep.wake_at)
        assert read_checkpoint(tmp_path, STATION_KEY.public_key()) != first


# --- the plates ---------------------------------------------------------------------------------------------------


def on_disk(folder: Path) -> bytes:
    """Every byte of the journal, its log and what else lies beside it, the checkpoint too."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


def kept(folder: Path) -> list[str]:
    """The plates of the sales that the journal still names."""
    with contextlib.closing(JournalReader(folder / "journal.db")) as reader:
        plates = [fact.right.plate for fact in reader.facts() if isinstance(fact, RightSold)]
    return [plate for plate in plates if not plate.startswith("*")]


def pass_hours(upkeep: Upkeep, line: JournalLine, hours: int, since: datetime = NOW) -> None:
    for hour in range(hours):
        upkeep.run(restore(line, STATION_KEY)[0], ClockEvidence(), since + hour * HOUR, upkeep.wake_at)


def test_a_plate_is_deleted_two_days_after_the_city_has_it_and_its_right_is_over(tmp_path: Path) -> None:
    with running(tmp_path) as line:
        write(line, sale(1, NOW - 72 * HOUR), PaymentStarted(sale(2).right), sale(2), sale(3, NOW + 60 * HOUR))
        write_cursor(tmp_path, line.position)
        write(line, sale(4))
        upkeep, chain = Upkeep(line, STATION_KEY, 0.0), line.current.verify()
        pass_hours(upkeep, line, 48)
        assert kept(tmp_path) == ["BA001CD", "BA002CD", "BA003CD", "BA004CD"]
        pass_hours(upkeep, line, 1, NOW + 48 * HOUR)
        assert kept(tmp_path) == ["BA003CD", "BA004CD"], "one right is not over, and of one the city has not heard"
        assert [plate for plate in (b"BA001CD", b"BA002CD") if plate in on_disk(tmp_path)] == []
        assert line.current.verify() == chain
        pass_hours(upkeep, line, 61, NOW + 48 * HOUR)
        assert kept(tmp_path) == ["BA004CD"]
        assert b"BA003CD" not in on_disk(tmp_path)
    with contextlib.closing(JournalReader(tmp_path / "journal.db")) as reader:
        assert reader.verify() == chain
        assert [fact.right.plate[0] for fact in reader.facts() if isinstance(fact, RightSold)] == ["*", "*", "*", "B"]


def test_a_deleted_plate_is_overwritten_where_it_lay(tmp_path: Path) -> None:
    """Many, so that whole pages are freed; the log is emptied too."""
    with running(tmp_path) as line:
        write(line, *map(sale, range(1, 400)))
        write_cursor(tmp_path, line.position)
        pass_hours(Upkeep(line, STATION_KEY, 0.0), line, 49)
    assert [number for number in range(1, 400) if f"BA{number:03d}CD".encode() in on_disk(tmp_path)] == []


def test_a_log_that_is_being_read_is_emptied_the_next_time(tmp_path: Path) -> None:
    with running(tmp_path) as line:
        write(line, sale(1))
        write_cursor(tmp_path, line.position)
        upkeep = Upkeep(line, STATION_KEY, 0.0)
        with contextlib.closing(JournalReader(tmp_path / "journal.db")) as reader:
            entries = reader.entries()
            next(entries)
            pass_hours(upkeep, line, 49)
            list(entries)
        pass_hours(upkeep, line, 1, NOW + 49 * HOUR)
        assert b"BA001CD" not in on_disk(tmp_path)


def test_a_restart_does_not_begin_the_two_days_again(tmp_path: Path) -> None:
    with running(tmp_path) as line:
        write(line, sale(1))
        write_cursor(tmp_path, line.position)
        for hour in range(49):
            pass_hours(Upkeep(line, STATION_KEY, 0.0), line, 1, NOW + hour * HOUR)
        assert b"BA001CD" not in on_disk(tmp_path)


def test_a_clock_that_cannot_be_believed_deletes_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as line:
        write(line, sale(1))
        write_cursor(tmp_path, line.position)
        upkeep = Upkeep(line, STATION_KEY, 0.0)
        pass_hours(upkeep, line, 1)
        upkeep.run(Ledger(), ClockEvidence(), None, upkeep.wake_at)
        assert b"BA001CD" in on_disk(tmp_path)


def test_an_acknowledgement_dated_by_a_clock_that_ran_ahead_does_not_count() -> None:
    ahead, here = Acknowledged(NOW + 99 * HOUR, Position(1, 5, "ab" * 32)), Acknowledged(NOW, Position(1, 3, "ab" * 32))
    history = acknowledged_more(acknowledged_more((), ahead), here)
    assert history == (here,)
    assert long_acknowledged(history, NOW + 47 * HOUR) is None
    assert long_acknowledged(history, NOW + 48 * HOUR) == here.position


def test_only_rights_have_plates_that_can_be_over(tmp_path: Path) -> None:
    with running(tmp_path) as line:
        write(line, sale(1), Started("1.0", "2021-08-01"))
        sold, started = line.latest(2)
    assert is_over(sold, NOW + 48 * HOUR)
    assert not is_over(sold, NOW + 47 * HOUR)
    assert not is_over(started, NOW + 480 * HOUR)
