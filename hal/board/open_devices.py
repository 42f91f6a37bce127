"""Opens the devices of a board: the GPIO header, the SPI bus, the serial ports, and a driver for each wired device.

Libraries and drivers are imported only where used: the sync process reads a station file and must not carry a drawing library
for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from hal.board.wiring import (
    Board,
    BuzzerWiring,
    ContactWiring,
    DisplayWiring,
    KeypadWiring,
    NetworkWiring,
    NexoWiring,
    PanelWiring,
    SerialWiring,
    SpeakerWiring,
)
from hal.errors import BoardError, error_text, reason_of

if TYPE_CHECKING:
    from datetime import datetime

    from hal.cable import SerialCable
    from hal.drivers.buzzer import PinBuzzer
    from hal.drivers.display import Oled, Spi
    from hal.drivers.inputs import SwitchInputs
    from hal.drivers.keypad import MatrixKeypad
    from hal.drivers.panel import FrontPanel
    from hal.lines import Gpio
    from hal.link import TcpLink
    from hal.reopened import ReopenedSerial
    from hal.speech.pipe import EngineCable


def open_gpio() -> Gpio:
    """The header of this Raspberry Pi, numbered BCM. Raises BoardError where there is none."""
    try:
        from RPi import GPIO  # type: ignore[import-untyped, unused-ignore]

        GPIO.setmode(GPIO.BCM)
        GPIO.setwarnings(False)
    except Exception as error:  # the library raises whatever its C half does
        reason = f'{error_text(error)}. Not a Raspberry Pi? Say "simulated" in the board file'
        raise BoardError("this computer", "GPIO", reason) from error
    gpio: Gpio = GPIO
    return gpio


def open_spi() -> Spi:
    """An SPI bus, not yet opened: luma does that. Raises BoardError where there is none."""
    try:
        import spidev  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise BoardError("this computer", "SPI", f'{error}. Not a Raspberry Pi? Say display = "simulated"') from error
    spi: Spi = spidev.SpiDev()
    return spi


def open_serial(name: str, wiring: SerialWiring) -> SerialCable:
    """The port of the device of this name. Raises BoardError."""
    from serial import SerialException

    from hal.cable import SerialCable

    try:
        return SerialCable(wiring.port, wiring.baud, bytesize=wiring.bytesize, parity=wiring.parity)
    except SerialException as error:
        raise BoardError("this computer", f"{name}.port", str(error)) from error


def open_link(wiring: NetworkWiring) -> TcpLink:
    """The link to the device at this address, not dialled yet. Raises BoardError for a certificate that is none."""
    import ssl

    from hal.link import TcpLink

    tls: ssl.SSLContext | None = None
    if isinstance(wiring, NexoWiring) and wiring.ca:
        # The file is that of this very terminal: its certificate says a name of its maker's, not our address.
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        tls.check_hostname = False
        tls.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        try:
            tls.load_verify_locations(wiring.ca)
        except (OSError, ssl.SSLError) as error:
            raise BoardError("this computer", "card.ca", f"{wiring.ca}: {reason_of(error)}") from error
    return TcpLink(wiring.host, wiring.port, tls)


def open_keypad(wiring: KeypadWiring, gpio: Gpio, on_edge: Callable[[int], None]) -> MatrixKeypad:
    """The keypad's driver; `on_edge` is `EdgeCable.edge`."""
    from hal.drivers.keypad import MatrixKeypad

    return MatrixKeypad(gpio, wiring.rows, wiring.columns, wiring.keys, on_edge)


def open_panel_line(wiring: PanelWiring) -> ReopenedSerial:
    """The line to the front panel, which may not be there yet, and goes when it starts again."""
    from hal.cable import SerialCable
    from hal.reopened import ReopenedSerial

    return ReopenedSerial(lambda: SerialCable(wiring.port, wiring.baud, bytesize=wiring.bytesize, parity=wiring.parity))


def open_panel(wiring: PanelWiring, wall: Callable[[], datetime]) -> FrontPanel:
    """The front panel's driver, which trusts the firmware that was shipped with it. `wall`: the time of day."""
    from hal.drivers.panel import FrontPanel
    from hal.panel_firmware import firmware_version

    token = int(wall().timestamp() * 1000) & 0xFFFFFFFF
    return FrontPanel(wiring.keys, (firmware_version(),), token, light=wiring.light is not None)


def open_display(wiring: DisplayWiring, gpio: Gpio, spi: Spi) -> Oled:
    """The display's driver, its panel cleared and lit. Raises BoardError where the bus cannot be opened."""
    from luma.core.error import Error  # type: ignore[import-untyped]

    from hal.drivers.display import Oled

    bus = (wiring.spi_bus, wiring.spi_device)
    try:
        return Oled(gpio, spi, bus=bus, dc=wiring.dc, reset=wiring.reset, hz=wiring.hz, model=wiring.model)
    except (Error, OSError) as error:
        raise BoardError("this computer", "display", f"/dev/spidev{bus[0]}.{bus[1]}: {reason_of(error)}") from error


def open_buzzer(wiring: BuzzerWiring, gpio: Gpio) -> PinBuzzer:
    """The buzzer's driver, silent."""
    from hal.drivers.buzzer import PinBuzzer

    return PinBuzzer(gpio, wiring.pin)


def open_speaker(wiring: SpeakerWiring) -> EngineCable:
    """The pipe to a speech engine, which is started with the first sentence; with a jack that tells, at once."""
    from hal.speech.pipe import EngineCable

    given = {"--engine": wiring.engine, "--sound": wiring.sound, "--jack": wiring.jack, "--rendered": wiring.rendered}
    options = [part for name, value in given.items() if value for part in (name, value)]
    cable = EngineCable((sys.executable, "-m", "hal.speech", *options))
    if wiring.jack:
        cable.start()
    return cable


def open_inputs(board: Board, gpio: Gpio, on_edge: Callable[[int], None]) -> SwitchInputs:
    """The driver of the door and mains switches, perhaps of none; `on_edge` is `EdgeCable.edge`."""
    from hal.drivers.inputs import DOOR, MAINS, SwitchInputs

    wired = ((board.door, DOOR), (board.mains, MAINS))
    return SwitchInputs(gpio, {wiring.pin: events for wiring, events in wired if isinstance(wiring, ContactWiring)}, on_edge)
