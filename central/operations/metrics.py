"""Prometheus metrics: the register, its stations, and the requests of this server.

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

from central.access.mail_outbox import MailQueue, read_mail_queue
from central.core.environment import METRICS_FOLDER
from central.db.tables import dead_letters, incidents, journals
from central.operations.fleet import StationState, list_stations
from central.rules.evidence import CheckRules

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(frozen=True)
class RequestCounters:
    """The counters of one application."""

    registry: CollectorRegistry
    requests: Histogram = field(repr=False)
    """By method, route template and status."""
    refused: Counter = field(repr=False)
    """Requests whose token or signature was not good, by audience."""
    checks: Counter = field(repr=False)
    """Plate checks, by answer."""


def new_counters() -> RequestCounters:
    """RequestCounters at zero, in a registry of their own."""
    registry = CollectorRegistry()
    return RequestCounters(
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


def render_metrics(counters: RequestCounters, store: Engine, now: datetime, rules: CheckRules) -> bytes:
    """All metrics in Prometheus's text format 0.0.4."""
    combined = CollectorRegistry()
    combined.register(_Collected(register_metrics(store, now, rules)))
    if os.environ.get(METRICS_FOLDER):
        MultiProcessCollector(combined)  # type: ignore[no-untyped-call]
        return generate_latest(combined)
    return generate_latest(combined) + generate_latest(counters.registry)


def register_metrics(store: Engine, now: datetime, rules: CheckRules) -> list[Metric]:
    """Metrics read from the register: entries, exceptions, stations."""
    with store.begin() as connection:
        entries = connection.execute(select(func.coalesce(func.sum(journals.c.next - journals.c.begins), 0))).scalar_one()
        forks, open_forks = connection.execute(
            select(func.count(), func.count().filter(incidents.c.cleared_at.is_(None))).select_from(incidents)
        ).one()
        letters, open_letters = connection.execute(
            select(func.count(), func.count().filter(dead_letters.c.cleared_at.is_(None))).select_from(dead_letters)
        ).one()
    queue = read_mail_queue(store, now)
    states = [state for state in list_stations(store, now, rules) if state.revoked_at is None]
    return [
        CounterMetricFamily("horodateur_entries", "Journal entries stored", entries),
        CounterMetricFamily(
            "horodateur_forks", "Journals that were others than those the city holds, and machines under one name", forks
        ),
        CounterMetricFamily("horodateur_dead_letters", "Entries stored and not understood", letters),
        GaugeMetricFamily("horodateur_dead_letters_waiting", "Dead letters nobody has cleared", open_letters),
        GaugeMetricFamily("horodateur_incidents_open", "Forks and clones nobody has cleared", open_forks),
        *_station_metrics(states, now),
        GaugeMetricFamily("horodateur_mail_waiting", "Letters that have not left", queue.waiting),
        GaugeMetricFamily("horodateur_mail_oldest_age_seconds", "How long the oldest of them has waited", _age(queue, now)),
        GaugeMetricFamily("horodateur_mail_lost", "Letters of the last day that left too late or never", queue.lost),
    ]


def _age(queue: MailQueue, now: datetime) -> float:
    return (now - queue.oldest_at).total_seconds() if queue.oldest_at else 0.0


def _station_metrics(states: list[StationState], now: datetime) -> Iterable[Metric]:
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
class _Collected(Collector):
    """Metric families read from the register beforehand."""

    families: list[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.families
