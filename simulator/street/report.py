"""Report of a street: sales, faults, reversals, doubts, delays of delivery; as values and as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from firmware.ledger.clock_evidence import SYNCHRONISED
from firmware.protocol.facts import (
    AlarmRaised,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentReversed,
    RightGivenBack,
    RightSold,
    Started,
    TicketFailed,
    TicketPrinted,
)
from simulator.invariants.evidence import WrittenEntry


@dataclass
class StreetReport:
    """What happened in a street until it ended, or was interrupted."""

    seed: int
    stations: int
    hours: float = 0.0
    """Of station time altogether."""
    visits: int = 0
    faults: int = 0
    cards: int = 0
    """SD cards replaced, and journals put back."""
    facts: Counter[str] = field(default_factory=Counter)
    cents: int = 0
    sold_by_hour: Counter[int] = field(default_factory=Counter)
    faults_by_hour: Counter[int] = field(default_factory=Counter)
    delays: list[tuple[int, float]] = field(default_factory=list)
    """Hour and seconds from a sale until the city had it, of stations whose clock was right."""
    checks: int = 0
    trace: str = ""
    events: int = 0
    at_rest: bool = False

    def add_facts(self, written: Iterable[WrittenEntry]) -> None:
        """Count what is on one card."""
        for each in written:
            self.facts[kind_of(each.content.fact)] += 1
            if isinstance(each.content.fact, RightSold):
                self.cents += each.content.fact.right.cents
                self.sold_by_hour[each.content.at.hour] += 1

    def add_delays(self, received: Iterable[tuple[WrittenEntry, datetime]]) -> None:
        """Count how long sales took to the city."""
        for each, at in received:
            fact = each.content.fact
            if isinstance(fact, RightSold) and fact.clock == SYNCHRONISED:
                self.delays.append((each.content.at.hour, max(0.0, (at - each.content.at).total_seconds())))


def kind_of(fact: Fact) -> str:
    """What a fact counts as in the report."""
    match fact:
        case RightSold(right):
            return "sales" if right.cents else "free rights"
        case InDoubt():
            return "doubts"
        case PaymentRefused():
            return "payments refused"
        case RightGivenBack() | PaymentReversed():
            return "reversals"
        case TicketPrinted():
            return "tickets"
        case TicketFailed():
            return "tickets failed"
        case Started():
            return "starts"
        case AlarmRaised():
            return "alarms"
    return "other facts"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of them does not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def report_text(report: StreetReport) -> str:
    """The report in a few lines."""
    facts, delays = report.facts, [seconds for _, seconds in report.delays]
    lines = (
        ("seed", f"{report.seed}"),
        ("street", f"{report.stations} stations, {report.hours:.1f} station-hours, {report.visits} visits"),
        ("sales", f"{facts['sales']} for {report.cents / 100:.2f} EUR, {facts['free rights']} free rights"),
        ("tickets", f"{facts['tickets']}, and {facts['tickets failed']} failed"),
        ("faults", f"{report.faults} begun, {facts['starts']} starts, {report.cards} cards put back or replaced"),
        ("payments", f"{facts['payments refused']} refused, {facts['doubts']} in doubt, {facts['reversals']} reversed"),
        ("to the city", _percentiles(delays)),
        ("refusals", f"0 wrongly concluded in {report.checks} plate checks"),
        ("trace", f"{report.trace} over {report.events} events"),
    )
    return "\n".join(f"{name:12} {text}" for name, text in lines)


def _percentiles(delays: Sequence[float]) -> str:
    shares = ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))
    told = ", ".join(f"{name} {percentile(delays, share):.1f} s" for share, name in shares)
    return f"{told}, longest {max(delays, default=0.0):.0f} s ({len(delays)} sales)"
