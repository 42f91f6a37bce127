"""Gathers the evidence about a desk: reads its card as another process would, its terminal's ledger, its city's register."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from operator import is_not

from sqlalchemy import select

from central.db.tables import alarms, dead_letters, entries, journals, rights
from central.rules.journals import place_in
from firmware.app import Station
from firmware.domain.plate import plate_in
from firmware.journal.journal_file import JournalError, JournalReader, generations_in, journal_path
from firmware.ledger.ledger import Ledger
from firmware.protocol.entry import Entry, EntryContent, content_in
from firmware.protocol.facts import Fact, PaymentStarted
from firmware.protocol.genesis import genesis_in
from firmware.tariff import Holding
from firmware.visit.offers import card_reference
from firmware.visit.sales_policy import fault_code
from hal.ports import NEVER, View
from simulator.desk.desk import Desk
from simulator.desk.power import RunningStation
from simulator.desk.sd_card import DRAWER
from simulator.invariants.evidence import (
    CityEvidence,
    JournalOrigin,
    PlaceEvidence,
    QueueLength,
    RegisterRow,
    StationEvidence,
    StationReport,
    WrittenEntry,
    references_in,
)
from simulator.invariants.glass import card_is_for, glass_is_true, looks_at
from simulator.invariants.knowledge import added_up

AT_EASE = ("idle", "resting")
"""Screens of a station that nobody uses."""
CLOSED_BY_PEOPLE = ("", "T2", "S1")
"""Codes of a machine that sells, or waits for somebody to compare what is in doubt, or to put it back into sales."""
MOST_WAITING, MOST_PENDING = 100, 2_000
"""What may wait for a station that a slow disk holds, and of actions in virtual time: timers, and bytes under way on wires."""
LONGEST_HEALING, LOOK_EVERY = 1500.0, 5.0
"""Seconds."""


class JournalCopy:
    """What was read of a station's card: only what is new is read again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.written: tuple[WrittenEntry, ...] = ()
        self.origins: tuple[JournalOrigin, ...] = ()
        self._ledger, self._added = Ledger(), 0
        self._open: dict[int, JournalReader] = {}
        self._opened_for: RunningStation | None = None

    def read(self) -> None:
        """Read what was written since the last time; all of it, where what was there last is there no more."""
        last, generations = self.written[-1] if self.written else None, generations_in(self._desk.setting.folder)
        if last and last.generation not in generations:  # an older card was put back: it is not there any more
            return self.read_again()
        for generation in generations:
            if last is None or generation >= last.generation:
                with self._reader(generation) as reader:
                    self._note_origin(reader)
                    known = last.entry if last and generation == last.generation else None
                    found = reader.entries_after(known.seq - 1 if known else 0, 1 << 40)
                    if known and (not found or (found[0].seq, found[0].hash) != (known.seq, known.hash)):
                        return self.read_again()
                    self.written += tuple(_written(reader, entry) for entry in (found[1:] if known else found))
        return None

    def read_again(self) -> None:
        """Read the card from its beginning, its files opened anew: it may be another one."""
        self.written, self.origins, self._opened_for = (), (), None
        self._ledger, self._added = Ledger(), 0
        self.read()

    def ledger(self) -> Ledger:
        """What was read adds up to, from the first entry."""
        self._ledger = added_up(self._ledger, [each.content for each in self.written[self._added :]])
        self._added = len(self.written)
        return self._ledger

    def _note_origin(self, reader: JournalReader) -> None:
        if reader.generation not in {each.generation for each in self.origins}:
            parent = genesis_in(reader.genesis_document).parent if reader.genesis_document else None
            self.origins += (JournalOrigin(reader.generation, parent),)

    @contextlib.contextmanager
    def _reader(self, generation: int) -> Iterator[JournalReader]:
        """The journal of a generation: kept open, as by the process that sends it, while the station has power."""
        path, running = journal_path(self._desk.setting.folder, generation), self._desk.running
        if running is None:
            with contextlib.closing(JournalReader(path)) as reader:
                yield reader
            return
        if running is not self._opened_for:
            self._open, self._opened_for = {}, running
        if generation not in self._open:
            self._open[generation] = JournalReader(path)
            running.readers.callback(self._open[generation].close)
        yield self._open[generation]

    def gone(self) -> dict[bytes, Fact]:
        """What stands in journals that were taken out, and not on the card: by the hash of the entry."""
        here, found = {each.entry.hash for each in self.written}, dict[bytes, Fact]()
        for folder in sorted((self._desk.setting.folder / DRAWER).glob("*")):
            for generation in generations_in(folder):
                with contextlib.closing(JournalReader(journal_path(folder, generation))) as reader:
                    found |= {each.hash: reader.content_of(each).fact for each in reader.entries() if each.hash not in here}
        return found


def evidence_of(desk: Desk, copy: JournalCopy, *, city: bool = False, healed_s: float | None = None) -> StationEvidence:
    """The evidence about a desk now. `city`: ask the city too; `healed_s`: what `heal` said."""
    copy.read_again() if city else copy.read()
    gone = copy.gone()
    theirs = city_evidence(desk) if city or gone else None
    there = {each.entry.hash for each in (theirs.entries if theirs else ())}
    booked = desk.cabinet.booked
    return StationEvidence(
        debits=tuple((debit.reference, debit.cents) for debit in desk.cabinet.debits()),
        written=copy.written,
        carried=lambda reference: booked(card_reference(reference)),
        named=booked,
        wall=desk.clock.wall(),
        city=theirs,
        vanished=frozenset(references_in(fact for digest, fact in gone.items() if digest not in there)),
        unheard=frozenset(name for terminal in desk.cabinet.terminals for name in terminal.core.unheard),
        acknowledged=frozenset(name for terminal in desk.cabinet.terminals for name in terminal.core.acknowledged),
        station=station_report(desk),
        ledger=copy.ledger(),
        instant=desk.clock.now(),
        origins=copy.origins,
        clock_was_wrong=desk.station_clock.was_wrong,
        tariffs=desk.city.tariffs,
        place=place_of(desk),
        queues=queues_of(desk),
        healed_s=healed_s,
        unrest=unrest(desk) if healed_s is not None else "",
    )


def city_evidence(desk: Desk) -> CityEvidence:
    """What the city holds of this desk's station."""
    station = desk.setting.site.station
    with desk.city.store.begin() as connection:
        lines = connection.execute(select(journals).where(journals.c.station == station)).all()
        generations = {line.number: line.generation for line in lines}
        rows = connection.execute(select(entries).where(entries.c.station == station).order_by(entries.c.seq)).all()
        letters = set(connection.scalars(select(dead_letters.c.seq).where(dead_letters.c.station == station)))
        present = connection.execute(select(rights).where((rights.c.station == station) & rights.c.known_until.is_(None))).all()
        active = (alarms.c.station == station) & alarms.c.cleared_at.is_(None)
        up = frozenset(connection.scalars(select(alarms.c.alarm).where(active)))
    found = (Entry(place_in(row.seq).seq, row.body, row.hash, row.personal) for row in rows)
    numbers = (generations[place_in(row.seq).number] for row in rows)
    written = tuple(
        WrittenEntry(number, b"", entry, _content_at_city(entry)) for number, entry in zip(numbers, found, strict=True)
    )
    waiting = (each.content.fact for each, row in zip(written, rows, strict=True) if row.seq in letters)
    register = {row.reference: RegisterRow(row.status, row.plate, row.cents, row.end) for row in present}
    held = {key: row for key, row in register.items() if row.status != "started"}
    received = {row.hash: row.received_at for row in rows}
    begun = frozenset(register.keys() - held.keys())
    doubled = frozenset(key for key, rows in Counter(row.reference for row in present).items() if rows > 1)
    return CityEvidence(written, held, frozenset(references_in(waiting)), received, begun, desk.city_claims, up, doubled)


def station_report(desk: Desk) -> StationReport | None:
    """What the station knows of itself; None without power."""
    if desk.running is None:
        return None
    station = desk.running.station
    total, unwritten = station.context().ledger.counters.total, False
    try:
        station.check()
    except JournalError:
        unwritten = True
    alarms_up, door_open = station.machine.health.alarms, "open" in desk.cabinet.on["door"]
    doubts = station.machine.health.doubts
    return StationReport(total.sales, total.cents, alarms_up, door_open, doubts, unwritten, station.context().ledger)


def place_of(desk: Desk) -> PlaceEvidence:
    """Where the station of a desk stands, and what the register of its city says that plates hold."""
    holdings: dict[str, tuple[Holding, ...]] = {}
    for row in desk.setting.register:
        plate = plate_in(row.plate)
        holdings[plate] = (*holdings.get(plate, ()), Holding(row.holding, frozenset(row.sectors)))
    return PlaceEvidence(desk.setting.site.street, desk.setting.site.sector, holdings)


def queues_of(desk: Desk) -> tuple[QueueLength, ...]:
    """How much waits in the queues of the station and of its wires."""
    process = desk.running.process.waiting if desk.running else 0
    return QueueLength("virtual time", desk.time.waiting, MOST_PENDING), QueueLength("process", process, MOST_WAITING)


def heal(desk: Desk) -> float:
    """End every fault, give power, and wait until nobody has anything left to do; the seconds it took, at most
    LONGEST_HEALING."""
    for device, names in desk.faults.items():
        for name in names:
            desk.fault(device, name, False)
    desk.power(True)
    began = desk.time.now
    desk.advance(LOOK_EVERY)
    while unrest(desk) and desk.time.now - began < LONGEST_HEALING:
        desk.advance(LOOK_EVERY)
    return desk.time.now - began


def unrest(desk: Desk) -> str:
    """What a station without faults still has to do; empty if it is idle and sells, but to cards while payments are
    in doubt, and to nobody while a technician has taken it out of sales."""
    if desk.running is None:
        return "it has no power"
    station = desk.running.station
    if station.machine.screen.name not in AT_EASE:
        return f"it shows {station.machine.screen.name}"
    if (code := fault_code(station.context())) not in CLOSED_BY_PEOPLE:
        return f"it does not sell: {code}"
    if waiting := desk.running.sync.report().waiting:
        return f"{waiting} entries wait for the city"
    return "" if desk.cabinet.terminal.wake_at == NEVER else "the terminal has something in mind"


def _written(reader: JournalReader, entry: Entry) -> WrittenEntry:
    return WrittenEntry(reader.generation, reader.start, entry, reader.content_of(entry))


def _content_at_city(entry: Entry) -> EntryContent:
    """What an entry says; without its plate where that is not the one that it was written with."""
    try:
        return content_in(entry.body, entry.personal)
    except ValueError:
        return content_in(entry.body)


class GlassReader:
    """Reads the glass of a desk before it is lit, and holds it against the journal on the disk."""

    def __init__(self, desk: Desk, copy: JournalCopy) -> None:
        self._desk, self._copy = desk, copy
        self.found: list[str] = []
        self._lit: View | None = None
        self._compared: tuple[object, ...] = ()
        desk.look = self._look
        desk.cabinet.on_card = self._look_at_card

    def look_again(self) -> None:
        """Hold what has been on the glass for a while against what was written since."""
        running = self._desk.running
        if running is not None and self._lit is not None and self._lit.screen == running.station.machine.screen.name:
            self._compare(self._lit, running.station)

    def _look(self, view: View) -> None:
        running = self._desk.running
        if running is None:
            self._lit = None
            return
        if view.enlarged:  # one fact of several: what the screen says is what its pages say one after the other
            view = running.station.machine.screen.view(running.station.context())
        self._lit = view
        self._compare(view, running.station)

    def _compare(self, view: View, station: Station) -> None:
        """Read the journal, and hold view and screen against it: again only once one of the three is another."""
        machine = station.machine
        if looks_at(view, machine.screen):
            self._copy.read()
            seen = view, machine.screen, machine.language, self._copy.written
            if len(self._compared) != len(seen) or any(map(is_not, seen, self._compared)):
                self._compared = seen
                facts = [each.content.fact for each in self._copy.written]
                self.found += glass_is_true(view, machine.screen, machine.language, facts)

    def _look_at_card(self, reference: str) -> None:
        """The terminal takes a card: who reads the glass must know for what. A glass without power says nothing."""
        if self._desk.running is None or self._lit is None:
            return
        self._copy.read()
        carried, language = self._desk.cabinet.booked, self._desk.running.station.machine.language
        started = (each.content.fact for each in self._copy.written if isinstance(each.content.fact, PaymentStarted))
        asked = [fact.right for fact in started if carried(card_reference(fact.right.reference)) == reference]
        self.found += card_is_for(self._lit.lines, asked[-1], language) if asked else ()
