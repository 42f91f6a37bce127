"""What a server does by itself: sends webhooks, gives money back, hands mail over; a thread of each worker for each of them.

Each looks every two seconds for what is due and claims it in the database, so however many workers there are, each thing is
done once. What is under way when the process ends is done again.
"""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from central.access.mail_outbox import send_next_mail
from central.access.sign_in_ways import SignInWays
from central.api.webhook_sender import send_message
from central.cards.counter import Counter
from central.cards.refund_tries import try_next_refund
from central.cli.common import RefusedError
from central.core import logs
from central.core.environment import WEBHOOK_NETWORKS
from central.operations.webhooks import deliver_due
from central.rules.webhooks import IpNetwork

EVERY_S = 2.0
BY = "server"
"""Who gives back, in the audit trail."""
Job = Callable[[], bool]
"""Does one thing that is due; False if there is none, or it has to wait."""


def allowed_networks() -> tuple[IpNetwork, ...]:
    """The networks beside the public internet that webhooks may lead to. Raises RefusedError for what is no network."""
    try:
        return tuple(map(ipaddress.ip_network, os.environ.get(WEBHOOK_NETWORKS, "").split()))
    except ValueError as error:
        raise RefusedError(f"{WEBHOOK_NETWORKS}: {error}") from error


def start_background(
    counter: Counter,
    ways: SignInWays,
    clock: Callable[[], datetime],
    networks: Collection[IpNetwork] = (),
    every_s: float = EVERY_S,
) -> threading.Event:
    """Begin all of it for the counter's city; set what is returned to end it. `networks`: where else webhooks may lead."""
    stop = threading.Event()
    for name, job in _jobs(counter, ways, clock, networks).items():
        threading.Thread(target=_run, args=(name, job, stop, every_s), name=name, daemon=True).start()
    return stop


def _jobs(
    counter: Counter, ways: SignInWays, clock: Callable[[], datetime], networks: Collection[IpNetwork]
) -> Mapping[str, Job]:
    city, relay = counter.city, ways.relay
    jobs: dict[str, Job] = {
        "webhooks": lambda: deliver_due(city.store, partial(_send, networks), clock) > 0,
        "refunds": lambda: try_next_refund(counter, BY, clock()),
    }
    if relay is not None:
        jobs["mail"] = lambda: send_next_mail(city, relay, clock)
    return jobs


def _run(name: str, job: Job, stop: threading.Event, every_s: float) -> None:
    while not stop.wait(every_s):
        try:
            while job() and not stop.is_set():
                pass
        except SQLAlchemyError as error:  # the database is away: what is due stays due
            logs.log(logs.SERVER, f"{name} wait", error=type(error).__name__)
        except Exception:  # a fault of ours must not end it for good, and not be silent
            logs.SERVER.exception(f"{name} failed")


def _send(allowed: Collection[IpNetwork], url: str, headers: Mapping[str, str], body: str) -> str:
    return send_message(url, headers, body, allowed)
