"""`python -m workshop.drawings.wiring`: writes the wiring page and drawing of a board file, docs/wiring.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from hal.board import Board, KeypadWiring, NetworkWiring, NexoWiring, PanelPins, load_board, protocol_of, serial_lines
from hal.board.wiring import Layout
from hal.command_line import run_program
from hal.computers import COMPUTERS, Computer
from workshop.common.checkout import BOARD, DOCS
from workshop.drawings.header import HeaderPin, pins
from workshop.drawings.header_drawing import drawing

TITLE = "The wiring of the pay station"
INTRODUCTION = """\
Drawn from `board/{name}` by `make docs`; change that file, not this page. A pin with two jobs, a key nobody knows or a port
that is not there refuses to start, naming file, line and key.

![The 40-pin header](pictures/wiring.svg)

Lines are BCM numbers; pins are counted as on the board. All signals are 3.3 V: 5 V on any of them destroys the computer.
"""
CAUTIONS = """\
- **Door and mains**: a dry contact between the line and ground, closed while all is well, with 1 kΩ in series. Before our
  overlay is loaded GPIO 7 may be driven by the stock SPI bus; the resistor keeps a closed door from being a short circuit.
- **Display**: an SSD1322 module, 256 × 64, strapped for 4-wire SPI; 3.3 V, and keep its cable under 20 cm at 8 MHz.
- **Printer**: RS-232 through a MAX3232 at 3.3 V. It has a supply of its own: the computer's cannot drive its head.
- **Card terminal**: on USB, or a real RS-232 line, for Concert; on a network of the cabinet's own for Caisse-AP and nexo. Its
  supply is its own.
- **Clock**: a DS3231 module with its battery, 3.3 V. Remove the charging resistor of a module sold for a rechargeable cell.
- **Paper** has no wire of its own: the printer says itself that the roll is near its end, out, or the cover open.
- **Keypad**: no diodes; the driver pulls the columns up, all rows low, and reads the rows of a column that falls, pulled up.
"""
NETWORK_CAUTION = """\
The terminal has this address for good (a fixed one, or a lease that its router keeps), on a cable or network of the cabinet's
own: whoever reaches a line without TLS may answer in the terminal's place."""
COMPUTERS_INTRODUCTION = """\
Our own image holds the overlay in its device trees: nothing is to be set. On Raspberry Pi OS the compiled overlay goes to
`/boot/firmware/overlays/` and these lines to `config.txt`.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 once written, or, with --check, if nothing would change; 1 otherwise."""
    return run_program("wiring", _parser, arguments)


def _parser(_: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m workshop.drawings.wiring", description="Write the wiring page and drawing of a board file."
    )
    parser.add_argument("board", type=Path, nargs="?", default=BOARD, help="board file (default: board/paris-v1.toml)")
    parser.add_argument("--docs", type=Path, default=DOCS, metavar="DIR", help="where to write (default: docs)")
    parser.add_argument("--check", action="store_true", help="write nothing; say whether the documents are those of the board")
    parser.set_defaults(run=_write)
    return parser


def _write(chosen: argparse.Namespace) -> int:
    files = documents(load_board(chosen.board), chosen.board.name)
    stale = [chosen.docs / name for name, text in files.items() if _read(chosen.docs / name) != text]
    if chosen.check:
        sys.stderr.writelines(f"{path} is not that of {chosen.board}\n" for path in stale)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[str(path.relative_to(chosen.docs))], "utf-8")
    return 0


def documents(board: Board, name: str) -> dict[str, str]:
    """Page and drawing, by their paths under docs/."""
    header = pins(board)
    return {"wiring.md": page(board, name, header), "pictures/wiring.svg": drawing(header, f"{TITLE} ({name})")}


def page(board: Board, name: str, header: Iterable[HeaderPin]) -> str:
    """Markdown of the page."""
    front = _table(("device", "line"), _panel_rows(board)) if board.panel else ""
    sections = (
        (f"# {TITLE}", INTRODUCTION.format(name=name)),
        ("## The header, pin by pin", _table(("pin", "GPIO", "device", "wire"), map(_pin_row, header))),
        ("## Mind", CAUTIONS),
        ("## The keypad's ribbon", "\n".join(_keypad(board))),
        ("## The front panel's own board", front),
        ("## Serial lines", _table(("device", "port", "baud", "framing"), _serial_rows(board))),
        ("## On the network", "\n".join(_network(board))),
        ("## The computers", f"{COMPUTERS_INTRODUCTION}\n" + "\n".join(_computers(board))),
    )
    return "\n".join(f"{title}\n\n{text.rstrip()}\n" for title, text in sections if text)


def _pin_row(pin: HeaderPin) -> tuple[object, ...]:
    return pin.number, "" if pin.line is None else pin.line, pin.device, pin.signal


def _keypad(board: Board) -> Iterator[str]:
    if not isinstance(board.keypad, KeypadWiring) and board.panel is None:
        return
    keypad, layout, line = _matrix(board)
    yield f"Where a row and a column cross is this key; {line} in brackets. So the ribbon is wired; the panel looks otherwise."
    yield ""
    columns = (f"{number} ({line})" for number, line in enumerate(keypad.columns, 1))
    rows = ((f"{number} ({line})", *keys) for number, (line, keys) in enumerate(zip(keypad.rows, layout, strict=True), 1))
    yield _table(("row \\ column", *columns), rows)


def _matrix(board: Board) -> tuple[KeypadWiring | PanelPins, Layout, str]:
    """The lines of the keys, what they are, and how they are counted: on the header or on the front panel's board."""
    if board.panel is not None:
        return board.panel.pins, board.panel.layout, "GP of the front panel's Pico"
    assert isinstance(board.keypad, KeypadWiring)
    return board.keypad, board.keypad.layout, "GPIO"


def _panel_rows(board: Board) -> Iterator[tuple[object, ...]]:
    """What hangs on the front panel's own board, beside the keys."""
    pins = board.panel.pins if board.panel else None
    for name in pins.__struct_fields__ if pins else ():
        if name not in ("rows", "columns"):
            yield name.replace("_", " "), f"GP{getattr(pins, name)}"


def _serial_rows(board: Board) -> Iterator[tuple[object, ...]]:
    for name, line in serial_lines(board):
        yield name, f"`{line.port}`", line.baud, f"{line.bytesize}{line.parity}1"


def _network(board: Board) -> Iterator[str]:
    """Where a card terminal on the network is; nothing for one on a serial port."""
    card = board.card
    if not isinstance(card, NetworkWiring):
        return
    certificate = card.ca if isinstance(card, NexoWiring) else ""
    yield _table(
        ("device", "protocol", "address", "port", "TLS"),
        [("card", protocol_of(card), f"`{card.host}`", card.port, f"certificate `{certificate}`" if certificate else "no")],
    )
    yield f"\n{NETWORK_CAUTION}"


def _computers(board: Board) -> Iterator[str]:
    for name in board.header.computers if board.header else ():
        yield from _computer(name, COMPUTERS[name])


def _computer(name: str, computer: Computer) -> Iterator[str]:
    yield f"### {computer.name} (`{name}`)\n"
    settings = ", ".join(f"`{line}`" for line in computer.settings)
    yield f"- `config.txt` of Raspberry Pi OS: {settings}; no `console=` on the header's port"
    yield f"- device trees: {', '.join(f'`{tree}`' for tree in computer.trees)}"
    yield f"- header: gpiochip labelled `{computer.gpio}`; its number is the kernel's affair"
    yield f"- port of pins 8 and 10: {', '.join(f'`{port}` ({kind})' for port, kind in computer.ports.items())}"
    yield f"- that PL011, as a udev rule sees it: `{computer.node}`"
    yield f"- hardware watchdog: {computer.watchdog}"
    yield f"- from: {'; '.join(computer.source)}"
    yield f"- **not verified on the machine itself**: {'; '.join(computer.unverified)}\n"


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = (head, ["-"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
