"""Display port: the view a display is asked to show."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from msgspec import Struct

from hal.ports.align import Align
from hal.ports.keypad import Key


class Size(Enum):
    """Text size of a line of the middle band."""

    SMALL = "small"
    """11 px: a reason, a second sentence."""
    MEDIUM = "medium"
    """About 15 px."""
    LARGE = "large"
    """Shares what height is left with the other large lines, 34 px at most."""


class Line(Struct, frozen=True):
    """One line of the middle band."""

    text: str
    size: Size = Size.LARGE
    align: Align = Align.CENTRE
    beside: str = ""
    """A second text at the right end of the same line; `text` then stands left."""
    dim: bool = False
    """The second level of grey: only for what may be missed."""
    chosen: bool = False
    """Drawn dark on bright: the answer OK would take."""
    cursor: bool = False
    """A typing mark stands after the text."""


class Stretch(Enum):
    """Kind of one part of a strip of hours."""

    FREE = "free"
    """Nothing is due: night, Sunday, holiday."""
    OPEN = "open"
    """Paid hours, not bought."""
    BOUGHT = "bought"


class Strip(Struct, frozen=True):
    """Bar chart of the coming hours: stretches side by side, each a share of the width."""

    stretches: tuple[tuple[Stretch, int], ...]
    """What, and how many minutes of it, from left to right."""
    ticks: tuple[tuple[int, str], ...] = ()
    """Labels under the bar: minutes from the left end, and the text."""


class Hint(Struct, frozen=True):
    """Key legend of the bottom band: what a key does on this screen."""

    key: Key
    label: str


class Pattern(Enum):
    """Test pattern of the display, to find dead pixels."""

    LIT = "lit"
    """Every pixel, at full brightness."""
    BORDER = "border"
    """A frame along the four edges, and both diagonals."""
    GREYS = "greys"
    """Sixteen bars, black to white."""


class View(Struct, frozen=True):
    """Content of one whole picture: context above, one thing in the middle, the keys below."""

    screen: str
    """The name of the screen, for programs and visits; it is not drawn."""
    left: str
    """Top band, left: zone and place."""
    right: str
    """Top band, right: the clock."""
    middle: tuple[Line, ...]
    hints: tuple[Hint, ...] = ()
    strip: Strip | None = None
    code: str = ""
    """Text of a QR code at the right edge, as high as the glass; every other text then ends left of it."""
    pattern: Pattern | None = None
    """Drawn in place of everything else; the texts are then for programs only."""
    rest: int | None = None
    """The minute, where nobody reads: the panel is dimmed, and the picture stands elsewhere each minute, for an OLED burns in.
    """

    @property
    def lines(self) -> tuple[str, ...]:
        """Every text of the picture, top to bottom, as a person would read it."""
        middle = [f"{line.text} {line.beside}".strip() for line in self.middle]
        keys = "   ".join(f"[{hint.key.value}] {hint.label}" for hint in self.hints)
        return (f"{self.left} {self.right}".strip(), *middle, keys)


class Display(Protocol):
    """Display: shows views, reports no events."""

    def show(self, view: View) -> None:
        """Make the glass show this. Only what changed travels."""
