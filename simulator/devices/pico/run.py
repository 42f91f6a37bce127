"""Runs the front board's firmware over simulated pins, in a process of its own. For MicroPython; CPython can run it too.

Started as `run.py FOLDER SCRATCH STARTS CAUSE`: the folder as it is on the board, what its scratch registers hold, why it
starts. The firmware meets the modules it knows (`machine`, `time`, `select`, `sys`, `micropython`), of which this file is the
far side: pins, contacts between them, a clock that stands still. Only when the firmware waits (`machine.idle`) does time pass:
a line of JSON goes out (how long it may wait, bytes, outputs that moved), and one comes in (the time, bytes, contacts).
"""

import json
import sys

MYPY = False
if MYPY:
    from collections.abc import Callable

START = 1 << 30
"""Where `ticks_ms` begins again."""
SCRATCH, STARTS, REASON, CHIP_RESET = 0x4005800C, 0x40058010, 0x40058008, 0x40064008
"""Registers: two that keep their value through every reset but the loss of power, two that say why it started."""
LIGHT = 0x23  # address of a BH1750
STDIN, STDOUT = sys.stdin, sys.stdout
UP, OPEN_DRAIN = 1, 2
FALLING, RISING = 4, 8


class ChipResetError(Exception):
    """The chip starts again."""


class _World:
    """Everything outside the chip, and the parts of it that keep something."""

    def __init__(self, scratch: int, starts: int, cause: int) -> None:
        self.now, self.memory = 0, {SCRATCH: scratch, STARTS: starts}
        self.memory[REASON] = {3: 1, 5: 2}.get(cause, 0)
        self.memory[CHIP_RESET] = {1: 1 << 8, 2: 1 << 16}.get(cause, 0)
        self.lux, self.measured = None, 0  # type: int | None, int  # on the light sensor; None: it does not answer
        self.levels, self.pulls = {}, set()  # type: dict[int, int], set[int]
        self.contacts, self.grounded = [], []  # type: list[list[int]], list[int]
        self.readings = {26: 33000, 4: 14021}  # 5 volts behind the divider; 27 degrees
        self.handlers = {}  # type: dict[int, tuple[Callable[[None], None], int]]
        self.timer = None  # type: tuple[int, Callable[[None], None]] | None
        self.fed, self.patience = 0, None  # type: int, int | None
        self.why = 0
        self.incoming, self.outgoing = b"", b""
        self.moved = {}  # type: dict[str, int]
        self.line = b""

    def low(self) -> "set[int]":
        """Every pin that something pulls down, through whatever contacts."""
        reached = {pin for pin, level in self.levels.items() if not level} | set(self.grounded)
        grown = True
        while grown:
            grown = False
            for one, other in self.contacts:
                if (one in reached) != (other in reached):
                    reached.add(one)
                    reached.add(other)
                    grown = True
        return reached

    def is_low(self, pin: int) -> bool:
        """Whether something pulls this pin down."""
        if not self.contacts:
            return self.levels.get(pin) == 0 or pin in self.grounded
        return pin in self.low()

    def drive(self, pin: int, level: int) -> None:
        if self.levels.get(pin) != level:
            self.levels[pin] = level
            if pin > 15:
                self.moved[str(pin)] = level

    def idle(self) -> None:
        """Let the world go on until something happens."""
        if self.timer is None:
            raise RuntimeError("waits for nothing")
        self.exchange({"wait": self.timer[0] - self.now})
        if self.timer is not None and self.now >= self.timer[0]:
            ring, self.timer = self.timer[1], None
            ring(None)

    def exchange(self, told: "dict[str, object]") -> None:
        told["scratch"], told["starts"] = self.memory[SCRATCH], self.memory[STARTS]
        told["data"], told["moved"], told["line"] = self.outgoing.hex(), self.moved, self.line.hex()
        self.outgoing, self.moved, self.line = b"", {}, b""
        STDOUT.write(json.dumps(told) + "\n")
        if hasattr(STDOUT, "flush"):
            STDOUT.flush()
        asked = STDIN.readline()
        if not asked:
            self.start_again(5)
        asked = json.loads(asked)
        self.now = asked["now"]
        self.incoming += bytes.fromhex(asked["data"])
        if "contacts" in asked:
            self._move(asked["contacts"], asked["grounded"])
            self.lux = asked["lux"]
        if asked.get("free"):
            self._tell_free()
        if self.patience is not None and self.now - self.fed > self.patience:
            self.start_again(3)

    def start_again(self, why: int) -> None:
        """End this run; the first reason counts, whatever the firmware does on its way out."""
        self.why = self.why or why
        raise ChipResetError()

    def _move(self, contacts: "list[list[int]]", grounded: "list[int]") -> None:
        before = self.low()
        self.contacts, self.grounded = contacts, grounded
        after = self.low()
        for pin, (handler, trigger) in self.handlers.items():
            if (pin in before) != (pin in after) and trigger & (FALLING if pin in after else RISING):
                handler(None)

    def _tell_free(self) -> None:
        import gc

        gc.collect()
        self.exchange({"wait": 0, "free": gc.mem_free() if hasattr(gc, "mem_free") else 0})


class _Namespace:
    """A module made of what it is given."""

    def __init__(self, **names: object) -> None:
        for name, value in names.items():
            setattr(self, name, value)


WORLD = _World(int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))


class _Pin:
    """A pin, or what stands for it."""

    IN, OUT, OPEN_DRAIN, PULL_UP, IRQ_FALLING, IRQ_RISING = 0, 1, OPEN_DRAIN, UP, FALLING, RISING

    def __init__(self, number: int, mode: int = -1, pull: int = -1, value: int = 0) -> None:
        self.number, self.mode = number, mode
        if pull == UP:
            WORLD.pulls.add(number)
        if mode in (1, OPEN_DRAIN):
            WORLD.drive(number, value)

    def __call__(self, value: "int | None" = None) -> "int | None":
        if value is not None:
            WORLD.drive(self.number, int(value))
            return None
        return 0 if self.number not in WORLD.pulls or WORLD.is_low(self.number) else 1

    def irq(self, handler: "Callable[[None], None]", trigger: int) -> None:
        WORLD.handlers[self.number] = handler, trigger


class _PWM:
    """A light."""

    def __init__(self, pin: "_Pin", freq: int, duty_u16: int) -> None:
        self.number = pin.number

    def duty_u16(self, duty: int) -> None:
        WORLD.drive(self.number, duty >> 8)


class _ADC:
    """A converter."""

    def __init__(self, pin: "_Pin | int") -> None:
        self.number = pin if isinstance(pin, int) else pin.number

    def read_u16(self) -> int:
        return WORLD.readings[self.number]


class _I2C:
    """The line to the second display and the light sensor."""

    def __init__(self, number: int, sda: "_Pin", scl: "_Pin") -> None:
        pass

    def writeto(self, address: int, data: bytes) -> None:
        if address != LIGHT:
            WORLD.line += data
        elif WORLD.lux is None:
            raise OSError(5)
        elif data == b"\x20":
            WORLD.measured = min(WORLD.lux * 6 // 5, 0xFFFF)

    def readfrom(self, address: int, count: int) -> bytes:
        if address != LIGHT or WORLD.lux is None:
            raise OSError(5)
        return bytes((WORLD.measured >> 8, WORLD.measured & 255))


class _Timer:
    """The one timer there is."""

    ONE_SHOT = 0

    def __init__(self, number: int) -> None:
        pass

    def init(self, mode: int, period: int, callback: "Callable[[None], None]") -> None:
        WORLD.timer = WORLD.now + period, callback

    def deinit(self) -> None:
        WORLD.timer = None


class _WDT:
    """The chip's own watchdog."""

    def __init__(self, timeout: int) -> None:
        WORLD.fed, WORLD.patience = WORLD.now, timeout

    def feed(self) -> None:
        WORLD.fed = WORLD.now


def _reset() -> None:
    WORLD.start_again(5)


def _chip() -> _Namespace:
    """The module `machine`."""
    classes = {each.__name__[1:]: each for each in (_Pin, _PWM, _ADC, _I2C, _Timer, _WDT)}
    return _Namespace(
        reset=_reset,
        idle=WORLD.idle,
        mem32=WORLD.memory,
        unique_id=lambda: b"\xe6SIMULAT",
        **classes,
    )


def _line() -> "tuple[_Namespace, _Namespace]":
    """Standard input and output of the firmware: the USB line."""

    def read(count: int) -> bytes:
        taken, WORLD.incoming = WORLD.incoming[:count], WORLD.incoming[count:]
        return taken

    def write(data: bytes) -> None:
        WORLD.outgoing += data

    return _Namespace(buffer=_Namespace(read=read)), _Namespace(buffer=_Namespace(write=write))


def _poll() -> _Namespace:
    def ipoll(wait: int) -> "list[int]":
        return [1] if WORLD.incoming else []

    return _Namespace(POLLIN=1, poll=lambda: _Namespace(register=lambda *_: None, ipoll=ipoll))


def _clock() -> _Namespace:
    def nothing(_: int) -> None:
        pass

    def difference(one: int, other: int) -> int:
        return (one - other + START // 2) % START - START // 2

    return _Namespace(ticks_ms=lambda: WORLD.now % START, ticks_diff=difference, sleep_us=nothing, sleep_ms=nothing)


def run(folder: str) -> None:
    """Start the firmware in this folder; returns when the chip starts again, or nobody listens any more."""
    try:
        WORLD.exchange({"wait": 0})
        stdin, stdout = _line()
        sys.path.insert(0, folder)
        for name, module in (
            ("machine", _chip()),
            ("select", _poll()),
            ("time", _clock()),
            ("micropython", _Namespace(kbd_intr=lambda _: None)),
            ("sys", _Namespace(stdin=stdin, stdout=stdout, path=sys.path)),
        ):
            sys.modules[name] = module  # type: ignore[assignment]
        __import__("main")
    except ChipResetError:
        pass
    STDOUT.write(
        json.dumps(
            {
                "reset": WORLD.why or 5,
                "scratch": WORLD.memory[SCRATCH],
                "starts": WORLD.memory[STARTS],
                "moved": WORLD.moved,
                "data": "",
                "line": "",
            }
        )
        + "\n"
    )


run(sys.argv[1])
