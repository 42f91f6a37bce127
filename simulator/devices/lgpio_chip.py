"""Simulated `lgpio` C library over a simulated header, so that the real rpi-lgpio runs on it.

Only what `RPi/GPIO/__init__.py` of rpi-lgpio 0.6 calls, with the meanings of the lgpio Python manual (abyz.me.uk/lg,
py_lgpio): claims, line flags, alerts that name their edges when claimed, errors raised as `lgpio.error`. Put an instance at
`sys.modules["lgpio"]` before `import RPi.GPIO`, with RPI_LGPIO_REVISION=c04170 and RPI_LGPIO_CHIP=0 in the environment.
Alerts call back at once, on the caller's thread; the C library does so on its own. Debounce and PWM are not played.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from simulator.devices.header import LINES, Header, PullResistor

Alert = Callable[[int, int, int, int], None]
"""func(chip, gpio, level, timestamp in nanoseconds)."""

_KERNEL_OUTPUT, _LG_INPUT, _LG_OUTPUT, _LG_ALERT, _KERNEL_INPUT, _EDGE_SHIFT = 2, 0x100, 0x200, 0x400, 1 << 16, 17


class LgpioError(Exception):
    """Error that lgpio raises as `lgpio.error`."""


class Callback:
    """Handle that `lgpio.callback` returns."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        self.cancel = cancel


class LgpioChip(ModuleType):
    """GPIO chip, open to one process. Claims are remembered in lgpio's own mode bits."""

    LOW, HIGH = 0, 1
    SET_PULL_UP, SET_PULL_DOWN, SET_PULL_NONE = 32, 64, 128
    RISING_EDGE, FALLING_EDGE, BOTH_EDGES = 1, 2, 3
    GPIO_BUSY = -79
    error = LgpioError

    def __init__(self, header: Header) -> None:
        super().__init__("lgpio")
        self._header = header
        self._modes: dict[int, int] = {}

    def gpiochip_open(self, chip: int) -> int:
        """Any chip number opens the one chip there is."""
        return 0

    def gpiochip_close(self, handle: int) -> int:
        """Closing frees what is still claimed."""
        for line in list(self._modes):
            self.gpio_free(handle, line)
        return 0

    def gpio_get_chip_info(self, handle: int) -> list[int | str]:
        """Status, number of lines, name, label."""
        return [0, LINES, "gpiochip0", "simulated header"]

    def gpio_get_mode(self, handle: int, line: int) -> int:
        """Zero for a line nobody has claimed (then it is the kernel's input)."""
        return self._modes.get(line, _KERNEL_INPUT)

    def gpio_claim_input(self, handle: int, line: int, flags: int = 0) -> int:
        """Flags hold the pull."""
        self._modes[line] = _LG_INPUT | _KERNEL_INPUT | flags
        self._header.make_input(line, self._pull(flags))
        return 0

    def gpio_claim_output(self, handle: int, line: int, level: int = 0, flags: int = 0) -> int:
        """Drives at once."""
        self._modes[line] = _LG_OUTPUT | _KERNEL_OUTPUT | flags
        self._header.drive(line, level)
        return 0

    def gpio_claim_alert(self, handle: int, line: int, edges: int, flags: int = 0) -> int:
        """An input whose edges, and only those, reach the line's callbacks."""
        self._modes[line] = _LG_ALERT | _KERNEL_INPUT | flags | edges << _EDGE_SHIFT
        self._header.make_input(line, self._pull(flags))
        return 0

    def gpio_free(self, handle: int, line: int) -> int:
        """Raises unless the line was claimed. The line keeps its electrical state, as the kernel leaves it."""
        if self._modes.pop(line, None) is None:
            raise LgpioError("'GPIO not allocated'")
        return 0

    def gpio_read(self, handle: int, line: int) -> int:
        """The level, claimed or not."""
        return self._header.level(line)

    def gpio_write(self, handle: int, line: int, level: int) -> int:
        """Raises unless the line was claimed as an output."""
        if not self._modes.get(line, 0) & _LG_OUTPUT:
            raise LgpioError("'GPIO not set as an output'")
        self._header.drive(line, level)
        return 0

    def gpio_set_debounce_micros(self, handle: int, line: int, micros: int) -> int:
        """Accepted."""
        return 0

    def callback(self, handle: int, line: int, edge: int = RISING_EDGE, func: Alert | None = None) -> Callback:
        """`edge` chooses nothing, as in the library: the claim did."""

        def moved(line: int, level: int) -> None:
            wanted = self._modes.get(line, 0) >> _EDGE_SHIFT & 3
            if func is not None and wanted & (self.RISING_EDGE if level else self.FALLING_EDGE):
                func(handle, line, level, 0)

        return Callback(self._header.listen(line, moved))

    def error_text(self, number: int) -> str:
        """The real table has a hundred sentences; a number is enough here."""
        return f"lgpio error {number}"

    def _pull(self, flags: int) -> PullResistor:
        if flags & self.SET_PULL_UP:
            return PullResistor.UP
        return PullResistor.DOWN if flags & self.SET_PULL_DOWN else PullResistor.OFF
