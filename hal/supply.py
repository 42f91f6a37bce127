"""Power supply and temperature of the computer, from /sys; None for what it does not report.

Linux puts a Raspberry Pi's under-voltage flag in the hwmon device `rpi_volt` (drivers/hwmon/raspberrypi-hwmon.c:
`in0_lcrit_alarm`, 1 where the last reading found it low), and the SoC's temperature in thermal zone 0, in thousandths of a
degree. Only kernels of Raspberry Pi's own branch have `get_throttled` (bit 2: throttled now; bit 18: has been).
"""

from __future__ import annotations

from pathlib import Path

from hal.kernel_files import kernel_number, kernel_text
from hal.ports import Supply

SYS = Path("/sys")
THROTTLED = 0x4 | 0x40000


def read_supply(sys: Path = SYS) -> Supply:
    """Read supply and temperature; never raises."""
    flags = kernel_text(sys / "devices/platform/soc/soc:firmware/get_throttled")
    throttled = kernel_number(flags, 16)
    celsius = kernel_number(kernel_text(sys / "class/thermal/thermal_zone0/temp"))
    return Supply(
        under_voltage=_under_voltage(sys),
        throttled=None if throttled is None else bool(throttled & THROTTLED),
        celsius=None if celsius is None else round(celsius / 1000),
    )


def _under_voltage(sys: Path) -> bool | None:
    for name in sorted((sys / "class/hwmon").glob("hwmon*/name")):
        if kernel_text(name) == "rpi_volt":
            alarm = kernel_number(kernel_text(name.with_name("in0_lcrit_alarm")))
            return None if alarm is None else bool(alarm)
    return None
