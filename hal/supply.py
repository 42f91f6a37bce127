"""What the computer's power supply and heat are, from /sys; None for what this computer does not say.

Linux puts a Raspberry Pi's under-voltage flag in the hwmon device `rpi_volt` (drivers/hwmon/raspberrypi-hwmon.c:
`in0_lcrit_alarm`, 1 where the last reading found it low), and the SoC's temperature in thermal zone 0, in thousandths of a
degree. Only kernels of Raspberry Pi's own branch have `get_throttled` (bit 2: throttled now; bit 18: has been).
"""

from __future__ import annotations

from pathlib import Path

from hal.ports import Supply

SYS = Path("/sys")
THROTTLED = 0x4 | 0x40000


def read_supply(sys: Path = SYS) -> Supply:
    """All that can be read; never raises."""
    flags = _text(sys / "devices/platform/soc/soc:firmware/get_throttled")
    throttled = _number(flags, 16)
    celsius = _number(_text(sys / "class/thermal/thermal_zone0/temp"))
    return Supply(
        under_voltage=_under_voltage(sys),
        throttled=None if throttled is None else bool(throttled & THROTTLED),
        celsius=None if celsius is None else round(celsius / 1000),
    )


def _under_voltage(sys: Path) -> bool | None:
    for name in sorted((sys / "class/hwmon").glob("hwmon*/name")):
        if _text(name) == "rpi_volt":
            alarm = _number(_text(name.with_name("in0_lcrit_alarm")))
            return None if alarm is None else bool(alarm)
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _number(text: str, base: int = 10) -> int | None:
    try:
        return int(text, base)
    except ValueError:
        return None
