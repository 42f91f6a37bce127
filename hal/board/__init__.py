"""The board of a station: board/*.toml -> a typed `Board` -> its lines and drivers.

- `wiring`: what a board file can say, one dataclass per device;
- `header_pins`: which line of the header does what, and what must not be shared;
- `load`: the file, checked;
- `network_address`: where a terminal on the network is;
- `open_card`: the card terminal's driver, by its protocol;
- `open_devices`: the devices of this computer.
"""

from hal.board.header_pins import I2C_PINS, SPI_PINS, SPI_SELECTS, UART_PINS, jobs_of, serial_lines
from hal.board.load import load_board
from hal.board.open_card import CardDriver, open_card, open_card_line
from hal.board.open_devices import (
    open_buzzer,
    open_display,
    open_gpio,
    open_inputs,
    open_keypad,
    open_link,
    open_panel,
    open_panel_line,
    open_serial,
    open_speaker,
    open_spi,
)
from hal.board.wiring import (
    Board,
    BuzzerWiring,
    CaisseApWiring,
    CardWiring,
    ClockWiring,
    ConcertWiring,
    ContactWiring,
    DisplayWiring,
    HeaderWiring,
    KeypadWiring,
    NetworkWiring,
    NexoWiring,
    PanelPins,
    PanelWiring,
    PrinterWiring,
    SerialWiring,
    SpeakerWiring,
    protocol_of,
)
from hal.toml import read_toml

__all__ = [
    "I2C_PINS",
    "SPI_PINS",
    "SPI_SELECTS",
    "UART_PINS",
    "Board",
    "BuzzerWiring",
    "CaisseApWiring",
    "CardDriver",
    "CardWiring",
    "ClockWiring",
    "ConcertWiring",
    "ContactWiring",
    "DisplayWiring",
    "HeaderWiring",
    "KeypadWiring",
    "NetworkWiring",
    "NexoWiring",
    "PanelPins",
    "PanelWiring",
    "PrinterWiring",
    "SerialWiring",
    "SpeakerWiring",
    "jobs_of",
    "load_board",
    "open_buzzer",
    "open_card",
    "open_card_line",
    "open_display",
    "open_gpio",
    "open_inputs",
    "open_keypad",
    "open_link",
    "open_panel",
    "open_panel_line",
    "open_serial",
    "open_speaker",
    "open_spi",
    "protocol_of",
    "read_toml",
    "serial_lines",
]
