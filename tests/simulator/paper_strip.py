"""What a simulated printer prints of given bytes, and how it answers."""

from __future__ import annotations

from simulator.devices.paper import PrintedTicket
from simulator.devices.printer import PrinterDevice

INIT, PAGE_1252 = b"\x1b@", b"\x1bt\x10"
FEED_AND_CUT = b"\x1dVB\x00"
QR_HELLO = (
    b"\x1d(k\x04\x001A2\x00"  # 165: model 2
    b"\x1d(k\x03\x001C\x04"  # 167: module of 4 dots
    b"\x1d(k\x03\x001E1"  # 169: level M
    b"\x1d(k\x08\x001P0HELLO"  # 180: store
    b"\x1d(k\x03\x001Q0"  # 181: print
)


def run(device: PrinterDevice, until: float) -> bytes:
    """Wake it whenever it asks, until then."""
    out = b""
    while device.wake_at <= until:
        out += device.wake(max(device.wake_at, 0.0))
    return out


def printed(data: bytes, *, dots: int = 384) -> PrintedTicket:
    device = PrinterDevice(dots=dots)
    assert device.receive(data + FEED_AND_CUT, 0.0) == b""
    run(device, 60.0)
    assert device.unknown == []
    assert len(device.tickets) == 1
    return device.tickets[0]


def status(device: PrinterDevice, now: float = 0.0) -> str:
    return " ".join(f"{device.receive(bytes([0x10, 0x04, n]), now).hex()}" for n in (1, 2, 3, 4))
