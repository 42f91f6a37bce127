"""Pages of operators: revenue and occupancy by sector and day, as a page, CSV and XLSX; collections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from central.api.auth import Auth, AuthState
from central.api.errors import rule_errors
from central.api.page_routes import PAGE, PageRoute, PageWatcher, show
from central.operations.revenue import SectorDay, list_collections, read_revenue
from central.pages.revenue_page import HEAD, revenue_cells, revenue_view
from central.pages.spreadsheets import SheetCell, csv_bytes, xlsx_bytes
from hal.time_zone import PARIS

PeriodDay = Annotated[date | None, Query(ge=date(2000, 1, 1), lt=date(2200, 1, 1))]
PeriodSector = Annotated[str, Query(pattern="^([0-9]{1,2}[A-Z])?$")]
WEEK = timedelta(days=6)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

routes = APIRouter(tags=["people"], route_class=PageRoute, responses=PAGE)


@dataclass(frozen=True)
class RevenueTable:
    """The table of a period, as a file has it."""

    name: str
    """Of the file."""
    rows: Sequence[tuple[SheetCell, ...]]


def _table(
    watcher: PageWatcher, auth: Auth, first: PeriodDay = None, last: PeriodDay = None, sector: PeriodSector = ""
) -> RevenueTable:
    found, begins, ends = _read(auth, first, last)
    return RevenueTable(f"recettes-{begins}-{ends}", revenue_cells(revenue_view(found, begins, ends, sector).rows))


PeriodTable = Annotated[RevenueTable, Depends(_table)]


@routes.get("/revenue", response_class=Response)
def read_page(
    request: Request,
    watcher: PageWatcher,
    auth: Auth,
    first: PeriodDay = None,
    last: PeriodDay = None,
    sector: PeriodSector = "",
) -> Response:
    """Charts and a table of a period; of the last seven days unless it is said."""
    found, begins, ends = _read(auth, first, last)
    view = revenue_view(found, begins, ends, sector)
    return show(request, "operator/revenue.html", view=view, first=begins, last=ends, sector=sector)


@routes.get("/revenue.csv", response_class=Response)
def read_csv(watcher: PageWatcher, table: PeriodTable) -> Response:
    """The table as CSV."""
    return _file(csv_bytes(HEAD, table.rows), "text/csv; charset=utf-8", f"{table.name}.csv")


@routes.get("/revenue.xlsx", response_class=Response)
def read_xlsx(watcher: PageWatcher, table: PeriodTable) -> Response:
    """The table as a workbook."""
    return _file(xlsx_bytes("Recettes", HEAD, table.rows), XLSX, f"{table.name}.xlsx")


@routes.get("/collections", response_class=Response)
def read_collections(request: Request, watcher: PageWatcher, auth: Auth) -> Response:
    """The statistics tickets that technicians took, newest first."""
    return show(request, "operator/collections.html", collections=list_collections(auth.city.store))


def _read(auth: AuthState, first: date | None, last: date | None) -> tuple[tuple[SectorDay, ...], date, date]:
    today = auth.clock().astimezone(PARIS).date()
    ends = last or (first + WEEK if first else today)
    begins = first or ends - WEEK
    with rule_errors():
        return read_revenue(auth.city.store, begins, ends), begins, ends


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
