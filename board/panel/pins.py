"""Pins of the front board: a Raspberry Pi Pico (RP2040), by their GP numbers. `board/paris-v2.toml` says the same."""

ROWS = (2, 3, 4, 5, 6, 7, 8)
COLUMNS = (9, 10, 11, 12, 13, 14, 15)
BACKLIGHT = 16  # PWM: the keys' light
BUZZER = 17  # an active buzzer: sounds while high
WAKE = 18  # open drain, to the Pi: low for a moment when somebody is there
PI_POWER = 19  # open drain, to the enable input of the Pi's 5 V: pulled up there, so a dead board leaves the Pi running
LINE_SDA, LINE_SCL = 20, 21  # the second display line: HD44780 behind a PCF8574, I2C 0
LINE_ADDRESS = 0x27
LIGHT_ADDRESS = 0x23  # BH1750 on the same two lines, its ADDR low; a board without one does nothing
DOOR = 22  # contacts to ground, closed while all is well
TAMPER = 27
MAINS = 28
SUPPLY = 26  # ADC 0, behind a divider by three
NEAR = 0  # proximity sensor, open collector: low while somebody stands there
SERVICE = 1  # jumper to ground: keep off and leave the line to the programming tool

FIVE = 4  # position (row * 7 + column) of the key "5", which answers with a click of its own
