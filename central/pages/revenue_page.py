"""What the page of revenue shows: two charts, and the tables beneath them, which are also the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from central.operations.revenue import SectorDay
from central.pages.chart_drawing import BarChart, draw_bars
from central.pages.spreadsheets import SheetCell

HEAD = ("Jour", "Secteur", "Ventes", "Recette (€)", "Rendu (€)", "Heures payées", "Véhicules en moyenne")


@dataclass(frozen=True)
class RevenueView:
    """A period, of one sector or of all."""

    charts: tuple[BarChart, ...]
    rows: tuple[SectorDay, ...]
    sectors: tuple[str, ...]
    """All that have anything in the period."""
    sales: int
    cents: int
    returned_cents: int
    hours: float


def revenue_view(found: Sequence[SectorDay], first: date, last: date, sector: str) -> RevenueView:
    """The page of a period; `sector`: empty for all."""
    rows = tuple(each for each in found if sector in ("", each.sector))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    euros = [sum(each.cents for each in rows if each.day == day) / 100 for day in days]
    vehicles = [round(sum(each.vehicles for each in rows if each.day == day), 1) for day in days]
    charts = (
        draw_bars("Recette par jour, en euros", days, euros, "€"),
        draw_bars("Occupation payée : véhicules en moyenne sur 24 h", days, vehicles, "véhicules"),
    )
    return RevenueView(
        charts,
        rows,
        tuple(sorted({each.sector for each in found})),
        sum(each.sales for each in rows),
        sum(each.cents for each in rows),
        sum(each.returned_cents for each in rows),
        sum(each.paid_minutes for each in rows) / 60,
    )


def revenue_cells(rows: Sequence[SectorDay]) -> list[tuple[SheetCell, ...]]:
    """The rows as a file has them."""
    return [
        (
            *(each.day.isoformat(), each.sector, each.sales, each.cents / 100, each.returned_cents / 100),
            *(round(each.paid_minutes / 60, 2), round(each.vehicles, 2)),
        )
        for each in rows
    ]
