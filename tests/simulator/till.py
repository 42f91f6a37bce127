"""Till side of a Concert line, for the simulated terminal: request frames, and time that passes."""

from __future__ import annotations

from simulator.devices.terminal import ConcertDevice

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
MANUAL_EXAMPLE = b"\x020100000240110978          A010B010\x03\x01"  # 2.40 EUR, long answer
LONG = b"\x020100000240110978REF0000001A010B010\x03\x61"
SHORT = b"\x020100000240010978REF0000001A010B010\x03\x60"
DOLLARS = b"\x020100000240110840REF0000001A010B010\x03\x6b"
ACCEPTED = b"\x02010000002401978REF0000001\x03\x53"
REFUSED = b"\x02017000002401978REF0000001\x03\x54"


def ask(device: ConcertDevice, frame: bytes, now: float = 0.0) -> None:
    """The till's half of a request, up to the card."""
    assert device.receive(ENQ, now) == ACK
    assert device.receive(frame, now) == ACK
    assert device.receive(EOT, now) == b""


def sleep_until(device: ConcertDevice, instant: float) -> bytes:
    """Wake it whenever it asks, until then."""
    out = b""
    while device.wake_at <= instant:
        out += device.wake(device.wake_at)
    return out
