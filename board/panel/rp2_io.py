"""Pins, line and watchdog of the RP2040: the only file that knows the chip. The matrix is read without allocating."""

import select
import sys
import time

import machine
import micropython
import pins
from machine import ADC, I2C, PWM, WDT, Pin, Timer

from hal.wire.panel import DOOR, MAINS, NO_LUX, TAMPER

WATCHDOG = 8000
"""The chip's own watchdog, at most 8388 ms."""
SCRATCH, STARTS = 0x4005800C, 0x40058010
"""Watchdog scratch registers 0 and 1: survive every reset but the loss of power. Their upper half marks that we wrote them."""
MARK = 0x50410000
REASON, CHIP_RESET = 0x40058008, 0x40064008
"""Why the chip started (RP2040 datasheet, 4.7.6 and 2.12.8): the watchdog's timer, the program; the power or a brown-out, which
are one bit, the RUN pin."""
BY_POWER, BY_PIN, BY_WATCHDOG, BY_PROGRAM = 1, 2, 3, 5
SETTLE = 10
"""Microseconds a column needs to rise through its pull-up, twice over."""
# The second line: bits of the PCF8574.
REGISTER, ENABLE, LIT = 1, 4, 8
POWER_ON, MEASURE = b"\x01", b"\x20"
"""To the BH1750 (datasheet 2009.04): wake up; measure once, finely, within 180 ms, and sleep again."""


class Io:
    """The board's pins."""

    FIVE = pins.FIVE

    def __init__(self) -> None:
        micropython.kbd_intr(-1)  # no byte of the line interrupts us: it leads to no prompt
        self._rows = [Pin(pin, Pin.OPEN_DRAIN, value=0) for pin in pins.ROWS]
        self._columns = [Pin(pin, Pin.IN, Pin.PULL_UP) for pin in pins.COLUMNS]
        self.edge, self._armed = False, False
        """Whether a column has fallen since `rest`."""
        for column in self._columns:
            column.irq(handler=self._fell, trigger=Pin.IRQ_FALLING)
        self._contacts = [Pin(pin, Pin.IN, Pin.PULL_UP) for pin in (pins.DOOR, pins.TAMPER, pins.MAINS, pins.NEAR)]
        self._stirred = False
        for contact in self._contacts:
            contact.irq(handler=self._stir, trigger=Pin.IRQ_FALLING | Pin.IRQ_RISING)
        self._wake = Pin(pins.WAKE, Pin.OPEN_DRAIN, value=1)
        self._power = Pin(pins.PI_POWER, Pin.OPEN_DRAIN, value=1)
        self._buzzer = Pin(pins.BUZZER, Pin.OUT, value=0)
        self._light = PWM(Pin(pins.BACKLIGHT), freq=1000, duty_u16=0)
        self._supply, self._temperature = ADC(Pin(pins.SUPPLY)), ADC(4)
        self._i2c = I2C(0, sda=Pin(pins.LINE_SDA), scl=Pin(pins.LINE_SCL))
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._timer, self._late, self._then = Timer(-1), False, time.ticks_ms()
        self._start_line()
        self._asked = False
        machine.mem32[STARTS] = MARK | (self.starts() + 1) & 0xFFFF
        self._watchdog = WDT(timeout=WATCHDOG)

    # --- time ---

    def elapsed(self) -> int:
        """Milliseconds since the last call."""
        now = time.ticks_ms()
        passed, self._then = time.ticks_diff(now, self._then), now
        return passed

    def wait(self, ms: int) -> None:
        """Until so much time has passed, a key goes down, a contact moves, or the line brings something."""
        if ms <= 0:
            return
        self._late = False
        self._timer.init(mode=Timer.ONE_SHOT, period=ms, callback=self._rang)
        while not (self._late or self.edge or self._stirred or self._readable()):
            machine.idle()
        self._timer.deinit()

    def _rang(self, timer: Timer) -> None:
        self._late = True

    def _fell(self, pin: Pin) -> None:
        self.edge = self._armed  # our own scanning makes edges too

    def _stir(self, pin: Pin) -> None:
        self._stirred = True

    def feed(self) -> None:
        """All is well here."""
        self._watchdog.feed()

    # --- the matrix ---

    def scan(self, seen: bytearray) -> None:
        """Fill in the columns that each row pulls down. All rows are low, before and after; none is ever driven high."""
        self._armed = self.edge = False
        for row in range(7):
            seen[row] = 0
        if not self._low():
            return
        for row in range(7):
            self._rows[row](1)
        for row in range(7):
            self._rows[row](0)
            time.sleep_us(SETTLE)
            seen[row] = self._low()
            self._rows[row](1)
        for row in range(7):
            self._rows[row](0)

    def _low(self) -> int:
        low = 0
        for column in range(7):
            if not self._columns[column]():
                low |= 1 << column
        return low

    def rest(self) -> bool:
        """Wait for an edge from now on; False if a key is down already, whose edge may have come before."""
        self._armed = True
        if self._low():
            self._armed = self.edge = False
        return self._armed

    # --- the line ---

    def _readable(self) -> bool:
        return any(True for _ in self._poll.ipoll(0))

    def read(self) -> bytes:
        """What the line has brought."""
        data = b""
        while self._readable() and len(data) < 256:
            byte = sys.stdin.buffer.read(1)
            if not byte:
                break
            data += byte
        return data

    def write(self, data: bytes) -> None:
        """Send."""
        sys.stdout.buffer.write(data)

    # --- the rest ---

    def board(self) -> bytes:
        """The chip's own number."""
        return machine.unique_id()

    def cause(self) -> int:
        """Why the board started: `machine.reset_cause` takes our own reset for the watchdog's."""
        if machine.mem32[REASON] & 3:
            return BY_WATCHDOG if machine.mem32[REASON] & 1 else BY_PROGRAM
        return BY_PIN if machine.mem32[CHIP_RESET] >> 16 & 1 else BY_POWER

    def starts(self) -> int:
        """How often the board has started since it has power."""
        return self._kept(STARTS)

    def cycles(self) -> int:
        """How often the Pi's power was cut since the board has power."""
        return self._kept(SCRATCH)

    def _kept(self, register: int) -> int:
        kept = machine.mem32[register]
        return kept & 0xFFFF if kept & 0xFFFF0000 == MARK else 0

    def count_cycle(self) -> None:
        """One more."""
        machine.mem32[SCRATCH] = MARK | (self.cycles() + 1) & 0xFFFF

    def contacts(self) -> int:
        """Bits of CONTACTS: set for a contact that is closed."""
        self._stirred = False
        door, tamper, mains, _ = self._contacts
        return (0 if door() else DOOR) | (0 if tamper() else TAMPER) | (0 if mains() else MAINS)

    def near(self) -> bool:
        """Whether somebody stands there."""
        return not self._contacts[3]()

    def wake(self, on: bool) -> None:
        """Pull the Pi's wake line."""
        self._wake(not on)

    def power(self, on: bool) -> None:
        """Give the Pi its power, or take it away."""
        self._power(on)

    def buzzer(self, on: bool) -> None:
        """Sound."""
        self._buzzer(on)

    def backlight(self, level: int) -> None:
        """Light the keys, 0 to 255."""
        self._light.duty_u16(level * 257)

    def millivolts(self) -> int:
        """The supply."""
        return self._supply.read_u16() * 3 * 3300 // 65535

    def celsius(self) -> int:
        """The chip, from its diode: 706 mV at 27 degrees, 1.721 mV less for each more."""
        return 27 - (self._temperature.read_u16() * 3300000 // 65535 - 706000) // 1721

    def lux(self) -> int:
        """The light as asked for by the last call, and ask for the next; -1 at first, NO_LUX if no sensor answers."""
        try:
            lux = -1
            if self._asked:
                high, low = self._i2c.readfrom(pins.LIGHT_ADDRESS, 2)
                lux = (high << 8 | low) * 5 // 6
            self._i2c.writeto(pins.LIGHT_ADDRESS, POWER_ON)
            self._i2c.writeto(pins.LIGHT_ADDRESS, MEASURE)
            self._asked = True
            return lux
        except OSError:
            self._asked = False
            return NO_LUX

    # --- the second display line ---

    def _start_line(self) -> None:
        for code in (0x33, 0x32, 0x28, 0x0C, 0x06, 0x01):
            self._put(code, 0)

    def line(self, text: str) -> None:
        """Write on the second display line, sixteen characters; a board without one does nothing."""
        self._put(0x80, 0)
        for character in (text + " " * 16)[:16].encode():
            self._put(character, REGISTER)

    def _put(self, byte: int, register: int) -> None:
        try:
            for half in (byte & 0xF0, byte << 4 & 0xF0):
                self._i2c.writeto(pins.LINE_ADDRESS, bytes((half | register | LIT | ENABLE, half | register | LIT)))
            time.sleep_ms(2 if byte == 1 else 0)
        except OSError:
            pass
