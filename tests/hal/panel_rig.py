"""The front board's firmware on its interpreter, the production driver, and virtual time between them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

from hal.board import load_board
from hal.board.wiring import PanelWiring
from hal.drivers.panel import FrontPanel
from hal.panel_firmware import firmware_version, write_firmware
from hal.ports import DeviceEvent, Key, KeyPressed, PanelIs, PanelState
from hal.shipped import BOARDS
from simulator.devices.panel import PanelDevice
from simulator.virtual_time import Timer, VirtualTime, Wire

PLATE = (Key.A, Key.B, Key.D1, Key.D2, Key.D3, Key.C, Key.D, Key.OK)
OFF, HUNG = "HORS SERVICE", "HORS SERVICE !"
PINS = ast.parse((BOARDS / "panel" / "pins.py").read_text("utf-8"))


def panel_wiring() -> PanelWiring:
    """The panel of the shipped board file."""
    wiring = load_board(BOARDS / "paris-v2.toml").panel
    assert isinstance(wiring, PanelWiring)
    return wiring


class PanelRig:
    """A panel and a station's driver of it, on a line of 115200 baud."""

    def __init__(self, folder: Path, program: Sequence[str] = ()) -> None:
        write_firmware(folder)
        self.wiring = panel_wiring()
        self.time = VirtualTime()
        pins = self.wiring.pins
        self.device = PanelDevice(folder, (pins.door, pins.tamper, pins.mains), program)
        self.sent: list[tuple[str, bytes]] = []
        self.wire = Wire(self.time, "panel", self.device, self._tap, baud=self.wiring.baud)
        self.events: list[tuple[float, DeviceEvent]] = []
        self.boots = 0
        self.start_station()

    def __enter__(self) -> PanelRig:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.device.close()

    def _tap(self, line: str, sender: str, data: bytes) -> None:
        self.sent.append((sender, data))

    def start_station(self, versions: Sequence[bytes] = ()) -> None:
        """A new station: its driver knows nothing of what was before."""
        self.boots += 1
        driver = FrontPanel(self.wiring.keys, versions or (firmware_version(),), 1000 * self.boots, light=True)
        self.driver = driver
        self.wire.drop_unsent()
        timer = Timer(self.time, lambda: driver.wake_at, lambda: self._carry(driver, driver.wake))
        self.timer = timer
        self.wire.on_data = lambda data: self._carry(driver, partial(driver.receive, data))
        timer.watch()

    def stop_station(self) -> None:
        """The station's process is gone: nothing is read or written."""
        self.timer.off = True
        self.wire.drop_unsent()
        self.wire.on_data = lambda _: None

    def _carry(self, driver: FrontPanel, act: Callable[[float], bytes]) -> None:
        self.wire.write(act(self.time.now))
        self.events += [(round(self.time.now, 3), event) for event in driver.take()]
        self.timer.watch()

    def run(self, seconds: float) -> None:
        self.time.run_until(self.time.now + seconds)

    def key(self, key: Key, down: bool) -> None:
        row, column = next((r, keys.index(key)) for r, keys in enumerate(self.wiring.keys) if key in keys)
        self.device.join(self.wiring.pins.rows[row], self.wiring.pins.columns[column], down)
        self.wire.look()

    def press(self, key: Key, seconds: float = 0.08) -> None:
        self.key(key, True)
        self.run(seconds)
        self.key(key, False)
        self.run(0.1)

    def told(self, kind: type) -> list[DeviceEvent]:
        return [event for _, event in self.events if isinstance(event, kind)]


def pressed(rig: PanelRig) -> list[Key]:
    """The keys that the station was told of."""
    return [event.key for _, event in rig.events if isinstance(event, KeyPressed)]


def states(rig: PanelRig) -> list[PanelState]:
    """The states of the panel that it was told of."""
    return [event.state for _, event in rig.events if isinstance(event, PanelIs)]
