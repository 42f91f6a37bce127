"""Network address of a device: what a board file may say of it beyond its types."""

from __future__ import annotations

from ipaddress import ip_address

from hal.board.header_pins import BoardConflictError
from hal.board.wiring import Board, NetworkWiring, NexoWiring


def check_address(board: Board) -> None:
    """Raise BoardConflictError for a card terminal whose address is none, or whose line cannot be trusted."""
    card = board.card
    if not isinstance(card, NetworkWiring):
        return
    try:
        ip_address(card.host)
    except ValueError:
        raise BoardConflictError("card.host", f"an IP address, such as 192.0.2.10, not {card.host!r}") from None
    if board.header is not None and board.header.uart == "card":
        raise BoardConflictError("header.uart", "this card terminal is on the network, not on the header's serial port")
    if isinstance(card, NexoWiring) and (card.transport == "https") != bool(card.ca):
        wanted = "the file of the terminal's certificate" if card.transport == "https" else 'nothing: "tcp" has no certificate'
        raise BoardConflictError("card.ca", f'with transport = "{card.transport}" it is {wanted}')
