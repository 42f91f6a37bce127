"""A nexo driver and a simulated nexo terminal on a network in virtual time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hal.drivers.nexo import NexoTerminal
from hal.ports import DeviceEvent, Instant
from hal.wire.nexo.framing import HttpFraming, LengthFraming
from hal.wire.nexo.requests import SaleSystem
from simulator.devices.nexo_frames import HttpFrames, LengthFrames
from simulator.devices.nexo_terminal import NexoDevice
from simulator.network_wire import NetworkWire
from simulator.virtual_time import Timer, VirtualTime

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


class NexoStreet:
    """`http`: over HTTP, else with a length before each message."""

    def __init__(self, *, http: bool = False) -> None:
        self.time = VirtualTime()
        self.device = NexoDevice(HttpFrames if http else LengthFrames)
        self.sent: list[tuple[str, bytes]] = []
        self.wire = NetworkWire(self.time, "terminal", self.device, self._tap)
        self.told: list[DeviceEvent] = []
        self.start(http=http)

    def start(self, *, http: bool) -> None:
        """The station starts: a driver that knows nothing of earlier payments."""
        self.wire.drop_unsent()
        framing = HttpFraming("10.0.0.2:8443") if http else LengthFraming()
        self.terminal = NexoTerminal(self.wire, framing, SaleSystem("75011-0042", "P400-1"), self.wall)
        self.wire.attach(self.terminal)
        self.timer = Timer(self.time, lambda: self.terminal.wake_at, self._wake)
        self.wire.on_data = self._receive
        self.timer.watch()

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.time.now)

    def charge(self, cents: int = 240, reference: str = "AB12345678") -> None:
        self.terminal.charge(cents, reference)
        self.timer.watch()

    def let_pass(self, seconds: Instant) -> list[DeviceEvent]:
        """What the driver told in this time."""
        before = len(self.told)
        self.time.run_until(self.time.now + seconds)
        return self.told[before:]

    def present(self, card: str = "approved") -> None:
        assert self.device.core.present(card, self.time.now)
        self.wire.look()

    def pay(self, card: str = "approved", cents: int = 240, reference: str = "AB12345678") -> list[DeviceEvent]:
        """Charge, card, and all that is told in ten seconds but the card's way in and out."""
        self.charge(cents, reference)
        self.let_pass(1.0)
        self.present(card)
        return self.let_pass(10.0)

    def said(self, category: str) -> int:
        """How many requests of a category the station has sent."""
        return sum(data.count(f'"{category}Request"'.encode()) for who, data in self.sent if who == "station")

    def balance(self) -> int:
        """Cents that the motorist is without."""
        return sum(debit.cents for debit in self.device.core.ledger)

    def _tap(self, name: str, sender: str, data: bytes) -> None:
        self.sent.append((sender, data))

    def _receive(self, data: bytes) -> None:
        self.wire.write(self.terminal.receive(data, self.time.now))
        self._after()

    def _wake(self) -> None:
        self.wire.write(self.terminal.wake(self.time.now))
        self._after()

    def _after(self) -> None:
        for event in self.terminal.take():
            self.told.append(event)
        self.timer.watch()
