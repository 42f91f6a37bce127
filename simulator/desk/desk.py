"""Desk: one simulated station with its devices, city and clock, in virtual time. Driven by the page, the API and visits.

Everything the station needs is in one folder, as on its card: journal, key; and beside them the city's database. A power cut
throws the station and its sync process away as they stand and leaves the folder; power starts new ones from it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec
from PIL import Image

from central.enforcement.checks import CheckQuestion, check
from central.intake import intake
from central.register import publications
from firmware.backoffice.city_time_note import note_city_time, read_city_time
from firmware.service.alarms import ALARMS
from firmware.station.state_folder import is_new, make_folder, open_signing_key, provision
from hal.ports import Key
from simulator.desk.cabinet import Cabinet
from simulator.desk.city import ACTOR, CityEnd, Endpoint, open_city, register_station
from simulator.desk.power import RunningStation, Surroundings, read_real_devices, switch_off, switch_on
from simulator.desk.real_devices import complete_board
from simulator.desk.state import desk_state
from simulator.desk.station_clock import StationClock
from simulator.desk.trace import Trace
from simulator.devices.paper import PrintedTicket
from simulator.devices.terminal import ConcertDevice
from simulator.setting import Setting
from simulator.virtual_time import VirtualClock, VirtualTime, Wire

RESTART_S = 1.0
"""Seconds after which a process that has left is started again, as by the supervisor on a Pi."""


class Desk:
    """One simulated station with all its surroundings. Every method returns at once."""

    keys = tuple(key.value for key in Key)
    cards: Mapping[str, str] = ConcertDevice.cards
    faults = Cabinet.faults
    """A desk that is made has the cards and faults of its own terminal."""
    alarms: Mapping[str, str] = {alarm.name: alarm.says for alarm in ALARMS}

    def __init__(self, setting: Setting) -> None:
        """Open the folder (provisioning a new one) and switch the station on.

        Raises FileError for what must not start.
        """
        make_folder(setting.folder)
        self.city = open_city(setting.folder, setting.tariffs, setting.draw)
        try:
            self._set_up(setting)
        except BaseException:
            self.city.store.dispose()
            raise

    def _set_up(self, setting: Setting) -> None:
        if is_new(setting.folder):
            provision(setting.folder, setting.site.station, self.city.key.public_key())
        self.setting, self.time = setting, VirtualTime()
        self.clock = VirtualClock(self.time, setting.at)
        self.station_clock = StationClock(self.clock)
        self.trace = Trace(self.clock.now, self.clock.wall)
        board = complete_board(setting.board, setting.reference)
        self.cabinet = Cabinet(self.time, board, self.trace.tap)
        self.cards, self.faults = self.cabinet.terminal.cards, self.cabinet.faults
        register_station(self.city, setting.site, open_signing_key(setting.folder), setting.register, setting.at)
        lines = self._line_to(intake.take), self._line_to(publications.pull)
        self._around = Surroundings(setting, self.time, self.station_clock, board, self.cabinet, self.trace, *lines, self._left)
        self.speed = 1.0
        self.boots = 0
        self.running: RunningStation | None = None
        self.power(True)

    def _line_to(self, endpoint: Endpoint) -> Wire:
        """A line to one of the city's endpoints; all are the same network."""
        far = CityEnd(endpoint, self.city, self.setting.site.station, self.clock.wall)
        wire = Wire(self.time, "network", far, self.trace.tap)
        self.cabinet.lay_network_faults(wire)
        return wire

    def tell_where_city_is(self, url: str) -> None:
        """The address of the desk's own city, known once somebody listens there: it replaces that of the station file."""
        self.setting = replace(self.setting, site=replace(self.setting.site, central=url))

    # --- hands ---

    def press(self, key: str, *, held: bool = False) -> None:
        """Press a key and release it; on return the station has seen both."""
        self.time.run_until(self.cabinet.press(key, held=held))

    def card(self, name: str) -> bool:
        """Present a card; False if the terminal was not asking for one."""
        taken = self.cabinet.present(name)
        self.time.run_until(self.time.now)
        return taken

    def fault(self, device: str, name: str, on: bool) -> None:
        """Begin or end a fault."""
        self.cabinet.fault(device, name, on)
        if (device, name) == ("mains", "cut"):
            self.power(not on)
        if device == "clock":
            self.station_clock.fault(name, on)
            self._wake_station()
        if device == "network":
            self.cabinet.lay_network_faults(self._around.journal_line)
            self.cabinet.lay_network_faults(self._around.publication_line)
        self.time.run_until(self.time.now)

    def power(self, on: bool) -> None:
        """Switch the station's mains on, or cut them without warning."""
        self._mains = on
        (self.cabinet.on["mains"].discard if on else self.cabinet.on["mains"].add)("cut")
        if on and self.running is None:
            self.boots += 1
            self.running = switch_on(self._around, self.boots)
            self._wake_station()
        elif not on and self.running is not None:
            switch_off(self._around, self.running)
            self.running = None

    def _left(self) -> None:
        """The station's process has ended by itself."""
        if self.running:
            switch_off(self._around, self.running)
            self.running = None
        self.time.at(self.time.now + RESTART_S, lambda: self.power(self._mains))

    # --- time ---

    def set_clock(self, at: datetime) -> None:
        """Set the wall clock; no time passes."""
        self.clock.set(at)
        if read_city_time(self.setting.folder):  # the city's clock is the world's
            note_city_time(self.setting.folder, at, self.time.now)
        self._wake_station()

    def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.time.run_until(self.time.now + seconds)

    def tick(self, real_seconds: float) -> None:
        """Let virtual time pass at the desk's speed, and read what real devices have sent meanwhile."""
        if self.running:
            read_real_devices(self._around, self.running)
            self._wake_station()
        self.advance(real_seconds * self.speed)

    # --- eyes ---

    def check(self, plate: str, zone: int, sector: str, at: datetime | None = None) -> dict[str, object]:
        """The city's answer to an agent's plate check, about now or `at`. Raises ValueError for no plate, zone or sector."""
        question = CheckQuestion(plate, zone, sector, at)
        answer: dict[str, object] = msgspec.to_builtins(check(self.city, question, ACTOR, self.clock.wall()))
        return answer

    def state(self) -> dict[str, object]:
        """State of the desk, ready for JSON; see `DeskControl.state`."""
        return desk_state(self.setting, self.cabinet, self.clock.wall(), self.speed, self.running)

    def screen(self) -> Image.Image:
        """Picture on the display: 256 x 64, grey."""
        return self.cabinet.picture()

    def screen_png(self) -> bytes:
        """Picture on the display, as a PNG file."""
        return _png(self.screen())

    def screen_grey(self) -> bytes:
        """Picture on the display, a byte a pixel."""
        return self.screen().tobytes()

    def tickets(self) -> tuple[PrintedTicket, ...]:
        """Every ticket that was cut, oldest first."""
        return self.cabinet.tickets()

    def ticket_png(self) -> bytes | None:
        """Picture of the last whole ticket."""
        return _png(self.tickets()[-1].picture()) if self.tickets() else None

    def ticket_text(self) -> str | None:
        """Text of the last whole ticket."""
        return self.tickets()[-1].text if self.tickets() else None

    def ticket_bytes(self) -> bytes | None:
        """The bytes that made the last whole ticket."""
        return self.tickets()[-1].data if self.tickets() else None

    def paper_png(self) -> bytes | None:
        """The paper in the slot, growing as it is printed."""
        current = self.cabinet.printer.current
        return _png(current.picture()) if current.rows else None

    def wire(self, after: int = 0) -> list[dict[str, object]]:
        """Decoded wire trace after this entry number."""
        return [transfer.as_json() for transfer in self.trace.after(after)]

    def close(self) -> None:
        """Switch off and close the city's database; the folder can be opened again."""
        self.power(False)
        self.city.store.dispose()

    def _wake_station(self) -> None:
        """Something changed behind the station's back: let it act on it."""
        if self.running:
            self.running.process.turn()
        for timer in self.running.timers if self.running else ():
            timer.watch()


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
