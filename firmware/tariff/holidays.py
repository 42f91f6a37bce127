"""Public holidays of mainland France, computed from the year.

Eight are dates (code du travail, L.3133-1) and three follow Easter. The tariff file lists them all the same: it is what is sold
by; this says whether the list is right, and no file whose list is wrong is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from firmware.tariff.checks_prices import Complaint
from firmware.tariff.file import FreeDay

FIXED = (
    (1, 1, "Jour de l'an"),
    (5, 1, "Fête du Travail"),
    (5, 8, "Victoire 1945"),
    (7, 14, "Fête nationale"),
    (8, 15, "Assomption"),
    (11, 1, "Toussaint"),
    (11, 11, "Armistice 1918"),
    (12, 25, "Noël"),
)
"""Month, day, name. 8 May is a holiday again since 1982 (law 81-893 of 2 October 1981)."""
AFTER_EASTER = ((1, "Lundi de Pâques"), (39, "Ascension"), (50, "Lundi de Pentecôte"))
"""Days after Easter Sunday."""


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar: the Sunday after the first full moon of spring, as the church computes both.

    The letters are those of the anonymous algorithm (Meeus, Astronomical Algorithms, chapter 8).
    """
    a = year % 19
    b, c = divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741 - the letter of the book
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> tuple[FreeDay, ...]:
    """Public holidays of a year, in order: eleven, or ten where two fall on one day, which then has both names."""
    sunday = easter(year)
    days = [(date(year, month, day), name) for month, day, name in FIXED]
    days += [(sunday + timedelta(days=after), name) for after, name in AFTER_EASTER]
    names: dict[date, list[str]] = {}
    for day, name in sorted(days):
        names.setdefault(day, []).append(name)
    return tuple(FreeDay(day, ", ".join(both)) for day, both in names.items())


def disagreements(listed: Iterable[FreeDay], first: date, last: date) -> Iterator[Complaint]:
    """Differences between the holidays of a file and those from `first` to `last`. `listed`: all of `$.calendar.holidays`."""
    years = range(first.year, last.year + 1)
    computed = {day.date: day.name for year in years for day in public_holidays(year) if first <= day.date <= last}
    seen = set()
    for index, day in enumerate(listed):
        if first <= day.date <= last:
            seen.add(day.date)
            if day.date not in computed:
                reason = f"{day.date} ({day.name}) is no public holiday; a day the city frees is an exception period"
                yield Complaint(f"$.calendar.holidays[{index}].date", reason)
    for missing in sorted(computed.keys() - seen):
        yield Complaint("$.calendar.holidays", f"{missing} ({computed[missing]}) is missing")
