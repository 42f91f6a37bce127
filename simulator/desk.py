"""A station at the desk: its devices, its city and its clock, in virtual time. What the page, the API and the visits drive.

Everything the station needs is in one folder, as on its card: journal, key; and beside them the city's database. A power cut
throws the station and its sync process away as they stand and leaves the folder; power starts new ones from it.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
from PIL import Image

from central import intake, publications
from central.checks import Asked, check
from central.holdings import Row
from firmware.alarms import ALARMS
from firmware.app import Plug, Provision, Station
from firmware.assemble import assemble
from firmware.cli.sync import read_cursor, report_of, write_cursor
from firmware.in_force import InForce
from firmware.inspection import Instruments
from firmware.journal import Journal, Reader
from firmware.last_contact import last_contact, note_contact
from firmware.locale import catalogues
from firmware.pull import Pull
from firmware.rights import NO_RIGHTS, RightsCopy
from firmware.shelf import Shelf
from firmware.site import Site
from firmware.state import JOURNAL, is_new, load_people, open_journal, open_seal, open_shelf, provision
from firmware.sync import Sync
from firmware.tariff import Tariffs
from firmware.voice import Voice
from hal.board import Board
from hal.lines import EdgeCable
from hal.ports import Key
from simulator.bench import Alarm, Bench, BenchClock, Wire, deaf
from simulator.bringup import TappedPort, completed, real_cables, with_real_devices
from simulator.cabinet import Cabinet, EdgeWire
from simulator.city import BY, CityEnd, Door, city_in, welcome
from simulator.devices.paper import PrintedTicket
from simulator.devices.terminal_script import CARDS
from simulator.state import state
from simulator.station_clock import StationClock
from simulator.trace import Trace


@dataclass(frozen=True)
class Setting:
    """What a desk is made from."""

    folder: Path
    board: Board
    """Which devices are simulated, and where the real ones are."""
    reference: Board
    """The wiring of the simulated ones."""
    site: Site
    tariffs: Tariffs
    at: datetime
    """What the clock on the wall says when the desk is made; aware."""
    rights: RightsCopy = NO_RIGHTS
    """The copy of the city's register that the station is provisioned with."""
    register: tuple[Row, ...] = ()
    """What the city's register says that plates hold: the station's later copies are made of it."""
    released: datetime = datetime(2014, 1, 1, tzinfo=UTC)
    """The station's clock is wrong before that: it is older than every tariff, so that all of them can be seen at a desk."""
    draw: Callable[[int], bytes] = secrets.token_bytes
    """Where the city's random bytes come from."""
    plates: tuple[tuple[str, str], ...] = ()
    """Plates worth typing, and what each holds, in French: the page shows them."""


@dataclass
class _Running:
    """What a power cut ends."""

    station: Station
    journal: Journal
    sync: Sync
    reader: Reader
    alarms: tuple[Alarm, ...]
    real: Mapping[str, TappedPort | EdgeCable]
    """The cables of this computer, by the name of the plug."""


class Desk:
    """One simulated station with all its surroundings. Every method returns at once."""

    keys = tuple(key.value for key in Key)
    cards: Mapping[str, str] = CARDS
    faults = Cabinet.faults
    alarms: Mapping[str, str] = {alarm.name: alarm.says for alarm in ALARMS}

    def __init__(self, setting: Setting) -> None:
        """Open the folder (provisioning a new one) and switch the station on.

        Raises BoardError, JournalError or SealError for what must not start.
        """
        setting.folder.mkdir(parents=True, exist_ok=True)
        self.city = city_in(setting.folder, setting.tariffs, setting.draw)
        try:
            self._furnish(setting)
        except BaseException:
            self.city.store.dispose()
            raise

    def _furnish(self, setting: Setting) -> None:
        if is_new(setting.folder):
            provision(setting.folder, setting.site.station, self.city.key.public_key())
        self.setting = setting
        self.bench = Bench()
        self.clock = BenchClock(self.bench, setting.at)
        self.station_clock = StationClock(self.clock)
        self.trace = Trace(self.clock.now, self.clock.wall)
        self.board = completed(setting.board, setting.reference)
        self.cabinet = Cabinet(self.bench, self.board, self.trace.tap)
        welcome(self.city, setting.site, open_seal(setting.folder), setting.register, setting.at)
        self.network = self._line_to(intake.take)
        self.published = self._line_to(publications.pull)
        self.speed = 1.0
        self.boots = 0
        self.running: _Running | None = None
        self.power(True)

    # --- hands ---

    def press(self, key: str, *, held: bool = False) -> None:
        """Press a key and let it go; when this returns the station has seen both."""
        self.bench.run_until(self.cabinet.press(key, held=held))

    def card(self, name: str) -> bool:
        """Present a card; False if the terminal was not asking for one."""
        taken = self.cabinet.present(name)
        self.bench.run_until(self.bench.now)
        return taken

    def fault(self, device: str, name: str, on: bool) -> None:
        """Begin or end a fault."""
        self.cabinet.fault(device, name, on)
        if device == "clock":
            self.station_clock.fault(name, on)
            self._poke()
        if device == "network":
            self.cabinet.lay_network_faults(self.network)
            self.cabinet.lay_network_faults(self.published)
        self.bench.run_until(self.bench.now)

    def power(self, on: bool) -> None:
        """Give the station its mains, or take them away at once and without a word."""
        if on and self.running is None:
            self.running = self._switched_on()
            self._poke()
        elif not on and self.running is not None:
            self._cut(self.running)

    # --- time ---

    def set_clock(self, at: datetime) -> None:
        """Turn the hands of the clock on the wall; no time passes."""
        self.clock.set(at)
        self._poke()

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.bench.run_until(self.bench.now + seconds)

    def tick(self, real_seconds: float) -> None:
        """Let virtual time pass at the desk's speed, and hear what real devices have said meanwhile."""
        self._hear_real_devices()
        self.advance(real_seconds * self.speed)

    # --- eyes ---

    def check(self, plate: str, zone: int, sector: str) -> dict[str, object]:
        """What the city answers an agent. Raises ValueError for what is no plate, zone or sector."""
        answer: dict[str, object] = msgspec.to_builtins(check(self.city, Asked(plate, zone, sector), BY, self.clock.wall()))
        return answer

    def state(self) -> dict[str, object]:
        """What a program or the page wants to know, ready for JSON."""
        return state(self)

    def screen(self) -> Image.Image:
        """The glass: 256 x 64, grey."""
        return self.cabinet.picture()

    def screen_png(self) -> bytes:
        """The glass, as a file."""
        return _png(self.screen())

    def screen_grey(self) -> bytes:
        """The glass, a byte a pixel."""
        return self.screen().tobytes()

    def tickets(self) -> tuple[PrintedTicket, ...]:
        """Every ticket that was cut, oldest first."""
        return tuple(ticket for ticket in self.cabinet.printer.tickets if ticket.cut)

    def ticket_png(self) -> bytes | None:
        """The last whole ticket."""
        return _png(self.tickets()[-1].picture()) if self.tickets() else None

    def ticket_text(self) -> str | None:
        """The last whole ticket's text."""
        return self.tickets()[-1].text if self.tickets() else None

    def ticket_bytes(self) -> bytes | None:
        """The bytes that made the last whole ticket."""
        return self.tickets()[-1].data if self.tickets() else None

    def paper_png(self) -> bytes | None:
        """The paper in the slot, growing as it is printed."""
        current = self.cabinet.printer.current
        return _png(current.picture()) if current.rows else None

    def wire(self, after: int = 0) -> list[dict[str, object]]:
        """The decoded wire trace after this number."""
        return [transfer.as_json() for transfer in self.trace.after(after)]

    def close(self) -> None:
        """Put everything away; the folder can be opened again."""
        self.power(False)
        self.city.store.dispose()

    # --- mains ---

    def _switched_on(self) -> _Running:
        self.boots += 1
        boot = f"{self.setting.at.isoformat()}/{self.boots}"
        journal = open_journal(self.setting.folder, self.setting.site.station, boot)
        try:
            return self._started(journal)
        except BaseException:
            journal.close()
            raise

    def _started(self, journal: Journal) -> _Running:
        folder, site = self.setting.folder, self.setting.site
        lines = with_real_devices(self.setting.board, self.cabinet.lines(), self.trace.tap)
        seal, shelf = open_seal(folder), open_shelf(folder, site)
        provisioned = InForce(site, self.setting.tariffs, self.setting.rights)
        given = Provision(partial(shelf.over, provisioned), catalogues(), seal, self._instruments(shelf), self.setting.released)
        station = Station(given, assemble(self.board, lines), journal, self.station_clock)
        reader = Reader(folder / JOURNAL)
        clock = self.station_clock
        voice = Voice(site.station, seal.key, clock.wall, lambda: report_of(clock, shelf))
        sync = Sync(reader, voice, read_cursor(reader))
        pull = Pull(voice, lambda envelope: shelf.accept(envelope, clock.wall()))
        alarms = self._plugged(station), self._online(sync, reader), self._informed(pull)
        return _Running(station, journal, sync, reader, alarms, dict(real_cables(lines)))

    def _instruments(self, shelf: Shelf) -> Instruments:
        """A desk has nothing to say of a supply: it is read as unknown."""
        folder = self.setting.folder
        return Instruments(
            people=lambda: load_people(folder), contact=lambda: last_contact(folder), versions=lambda: shelf.versions
        )

    def _line_to(self, door: Door) -> Wire:
        """A line to one of the city's doors. Both are the same network."""
        wire = Wire(self.bench, "network", CityEnd(door, self.city, self.setting.site.station, self.clock.wall), self.trace.tap)
        self.cabinet.lay_network_faults(wire)
        return wire

    def _plugged(self, station: Station) -> Alarm:
        """Carry what the devices say to the station, and wake it when it wants."""
        alarm = Alarm(self.bench, lambda: station.wake_at, station.turn)
        cabinet = self.cabinet
        wires: dict[str, EdgeWire | Wire] = {
            "keypad": cabinet.edges,
            "contacts": cabinet.contact_edges,
            "card": cabinet.card_wire,
            "printer": cabinet.printer_wire,
        }
        for plug in station.plugs:
            if plug.name in wires:
                wires[plug.name].hear = _ears(station, plug, alarm)
        return alarm

    def _online(self, sync: Sync, reader: Reader) -> Alarm:
        def hear(data: bytes) -> None:
            sync.receive(data, self.bench.now)
            write_cursor(reader, sync.acknowledged)
            if sync.trouble is None:
                note_contact(self.setting.folder, self.station_clock.wall())
            alarm.watch()

        alarm = Alarm(self.bench, lambda: sync.wake_at, lambda: self.network.write(sync.wake(self.bench.now)))
        self.network.hear = hear
        return alarm

    def _informed(self, pull: Pull) -> Alarm:
        def hear(data: bytes) -> None:
            pull.receive(data, self.bench.now)
            alarm.watch()

        alarm = Alarm(self.bench, lambda: pull.wake_at, lambda: self.published.write(pull.wake(self.bench.now)))
        self.published.hear = hear
        return alarm

    def _cut(self, running: _Running) -> None:
        for alarm in running.alarms:
            alarm.off = True
        self.network.hear = self.published.hear = deaf
        self.cabinet.power_cut()
        for cable in running.real.values():
            cable.close()
        running.journal.close()
        running.reader.close()
        self.running = None

    def _hear_real_devices(self) -> None:
        if not self.running:
            return
        for plug in self.running.station.plugs:
            if cable := self.running.real.get(plug.name):
                cable.flush()
                if data := cable.read():
                    self.trace.tap(plug.name, plug.name, data)
                    self.running.station.receive(plug, data)
        self._poke()

    def _poke(self) -> None:
        """Something changed behind the station's back: let it look."""
        if self.running:
            self.running.station.turn()
            for alarm in self.running.alarms:
                alarm.watch()


def _ears(station: Station, plug: Plug, alarm: Alarm) -> Callable[[bytes], None]:
    def hear(data: bytes) -> None:
        station.receive(plug, data)
        alarm.watch()

    return hear


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
