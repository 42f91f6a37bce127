"""Power of a desk's station: switching on builds a station over its folder and devices, switching off leaves the folder.

A power cut throws the station and its sync process away as they stand; power starts new ones from what is on disk. The city,
the network, the clocks and the devices around the station stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache, partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.app import Station
from firmware.assemble import assemble
from firmware.backoffice.active_config import ActiveConfig, ConfigSource
from firmware.backoffice.city_time_note import note_city_time, read_city_time, take_city_time
from firmware.backoffice.courier import note_sync, status_report
from firmware.backoffice.delivery_status import read_delivery_status
from firmware.backoffice.publication_store import PublicationStore
from firmware.backoffice.pull import Pull, TellTime
from firmware.backoffice.signer import Signer
from firmware.backoffice.sync import Sync
from firmware.journal.line import JournalLine, LineReader
from firmware.journal.marks import read_cursor, write_city_mark, write_cursor
from firmware.locale import catalogues
from firmware.protocol.envelope import Envelope
from firmware.protocol.messages import StatusReport
from firmware.service.inspection import ReadingSources
from firmware.station.equipment import Plug, Provision
from firmware.station.state_folder import (
    open_journal,
    open_publication_store,
    open_signing_key,
    people_in_force,
    read_access_secret,
)
from hal.board import Board
from hal.lines import EdgeCable
from hal.ports import Display, Instant, View
from simulator.desk.assistant import DeskAssistant
from simulator.desk.cabinet import Cabinet, EdgeWire
from simulator.desk.computer import disk_of, supply_of
from simulator.desk.disk import FaultyDisk, refuses_writes
from simulator.desk.process import StationProcess
from simulator.desk.real_devices import TappedPort, real_cables, with_real_devices
from simulator.desk.remembered_people import RememberedPeople
from simulator.desk.station_clock import StationClock
from simulator.desk.trace import Trace
from simulator.network_wire import NetworkWire
from simulator.setting import Setting
from simulator.virtual_time import Timer, VirtualTime, Wire, discard


@dataclass(frozen=True)
class Surroundings:
    """What stands around a station and survives its power cuts."""

    setting: Setting
    time: VirtualTime
    clock: StationClock
    board: Board
    """Every device wired, the simulated ones as on the reference board."""
    cabinet: Cabinet
    trace: Trace
    journal_line: Wire
    """To the city's intake."""
    publication_line: Wire
    """To the city's publications, over the same network."""
    left: Callable[[], None]
    """Called when the station's process has ended by itself."""
    look: Callable[[View], None]
    """Called with every view before the glass is lit."""


_catalogues = cache(catalogues)
"""Those of this software, which do not change while it runs, however often a station is started."""


class WatchedDisplay:
    """Display whose every view is seen before the glass is lit."""

    def __init__(self, display: Display, look: Callable[[View], None]) -> None:
        self._display, self._look = display, look

    def show(self, view: View) -> None:
        """Let it be seen, then show it."""
        self._look(view)
        self._display.show(view)


@dataclass(frozen=True)
class RunningStation:
    """A station that has power, and everything a power cut ends."""

    station: Station
    process: StationProcess
    journal: JournalLine
    sync: Sync
    reader: LineReader
    timers: tuple[Timer, ...]
    real: Mapping[str, TappedPort | EdgeCable]
    """The cables of this computer, by the name of the plug."""
    readers: ExitStack = field(default_factory=ExitStack)
    """Closed with its power: what others have opened of its card meanwhile."""


def switch_on(around: Surroundings, boot: int) -> RunningStation:
    """Start a station from its folder; `boot` counts from 1. Raises FileError."""
    folder, site = around.setting.folder, around.setting.site
    journal = open_journal(folder, site.station, f"{around.setting.at.isoformat()}/{boot}", around.setting.draw)
    try:
        return _start(around, FaultyDisk(journal, around.cabinet.on["disk"]))
    except BaseException:
        journal.close()
        raise


def _of_the_world(around: Surroundings, tell_time: TellTime) -> TellTime:
    """The city's clock is the world's: an answer that was on its way when somebody set that clock tells what it shows now."""

    def tell(envelope: Envelope, number: int, now: Instant) -> None:
        tell_time(envelope, number, now)
        if read_city_time(around.setting.folder):
            note_city_time(around.setting.folder, around.clock.right(), now)

    return tell


def _start(around: Surroundings, journal: FaultyDisk) -> RunningStation:
    folder, site, clock = around.setting.folder, around.setting.site, around.clock
    lines = with_real_devices(around.setting.board, around.cabinet.lines(), around.trace.tap)
    signing_key, store = open_signing_key(folder), open_publication_store(folder, site)
    devices = assemble(around.board, lines, clock.wall)
    devices = replace(devices, display=WatchedDisplay(devices.display, around.look))
    station = Station(_provision(around, signing_key, store), devices, journal, clock)
    reader = LineReader(folder)
    signer = Signer(site.station, signing_key, clock.wall, partial(_status_report, around, store))
    sync = Sync(reader, signer, read_cursor(folder), lambda mark: write_city_mark(folder, mark), idle=Sync.heartbeat)
    tell_time = take_city_time(folder, site.station, store.trusted)
    pull = Pull(signer, lambda envelope: store.accept(envelope, clock.wall()), sync.report, _of_the_world(around, tell_time))
    process = StationProcess(station, around.time, around.left)
    sending = _connect_sync(around, sync)
    journal.stall, journal.written = process.stall, partial(_send_soon, around, sync, sending)
    timers = _connect_devices(around, station, process), sending, _connect_pull(around, pull)
    return RunningStation(station, process, journal, sync, reader, timers, dict(real_cables(lines)))


def _status_report(around: Surroundings, store: PublicationStore) -> StatusReport:
    """The sync process would find the same disk full."""
    unwritable = refuses_writes(around.cabinet.on["disk"])
    return status_report(around.setting.software, around.clock, store, unwritable=unwritable)


def _send_soon(around: Surroundings, sync: Sync, timer: Timer) -> None:
    """In place of the looks of a process of its own, once a second, at what the station has written."""
    sync.look(around.time.now)
    timer.watch()


def _provision(around: Surroundings, signing_key: Ed25519PrivateKey, store: PublicationStore) -> Provision:
    setting = around.setting
    provisioned = ActiveConfig(setting.site, setting.tariffs, setting.rights)
    active_config = partial(store.active_config, provisioned)
    return Provision(
        active_config,
        _catalogues(),
        signing_key,
        _reading_sources(around, store, active_config),
        setting.released,
        setting.software,
        DeskAssistant(setting.folder, setting.site.station, around.clock),
    )


def _reading_sources(around: Surroundings, store: PublicationStore, active_config: ConfigSource) -> ReadingSources:
    """A desk has no power supply to measure: without a fault it is read as unknown."""
    folder, computer = around.setting.folder, around.cabinet.on["computer"]
    return ReadingSources(
        people=lambda: RememberedPeople(people_in_force(folder, active_config(around.clock.wall())).people),
        access_secret=lambda: read_access_secret(folder),
        supply=lambda: supply_of(computer),
        disk=lambda: disk_of(computer),
        boot=lambda: False if "boot_changed" in computer else None,
        delivery=lambda: read_delivery_status(folder),
        versions=lambda: store.versions,
        city_time=lambda: read_city_time(folder),
    )


def _connect_devices(around: Surroundings, station: Station, process: StationProcess) -> Timer:
    """Carry what the devices send to the station, and wake it when it is due."""
    timer = Timer(around.time, lambda: process.wake_at, process.wake)
    cabinet = around.cabinet
    wires: dict[str, EdgeWire | Wire | NetworkWire] = {
        "keypad": cabinet.edges,
        "inputs": cabinet.input_edges,
        "card": cabinet.card_wire,
        "printer": cabinet.printer_wire,
        "speaker": cabinet.speaker_wire,
    }
    if cabinet.front:
        wires["panel"] = cabinet.front.wire
    for plug in station.plugs:
        if plug.name in wires:
            wires[plug.name].on_data = _receiver(process, plug, timer)
    return timer


def _receiver(process: StationProcess, plug: Plug, timer: Timer) -> Callable[[bytes], None]:
    def receive(data: bytes) -> None:
        process.receive(plug, data)
        timer.watch()

    return receive


def _connect_sync(around: Surroundings, sync: Sync) -> Timer:
    def receive(data: bytes) -> None:
        before = sync.position
        sync.receive(data, around.time.now)
        if (position := sync.position) != before:
            write_cursor(around.setting.folder, position)
        note_sync(around.setting.folder, sync, around.clock.wall())
        timer.watch()

    timer = Timer(around.time, lambda: sync.wake_at, lambda: around.journal_line.write(sync.wake(around.time.now)))
    around.journal_line.on_data = receive
    return timer


def _connect_pull(around: Surroundings, pull: Pull) -> Timer:
    def receive(data: bytes) -> None:
        pull.receive(data, around.time.now)
        timer.watch()

    timer = Timer(around.time, lambda: pull.wake_at, lambda: around.publication_line.write(pull.wake(around.time.now)))
    around.publication_line.on_data = receive
    return timer


def switch_off(around: Surroundings, running: RunningStation) -> None:
    """Cut the station's power: nothing of it is told, its files and real devices are given back."""
    for timer in running.timers:
        timer.off = True
    around.journal_line.on_data = around.publication_line.on_data = discard
    around.cabinet.power_cut()
    for cable in running.real.values():
        cable.close()
    running.readers.close()
    running.journal.close()
    running.reader.close()


def read_real_devices(around: Surroundings, running: RunningStation) -> None:
    """Hand the station what the real devices have sent meanwhile."""
    for plug in running.station.plugs:
        if cable := running.real.get(plug.name):
            cable.flush()
            if data := cable.read():
                around.trace.tap(plug.name, plug.name, data)
                running.process.receive(plug, data)
