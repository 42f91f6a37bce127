"""What Prometheus reads under /metrics: how the register and its stations are, and what this server was asked.

The theory. What the register knows (entries, silent stations, what waits for a person) is read from the database when
Prometheus asks, so it is one truth however many workers there are and whenever they were started. What only the server knows
(requests, refusals, answers) is counted by the workers; several of them count in files of one folder, which
PROMETHEUS_MULTIPROC_DIR names before this module is imported, and whoever is asked adds them up.

No label and no value says anything of a plate, a person or a token, for /metrics asks for none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Engine, func, select

from central.core.city import Rules
from central.db.tables import dead_letters, incidents, stations
from central.operations.fleet import StationState, fleet

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(frozen=True)
class Counted:
    """What one application counts."""

    registry: CollectorRegistry
    requests: Histogram = field(repr=False)
    """By method, route template and status."""
    refused: Counter = field(repr=False)
    """Requests whose token or signature was not good, by audience."""
    checks: Counter = field(repr=False)
    """Plate checks, by answer."""


def counted() -> Counted:
    """Nothing yet."""
    registry = CollectorRegistry()
    return Counted(
        registry,
        Histogram(
            "horodateur_request_seconds",
            "Requests, by route and status",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=registry,
        ),
        Counter("horodateur_authentication_failures", "Tokens and signatures that were not good", ("of",), registry=registry),
        Counter("horodateur_checks", "Plate checks, by answer", ("answer",), registry=registry),
    )


def exposition(of_server: Counted, store: Engine, now: datetime, rules: Rules) -> bytes:
    """What Prometheus reads, in its text format 0.0.4."""
    together = CollectorRegistry()
    together.register(_Given(families(store, now, rules)))
    if os.environ.get(FOLDER):
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
    return generate_latest(together) + generate_latest(of_server.registry)


def families(store: Engine, now: datetime, rules: Rules) -> list[Metric]:
    """How the register and its stations are."""
    with store.begin() as connection:
        taken = connection.execute(select(func.coalesce(func.sum(stations.c.next - 1), 0))).scalar_one()
        forks, open_ones = connection.execute(
            select(func.count(), func.count().filter(incidents.c.cleared_at.is_(None))).select_from(incidents)
        ).one()
        letters, waiting = connection.execute(
            select(func.count(), func.count().filter(dead_letters.c.cleared_at.is_(None))).select_from(dead_letters)
        ).one()
    states = [state for state in fleet(store, now, rules) if state.revoked_at is None]
    return [
        CounterMetricFamily("horodateur_entries", "Journal entries stored", taken),
        CounterMetricFamily("horodateur_forks", "Journals refused for being others than those the city holds", forks),
        CounterMetricFamily("horodateur_dead_letters", "Entries stored and not understood", letters),
        GaugeMetricFamily("horodateur_dead_letters_waiting", "Dead letters nobody has cleared", waiting),
        GaugeMetricFamily("horodateur_incidents_open", "Forks nobody has cleared", open_ones),
        *_of_stations(states, now),
    ]


def _of_stations(states: list[StationState], now: datetime) -> Iterable[Metric]:
    yield GaugeMetricFamily("horodateur_stations", "Stations enrolled and not revoked", len(states))
    yield GaugeMetricFamily(
        "horodateur_stations_silent", "Stations whose data is not here", sum(state.silent for state in states)
    )
    yield GaugeMetricFamily(
        "horodateur_stations_queue", "Entries that stations still hold back", sum(state.queue or 0 for state in states)
    )
    ages = [(now - state.complete_until).total_seconds() for state in states if state.complete_until]
    yield GaugeMetricFamily(
        "horodateur_complete_until_age_seconds", "How old the data of the worst station is", max(ages, default=0.0)
    )


@dataclass(frozen=True, eq=False)
class _Given(Collector):
    """Families that were made before they were asked for."""

    families: list[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.families
