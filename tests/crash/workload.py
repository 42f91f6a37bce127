"""Life of a station's folder, by production code: provisioned, sold from, the next generation begun, plates deleted.

What the station has a right to find again is written down beside the recorded operations as it comes to be acknowledged.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from firmware.domain.errors import FileError
from firmware.journal.journal_file import JournalError
from firmware.journal.line import JournalLine
from firmware.journal.marks import CityMark, write_city_mark, write_cursor
from firmware.ledger.clock_evidence import ClockEvidence
from firmware.protocol.entry import Entry
from firmware.protocol.facts import AlarmRaised, Fact, InDoubt, PaymentStarted, RightSold, Started, TicketPrinted
from firmware.station.state_folder import open_journal, open_signing_key, provision
from firmware.station.upkeep import Upkeep, restore
from tests.builders import CITY_KEY, NOW, STATION, right
from tests.crash.recorded_os import recorded_os
from tests.crash.recorded_sqlite import recorded_sqlite
from tests.crash.recorder import DiskFault, DiskRecorder

LATER = NOW + timedelta(hours=50)
"""When the plates of what was sold until `NOW`, and acknowledged by the city within an hour, are to be deleted."""
ATTEMPTS = 3
"""How often an entry that could not be written is tried again; a station does so for five seconds."""


class AcknowledgedEntry(NamedTuple):
    """An entry that the station was told is on disk."""

    generation: int
    entry: Entry


@dataclass(frozen=True)
class Promise:
    """What must be found again, from one moment on."""

    provisioned: bool = False
    entries: tuple[AcknowledgedEntry, ...] = ()
    may_leave: bool = False
    """The station is being told to go on in another journal."""
    leaving: bool = False
    """It was told so, and has not done it."""
    deleting: frozenset[str] = frozenset()
    """Plates whose deletion has begun."""
    deleted: frozenset[str] = frozenset()
    """Plates that are deleted: nobody reads them from the disk any more."""


class PromiseMoment(NamedTuple):
    """From which operation on a promise holds."""

    operation: int
    promise: Promise


@dataclass
class Life:
    """One folder, and what has been promised."""

    recorder: DiskRecorder
    moments: list[PromiseMoment] = field(default_factory=lambda: [PromiseMoment(0, Promise())])

    @property
    def promise(self) -> Promise:
        """What holds now."""
        return self.moments[-1].promise

    def promised(self, promise: Promise) -> None:
        """This holds from now on."""
        self.moments.append(PromiseMoment(len(self.recorder.operations), promise))


Act = Callable[[Life], None]


def lived(folder: Path, acts: Sequence[Act], fault: DiskFault | None = None) -> Life:
    """The life of a new folder, until its end, or until the process leaves because the disk fails."""
    life = Life(DiskRecorder(folder, fault))
    with recorded_os(life.recorder), recorded_sqlite(life.recorder):
        for act in acts:
            try:
                act(life)
            except FileError:
                if fault is None:
                    raise
                break
    return life


def provisioned(life: Life) -> None:
    """The technician makes journal and key."""
    try:
        provision(life.recorder.folder, STATION, CITY_KEY.public_key())
    except OSError as error:
        raise FileError(str(life.recorder.folder), "", "not provisioned") from error
    life.promised(Promise(provisioned=True))


@contextmanager
def started(life: Life, boot: str) -> Iterator[JournalLine]:
    """The station runs; it is switched off in good order at the end."""
    draw = random.Random(boot).randbytes
    with closing(open_journal(life.recorder.folder, STATION, boot, draw)) as line:
        yield line


def append(life: Life, line: JournalLine, fact: Fact) -> None:
    """Write a fact down, as the station does: tried again if it cannot be written. Raises JournalError when it gives up."""
    for attempt in range(ATTEMPTS):
        try:
            entry = line.append(fact, NOW, 1.0)
        except JournalError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            _acknowledge(life, AcknowledgedEntry(line.current.generation, entry))
            return


def _acknowledge(life: Life, entry: AcknowledgedEntry) -> None:
    life.promised(replace(life.promise, entries=(*life.promise.entries, entry)))


def day(boot: str, sales: Sequence[int], seed: int) -> Act:
    """A start, these sales, the city's acknowledgement, the first quiet minute."""

    def act(life: Life) -> None:
        with started(life, boot) as line:
            _sell(life, line, sales, random.Random(seed))
            _upkeep(life, line, NOW)

    return act


def sale(number: int, chance: random.Random) -> Iterator[Fact]:
    """What one sale writes, and an alarm whose text may take pages of its own."""
    sold = right(reference=f"75011-0042-{number:06d}", plate=plate(number), start=NOW - timedelta(hours=1), end=NOW)
    yield PaymentStarted(sold)
    yield InDoubt(sold, "silence") if chance.random() < 0.2 else RightSold(sold, True)
    if chance.random() < 0.5:
        yield TicketPrinted(sold.reference)
    if chance.random() < 0.3:
        yield AlarmRaised("x" * chance.randrange(12_000))


def plate(number: int) -> str:
    """The plate of a sale; no two have the same."""
    return f"BA{number:03d}CD"


def next_generation(life: Life) -> None:
    """The city says that it holds more: the station goes on in another journal."""
    with started(life, "leaving") as line:
        mark = CityMark(line.current.start.hex(), "behind the city", None)
        _told_to_leave(life, mark)
        reason = line.leaving()
        assert reason
        line.begin(reason, NOW, 1.0)
        life.promised(replace(life.promise, may_leave=False, leaving=False))
        _acknowledge(life, AcknowledgedEntry(line.current.generation, line.current.entries_after(0, 1)[0]))
        append(life, line, AlarmRaised("in the next generation"))


def _told_to_leave(life: Life, mark: CityMark) -> None:
    life.promised(replace(life.promise, may_leave=True))
    try:
        write_city_mark(life.recorder.folder, mark)
    except OSError as error:
        raise FileError(str(life.recorder.folder), "", "not told") from error
    life.promised(replace(life.promise, leaving=True))


def two_days(boot: str, sales: Sequence[int], seed: int) -> Act:
    """A start and these sales; the city has everything; two days later all plates are deleted, if they are in no doubt."""

    def act(life: Life) -> None:
        with started(life, boot) as line:
            _sell(life, line, sales, random.Random(seed))
            _upkeep(life, line, NOW + timedelta(hours=1))
            plates = frozenset(map(plate, range(1, sales[-1] + 1)))
            life.promised(replace(life.promise, deleting=plates))
            _upkeep(life, line, LATER)
            if life.recorder.fault is None:  # a deletion that fails is tried again an hour later, and nobody is told
                ledger, _ = restore(line, open_signing_key(life.recorder.folder))
                doubtful = {doubt.plate for doubt in ledger.doubts.values()}
                life.promised(replace(life.promise, deleted=plates - doubtful))
            append(life, line, AlarmRaised("after the plates"))

    return act


def _sell(life: Life, line: JournalLine, sales: Sequence[int], chance: random.Random) -> None:
    append(life, line, Started("0.1.0", "2021-08-01"))
    for number in sales:
        for fact in sale(number, chance):
            append(life, line, fact)
    write_cursor(life.recorder.folder, line.position)


def _upkeep(life: Life, line: JournalLine, now: datetime) -> None:
    upkeep = Upkeep(line, open_signing_key(life.recorder.folder), 0.0)
    ledger, _ = restore(line, open_signing_key(life.recorder.folder))
    upkeep.run(ledger, ClockEvidence(), now, 60.0)


def station_life(seed: int) -> list[Act]:
    """Everything a folder meets."""
    days = [day("boot 1", range(1, 4), seed), day("boot 2", range(4, 6), seed + 1)]
    return [
        provisioned,
        *days,
        next_generation,
        day("boot 3", range(6, 7), seed + 2),
        two_days("boot 4", range(7, 9), seed + 3),
    ]


SHORT_LIFE: tuple[Act, ...] = (provisioned, day("boot 1", [1], 3), next_generation, two_days("boot 2", [2], 4))
"""A little of everything."""


def full_log(entries: int) -> list[Act]:
    """So many large entries that the log is taken into the file while the station writes, and begun again."""

    def act(life: Life) -> None:
        with started(life, "boot 1") as line:
            for _ in range(entries):
                append(life, line, AlarmRaised("x" * 60_000))

    return [provisioned, act]
