"""Checks a tariff file: its versions, zones, holidays, prices and texts, and the tariff engine at every edge of it.

`load_tariffs` has refused what is contradictory or missing on paper, as it does for the city and for a station; here the file
meets the languages of the machine and the engine itself, on every day of its calendar. The first problem ends the proof.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from firmware.domain.rate_key import RateKey
from firmware.domain.sector import ARRONDISSEMENTS
from firmware.tariff.checks import WOODS
from firmware.tariff.checks_prices import Complaint
from firmware.tariff.file import TariffFile
from firmware.tariff.holidays import disagreements
from firmware.tariff.offer import Quote
from firmware.tariff.quotes import fps_cents, quote
from workshop.common.progress import ProgressCallback
from workshop.tariffs import edges
from workshop.tariffs.probes import ProbedGrid, Subject, probe_edge, probe_ladder, probe_maximum
from workshop.tariffs.reading import every_day, tables_on


@dataclass(frozen=True)
class Section:
    """A section of the checks that found nothing wrong, and what it counted."""

    title: str
    findings: str


class FlawError(Exception):
    """The first problem of a tariff file: where it stands, and why."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(f"{complaint.where}: {complaint.reason}")
        self.complaint = complaint


@dataclass(frozen=True)
class Span:
    """Days to check, both included."""

    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        """Every one of them."""
        return every_day(self.first, self.last)


def calendar_of(file: TariffFile) -> Span:
    """Exactly the calendar of a file."""
    return Span(file.calendar.first_day, file.calendar.last_day)


def years(first: int, last: int) -> Span:
    """Whole years."""
    return Span(date(first, 1, 1), date(last, 12, 31))


def check_tariffs(subject: Subject, span: Span, languages: Sequence[str], report: ProgressCallback) -> Iterator[Section]:
    """Check every section; each once it is right. Raises FlawError."""
    yield check_scope(subject, span)
    yield check_versions(subject, span)
    yield check_zones(subject)
    yield check_holidays(subject)
    yield check_prices(subject, span)
    yield check_charges(subject, span)
    yield check_legal_texts(subject, languages)
    yield check_maximum_stays(subject, span)
    yield check_edges(subject, span, report)


def check_scope(subject: Subject, span: Span) -> Section:
    """Check that every day asked for is in the calendar; say which days the following sections look at."""
    whole = calendar_of(subject.file)
    for where, day in (("first_day", span.first), ("last_day", span.last)):
        if not whole.first <= day <= whole.last:
            _flaw(f"$.calendar.{where}", f"{day} is outside {whole.first} to {whole.last}: no holidays are listed for it")
    part = "the whole calendar" if span == whole else f"a part of the calendar, {whole.first} to {whole.last}"
    return Section("scope", f"{span.first} to {span.last}, {part}")


def check_versions(subject: Subject, span: Span) -> Section:
    """Check that every day is in exactly one version, for the file and, at both ends, for the engine."""
    zone = subject.hours.zone
    for day in span.days:
        found = tables_on(subject.file, day)
        if len(found) != 1:
            _flaw("$.rate_tables", f"{len(found)} versions are in force on {day}")
        where, name = f"$.rate_tables[{found[0]}].validity", _first_day(subject, found[0]).isoformat()
        for at in (datetime.combine(day, time.min, zone), datetime.combine(day, time.max, zone)):
            table = subject.tariffs.version_at(at)
            if table is None or table.name != name:
                _flaw(where, f"the engine sells by {table and table.name} at {at}, not by {name}")
    return Section("versions", f"{len(subject.grids)}; each of {len(span.days)} days is in exactly one")


def check_zones(subject: Subject) -> Section:
    """Check that every arrondissement and each wood is in exactly one zone, for the file and for the engine."""
    described = subject.file.zones
    homes = Counter(arrondissement for zone in described for arrondissement in zone.arrondissements)
    for arrondissement in ARRONDISSEMENTS:
        home = [zone.zone for zone in described if arrondissement in zone.arrondissements]
        if home != [subject.tariffs.zone_of(arrondissement)]:
            _flaw("$.zones", f"arrondissement {arrondissement} is in the zones {home}")
    for wood in WOODS:
        home = [zone.zone for zone in described if wood in zone.woods]
        if home != [subject.tariffs.woods.get(wood)]:
            _flaw("$.zones", f"the wood {wood} is in the zones {home}")
    return Section("zones", f"{len(described)}; each of {len(homes)} arrondissements and {len(WOODS)} woods is in exactly one")


def check_holidays(subject: Subject) -> Section:
    """Check that the holidays of the whole calendar are those computed, and the engine lets everybody park free on them."""
    listed, whole = subject.file.calendar.holidays, calendar_of(subject.file)
    _first(disagreements(listed, whole.first, whole.last))
    for index, day in enumerate(listed):
        noon = datetime.combine(day.date, time(12), subject.hours.zone)
        if subject.tariffs.calendar.is_paid(noon):
            _flaw(f"$.calendar.holidays[{index}]", f"the engine says that parking is paid on {day.date}, {day.name}")
    return Section("holidays", f"{len(listed)} from {whole.first} to {whole.last}, as computed from Easter and the law's dates")


def check_prices(subject: Subject, span: Span) -> Section:
    """Check that a longer stay never costs less, nor ends earlier."""
    asked = list(_each_grid(subject, span))
    _first(filter(None, (probe_ladder(subject, grid, day) for grid, day in asked)))
    steps = sum(grid.collection.max_time for grid, _ in asked)
    return Section("prices", f"{len(asked)} grids of {steps} steps; none falls with time")


def check_charges(subject: Subject, span: Span) -> Section:
    """Check that the post-parking charge (FPS) is the price of the maximum stay, asked of the engine both ways."""
    count = 0
    for grid, day in _each_grid(subject, span):
        if grid.collection.fps_cents is not None:
            at = subject.hours.opening(day)
            charge = fps_cents(subject.tariffs, grid.zone, at, grid.vehicle)
            stay = quote(subject.tariffs, RateKey(grid.zone, vehicle=grid.vehicle), at, grid.collection.max_time)
            if not (isinstance(stay, Quote) and charge == stay.cents == grid.collection.fps_cents):
                dearest = stay.cents if isinstance(stay, Quote) else stay.reason.value
                _flaw(f"{grid.where}.fps_cents", f"{grid.who}: {charge} is not the price of the maximum stay, {dearest}")
            count += 1
    return Section("FPS", f"{count} charges, each the price of the maximum stay")


def check_legal_texts(subject: Subject, languages: Sequence[str]) -> Section:
    """Check that every sentence the law wants is there in every language the machine speaks."""
    legal = subject.file.legal
    statements = {"fee": legal.fee, "reminder": legal.reminder, "placing": legal.placing}
    for name, statement in statements.items():
        for language in languages:
            if not statement.text.get(language, "").strip():
                _flaw(f"$.legal.{name}.text", f"the sentence is missing in {language!r}")
    return Section("legal texts", f"{len(statements)} in each of {', '.join(languages)}")


def check_maximum_stays(subject: Subject, span: Span) -> Section:
    """Check the engine at the maximum stay: one unit less, the maximum, and more; at once and as an extension."""
    answers = [answer for grid, day in _each_grid(subject, span) for answer in probe_maximum(subject, grid, day)]
    _first(filter(None, answers))
    return Section("maximum stays", f"{len(answers)} questions on both sides of the cap")


def check_edges(subject: Subject, span: Span, report: ProgressCallback) -> Section:
    """Check the engine on both sides of every edge."""
    first, last = span.days[0], span.days[-1]
    places = (*edges.daily_edges(subject.hours, first, last), *edges.rare_edges(subject.hours, first, last))
    asked: Counter[str] = Counter()
    for number, edge in enumerate(places):
        report(edge.kind, number, len(places))
        answers = list(probe_edge(subject, edge))
        _first(filter(None, answers))
        asked[edge.kind] += len(answers)
    each = ", ".join(f"{kind} {count}" for kind, count in asked.items())
    return Section("probes", f"{asked.total()} questions at {len(places)} instants: {each}")


def _each_grid(subject: Subject, span: Span) -> Iterator[tuple[ProbedGrid, date]]:
    """Every price of the span, and the first payable day on which it is asked."""
    for version, grids in enumerate(subject.grids):
        first = max(_first_day(subject, version), span.days[0])
        day = subject.hours.on_or_after(first)
        if day <= span.days[-1] and version in tables_on(subject.file, day):
            yield from ((grid, day) for grid in grids)


def _first_day(subject: Subject, version: int) -> date:
    return subject.file.rate_tables[version].validity.first_day


def _first(complaints: Iterable[Complaint]) -> None:
    for complaint in complaints:
        raise FlawError(complaint)


def _flaw(where: str, reason: str) -> None:
    raise FlawError(Complaint(where, reason))
