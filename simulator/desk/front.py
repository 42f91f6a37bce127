"""The front panel of a simulated station: its board with the firmware that ships, the keys, contacts and buzzer on it."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable
from pathlib import Path

from hal.board import PanelWiring
from hal.panel_firmware import VERSION_FILE, write_firmware
from hal.ports import Instant
from simulator.devices.matrix import KeyMatrix
from simulator.devices.panel import PanelDevice
from simulator.virtual_time import Tap, VirtualTime, Wire

PANEL_FAULTS = {
    "off": "Carte de façade débranchée",
    "opened": "Capot de la façade ouvert",
    "other": "Carte de façade d’une autre version",
    "dusk": "Crépuscule : 80 lux sur son capteur",
    "dark": "Nuit, ou capteur couvert : 2 lux",
    "blind": "Capteur de lumière débranché",
    "glitch": "Sa carte redémarre : une décharge",
    "noise": "Parasites sur son câble : un bit faux tous les seize octets au plus",
}
DAYLIGHT, LUX = 10_000, {"dusk": 80, "dark": 2, "blind": None}
"""Lux on the sensor: of a day in the street, and with each fault."""
OTHER_VERSION = 'FIRMWARE = b"another!"\n'


class PanelContacts:
    """The contacts of a key matrix, on the pins of the panel's board."""

    def __init__(self, device: PanelDevice, look: Callable[[], None]) -> None:
        self._device, self._look = device, look

    def join(self, row: int, column: int) -> None:
        """Close a contact."""
        self._device.join(row, column, True)
        self._look()

    def part(self, row: int, column: int) -> None:
        """Open a contact."""
        self._device.join(row, column, False)
        self._look()


class FrontBoard:
    """The panel's board on its line, and what hangs on it."""

    def __init__(self, time: VirtualTime, wiring: PanelWiring, tap: Tap, on_pi_power: Callable[[bool], None]) -> None:
        """`on_pi_power`: called when it takes the station's power, or gives it back."""
        self._time, self._wiring, self._on_pi_power = time, wiring, on_pi_power
        self._folder = tempfile.TemporaryDirectory(prefix="panel-")
        write_firmware(Path(self._folder.name))
        pins = wiring.pins
        self.device = PanelDevice(Path(self._folder.name), (pins.door, pins.tamper, pins.mains))
        self.device.moved = self._moved
        self.device.shine(DAYLIGHT)
        self.wire = Wire(time, "panel", self.device, tap, baud=wiring.baud)
        self.matrix = KeyMatrix(PanelContacts(self.device, self.wire.look), pins.rows, pins.columns)
        self.sounds: deque[tuple[Instant, Instant]] = deque(maxlen=100)
        """The hundred latest finished sounds: (from, until)."""
        self._since: Instant | None = None

    def _moved(self, pin: int, level: int) -> None:
        if pin == self._wiring.pins.pi_power:
            self._time.at(self._time.now, lambda: self._on_pi_power(bool(level)))
        elif pin == self._wiring.pins.buzzer and level:
            self._since = self._time.now
        elif pin == self._wiring.pins.buzzer and self._since is not None:
            self.sounds.append((self._since, self._time.now))
            self._since = None

    def contact(self, name: str, closed: bool) -> None:
        """Close or open the contact of the door, the mains or its own cover."""
        self.device.ground(getattr(self._wiring.pins, name), closed)
        self.wire.look()

    def fault(self, name: str, on: bool) -> None:
        """Begin or end one of PANEL_FAULTS."""
        if name in LUX:
            self.device.shine(LUX[name] if on else DAYLIGHT)
        elif name == "glitch":
            if on:
                self.device.reset(self._time.now)
        elif name == "noise":
            self.wire.line.garbled = on
        elif name == "opened":
            self.contact("tamper", not on)
        elif name == "off":
            self.device.power(not on, self._time.now)
        else:
            folder = Path(self._folder.name)
            write_firmware(folder)
            if on:
                (folder / VERSION_FILE).write_text(OTHER_VERSION, "utf-8")
            self.device.power(True, self._time.now)
        self.wire.look()

    def close(self) -> None:
        """End its process."""
        self.device.close()
        self._folder.cleanup()
