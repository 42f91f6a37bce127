"""What the list of the fleet shows of each station: one mark, and what it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.operations.fleet import StationState
from central.operations.positions import StationPosition
from central.pages.alarm_words import AlarmWords, sorted_words
from central.pages.map_drawing import FleetMap, draw_map

CLOCKS: Mapping[str, str] = {"synchronised": "à l’heure", "free running": "livrée à elle-même", "unknown": "inconnue"}
PAPERS: Mapping[str, str] = {
    "ok": "bon",
    "near end": "bientôt fini",
    "out": "fini",
    "cover open": "capot ouvert",
    "offline": "imprimante hors service",
    "silent": "imprimante muette",
}
MOST_OFFSET_S = 30.0
_ORDER = ("bad", "warn", "good", "soft")


@dataclass(frozen=True)
class FleetRow:
    """A station in the list."""

    state: StationState
    tone: str
    """`bad`, `warn`, `good`; `soft` for one that is revoked."""
    mark: str
    """The same in words."""
    alarms: tuple[AlarmWords, ...]
    paper: str
    clock: str
    tariff: str
    address: str


@dataclass(frozen=True)
class FleetView:
    """The list, the plan, and the sums above them."""

    rows: tuple[FleetRow, ...]
    map: FleetMap | None
    working: int
    silent: int
    alarmed: int
    queue: int


def fleet_view(states: Sequence[StationState], positions: Mapping[str, StationPosition]) -> FleetView:
    """The fleet, what needs somebody first."""
    rows = sorted(
        (fleet_row(each, positions.get(each.station)) for each in states),
        key=lambda row: (_ORDER.index(row.tone), row.state.station),
    )
    living = [row for row in rows if row.state.revoked_at is None]
    tones = {row.state.station: row.tone for row in living}
    return FleetView(
        tuple(rows),
        draw_map(positions, tones),
        sum(row.tone != "bad" for row in living),
        sum(row.state.silent for row in living),
        sum(bool(row.alarms) for row in living),
        sum(row.state.queue or 0 for row in living),
    )


def fleet_row(state: StationState, position: StationPosition | None) -> FleetRow:
    """What is shown of one station."""
    alarms = sorted_words(state.alarms)
    tone, mark = _mark(state, alarms)
    return FleetRow(
        state,
        tone,
        mark,
        alarms,
        paper_text(state.paper),
        clock_text(state),
        str((state.holding or {}).get("tariffs", "–")),
        position.address if position else "",
    )


def _mark(state: StationState, alarms: Sequence[AlarmWords]) -> tuple[str, str]:
    if state.revoked_at is not None:
        return "soft", "Révoquée"
    if state.last_contact is None:
        return "warn", "Jamais vue"
    if state.silent:
        return "bad", "Silencieuse"
    if any(not each.sells for each in alarms):
        return "bad", "Ne vend pas"
    if any(each.severity != "info" for each in alarms) or _is_clock_off(state):
        return "warn", "À visiter"
    return "good", "En ordre"


def _is_clock_off(state: StationState) -> bool:
    return abs(state.clock_offset or 0.0) > MOST_OFFSET_S


def paper_text(paper: str | None) -> str:
    """What the printer says of itself, in French."""
    return "–" if paper is None else ", ".join(PAPERS.get(each, each) for each in paper.split(", "))


def clock_text(state: StationState) -> str:
    """How far the clock of a station can be believed, and by how much it differs from ours."""
    if state.clock is None:
        return "–"
    offset = state.clock_offset or 0.0
    ahead = f", {f'{offset:+.0f}'.replace('-', '−')} s" if abs(offset) >= 1 else ""
    return f"{CLOCKS.get(state.clock, state.clock)}{ahead}"
