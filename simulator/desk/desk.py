"""Desk: one simulated station with its devices, city and clock, in virtual time. Driven by the page, the API and visits.

Everything the station needs is in one folder, as on its card: journal, key; and beside them the city's database. A power cut
throws the station and its sync process away as they stand and leaves the folder; power starts new ones from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from central.enforcement.checks import CheckQuestion
from central.intake import intake
from central.register import publications
from firmware.backoffice.city_time_note import note_city_time, read_city_time
from firmware.service.alarms import ALARMS
from firmware.station.state_folder import is_new, make_folder, open_signing_key, provision
from hal.board import protocol_of
from hal.cable import End
from hal.ports import Key, View
from simulator.desk.cabinet import Cabinet
from simulator.desk.city import (
    PEOPLE,
    Endpoint,
    SharedCity,
    check_plate,
    letter_pdf,
    open_city,
    register_station,
    send_notices,
    sign_in_link,
)
from simulator.desk.city_claims import CityClaim, ClaimsEnd
from simulator.desk.pictures import CabinetPictures
from simulator.desk.power import RunningStation, Surroundings, read_real_devices, switch_off, switch_on
from simulator.desk.real_devices import check_simulated, complete_board
from simulator.desk.sd_card import copy_card, forge_checkpoint, replace_card, restore_journals
from simulator.desk.speech_sound import sound_of
from simulator.desk.state import desk_state
from simulator.desk.station_clock import StationClock
from simulator.desk.terminals import PROTOCOLS, TerminalStaysError
from simulator.desk.trace import Trace
from simulator.devices.terminal import ConcertDevice
from simulator.setting import AT_A_DESK, Setting, keep_protocol
from simulator.virtual_time import RequestWire, VirtualClock, VirtualTime, Wire

RESTART_S = 1.0
"""Seconds after which a process that has left is started again, as by the supervisor on a Pi."""


def _seen_by_nobody(view: View) -> None:
    """Nobody looks at the glass."""


class Desk(CabinetPictures):
    """One simulated station with all its surroundings. Every method returns at once."""

    keys = tuple(key.value for key in Key)
    cards: Mapping[str, str] = ConcertDevice.cards
    faults, people = Cabinet.faults, PEOPLE
    """A desk that is made has the cards and faults of its own terminal."""
    alarms: Mapping[str, str] = {alarm.name: alarm.says for alarm in ALARMS}

    def __init__(self, setting: Setting, shared: SharedCity | None = None) -> None:
        """Open the folder (provisioning a new one) and switch the station on. `shared`: a city that is not the desk's own.

        Raises FileError for what must not start.
        """
        make_folder(setting.folder)
        self._shared = shared
        own = shared or SharedCity(open_city(setting.folder, setting.tariffs, setting.draw))
        self.city, self._city_end = own.city, own.end
        self.look: Callable[[View], None] = _seen_by_nobody
        """Called with every view before the glass is lit."""
        try:
            self._set_up(setting)
        except BaseException:
            self._leave_city()
            raise

    def _set_up(self, setting: Setting) -> None:
        if is_new(setting.folder):
            provision(setting.folder, setting.site.station, self.city.key.public_key())
        self.setting, self.time = setting, VirtualTime()
        self.clock = VirtualClock(self.time, setting.at)
        self.station_clock = StationClock(self.clock)
        self.trace = Trace(self.clock.now, self.clock.wall)
        board = complete_board(setting.board, setting.reference)
        assert board.card != "simulated"  # completed
        self.trace.speak(protocol_of(board.card))
        self.cabinet = Cabinet(self.time, board, self.trace.tap, setting.glass)
        self.trace.watch_keys(self.cabinet.keys_down, self.cabinet.key_at)
        self.cards, self.faults = self.cabinet.terminal.cards, self.cabinet.faults
        register_station(self.city, setting.site, open_signing_key(setting.folder), setting.register, setting.at)
        self._intake = ClaimsEnd(self._far_end(intake.take), self.city, setting.site.station, self.clock.wall)
        lines = self._line_to(self._intake), self._line_to(self._far_end(publications.pull))
        inside = board, self.cabinet, self.trace
        told = self._left, lambda view: self.look(view)
        self._around = Surroundings(setting, self.time, self.station_clock, *inside, *lines, *told)
        self.speed = 1.0
        self.cabinet.on_pi_power = self.power
        self.boots = 0
        self.running: RunningStation | None = None
        self.power(True)

    def _far_end(self, endpoint: Endpoint) -> End:
        return self._city_end(endpoint, self.city, self.setting.site.station, self.clock.wall)

    def _line_to(self, far: End) -> Wire:
        """A line to one of the city's endpoints; all are the same network."""
        wire = RequestWire(self.time, "network", far, self.trace.tap)
        self.cabinet.lay_network_faults(wire)
        return wire

    def tell_where_city_is(self, url: str) -> None:
        """The address of the desk's own city, known once somebody listens there: it replaces that of the station file."""
        self.setting = replace(self.setting, site=replace(self.setting.site, central=url))

    # --- hands ---

    def press(self, key: str, *, held: bool = False) -> None:
        """Press a key and release it; on return the station has seen both. Raises RealDeviceError, as the next two do."""
        check_simulated(self.setting.board, "keypad")
        self.time.run_until(self.cabinet.press(key, held=held))

    def card(self, name: str) -> bool:
        """Present a card; False if the terminal was not asking for one."""
        check_simulated(self.setting.board, "card")
        taken = self.cabinet.present(name)
        self.time.run_until(self.time.now)
        return taken

    def headset(self, plugged: bool) -> None:
        """Plug a headset into the jack, or pull it out."""
        self.cabinet.plug_headset(plugged)
        self.time.run_until(self.time.now)

    def fault(self, device: str, name: str, on: bool) -> None:
        """Begin or end a fault."""
        check_simulated(self.setting.board, device)
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

    def switch_terminal(self, protocol: str) -> None:
        """Deliver a card terminal that speaks this; the station, which reads its board file at its start, is started again.

        Raises TerminalStaysError where the terminal is a real one, or the end of a payment is waited for: the old terminal
        alone knows it.
        """
        if not self.protocols:
            raise TerminalStaysError("this desk has a real card terminal")
        if self.running and self.running.station.context().ledger.started:
            raise TerminalStaysError("a payment is under way: its end comes from the terminal that stands here")
        self._while_off(lambda: self._deliver(protocol))
        self.time.run_until(self.time.now)

    def _deliver(self, protocol: str) -> None:
        self.cabinet.deliver_terminal(AT_A_DESK[protocol])
        self.cards, self.faults = self.cabinet.terminal.cards, self.cabinet.faults
        self.trace.speak(protocol)
        self._around = replace(self._around, board=self.cabinet.board)
        keep_protocol(self.setting.folder, protocol)

    def copy_sd(self) -> None:
        """Copy the station's SD card, for `restore_sd`: the machine is off meanwhile."""
        self._while_off(lambda: copy_card(self.setting.folder))

    def restore_sd(self) -> None:
        """Put the journals of the last copy back; nothing happens where there is none."""
        self._while_off(lambda: restore_journals(self.setting.folder))

    def forge_sd(self) -> None:
        """Somebody who has no key writes another checkpoint onto the card."""
        self._while_off(lambda: forge_checkpoint(self.setting.folder))

    def replace_sd(self) -> None:
        """A technician puts in a new card, which goes on from the old one; an operator enrols its key."""
        self._while_off(lambda: replace_card(self.setting, self.city, self.clock.wall()))

    def _while_off(self, act: Callable[[], None]) -> None:
        mains = self._mains
        self.power(False)
        act()
        self.power(mains)

    # --- time ---

    def set_clock(self, at: datetime) -> None:
        """Set the wall clock; no time passes. What the city claimed before is of another time."""
        self.clock.set(at)
        self._intake.claims.clear()
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

    @property
    def protocols(self) -> Mapping[str, str]:
        """What the terminal may be switched to speak; nothing where it is a real one."""
        return PROTOCOLS if self.setting.board.card == "simulated" else {}

    def check(self, plate: str, zone: int, sector: str, at: datetime | None = None) -> dict[str, object]:
        """The city's answer to an agent's plate check, about now or `at`. Raises ValueError for no plate, zone or sector."""
        return check_plate(self.city, CheckQuestion(plate, zone, sector, at), self.clock.wall())

    def sign_in_link(self, person: str) -> str:
        """The address of a page of the city on which one of `people` is signed in, relative to the desk's page."""
        return sign_in_link(self.city, self.setting.site, person, self.clock.wall())

    def send_notices(self) -> tuple[str, ...]:
        """Send the notices that wait for it, as the city does in the evening: the numbers of those that went."""
        return send_notices(self.city, self.clock.wall())

    def letter_pdf(self, number: str) -> bytes | None:
        """The letter of a notice, as its holder finds it in the mailbox; None: no notice has this number."""
        return letter_pdf(self.city, number, self.clock.wall())

    @property
    def city_claims(self) -> Sequence[CityClaim]:
        """What the city said that it has of this station, since the clock was last set."""
        return tuple(self._intake.claims)

    def state(self) -> dict[str, object]:
        """State of the desk, ready for JSON; see `DeskControl.state`."""
        return desk_state(self.setting, self.cabinet, self.clock.wall(), self.speed, self.running)

    def speech_wav(self) -> bytes | None:
        """What was said last, as sound; made by the engine in a process of its own."""
        said = self.cabinet.speaker.said
        return sound_of(said[-1]) if said else None

    def wire(self, after: int = 0) -> list[dict[str, object]]:
        """Decoded wire trace after this entry number."""
        return [transfer.as_json() for transfer in self.trace.after(after)]

    def close(self) -> None:
        """Switch off and close the city's database; the folder can be opened again."""
        self.power(False)
        self.cabinet.close()
        self._leave_city()

    def _leave_city(self) -> None:
        if self._shared is None:
            self.city.store.dispose()

    def _wake_station(self) -> None:
        """Something changed behind the station's back: let it act on it."""
        if self.running:
            self.running.process.turn()
        for timer in self.running.timers if self.running else ():
            timer.watch()
