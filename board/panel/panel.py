"""The front board's work, one turn after another: keys, tones, light, contacts, readings, and the watch over the Pi. Pure.

Everything it touches is behind `io` (`rp2_io.py`); time is what has passed since the last turn, in milliseconds. While the Pi
is silent the board goes on alone: it answers keys with a tone, says so on the second display line, and after a long silence
takes the Pi's power away and gives it back, no more than a few times an hour, and not while an update or a technician is at
work. Keys wait for the Pi for two seconds; then they are dropped and counted, for whoever pressed them is gone.
"""

import struct

from light import Light
from scan import SCAN, SIZE, Scanner

from hal.wire import panel as wire

MYPY = False
if MYPY:
    from rp2_io import Io

CYCLE_AFTER = 10 * 60 * 1000
"""Silence of the Pi before its power is cut; longer than it needs to start."""
CYCLE_OFF = 5000
HOUR, CYCLES_AN_HOUR = 3600 * 1000, 3
MEASURE_EVERY = 60 * 1000
QUIET = 50
"""How long a contact is quiet before its level is believed."""
LONGEST_WAIT = 2000
"""Between two turns: the board's own watchdog bites after eight seconds."""
KEYS, LINES = 16, 8
"""Key events and lines of the log that wait for the Pi."""
WAKE_FOR = 100
CLICK = (20,)
TONES = ((60,), (120, 80, 120), (400,))
"""Of BEEP 0 to 2: milliseconds of sound, silence, sound..."""
BRIGHT, DIM = 255, 60
OUT_OF_SERVICE, SPENT = "HORS SERVICE", "HORS SERVICE !"


class Panel:
    """The state of the board."""

    def __init__(self, io: "Io", firmware: bytes, cause: int) -> None:
        self._io, self._firmware, self._cause = io, firmware, cause
        self._scanner, self._seen, self._before = Scanner(), bytearray(SIZE), bytearray(SIZE)
        self._until_scan, self._since_scan, self._resting = 0, 0, False
        self._channel, self._frames, self._damaged = wire.PanelChannel(), wire.PanelFrames(), 0
        self._token, self._open = -1, False
        self._answer = b""
        self.ms = 0
        """Since the start, up to WRAP."""
        self.alone = False
        self.dropped = 0
        """Key events that came too late, or more than could wait; those not yet told are in `_untold`."""
        self._untold = 0
        self._keys = []  # type: list[tuple[int, int, int]]
        self._log = [f"start {cause}"]
        self._contacts, self._raw, self._until_contacts = io.contacts(), io.contacts(), 0
        self._tone = ()  # type: tuple[int, ...]
        self._near, self._sounding, self._until_tone, self._until_wake = False, False, 0, 0
        self._until_measure, self._light = 0, Light()
        self._silent, self._armed, self._until_power, self._spent = 0, 0, 0, False
        self._cycles = []  # type: list[int]  # milliseconds until each is an hour old
        io.scan(self._before)  # keys that are down already were not pressed now
        self._say(True)

    def turn(self, elapsed: int) -> int:
        """Do all that is due; returns the milliseconds until the next turn, if nothing happens before."""
        self.ms = (self.ms + elapsed) % wire.WRAP
        self._channel.pass_time(elapsed)
        self._receive(elapsed)
        self._scan(elapsed)
        self._look(elapsed)
        self._sound(elapsed)
        self._measure(elapsed)
        if self._light.turn(elapsed, self._io):
            self._tell_light()
        self._guard(elapsed)
        self._io.feed()
        self._send()
        return self._wait()

    def _wait(self) -> int:
        wait = min(LONGEST_WAIT, self._until_measure, self._light.left)
        if not self.alone:
            wait = min(wait, wire.SILENCE - self._silent)
        for left in (self._until_tone, self._until_contacts, self._until_power, self._until_wake):
            if left:
                wait = min(wait, left)
        if not self._resting:
            wait = min(wait, self._until_scan)
        return wait if self._channel.left < 0 else min(wait, self._channel.left)

    # --- the keys ---

    def _scan(self, elapsed: int) -> None:
        self._since_scan += elapsed
        self._until_scan = max(0, self._until_scan - elapsed)
        if not self._io.edge if self._resting else self._until_scan:
            return
        self.scan_once()
        for at in range(self._scanner.count):
            self._key(self._scanner.kinds[at], self._scanner.positions[at])
        self._scanner.count = 0

    def scan_once(self) -> None:
        """Scan the matrix; rest if every key is up. Nothing is allocated in here."""
        self._io.scan(self._seen)
        self._until_scan = self._scanner.scan(self._seen, self._since_scan)
        self._since_scan = 0
        for row in range(SIZE):
            self._before[row] &= self._seen[row] | self._scanner.down[row]
        self._resting = not self._until_scan and self._io.rest()
        if not self._until_scan:
            self._until_scan = SCAN

    def _key(self, kind: int, position: int) -> None:
        pressed = kind == wire.PRESSED or kind == wire.HELD
        if pressed and self._before[position // SIZE] >> position % SIZE & 1:
            return
        if kind == wire.PRESSED:
            self._answer_key(position)
        if len(self._keys) < KEYS:
            self._keys.append((self.ms, position, kind))
        else:
            self._drop(1)

    def _answer_key(self, position: int) -> None:
        if self.alone:
            self._wake_up()
            self._beep(TONES[1])
        elif position == self._io.FIVE:
            self._beep(CLICK)

    def _drop(self, count: int) -> None:
        self.dropped = (self.dropped + count) & 0xFFFF
        self._untold = (self._untold + count) & 0xFFFF

    # --- the line ---

    def _receive(self, elapsed: int) -> None:
        self._silent = min(self._silent + elapsed, CYCLE_AFTER)
        for kind, seq, payload in self._frames.take(self._io.read()):
            self._silent = 0
            if kind == wire.HELLO and len(payload) >= 5:
                self._greet(payload)
            elif self._token < 0:
                self._answer = wire.encode(wire.NO_SESSION, 0)
            elif self._channel.accept(kind, seq):
                self._obey(kind, payload)
        if self._frames.damaged != self._damaged:
            self._damaged = self._frames.damaged
            self._channel.ask_again()
        if self._silent >= wire.SILENCE and self._token >= 0:
            self._end_session(-1)
        if self.alone == self._open:
            self._say(not self.alone)

    def _greet(self, payload: bytes) -> None:
        token, protocol = struct.unpack(wire.HELLO_FORM, payload[:5])
        if token != self._token:
            self._end_session(token)
        about = (self._firmware, self._io.board(), self._cause, self.ms, self._io.cycles(), self.dropped)
        status = struct.pack(wire.STATUS_FORM, token, min(protocol, wire.PROTOCOL), *about)
        status += struct.pack(wire.STARTS_FORM, self._io.starts()) if protocol > 1 else b""
        self._answer += wire.encode(wire.STATUS, 0, status)

    def _end_session(self, token: int) -> None:
        """Whoever was there may have taken what is not acknowledged, or not: it is not sent again, but counted."""
        self._token, self._open = token, False
        self._drop(self._channel.reset().count(wire.KEY))

    def _obey(self, kind: int, payload: bytes) -> None:
        if kind == wire.PING and len(payload) == 2:
            self._answer += wire.encode(wire.PONG, 0, struct.pack(wire.PONG_FORM, struct.unpack("<H", payload)[0], self.ms))
        elif kind == wire.WELCOME:
            self._open, self._until_measure = True, 0
            self._say(False)  # before LIGHT, which may come in the same piece
            self._tell_contacts()
            self._tell_stuck()
            self._tell_light()
        elif kind == wire.BEEP and payload and payload[0] < len(TONES):
            self._beep(TONES[payload[0]])
        elif kind == wire.LIGHT and payload:
            self._io.backlight(payload[0])
        elif kind == wire.ARM and len(payload) == 2:
            self._armed = struct.unpack("<H", payload)[0] * 1000

    def _tell_contacts(self) -> None:
        if self._open:
            self._channel.send(wire.CONTACTS, bytes((self._contacts,)))

    def _tell_light(self) -> None:
        if self._open and self._light.lux >= 0:
            self._channel.send(wire.LUX, struct.pack(wire.LUX_FORM, self._light.lux))

    def _tell_stuck(self) -> None:
        for position in range(SIZE * SIZE):
            if self._scanner.stuck[position // SIZE] >> position % SIZE & 1:
                self._channel.send(wire.KEY, struct.pack(wire.KEY_FORM, self.ms, position, wire.STUCK))

    def _send(self) -> None:
        fresh = [key for key in self._keys if key[2] > wire.HELD or (self.ms - key[0]) % wire.WRAP <= wire.OLDEST_KEY]
        self._drop(len(self._keys) - len(fresh))
        self._keys = fresh
        if self._open and self._channel.waiting < KEYS:
            self._send_waiting()
        data = self._answer + (self._channel.output() if self._token >= 0 else b"")
        self._answer = b""
        if data:
            self._io.write(data)

    def _send_waiting(self) -> None:
        if self._untold:
            self._channel.send(wire.LOST, struct.pack("<H", self._untold))
            self._untold = 0
        for ms, position, kind in self._keys:
            self._channel.send(wire.KEY, struct.pack(wire.KEY_FORM, ms, position, kind))
        for line in self._log:
            self._channel.send(wire.LOG, line.encode())
        self._keys, self._log = [], []

    # --- what the panel says, hears and measures ---

    def _note(self, line: str) -> None:
        self._log = self._log[1 - LINES :]
        self._log.append(line)

    def _say(self, alone: bool) -> None:
        """Say on the second line whether the machine is served."""
        self.alone, self._spent = alone, False
        self._io.line(OUT_OF_SERVICE if alone else "")
        self._io.backlight(DIM if alone else BRIGHT)
        self._note("alone" if alone else "served")

    def _beep(self, tone: "tuple[int, ...]") -> None:
        self._tone, self._sounding, self._until_tone = tone, False, 0

    def _sound(self, elapsed: int) -> None:
        self._until_tone = max(0, self._until_tone - elapsed)
        if self._until_tone or not (self._tone or self._sounding):
            return
        self._sounding = not self._sounding and bool(self._tone)
        self._io.buzzer(self._sounding)
        if self._tone:
            self._until_tone, self._tone = self._tone[0], self._tone[1:]

    def _look(self, elapsed: int) -> None:
        """The contacts, and whether somebody has come near."""
        if self._until_wake:
            self._until_wake = max(0, self._until_wake - elapsed)
            if not self._until_wake:
                self._io.wake(False)
        raw, near = self._io.contacts(), self._io.near()
        self._until_contacts = QUIET if raw != self._raw else max(0, self._until_contacts - elapsed)
        self._raw = raw
        if raw != self._contacts and not self._until_contacts:
            self._contacts = raw
            self._tell_contacts()
        if near and not self._near:
            self._wake_up()
            if self._open:
                self._channel.send(wire.WAKE, b"\x02")
        self._near = near

    def _wake_up(self) -> None:
        self._io.wake(True)
        self._until_wake = WAKE_FOR

    def _measure(self, elapsed: int) -> None:
        self._until_measure = max(0, self._until_measure - elapsed)
        if not self._until_measure:
            self._until_measure = MEASURE_EVERY
            if self._open:
                self._channel.send(wire.POWER, struct.pack(wire.POWER_FORM, self._io.millivolts(), self._io.celsius()))

    # --- the watch over the Pi ---

    def _guard(self, elapsed: int) -> None:
        self._armed = max(0, self._armed - elapsed)
        self._cycles = [left - elapsed for left in self._cycles if left > elapsed]
        if self._until_power:
            self._until_power = max(0, self._until_power - elapsed)
            if not self._until_power:
                self._io.power(True)
                self._silent = 0
        elif self._silent >= CYCLE_AFTER and not self._armed and self._contacts & wire.DOOR:
            self._cycle()

    def _cycle(self) -> None:
        """Take the Pi's power away for a moment, unless that has been tried often enough."""
        spent = len(self._cycles) >= CYCLES_AN_HOUR
        if not spent:
            self._cycles.append(HOUR)
            self._until_power = CYCLE_OFF
            self._io.power(False)
            self._io.count_cycle()
            self._note(f"power cycle {self._io.cycles()}")
        elif not self._spent:
            self._io.line(SPENT)
        self._spent = spent
