"""Cabinet of a station: every simulated device, wired as the board file says, and what hands do to them.

The lines that are handed to the station are the only way in: the drivers drive pins and write bytes. What hands do (press
a key, present a card, open a cover) is done to the devices. The terminal and the printer have their own mains: a power cut of
the station leaves them as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import structs
from PIL import Image

from firmware.assemble import InputLines, StationLines
from hal.board import Board, BuzzerWiring, CardWiring, ContactWiring, KeypadWiring
from hal.board.wiring import Layout
from hal.ports import Instant
from simulator.desk import computer, disk, station_clock, terminals
from simulator.desk.cables import CABLE_FAULTS, NETWORK_FAULTS, faulty_cable, faulty_network
from simulator.desk.front import PANEL_FAULTS, FrontBoard
from simulator.devices import printer, speaker
from simulator.devices.gpio import SimulatedGpio
from simulator.devices.header import GROUND, Header, SimulatedBuzzer
from simulator.devices.matrix import KeyMatrix
from simulator.devices.paper import PrintedTicket
from simulator.devices.printer import PrinterDevice
from simulator.devices.speaker import SpeakerDevice
from simulator.devices.terminal import ConcertDevice
from simulator.devices.terminal_core import Debit
from simulator.glass import GlassMaker, PixelGlass
from simulator.virtual_time import Tap, VirtualTime, Wire, discard

BOUNCE = (0.001, 0.002, 0.0005, 0.003)
"""How a worn contact chatters: seconds between closing, opening, closing…"""
PRESS_S = 0.08
"""How long a finger stays on a key."""
HOLD_S = 1.2
DOTS = {32: 384, 48: 576}
"""Printer dots for the board's columns of 12 dots."""

KEYPAD_FAULTS = {
    "bounce": "Contacts usés, qui rebondissent",
    "stuck": "La touche A reste enfoncée",
    "ghost": "Un liquide enfonce A, Z et I d’un coup : O se lit aussi",
}
DISPLAY_FAULTS = {"dark": "Écran débranché", "reset": "Une décharge lui fait oublier ses réglages"}
DOOR_FAULTS = {"open": "Porte ouverte"}
MAINS_FAULTS = {"lost": "Secteur coupé, la réserve tient", "cut": "Courant coupé, sans réserve"}
STUCK_KEYS = {"stuck": "A", "ghost": "AZI"}
"""Keys that a fault of the keypad holds down."""


class EdgeWire:
    """Edge cable in virtual time: a byte to the station for each GPIO edge, as the pipe on a Pi, which is read as a whole."""

    def __init__(self, time: VirtualTime, name: str, tap: Tap) -> None:
        self._time, self._name, self._tap = time, name, tap
        self.on_data: Callable[[bytes], None] = discard
        self._unread = b""

    def edge(self, channel: int) -> None:
        """The callback given to the GPIO library."""
        data = bytes([channel])
        self._tap(self._name, self._name, data)
        if not self._unread:
            self._time.at(self._time.now, self._read)
        self._unread += data

    def _read(self) -> None:
        data, self._unread = self._unread, b""
        self.on_data(data)

    def write(self, data: bytes) -> None:
        """Lines carry no bytes outward."""


class Cabinet:
    """Simulated devices of a station, the lines to them, and what hands can do."""

    faults: Mapping[str, Mapping[str, str]] = {
        "printer": printer.FAULTS,
        "printer cable": CABLE_FAULTS,
        "card": ConcertDevice.faults,
        "card cable": CABLE_FAULTS,
        "keypad": KEYPAD_FAULTS,
        "panel": PANEL_FAULTS,
        "display": DISPLAY_FAULTS,
        "door": DOOR_FAULTS,
        "mains": MAINS_FAULTS,
        "speaker": speaker.FAULTS,
        "clock": station_clock.FAULTS,
        "disk": disk.FAULTS,
        "computer": computer.FAULTS,
        "network": NETWORK_FAULTS,
    }
    """Device -> its possible faults, each with its French description; a cabinet that is made has those of its own terminal."""

    def __init__(self, time: VirtualTime, board: Board, tap: Tap, glass: GlassMaker = PixelGlass) -> None:
        """Raises ValueError unless every device of the board has its wiring."""
        if board.simulated:
            raise ValueError(f"no wiring for {', '.join(sorted(board.simulated))}")
        self._time, self._tap, self.board = time, tap, board
        self.header = Header()
        self._gpio = SimulatedGpio(self.header)
        assert board.display != "simulated" and board.printer != "simulated" and board.card != "simulated"  # noqa: PT018
        self.panel = glass(board.display, self.header, tap)
        self.on_pi_power: Callable[[bool], None] = lambda on: None
        """Called when the front panel takes the station's power, or gives it back."""
        self.on_card: Callable[[str], None] = lambda reference: None
        """Called when the terminal takes a card, with its reference of the payment that it asked for one for."""
        self.front = FrontBoard(time, board.panel, tap, lambda on: self.on_pi_power(on)) if board.panel else None
        self.matrix, layout, self._sounds = self._keys(board)
        self._positions = {name: (r, c) for r, row in enumerate(layout) for c, name in enumerate(row) if name}
        self.printer = PrinterDevice(dots=DOTS[board.printer.columns], baud=board.printer.baud)
        self.printer_wire = Wire(time, "printer", self.printer, tap, baud=board.printer.baud)
        self.terminals: list[terminals.SimulatedTerminal] = []
        """Every terminal that ever stood here, the present one last."""
        self._stand(board.card)
        self.speaker = SpeakerDevice()
        self.speaker_wire = Wire(time, "speaker", self.speaker, tap)
        self.edges = EdgeWire(time, "keypad", tap)
        self.input_edges = EdgeWire(time, "contacts", tap)
        self._inputs = {"door": board.door, "mains": board.mains}
        for name in self._inputs:
            self._close_contact(name, True)
        self.on: dict[str, set[str]] = {device: set() for device in self.faults}
        """Device -> the faults that are on."""

    def _keys(self, board: Board) -> tuple[KeyMatrix, Layout, Sequence[tuple[Instant, Instant]]]:
        """The keys and what is engraved on them, and the sounds of the buzzer: on the header or on the front panel."""
        if board.panel and self.front:
            return self.front.matrix, board.panel.layout, self.front.sounds
        keypad, buzzer = board.keypad, board.buzzer
        assert isinstance(keypad, KeypadWiring)  # a whole board is checked for that
        assert isinstance(buzzer, BuzzerWiring)
        sounds = SimulatedBuzzer(self.header, buzzer.pin, lambda: self._time.now).sounds
        return KeyMatrix(self.header, keypad.rows, keypad.columns), keypad.layout, sounds

    @property
    def sounds(self) -> Sequence[tuple[Instant, Instant]]:
        """The latest finished sounds of the buzzer, oldest first: (from, until)."""
        return self._sounds

    def _stand(self, wiring: CardWiring) -> None:
        self.terminal, self.card_wire = terminals.wired_terminal(self._time, wiring, self._tap)
        self.terminals.append(self.terminal)
        absent = () if self.front else ("panel",)
        here = {device: faults for device, faults in Cabinet.faults.items() if device not in absent}
        self.faults = {**here, "card": self.terminal.faults}

    def deliver_terminal(self, wiring: CardWiring) -> None:
        """Another card terminal on the same cable, whole, in place of the one that stands here; the station has no power."""
        self.board = structs.replace(self.board, card=wiring)
        self._stand(wiring)
        self.on["card"].clear()
        self.card_wire.line = faulty_cable(self.card_wire.line, self.on["card cable"])

    def lines(self) -> StationLines:
        """Lines for a station that has just been switched on: pins at rest, the same cables."""
        self._cut_pins()
        self.panel.power(True)
        gpio = self._gpio = SimulatedGpio(self.header)
        gpio.setmode(gpio.BCM)
        inputs = InputLines(gpio, self.input_edges)
        display, front = self.panel.open(gpio), self.front.wire if self.front else None
        speaker = self.speaker_wire if self.board.speaker else None
        self.speaker.power_on()
        self.speaker_wire.look()
        wires = self.card_wire, self.printer_wire
        return StationLines(gpio, self.edges, display, gpio, *wires, inputs, front, speaker)

    def power_cut(self) -> None:
        """Cut the station's power: pins fall, the display goes dark."""
        self._cut_pins()
        self.panel.power(False)
        self.card_wire.drop_unsent()
        self.printer_wire.drop_unsent()
        self.speaker_wire.drop_unsent()
        self.speaker.power_cut(self._time.now)
        for wire in (self.card_wire, self.printer_wire, self.speaker_wire, self.edges, self.input_edges):
            wire.on_data = discard
        if self.front:
            self.front.wire.drop_unsent()
            self.front.wire.on_data = discard

    def close(self) -> None:
        """End what runs beside this process."""
        if self.front:
            self.front.close()

    def _cut_pins(self) -> None:
        self._gpio.power_cut()
        self.header.power_cut()

    def picture(self) -> Image.Image:
        """Picture on the display: grey, as large as its glass."""
        shown = self.panel.picture()
        return Image.new("L", shown.size) if "dark" in self.on["display"] else shown

    def tickets(self) -> tuple[PrintedTicket, ...]:
        """Every ticket that was cut, oldest first."""
        return tuple(ticket for ticket in self.printer.tickets if ticket.cut)

    def debits(self) -> tuple[Debit, ...]:
        """Every debit and reversal of every terminal that ever stood here, in the order of their delivery."""
        return tuple(debit for terminal in self.terminals for debit in terminal.core.ledger)

    def booked(self, reference: str) -> str:
        """A till's reference as the terminal names it that has debited it; otherwise as the one names it that stands here."""
        present, *earlier = [terminal.carried(reference) for terminal in reversed(self.terminals)]
        debited = {debit.reference for debit in self.debits()} if earlier else set[str]()
        return next((name for name in (present, *earlier) if name in debited), present)

    def press(self, key: str, *, held: bool = False) -> Instant:
        """Press a key now; returns the instant when the station has seen its release."""
        row, column = self._positions[key]
        bounce = BOUNCE if "bounce" in self.on["keypad"] else ()
        self.matrix.press(row, column, self._time.now, bounce)
        self._settle_matrix()
        away = self._time.now + (HOLD_S if held else PRESS_S)
        self._time.at(away, lambda: self._release(row, column, bounce))
        return away + 0.04

    def keys_down(self) -> tuple[str, ...]:
        """The names of the keys that are down at this moment."""
        return tuple(name for name, position in self._positions.items() if position in self.matrix.down)

    def key_at(self, position: int) -> str:
        """What is engraved on the key at a position, counted row by row from 0."""
        return next((name for name, place in self._positions.items() if place == divmod(position, 7)), "–")

    def _release(self, row: int, column: int, bounce: tuple[float, ...]) -> None:
        self.matrix.release(row, column, self._time.now, bounce)
        self._settle_matrix()

    def _settle_matrix(self) -> None:
        """Let the inputs do what they want to do at later instants."""
        if self.matrix.wake_at <= self._time.now:
            self.matrix.wake(self._time.now)
        self._time.at(self.matrix.wake_at, self._settle_matrix)

    def present(self, card: str) -> bool:
        """Present a card to the terminal; False when it asks for none."""
        taken = self.terminal.core.present(card, self._time.now)
        if taken:
            self.on_card(self.terminal.core.reference)
        self.card_wire.look()
        return taken

    def plug_headset(self, plugged: bool) -> None:
        """Plug a headset into the jack, or pull it out."""
        self.speaker.plug(plugged)
        self.speaker_wire.look()

    def fault(self, device: str, name: str, on: bool) -> None:
        """Begin or end a fault. Raises KeyError for a device or fault that is not in `faults`."""
        _ = self.faults[device][name]
        (self.on[device].add if on else self.on[device].discard)(name)
        if device == "panel" and self.front:
            self.front.fault(name, on)
        elif device == "printer":
            self.printer.fault(name, on)
            self.printer_wire.look()
        elif device == "card":
            self.terminal.fault(name, on)
            self.card_wire.look()
        elif device in ("card cable", "printer cable"):
            wire = self.card_wire if device == "card cable" else self.printer_wire
            wire.line = faulty_cable(wire.line, self.on[device])
        elif device == "speaker":
            (self.speaker.faults.add if on else self.speaker.faults.discard)(name)
        elif name in STUCK_KEYS:
            self._stick(STUCK_KEYS[name], on)
        elif (device, name, on) == ("display", "reset", True):
            self.panel.reset()
        elif name in ("open", "lost"):
            self._close_contact(device, not on)

    def _close_contact(self, name: str, closed: bool) -> None:
        """The contact between a line and ground; nothing moves on a board without it."""
        wiring = self._inputs[name]
        if wiring == "panel" and self.front:
            self.front.contact(name, closed)
        elif isinstance(wiring, ContactWiring):
            (self.header.join if closed else self.header.part)(wiring.pin, GROUND)

    def _stick(self, keys: str, on: bool) -> None:
        for key in keys:
            row, column = self._positions[key]
            (self.matrix.press if on else self.matrix.release)(row, column, self._time.now)
        self._settle_matrix()

    def lay_network_faults(self, wire: Wire) -> None:
        """Apply the network faults that are on to a wire."""
        wire.line = faulty_network(wire.line, self.on["network"])
