"""Simulated ticket printer: head, roll, cutter, cover and their sensors, behind a serial cable.

Written from Epson's ESC/POS command reference and TM technical manuals (DLE EOT, DLE ENQ, DLE DC4, GS r, GS ( H, ESC c 4).
The theory:

- bytes go to a receive buffer (4 KB; what does not fit is lost); commands leave it one at a time, at the pace of the paper;
- real-time requests (DLE EOT 1 to 4, DLE ENQ, DLE DC4 8) are obeyed the moment their last byte arrives, whatever the buffer
  and the head are doing, even offline; their bytes still pass through the buffer, where they do nothing;
- a paper end, an open cover or a jam stops the head between two rows and takes the printer offline; "to resume printing",
  says ESC c 4, replace the roll: both buffers are kept and the ticket goes on, on the new paper, where it stopped;
- GS r and GS ( H are obeyed in their turn, so not at all while offline; a model without GS ( H passes over it.

The wire throttles to `baud`; nothing here counts bits. The blade stands 12 mm after the head: what is printed last
is not past it until it has been fed there, so a cut without a feed goes through the ticket and leaves its end for the next one.
"""

from __future__ import annotations

from hal.ports import AT_ONCE, NEVER, Instant
from simulator.devices.escpos import Cut, EscPos, PrinterAction, PrinterEcho, PrinterStatus
from simulator.devices.paper import DOTS_PER_MM, CodeRow, PrintedTicket, Row, TextRow

FAULTS = {
    "paper_near_end": "Rouleau presque fini",
    "paper_out": "Plus de papier",
    "paper_out_mid": "Plus de papier dans 20 mm",
    "cover_open": "Capot ouvert",
    "jam": "Bourrage",
    "cutter": "Couteau bloqué : le ticket reste sur le rouleau",
    "not_taken": "Ticket laissé dans la fente ; le suivant le pousse dehors",
    "mute": "Ne répond plus et n'imprime plus",
    "garble": "Altère ses réponses",
    "slow": "Cinq fois plus lente",
    "noise": "Parasites sur sa ligne : un octet nul à chaque ligne imprimée",
    "no_echo": "Modèle ancien, qui ne rend pas le numéro du ticket (GS ( H)",
}
"""Accepted faults, each with what it does, in French."""
ROLL_MM = 60_000.0
NEAR_END_MM = 3_000.0
BUFFER = 4096
CUTTER = 12 * DOTS_PER_MM
_PAPER_LEFT = {"paper_near_end": 2_000.0, "paper_out_mid": 20.0, "paper_out": 0.0}
_CUT_SECONDS = 0.3
_DLE = 0x10
_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


class PrinterDevice:
    """Ticket printer at its end of the serial cable."""

    def __init__(self, *, dots: int = 384, baud: int = 19_200, millimetres_a_second: float = 80.0) -> None:
        """`dots`: 384 for 58 mm paper, 576 for 80 mm."""
        self.dots, self.baud = dots, baud
        self.paper_left_mm = ROLL_MM
        self.faults: set[str] = set()
        self.tickets: list[PrintedTicket] = []
        """What fell into the tray, oldest first: cut tickets, and the torn ends of rolls."""
        self.lost = 0
        """Bytes that found the receive buffer full."""
        self.in_slot: PrintedTicket | None = None
        """The last ticket, where it was cut and not taken. It has no sensor there, so nobody is told."""
        self._blade_stuck = False
        self._speed = millimetres_a_second * DOTS_PER_MM
        self._commands = EscPos(dots)
        self._buffer = bytearray()
        self._tail = b""
        self._todo: list[PrinterAction] = []
        self._printing: PrinterAction | None = None
        self._done_at: Instant = NEVER
        self._rows: list[Row] = []
        self._before = CUTTER
        self._data = bytearray()
        self._poked = False

    # --- what hands and eyes do ---

    @property
    def unknown(self) -> list[bytes]:
        """Commands it does not have, or whose parameters it refuses; the hundred first."""
        return self._commands.unknown

    @property
    def current(self) -> PrintedTicket:
        """The paper in the slot: what has been printed since the last cut."""
        return PrintedTicket(tuple(self._rows), bytes(self._data), self.dots, False, self._before)

    def fault(self, name: str, on: bool) -> None:
        """Switch a fault of FAULTS, live; paper faults off: a new roll. Raises ValueError naming the accepted ones."""
        if name not in FAULTS:
            raise ValueError(f"the printer has no fault {name!r}: one of {', '.join(FAULTS)}")
        (self.faults.add if on else self.faults.discard)(name)
        if name == "cutter" and not on:
            self._blade_stuck = False
        if name == "not_taken" and not on:
            self.in_slot = None
        if name in _PAPER_LEFT:
            self._load(min((_PAPER_LEFT[fault] for fault in self.faults & _PAPER_LEFT.keys()), default=ROLL_MM))
        self._poked = True

    def power_cut(self) -> None:
        """Buffers and settings are gone; what is printed stays in the slot, the sensors stay as they are."""
        self._buffer.clear()
        self._todo.clear()
        self._commands.initialise()
        self._printing, self._done_at, self._tail = None, NEVER, b""

    def _load(self, millimetres: float) -> None:
        """Another roll. The end of the one that ran out falls with what is on it."""
        if self.paper_left_mm <= 0 < millimetres and self._rows:
            self.tickets.append(self.current)
            self._rows, self._before = [], CUTTER
            self._data.clear()
        self.paper_left_mm = millimetres

    # --- the wire ---

    @property
    def wake_at(self) -> Instant:
        """When the row under the head is done; at once after a hand has touched it."""
        return AT_ONCE if self._poked else self._done_at

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take bytes, answer real-time requests. Never raises."""
        if "mute" in self.faults:
            return b""
        out = self._take_in(data)
        return self._sent(out + self._work(now))

    def wake(self, now: Instant) -> bytes:
        """A row is done, or a hand has touched something."""
        self._poked = False
        return self._sent(self._work(now))

    def _sent(self, out: bytes) -> bytes:
        if "mute" in self.faults:
            return b""
        return bytes(byte ^ 0xFF for byte in out) if "garble" in self.faults else out

    def _take_in(self, data: bytes) -> bytes:
        """Fill the receive buffer, looking for real-time requests: all of them begin with DLE."""
        if _DLE in self._tail or _DLE in data:
            return b"".join(map(self._take, data))
        self._tail = (self._tail + data)[-len(_CLEAR) :]
        taken = data[: BUFFER - len(self._buffer)]
        self._buffer += taken
        self.lost += len(data) - len(taken)
        return b""

    def _take(self, byte: int) -> bytes:
        self._tail = (self._tail + bytes([byte]))[-len(_CLEAR) :]
        if len(self._buffer) < BUFFER:
            self._buffer.append(byte)
        else:
            self.lost += 1
        if self._tail[-3:-1] == b"\x10\x04" and 1 <= byte <= 4:
            return bytes([self._status(byte)])
        if self._tail == _CLEAR:
            self._clear_buffers()
            return b"\x37\x25\x00"
        if self._tail[-3:] == b"\x10\x05\x02" and "jam" in self.faults:
            self._clear_buffers()
        return b""

    def _clear_buffers(self) -> None:
        """The row under the head still comes out."""
        self._buffer.clear()
        self._todo.clear()
        self._commands.clear()

    # --- sensors ---

    @property
    def paper_out(self) -> bool:
        """Whether the next row has no paper to be printed on."""
        return self.paper_left_mm <= 0

    @property
    def offline(self) -> bool:
        """Whether it refuses to print."""
        return self.paper_out or self._blade_stuck or bool(self.faults & {"cover_open", "jam"})

    def _status(self, number: int) -> int:
        """DLE EOT n: bits 1 and 4 are always set, 0 and 7 never."""
        cover, jam, out = "cover_open" in self.faults, "jam" in self.faults or self._blade_stuck, self.paper_out
        bits = {
            1: 0x08 * self.offline,
            2: 0x04 * cover | 0x20 * out | 0x40 * jam,
            3: 0x08 * jam,
            4: 0x0C * (self.paper_left_mm < NEAR_END_MM) | 0x60 * out,
        }
        return 0x12 | bits[number]

    # --- the head ---

    def _work(self, now: Instant) -> bytes:
        """Do everything that is done by `now`; each row begins when the one before it ended."""
        out = b""
        begin = now
        while True:
            if self._printing is not None:
                if self._done_at > now:
                    return out
                begin = self._done_at
                self._finish(self._printing)
                out += b"\x00" if "noise" in self.faults else b""
                self._printing, self._done_at = None, NEVER
            if not self._ready():
                return out
            doing = self._todo.pop(0)
            if isinstance(doing, PrinterStatus | PrinterEcho):
                out += self._respond(doing)
            elif not self._begin(doing, begin):
                self._todo.insert(0, doing)
                return out

    def _respond(self, asked: PrinterStatus | PrinterEcho) -> bytes:
        if isinstance(asked, PrinterEcho):
            return b"" if "no_echo" in self.faults else b"\x37\x22" + asked.characters + b"\x00"
        return bytes([0x03 * (self.paper_left_mm < NEAR_END_MM) if asked.number == 1 else 0])

    def _ready(self) -> bool:
        """Whether there is something to do and it may be done; reads commands until there is."""
        while not self._todo and self._buffer and not self.offline:
            used, self._todo = self._commands.read(bytes(self._buffer))
            if not used:
                return False
            if self._buffer[0] != 0x10:
                self._data += self._buffer[:used]
            del self._buffer[:used]
        return bool(self._todo) and not self.offline and "mute" not in self.faults

    def _begin(self, doing: Row | Cut, now: Instant) -> bool:
        """Put a row under the head, or move the cutter; False if the paper ends first, or the blade is stuck."""
        if isinstance(doing, Cut) and "cutter" in self.faults:
            self._blade_stuck = True
            return False
        feed = self._feed_of(doing)
        if feed > self.paper_left_mm * DOTS_PER_MM:
            self.paper_left_mm = 0.0
            return False
        self._printing = doing
        slowness = 5.0 if "slow" in self.faults else 1.0
        self._done_at = now + (feed / self._speed + (_CUT_SECONDS if isinstance(doing, Cut) else 0.0)) * slowness
        return True

    def _feed_of(self, doing: Row | Cut) -> int:
        if isinstance(doing, Cut):
            return doing.feed + CUTTER if doing.to_cutter else doing.feed
        return doing.feed

    def _finish(self, doing: PrinterAction) -> None:
        if isinstance(doing, TextRow | CodeRow):
            self._rows.append(doing)
            self.paper_left_mm -= doing.feed / DOTS_PER_MM
        elif isinstance(doing, Cut):
            feed = self._feed_of(doing)
            self.paper_left_mm -= feed / DOTS_PER_MM
            self._cut(feed)

    def _cut(self, feed: int) -> None:
        """What is not yet past the blade stays with the roll."""
        kept: list[Row] = []
        behind = feed
        while self._rows and behind < CUTTER:
            kept.insert(0, self._rows.pop())
            behind += kept[0].feed
        blank = (TextRow((), "left", feed - CUTTER),) if feed > CUTTER else ()
        if self._rows:  # a blank stub is no ticket
            self.tickets.append(PrintedTicket((*self._rows, *blank), bytes(self._data), self.dots, True, self._before))
            self.in_slot = self.tickets[-1] if "not_taken" in self.faults else None
        self._rows = kept
        self._before = 0 if kept else CUTTER
        self._data.clear()
