"""The yearly report on appeals that a city publishes (CGCT R.2333-120-15 and annex II): its figures, over values.

Each figure stands for appellants outside the authority, inside it and for all, beside last year's, with the change and the
share of the notices issued that year. An appeal counts for the year in which it was received, a judgment for its own year.
Every appeal that was filed counts, with its own end: one that was found inadmissible too, after which another was filed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from central.rules.appeal_documents import InadmissibleGround
from central.rules.appeal_states import AppealState, Judgment

EXPLICIT = (AppealState.ACCEPTED, AppealState.PARTLY_ACCEPTED, AppealState.REFUSED, AppealState.INADMISSIBLE)


class AppellantHome(StrEnum):
    """Where appellants live."""

    OUTSIDE = "outside"
    INSIDE = "inside"
    ALL = "all"


class AnnexFigure(StrEnum):
    """A column of the table of annex II."""

    RECEIVED = "received"
    MEAN_DAYS = "mean days"
    """From the reception to a decision that was said."""
    EXPLICIT = "explicit decisions"
    IMPLICIT = "implicit decisions"
    INADMISSIBLE = "inadmissible"
    REFUSED = "refused"
    """Said, and by silence."""
    ADMITTED = "admitted"
    """The notice was cancelled or corrected."""
    COURT_DISMISSED = "court dismissals"
    COURT_ANNULLED = "court annulments"
    """Or amounts lowered."""


@dataclass(frozen=True)
class ReportedAppeal:
    """What the report has to know of an appeal."""

    resident: bool
    received_on: date
    state: AppealState
    decided_on: date | None
    ground: InadmissibleGround | None


@dataclass(frozen=True)
class ReportedJudgment:
    """What the report has to know of a judgment."""

    resident: bool | None
    """None: there was no appeal, and so nobody who said where they live."""
    judgment: Judgment


@dataclass(frozen=True)
class YearFigures:
    """Figures of a year that the register cannot know: the city enters them."""

    contractor: str = ""
    """Who examines appeals for the city; empty: nobody else."""
    staff_hundredths: int | None = None
    """Of a full-time post; None: not entered."""
    spent_cents: int | None = None
    """None: not entered."""


@dataclass(frozen=True)
class EnteredFigures:
    """The same as they were entered, by whom and when: nothing of it is worked out."""

    figures: YearFigures
    entered_at: datetime
    entered_by: str


@dataclass(frozen=True)
class AppealYear:
    """A year of a city."""

    notices: int
    """Issued."""
    appeals: Sequence[ReportedAppeal]
    judgments: Sequence[ReportedJudgment]
    entered: EnteredFigures | None = None


@dataclass(frozen=True)
class ReportCell:
    """One figure of the table."""

    figure: AnnexFigure
    value: float
    last_year: float
    change_percent: float | None
    """Against last year; None if that was nothing."""
    per_notice_percent: float | None
    """Of the notices issued this year; None for days, and if none was."""


@dataclass(frozen=True)
class ReportRow:
    """One row of the table."""

    appellants: AppellantHome
    cells: tuple[ReportCell, ...]


@dataclass(frozen=True)
class AppealsReport:
    """The report of a year."""

    year: int
    notices: int
    notices_last_year: int
    rows: tuple[ReportRow, ...]
    grounds: Mapping[InadmissibleGround, int]
    """Why appeals were inadmissible: how many for each ground."""
    pending: int
    """Neither decided nor refused by silence yet."""
    entered: EnteredFigures | None = None
    """By the city, on contractor, staff and money; None: nobody has."""
    entered_last_year: EnteredFigures | None = None


@dataclass(frozen=True)
class EnteredLine:
    """A figure that the city entered, beside last year's; None: not entered."""

    name: str
    value: float | None
    last_year: float | None


def entered_lines(report: AppealsReport) -> tuple[EnteredLine, EnteredLine]:
    """Staff, in full-time posts, and money, in euros."""
    this, last = (each.figures if each else YearFigures() for each in (report.entered, report.entered_last_year))
    return (
        EnteredLine("staff in full-time posts", _hundredth(this.staff_hundredths), _hundredth(last.staff_hundredths)),
        EnteredLine("money spent in euros", _hundredth(this.spent_cents), _hundredth(last.spent_cents)),
    )


def _hundredth(number: int | None) -> float | None:
    return None if number is None else number / 100


def appeals_report(year: int, this: AppealYear, last: AppealYear) -> AppealsReport:
    """The report of a year, beside the one before."""
    grounds = [each.ground for each in this.appeals if each.ground]
    return AppealsReport(
        year=year,
        notices=this.notices,
        notices_last_year=last.notices,
        rows=tuple(ReportRow(home, tuple(_cells(_of(this, home), _of(last, home)))) for home in AppellantHome),
        grounds={ground: grounds.count(ground) for ground in InadmissibleGround if ground in grounds},
        pending=sum(each.state in (AppealState.RECEIVED, AppealState.ASKED) for each in this.appeals),
        entered=this.entered,
        entered_last_year=last.entered,
    )


def _of(year: AppealYear, home: AppellantHome) -> AppealYear:
    if home is AppellantHome.ALL:
        return year
    inside = home is AppellantHome.INSIDE
    appeals = [each for each in year.appeals if each.resident is inside]
    return AppealYear(year.notices, appeals, [each for each in year.judgments if each.resident is inside])


def _cells(this: AppealYear, last: AppealYear) -> Iterable[ReportCell]:
    for figure, count in _FIGURES.items():
        value, before = count(this), count(last)
        change = round(100 * (value - before) / before, 1) if before else None
        share = None if figure is AnnexFigure.MEAN_DAYS or not this.notices else round(100 * value / this.notices, 2)
        yield ReportCell(figure, value, before, change, share)


def _mean_days(year: AppealYear) -> float:
    days = [(each.decided_on - each.received_on).days for each in year.appeals if each.decided_on]
    return round(sum(days) / len(days), 1) if days else 0


def _in(*states: AppealState) -> Callable[[AppealYear], float]:
    return lambda year: sum(each.state in states for each in year.appeals)


def _judged(*judgments: Judgment) -> Callable[[AppealYear], float]:
    return lambda year: sum(each.judgment in judgments for each in year.judgments)


_FIGURES: Mapping[AnnexFigure, Callable[[AppealYear], float]] = {
    AnnexFigure.RECEIVED: lambda year: len(year.appeals),
    AnnexFigure.MEAN_DAYS: _mean_days,
    AnnexFigure.EXPLICIT: _in(*EXPLICIT),
    AnnexFigure.IMPLICIT: _in(AppealState.REFUSED_BY_SILENCE),
    AnnexFigure.INADMISSIBLE: _in(AppealState.INADMISSIBLE),
    AnnexFigure.REFUSED: _in(AppealState.REFUSED, AppealState.REFUSED_BY_SILENCE),
    AnnexFigure.ADMITTED: _in(AppealState.ACCEPTED, AppealState.PARTLY_ACCEPTED),
    AnnexFigure.COURT_DISMISSED: _judged(Judgment.DISMISSED),
    AnnexFigure.COURT_ANNULLED: _judged(Judgment.ANNULLED, Judgment.REDUCED),
}
