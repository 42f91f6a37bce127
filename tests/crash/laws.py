"""What must be found again after a power cut, and every folder that may be found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from firmware.domain.errors import FileError
from firmware.journal.journal_file import JournalReader, generations_in, newest_journal
from firmware.journal.line import JournalLine, entries_after
from firmware.ledger.ledger import Ledger
from firmware.protocol.facts import AlarmRaised
from firmware.station.state_folder import CITY, open_journal, open_signing_key
from firmware.station.upkeep import restore
from tests.builders import NOW, STATION
from tests.crash.disk import Files, ForgetfulDisk
from tests.crash.workload import AcknowledgedEntry, Life, Promise

ALL = 1 << 40
_adds_up: dict[bytes, tuple[object, ...]] = {}


class CrashState(NamedTuple):
    """A folder that may be found, and what must be in it."""

    operation: int
    """How many operations the disk was asked for before the cut."""
    files: Files
    promise: Promise


def crash_states(life: Life, first: int = 0, step: int = 1) -> Iterator[CrashState]:
    """Every state, each once; only those after every `step`th operation from the `first` on."""
    disk, moments, seen = ForgetfulDisk(), list(life.moments), set[int]()
    for number in range(len(life.recorder.operations) + 1):
        if number:
            disk.take(life.recorder.operations[number - 1])
        while len(moments) > 1 and moments[1].operation <= number:
            del moments[0]
            seen.clear()
        if number >= first and number % step == 0:
            for files in disk.states():
                if (key := hash(tuple(files.items()))) not in seen:
                    seen.add(key)
                    yield CrashState(number, files, moments[0].promise)


def last_states(life: Life) -> Iterator[CrashState]:
    """Every state that may be found once the process has gone."""
    return crash_states(life, first=len(life.recorder.operations))


def broken(state: CrashState, folder: Path) -> str:
    """Which promise a station that starts from this state in an empty folder breaks; empty if none."""
    for name, content in state.files.items():
        (folder / name).write_bytes(content)
        if name.endswith("-wal"):
            (folder / f"{name[:-4]}-shm").write_bytes(b"\xa5" * 4096)
    if readable := [plate for plate in state.promise.deleted if any(plate.encode() in each for each in state.files.values())]:
        return f"{len(readable)} deleted plates can still be read"
    if not state.promise.provisioned and not generations_in(folder):
        return ""
    try:
        return _found(folder, state.promise) or _read_again(folder, len(state.promise.entries))
    except FileError as error:
        return f"the station does not start: {error.reason}"


def _found(folder: Path, promise: Promise) -> str:
    with closing(open_journal(folder, STATION, "after the cut")) as line:
        entries = entries_after(line.journals_to(ALL), None)
        finding = _lost([AcknowledgedEntry(journal.generation, entry) for journal, entry in entries], promise)
        for journal in line.journals_to(ALL):
            journal.verify()
        finding = finding or (_marks(folder, line, promise) if promise.provisioned else "") or _ledger(folder, line)
        line.append(AlarmRaised("power came back"), NOW, 1.0)
        return finding


def _lost(found: list[AcknowledgedEntry], promise: Promise) -> str:
    expected = promise.entries
    if len(found) < len(expected):
        return f"{len(expected) - len(found)} acknowledged entries lost"
    if len(found) > len(expected) + 1:
        return f"{len(found) - len(expected)} entries that nobody was told of"
    return next(filter(None, (_differs(*pair, promise) for pair in zip(expected, found, strict=False))), "")


def _differs(expected: AcknowledgedEntry, found: AcknowledgedEntry, promise: Promise) -> str:
    (generation, entry), (found_generation, found_entry) = expected, found
    if (generation, entry.seq, entry.body, entry.hash) != (
        found_generation,
        found_entry.seq,
        found_entry.body,
        found_entry.hash,
    ):
        return f"entry {entry.seq} of generation {generation} is another one"
    is_going = entry.personal and any(plate.encode() in entry.personal for plate in promise.deleting)
    if found_entry.personal != entry.personal and not (is_going and found_entry.personal is None):
        return f"the personal part of entry {entry.seq} of generation {generation} is lost"
    return ""


def _marks(folder: Path, line: JournalLine, promise: Promise) -> str:
    reason = line.leaving()
    if reason and not promise.may_leave:
        return f"it leaves a whole journal: {reason.why}, {reason.detail}"
    if promise.leaving and not reason and line.current.generation == promise.entries[-1].generation:
        return "it goes on in a journal that the city told it to leave"
    return "" if (folder / CITY).exists() else "it no longer knows the city's key"


def _ledger(folder: Path, line: JournalLine) -> str:
    restored = _sums(restore(line, open_signing_key(folder))[0])
    return "" if restored == _whole(line) else "the checkpoint adds up to something else"


def _whole(line: JournalLine) -> tuple[object, ...]:
    """What all entries add up to; the hash of the last one speaks for them all."""
    if line.head.hash not in _adds_up:
        ledger = Ledger()
        for content in line.contents_after(None):
            ledger = ledger.after(content.fact)
        _adds_up[line.head.hash] = _sums(ledger)
    return _adds_up[line.head.hash]


def _sums(ledger: Ledger) -> tuple[object, ...]:
    """What no deletion of plates changes."""
    return ledger.sales, set(ledger.started), set(ledger.doubts), ledger.counters, ledger.generation


def _read_again(folder: Path, acknowledged: int) -> str:
    """The chain after the station was switched off in good order: with the entry it wrote last."""
    with closing(JournalReader(newest_journal(folder))) as reader:
        head = reader.verify()
        last = reader.latest(1)
    return "" if last and last[0].fact == AlarmRaised("power came back") else f"what was written after entry {head.seq} is lost"
