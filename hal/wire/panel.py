"""Codec of the front panel's link: frames and their reliable delivery. One file for CPython and MicroPython.

A frame is COBS( type | seq | payload | crc32 ) 00, numbers little-endian: a zero byte ends a frame and stands nowhere else, so
both ends find the next frame after any damage. Types below `RELIABLE` are control frames, sent once. The others are numbered
from 0 within a session, acknowledged, sent again after `RESEND` ms, taken once and in order; a number that is missing, or a
frame whose sum is wrong, is asked for again at once. A type that nobody knows is acknowledged and ignored.

The session. Only the station begins one: HELLO with a token of its own, answered by STATUS with the same token. The line
keeps the order, so whatever came before that answer belongs to an earlier session. The panel sends nothing reliable before
the first reliable frame of the station (WELCOME). A panel that has no session answers with NO_SESSION, and is greeted again.

Written for both interpreters: no enum, dataclass, typing or match; a deadline is a count of milliseconds left, so no clock is
needed and none wraps round.
"""

import struct
from binascii import crc32

PROTOCOL = 2
"""Raised with every change that an earlier end would misread. Of two ends both speak the lower one's: the station says its own
in HELLO, the panel answers in the lower of both. 2: STATUS ends with the count of starts, LUX."""

RELIABLE = 0x10
"""Types from here on are numbered and acknowledged."""
# Control frames, both ways: seq is the number that is wanted next.
ACK, AGAIN = 0x01, 0x02
# Control frames of the station: a session; a heartbeat, which is answered.
HELLO, PING = 0x03, 0x04
# Control frames of the panel.
STATUS, PONG, NO_SESSION = 0x05, 0x06, 0x07
# Reliable frames of the panel.
KEY, LOST, CONTACTS, POWER, WAKE, LOG, LUX = 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16
# Reliable frames of the station.
WELCOME, BEEP, LIGHT, ARM = 0x20, 0x21, 0x22, 0x23

# What a KEY says of its key.
PRESSED, HELD, STUCK, FREED = 1, 2, 3, 4
# Bits of CONTACTS: a contact that is closed while all is well.
DOOR, TAMPER, MAINS = 1, 2, 4

HELLO_FORM, PING_FORM = "<IB", "<H"
"""token, protocol; token."""
STATUS_FORM, STATUS_SIZE = "<IB8s8sBIHH", 30
"""token, protocol, firmware, board's own number, reset cause, ms since its start, power cycles of the Pi, keys dropped."""
STARTS_FORM = "<H"
"""What a STATUS of protocol 2 has after that: starts since it has power, this one included."""
PONG_FORM = "<HI"
"""token, ms."""
KEY_FORM = "<IBB"
"""ms, position (row * 7 + column), PRESSED...FREED."""
POWER_FORM = "<Hb"
"""millivolts, degrees Celsius."""

LUX_FORM, NO_LUX = "<H", 0xFFFF
"""The light around, in lux; that no sensor answers."""

WRAP = 1 << 30
"""Milliseconds of the panel count up to here, and begin again."""
OLDEST_KEY = 2000
"""Milliseconds after which a key is dropped and counted: whoever pressed it looks at another picture by now."""
SILENCE = 3000
"""Milliseconds without a frame after which the other end is silent; heartbeats come each second."""
RESEND = 50
WINDOW = 4
"""Frames on their way at once."""
LONGEST = 80
"""Bytes of a frame on the line, its zero included; more without a zero is noise."""


def stuff(data: bytes) -> bytearray:
    """COBS: the same without a zero byte."""
    out, at = bytearray(1), 0
    for byte in data:
        if byte:
            out.append(byte)
        if not byte or len(out) - at == 255:
            out[at] = len(out) - at
            at = len(out)
            out.append(0)
    out[at] = len(out) - at
    return out


def unstuff(block: bytes) -> bytes:
    """What was stuffed; empty for what never was."""
    out, at = bytearray(), 0
    while at < len(block):
        run = block[at]
        if not run or at + run > len(block):
            return b""
        out += block[at + 1 : at + run]
        at += run
        if run < 255 and at < len(block):
            out.append(0)
    return bytes(out)


def encode(kind: int, seq: int, payload: bytes = b"") -> bytes:
    """A whole frame, ready for the line."""
    body = bytes((kind, seq)) + payload
    return bytes(stuff(body + struct.pack("<I", crc32(body) & 0xFFFFFFFF)) + b"\0")


def decode(block: bytes) -> "tuple[int, int, bytes] | None":
    """Type, number and payload of what stood between two zeros; None for what is damaged."""
    body = unstuff(block)
    if len(body) < 6 or struct.unpack("<I", body[-4:])[0] != crc32(body[:-4]) & 0xFFFFFFFF:
        return None
    return body[0], body[1], body[2:-4]


class PanelFrames:
    """Cuts what a line brings into frames, wherever it is cut itself."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self.damaged = 0
        """Blocks that were no frame."""

    def take(self, data: bytes) -> "list[tuple[int, int, bytes]]":
        """The intact frames that are complete now, in order."""
        found = []
        for byte in data:
            if byte:
                self._rest.append(byte)
                continue
            frame = decode(bytes(self._rest)) if 0 < len(self._rest) < LONGEST else None
            self.damaged += frame is None and len(self._rest) > 0
            if frame is not None:
                found.append(frame)
            self._rest = bytearray()
        if len(self._rest) > LONGEST:
            self._rest = self._rest[:LONGEST]
        return found


class PanelChannel:
    """One end's reliable delivery within a session."""

    def __init__(self) -> None:
        self._queue = []  # type: list[bytes]
        self.reset()

    def reset(self) -> "list[int]":
        """Begin a session; returns the types of the frames of the last one that nobody acknowledged."""
        unheard = [kind for kind, _, _ in (decode(frame[:-1]) or (0, 0, b"") for frame in self._queue)]
        self._queue = []  # frames that are not acknowledged, the oldest first
        self._first = self._sent = self._expected = self._answer = 0
        self.left = -1
        """Milliseconds until unacknowledged frames are sent again; -1 while there are none."""
        return unheard

    @property
    def waiting(self) -> int:
        """Frames that are not acknowledged."""
        return len(self._queue)

    def send(self, kind: int, payload: bytes = b"") -> None:
        """Queue a reliable frame; it leaves with `output`."""
        self._queue.append(encode(kind, (self._first + len(self._queue)) & 255, payload))

    def accept(self, kind: int, seq: int) -> bool:
        """Whether a frame is to be acted upon: not one of this class's own, a repeated one, or one that came too early."""
        if kind in (ACK, AGAIN):
            self._acknowledged(seq, kind == AGAIN)
            return False
        if kind < RELIABLE:
            return True
        new = seq == self._expected
        if new:
            self._expected = (seq + 1) & 255
        self._answer = AGAIN if 0 < (seq - self._expected) & 255 < 128 and not new else ACK
        return new

    def ask_again(self) -> None:
        """Something came damaged: ask for whatever is missing."""
        self._answer = AGAIN

    def pass_time(self, ms: int) -> None:
        """Let time pass."""
        if self.left >= 0:
            self.left = max(0, self.left - ms)
            if not self.left:
                self._sent, self.left = 0, RESEND

    def output(self) -> bytes:
        """What is to leave now."""
        data = b""
        if self._answer:
            data, self._answer = encode(self._answer, self._expected), 0
        while self._sent < min(WINDOW, len(self._queue)):
            data += self._queue[self._sent]
            self._sent += 1
            self.left = RESEND
        return data

    def _acknowledged(self, wanted: int, again: bool) -> None:
        count = (wanted - self._first) & 255
        if count > self._sent:
            return  # of another session, or damaged in a way the sum does not see
        self._queue = self._queue[count:]
        self._first, self._sent = wanted, 0 if again else self._sent - count
        if not self._queue:
            self.left = -1
        elif count:
            self.left = RESEND
