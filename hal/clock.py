"""System clock: monotonic and wall time, and whether it is synchronised. The only file that asks what time it is."""

from __future__ import annotations

import contextlib
import struct
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from hal.ports import Instant
from hal.time_zone import PARIS

BATTERY_CLOCK = Path("/dev/rtc0")
RTC_SET_TIME = 0x4024700A
"""rtc(4): _IOW('p', 0x0a, struct rtc_time), nine ints."""
STA_UNSYNC = 0x0040
"""adjtimex(2): nobody disciplines the kernel's clock."""


class SystemClock:
    """`Clock` of this computer."""

    def now(self) -> Instant:
        """Monotonic seconds since some moment of this boot."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The time in Paris."""
        return datetime.now(PARIS)

    def synchronised(self) -> bool | None:
        """Whether a time service (timesyncd, chrony, ntpd) keeps the kernel's clock synchronised; None if unknown."""
        status = kernel_status()
        return None if status is None else not status & STA_UNSYNC


def set_system_clock(at: datetime, battery_clock: Path = BATTERY_CLOCK) -> None:
    """Set the kernel's clock, and the one with the battery if there is one. Raises OSError, such as PermissionError."""
    time.clock_settime(time.CLOCK_REALTIME, at.timestamp())
    with contextlib.suppress(FileNotFoundError), battery_clock.open("rb") as device:
        import fcntl

        utc = at.astimezone(UTC)
        fields = (utc.second, utc.minute, utc.hour, utc.day, utc.month - 1, utc.year - 1900, 0, 0, 0)
        fcntl.ioctl(device, RTC_SET_TIME, struct.pack("9i", *fields))


def kernel_status() -> int | None:
    """The status bits of adjtimex(2), read and nothing changed; None on a system without it, or that refuses."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes  # the station's start has no use for it

    class Timex(ctypes.Structure):
        """struct timex of <sys/timex.h>, up to the member read; it ends before these 512 bytes do."""

        _fields_ = (
            ("modes", ctypes.c_uint),
            ("offset", ctypes.c_long),
            ("frequency", ctypes.c_long),
            ("most_error", ctypes.c_long),
            ("estimated_error", ctypes.c_long),
            ("status", ctypes.c_int),
            ("rest", ctypes.c_byte * 512),
        )

    timex = Timex()  # modes 0: only read
    try:
        read = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except AttributeError:
        return None
    return None if read < 0 else int(timex.status)
