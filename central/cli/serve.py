"""`horodateur-central serve`: the API as a server of its own, of one process or several.

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
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors.multiprocess import Multiprocess

from central.cli.common import RefusedError, Subparsers, add_database, add_key, add_tariffs, city, now
from central.core import logs
from central.core.city import City
from central.core.signing import key_in
from central.db.store import connect
from firmware.tariff import load_tariffs

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where workers count; to be set before prometheus_client is imported in them."""
FAREWELL_S = 10
"""How long requests under way may take to end."""
BACKLOG = 2048
SERVE = """\
Answers stations, agents and operators over HTTP. The API describes itself under /docs and /openapi.json; /health and /metrics
are for whoever watches the server. What happens is told as JSON lines on standard error, without plates and without secrets.

Put TLS in front of it: tokens would travel in clear text.
"""


@dataclass(frozen=True)
class ServeOptions:
    """What a worker needs to know."""

    database: str
    signing_key: Path
    tariffs: Path


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
    add_address(serve)
    serve.add_argument(
        "--workers", type=_workers, default=1, metavar="N", help="processes; several need PostgreSQL to be of use"
    )
    serve.add_argument(
        "--proxy", default="", metavar="ADDRESS", help="believe this address about who is behind it (default: nobody)"
    )
    serve.set_defaults(run=run)


def add_address(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8081, help="0 takes a free one and says which (default: %(default)s)")


def run(chosen: argparse.Namespace) -> int:
    """Serve until told to stop; 0 after a clean stop. Raises RefusedError for what must not start."""
    with city(chosen):
        pass
    served = ServeOptions(chosen.database, chosen.signing_key, chosen.tariffs)
    serve(served, chosen.host, chosen.port, chosen.workers, chosen.proxy)
    return 0


def serve(served: ServeOptions, host: str, port: int, workers: int, proxy: str = "") -> None:
    """Answer until SIGTERM or Ctrl-C. Raises RefusedError if the port cannot be had."""
    with opened(host, port) as listening, _counting(workers):
        _answer(served, listening, workers, proxy)


def _answer(served: ServeOptions, listening: socket.socket, workers: int, proxy: str) -> None:
    configuration = uvicorn.Config(
        partial(application, served),
        factory=True,
        workers=workers,
        log_config=logs.to_stderr(),
        access_log=False,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy,
        server_header=False,
        timeout_graceful_shutdown=FAREWELL_S,
    )
    host, port = listening.getsockname()[:2]
    logs.tell(logs.SERVER, f"running on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl-C ends)", workers=workers)
    if workers == 1:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn raises it again once it has stopped
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(configuration).run([listening])
    else:
        Multiprocess(configuration, [listening]).run()


def application(served: ServeOptions) -> FastAPI:
    """What one worker serves."""
    from central.app import create_app  # a worker of several must know by now where to count

    return create_app(City(connect(served.database), key_in(served.signing_key), load_tariffs(served.tariffs)), now)


def opened(host: str, port: int) -> socket.socket:
    """The port, listening. Raises RefusedError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise RefusedError(f"--host {host} --port {port}: {error.strerror}") from error
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio sets it only on sockets that name their protocol
    return listening


@contextlib.contextmanager
def _counting(workers: int) -> Iterator[None]:
    """A folder in which several workers count together. One alone counts in its own memory."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="horodateur-counts-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to 65535")
    return int(text)


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers: 1 to 64")
    return int(text)
