"""What a technician can have printed, as values; `service_tickets.py` makes their lines."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class TrialOutcome(Enum):
    """How a trial ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class TrialResult:
    """One trial, and how it ended."""

    trial: str
    """`keypad`, `display`…: the word of the journal."""
    verdict: TrialOutcome
    detail: str = ""
    """Why: the keys that are missing, what the printer said."""


@dataclass(frozen=True)
class DiagnosticTicket:
    """Who this is, TEST, the last codes, and the whole diagnostic in a QR code."""


@dataclass(frozen=True)
class PaperTest:
    """A few lines of every kind, to see that a new roll feeds straight."""


@dataclass(frozen=True)
class StatisticsTicket:
    """The counters, signed."""


@dataclass(frozen=True)
class AcceptanceReport:
    """The trials of one acceptance test, signed."""

    text: str
    """What is signed, and what the journal holds the digest of."""
    results: tuple[TrialResult, ...]


@dataclass(frozen=True)
class Specimen:
    """The ticket of a test sale: worth nothing, and it says so."""

    reference: str
    hour_cents: int | None
    """What an hour would have cost a visitor; None where nothing is sold now."""


PrintJob = DiagnosticTicket | PaperTest | StatisticsTicket | AcceptanceReport | Specimen
