"""Print jobs of the service menu; `firmware/paper/service_tickets.py` makes their lines."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class TrialOutcome(Enum):
    """Outcome of a trial."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class TrialResult(Struct, frozen=True):
    """Result of one trial."""

    trial: str
    """`keypad`, `display`…: the word of the journal."""
    verdict: TrialOutcome
    detail: str = ""
    """Why: the keys that are missing, what the printer said."""


class DiagnosticTicket(Struct, frozen=True):
    """Job: the station's identity, TEST, the last alarm codes, and the whole diagnostic in a QR code."""


class PaperTest(Struct, frozen=True):
    """Job: a few lines of every kind, to see that a new roll feeds straight."""


class StatisticsTicket(Struct, frozen=True):
    """Job: the counters, signed."""


class AcceptanceReport(Struct, frozen=True):
    """Job: the trials of one acceptance test, signed."""

    text: str
    """What is signed, and what the journal holds the digest of."""
    results: tuple[TrialResult, ...]


class Specimen(Struct, frozen=True):
    """Job: the ticket of a test sale, marked as worth nothing."""

    reference: str
    hour_cents: int | None
    """What an hour would have cost a visitor; None where nothing is sold now."""


PrintJob = DiagnosticTicket | PaperTest | StatisticsTicket | AcceptanceReport | Specimen
