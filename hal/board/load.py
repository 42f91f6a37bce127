"""Loads a board file: board/*.toml -> a `Board` whose pins and ports do not conflict.

Every mistake is refused before a pin is touched, as a `BoardError` naming file, line, key and reason: a key nobody knows, a
value of the wrong type, a pin with two jobs, a port that a computer of the list has not.
"""

from __future__ import annotations

from pathlib import Path

from hal.board.header_pins import BoardConflictError, check_panel, check_ports, jobs_of
from hal.board.network_address import check_address
from hal.board.wiring import Board
from hal.errors import BoardError
from hal.toml import line_of, read_text, read_toml

PROTOCOLS = 'write protocol = "concert", "caisse-ap" or "nexo" (older files said model = "concert")'


def load_board(file: Path | str) -> Board:
    """Read a board file. Raises BoardError."""
    try:
        board = read_toml(file, Board)
    except BoardError as error:
        if error.place != "card.protocol":
            raise
        raise BoardError(str(file), error.place, f"{error.reason}: {PROTOCOLS}", error.line) from None
    try:
        jobs_of(board)
        check_ports(board)
        check_panel(board)
        check_address(board)
    except BoardConflictError as conflict:
        raise BoardError(str(file), conflict.key, conflict.reason, line_of(read_text(file), conflict.key)) from None
    return board
