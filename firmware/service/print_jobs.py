"""Print jobs of the service menu; `firmware/paper/service_tickets.py` makes their lines."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class TrialOutcome(Enum):
    """Outcome of a trial."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class TrialResult:
    """Result of one trial."""

    trial: str
    """`keypad`, `display`…: the word of the journal."""
    verdict: TrialOutcome
    detail: str = ""
    """Why: the keys that are missing, what the printer said."""


@dataclass(frozen=True)
class DiagnosticTicket:
    """Job: the station's identity, TEST, the last alarm codes, and the whole diagnostic in a QR code."""


@dataclass(frozen=True)
class PaperTest:
    """Job: a few lines of every kind, to see that a new roll feeds straight."""


@dataclass(frozen=True)
class StatisticsTicket:
    """Job: the counters, signed."""


@dataclass(frozen=True)
class AcceptanceReport:
    """Job: the trials of one acceptance test, signed."""

    text: str
    """What is signed, and what the journal holds the digest of."""
    results: tuple[TrialResult, ...]


@dataclass(frozen=True)
class Specimen:
    """Job: the ticket of a test sale, marked as worth nothing."""

    reference: str
    hour_cents: int | None
    """What an hour would have cost a visitor; None where nothing is sold now."""


PrintJob = DiagnosticTicket | PaperTest | StatisticsTicket | AcceptanceReport | Specimen
