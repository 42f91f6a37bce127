"""Documents as values: pages of blocks. What is said stands here, and is tested as words; central/pages/pdf.py draws it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class LetterTitle:
    """The title of a page, and what stands small above it."""

    text: str
    above: str = ""


@dataclass(frozen=True)
class LetterHeading:
    """The heading of a section."""

    text: str


@dataclass(frozen=True)
class LetterText:
    """A paragraph."""

    text: str
    bold: bool = False
    small: bool = False


@dataclass(frozen=True)
class LetterList:
    """Points, each with a bullet."""

    points: tuple[str, ...]


@dataclass(frozen=True)
class LetterFacts:
    """A table of two columns: what it is, and what it says."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LetterAmounts:
    """Boxes side by side: what it is, an amount in large type, and until when."""

    boxes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class LetterAddresses:
    """Two addresses side by side, each with what stands small above it."""

    left: tuple[str, str]
    right: tuple[str, str]


@dataclass(frozen=True)
class LetterCode:
    """A QR code, with text beside it."""

    content: str
    text: str


@dataclass(frozen=True)
class LetterBlanks:
    """Lines to be filled in by hand, each with its label."""

    labels: tuple[str, ...]
    height: float = 9.0
    """Millimetres for each."""


LetterBlock = (
    LetterTitle
    | LetterHeading
    | LetterText
    | LetterList
    | LetterFacts
    | LetterAmounts
    | LetterAddresses
    | LetterCode
    | LetterBlanks
)


@dataclass(frozen=True)
class LetterDocument:
    """A document: pages of blocks; a page that is too full runs on to the next."""

    title: str
    made_at: datetime
    """Aware."""
    footer: str
    pages: tuple[tuple[LetterBlock, ...], ...]
    attached: tuple[str, bytes] | None = None
    """A file that travels inside it: its name and what it holds."""
