"""`horodateur-central serve`: the HTTP server, of one process or several.

The theory. The port is opened here, before any worker is, so that a client that knows the port is never refused; every worker
takes connections from it, and opens the register and the key for itself. They share nothing but the database and, for what they
count, a folder that ends with the server.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp
from uvicorn.supervisors.multiprocess import Multiprocess

from central.api.slow_clients import BACKLOG, DeadlineProtocol, raise_file_limit
from central.cli.accounts import ways_in
from central.cli.background import allowed_networks, start_background
from central.cli.cities import EXAMPLE, arguments_of, check_cities, directory_of, read_cities, settings_of
from central.cli.common import (
    RefusedError,
    Subparsers,
    add_database,
    add_key,
    add_short_calendar,
    add_tariffs,
    now,
    open_city,
    require_calendar,
)
from central.cli.counter import counter_in
from central.core import logs
from central.core.city import City
from central.core.environment import MAIL_FOLDER, METRICS_FOLDER, PUBLIC_URL, REPLICA, SMTP
from central.core.signing import key_in
from central.db.store import connect
from firmware.domain.calendar_reach import LOOKS_BACK, NEEDED_TO_START
from firmware.domain.errors import reason_of
from firmware.tariff import load_tariffs

SHUTDOWN_S = 10
"""How long requests under way may take to end."""
WORKER_SILENCE_S = 30
"""After so long without a sign a worker is ended and another begun: on a busy machine one takes ten seconds to import. While
one is silent, SIGTERM is heard that much later."""
CALENDAR = f"accept a calendar that begins less than {LOOKS_BACK.days} days before today; one without today is always refused"
RELAY = """\
host = "smtp.ville.example"
sender = "ne-pas-repondre@ville.example"
user = "stationnement"
password = "…"
tls = "starttls"
"""
SERVE = f"""\
Answers stations, agents and operators over HTTP. The API describes itself under /docs and /openapi.json; /health and /metrics
are for monitoring. Logs are JSON lines on standard error, without plates and without secrets.

Put TLS in front of it: tokens would travel in clear text.

People sign in by a link in a letter if {PUBLIC_URL} is set, and mail is written to {MAIL_FOLDER}
or handed to a relay, whose file says:

{RELAY}
A letter waits in the database until the relay has it: /exceptions and /metrics say if it does not.

--cities serves several cities, with nothing between them but the port:

{EXAMPLE}"""


@dataclass(frozen=True)
class ServeOptions:
    """What each worker opens for itself."""

    database: str
    signing_key: Path
    tariffs: Path
    settings: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    """The environment."""


def add_parsers(commands: Subparsers) -> None:
    """Add `serve`."""
    serve = commands.add_parser(
        "serve",
        help="answer stations and plate checks over HTTP, until SIGTERM or Ctrl-C",
        description=SERVE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(serve)
    add_key(serve)
    add_tariffs(serve)
    add_short_calendar(serve, CALENDAR, NEEDED_TO_START)
    add_address(serve)
    serve.add_argument(
        "--workers", type=workers, default=1, metavar="N", help="processes; several need PostgreSQL to be of use"
    )
    serve.add_argument(
        "--proxy",
        default="",
        metavar="ADDRESS",
        help="trusted reverse proxy, whose X-Forwarded-For is believed (default: nobody)",
    )
    serve.add_argument(
        "--cities",
        type=Path,
        metavar="FILE",
        help="several cities, each with its own database, by host or path (TOML; read by its owner alone)",
    )
    serve.add_argument("--smtp", type=Path, metavar="FILE", help=f"the mail relay (TOML; read by its owner alone); or {SMTP}")
    serve.set_defaults(run=run)


def add_address(parser: argparse.ArgumentParser) -> None:
    """Add `--host` and `--port`."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8081, help="0 takes a free one and says which (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop; 0 after a clean stop. Raises RefusedError for what must not start."""
    allowed_networks()
    if arguments.cities is not None:
        if arguments.smtp:
            raise RefusedError("--cities with --smtp: each city of the file says its own `smtp`")
        if arguments.workers != 1:
            raise RefusedError(
                "--cities with --workers: several workers count together, of all cities; a process for each city can"
            )
        check_cities(arguments.cities, arguments.needed)
        serve(partial(cities_application, arguments.cities), arguments.host, arguments.port, 1, arguments.proxy)
        return 0
    settings = dict(os.environ) | ({SMTP: str(arguments.smtp)} if arguments.smtp else {})
    with open_city(arguments) as city:
        require_calendar(city.store, city.tariffs, arguments.tariffs, arguments.needed)
        ways_in(settings, city)
        counter_in(city, settings)
    options = ServeOptions(arguments.database, arguments.signing_key, arguments.tariffs, settings)
    serve(partial(application, options), arguments.host, arguments.port, arguments.workers, arguments.proxy)
    return 0


def serve(factory: Callable[[], ASGIApp], host: str, port: int, workers: int, proxy: str = "") -> None:
    """Answer until SIGTERM or Ctrl-C. Raises RefusedError if the port cannot be had."""
    raise_file_limit()
    with listen(host, port) as listening, _metrics_folder(workers):
        _run_server(factory, listening, workers, proxy)


def _run_server(factory: Callable[[], ASGIApp], listening: socket.socket, workers: int, proxy: str) -> None:
    configuration = uvicorn.Config(
        factory,
        factory=True,
        http=DeadlineProtocol,
        backlog=BACKLOG,
        workers=workers,
        log_config=logs.logging_configuration(),
        access_log=False,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
        timeout_worker_healthcheck=WORKER_SILENCE_S,
    )
    host, port = listening.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn raises it again once it has stopped
    with contextlib.suppress(KeyboardInterrupt):
        logs.log(logs.SERVER, f"running on {address} (Ctrl-C ends)", workers=workers)
        if workers == 1:
            uvicorn.Server(configuration).run([listening])
        else:
            Multiprocess(configuration, [listening]).run()


def application(options: ServeOptions) -> FastAPI:
    """The application of one worker."""
    from central.app import create_app  # prometheus_client reads METRICS_FOLDER when it is imported

    replica = connect(url) if (url := options.settings.get(REPLICA)) else None
    city = City(connect(options.database), key_in(options.signing_key), load_tariffs(options.tariffs), replica=replica)
    networks, counter, ways = allowed_networks(), counter_in(city, options.settings), ways_in(options.settings, city)
    start_background(counter, ways, now, networks)
    return create_app(city, now, ways=ways, counter=counter, webhook_networks=networks)


def cities_application(file: Path) -> ASGIApp:
    """The applications of several cities, behind one directory."""
    cities = read_cities(file)
    named = ((each, arguments_of(each)) for each in cities)
    options = ((each, ServeOptions(**vars(said), settings=settings_of(each))) for each, said in named)
    return directory_of((each, application(theirs)) for each, theirs in options)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the port. Raises RefusedError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise RefusedError(f"--host {host} --port {port}: {reason_of(error)}") from error
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio sets it only on sockets that name their protocol
    return listening


@contextlib.contextmanager
def _metrics_folder(workers: int) -> Iterator[None]:
    """A folder in which several workers keep their counters. One alone counts in its own memory."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="horodateur-counts-") as folder:
        os.environ[METRICS_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[METRICS_FOLDER]


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to 65535")
    return int(text)


def workers(text: str) -> int:
    """Parse an argument that is a number of processes."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= 64):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers: 1 to 64")
    return int(text)
