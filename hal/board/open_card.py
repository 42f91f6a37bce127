"""The card terminal's driver, by the protocol that the board file names. Only that protocol's code is imported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, cast

from hal.board.open_devices import open_link, open_serial
from hal.board.wiring import CaisseApWiring, CardWiring, ConcertWiring, NetworkWiring
from hal.cable import Cable, End
from hal.ports import CardTerminal, EventSource

if TYPE_CHECKING:
    from hal.cable import SerialCable
    from hal.link import Link, TcpLink


class CardDriver(CardTerminal, End, EventSource, Protocol):
    """A card terminal's driver."""


def open_card_line(wiring: CardWiring) -> SerialCable | TcpLink:
    """The line of this computer to the card terminal. Raises BoardError."""
    return open_link(wiring) if isinstance(wiring, NetworkWiring) else open_serial("card", wiring)


def open_card(wiring: CardWiring, line: Cable, wall: Callable[[], datetime]) -> CardDriver:
    """The driver of the terminal on this line, which is a `Link` for a terminal on the network. `wall`: the time of day."""
    if isinstance(wiring, ConcertWiring):
        from hal.drivers.concert import ConcertTerminal

        return ConcertTerminal()
    if isinstance(wiring, CaisseApWiring):
        from hal.drivers.caisse_ap import CaisseApTerminal

        return CaisseApTerminal(cast("Link", line))
    from hal.drivers.nexo import NexoTerminal
    from hal.wire.nexo.framing import HttpFraming, LengthFraming
    from hal.wire.nexo.requests import SaleSystem

    link = cast("Link", line)
    framing = HttpFraming(f"{wiring.host}:{wiring.port}") if wiring.transport == "https" else LengthFraming()
    terminal = NexoTerminal(link, framing, SaleSystem(wiring.sale, wiring.poi), wall)
    link.attach(terminal)
    return terminal
