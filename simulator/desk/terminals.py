"""Card terminals of a desk: the simulated device and its wire, by the protocol that the board names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from hal.board import CaisseApWiring, CardWiring, ConcertWiring
from hal.cable import End
from simulator.devices.caisse_ap_terminal import CaisseApDevice
from simulator.devices.nexo_frames import HttpFrames, LengthFrames
from simulator.devices.nexo_terminal import NexoDevice
from simulator.devices.terminal import ConcertDevice
from simulator.devices.terminal_core import TerminalCore
from simulator.network_wire import NetworkWire
from simulator.virtual_time import Tap, VirtualTime, Wire

CARDS: Mapping[str, str] = {**ConcertDevice.cards, **CaisseApDevice.cards, **NexoDevice.cards}
CARD_FAULTS: Mapping[str, str] = {**ConcertDevice.faults, **CaisseApDevice.faults, **NexoDevice.faults}
"""What a visit file may name; each terminal has some of them."""
PROTOCOLS: Mapping[str, str] = {"nexo": NexoDevice.speaks, "caisse-ap": CaisseApDevice.speaks, "concert": ConcertDevice.speaks}
"""The protocols that a desk's terminal may be switched to, each by the name people give it."""


class TerminalStaysError(Exception):
    """Why no other card terminal can be delivered now. Nothing was changed."""


class SimulatedTerminal(End, Protocol):
    """A simulated card terminal, whatever it speaks."""

    core: TerminalCore

    @property
    def speaks(self) -> str:
        """The protocol, by the name people give it."""

    @property
    def cards(self) -> Mapping[str, str]:
        """The cards one may present: name -> what it does, in French."""

    @property
    def faults(self) -> Mapping[str, str]:
        """The faults it can have: name -> what is wrong, in French."""

    def fault(self, name: str, on: bool) -> None:
        """Switch a fault, live. Raises ValueError for one that it cannot have."""

    def carried(self, reference: str) -> str:
        """How its ledger names a till's reference."""


def wired_terminal(time: VirtualTime, wiring: CardWiring, tap: Tap) -> tuple[SimulatedTerminal, Wire | NetworkWire]:
    """The terminal that speaks this wiring's protocol, and the wire to it."""
    if isinstance(wiring, ConcertWiring):
        concert = ConcertDevice()
        return concert, Wire(time, "card", concert, tap, baud=wiring.baud)
    if isinstance(wiring, CaisseApWiring):
        caisse_ap = CaisseApDevice()
        return caisse_ap, NetworkWire(time, "card", caisse_ap, tap)
    nexo = NexoDevice(HttpFrames if wiring.transport == "https" else LengthFrames)
    return nexo, NetworkWire(time, "card", nexo, tap)
