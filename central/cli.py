"""`horodateur-central`: the city's API as a server of its own. The only file here that asks what time it is."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import uvicorn
from sqlalchemy.exc import SQLAlchemyError

from central.app import create_app
from central.store import PARIS, open_store
from firmware.tariff import TariffError, load_tariffs

TARIFFS = Path(__file__).parents[1] / "tariffs.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after a clean stop, 1 if the database or the tariffs cannot be opened, 2 for a wrong command line."""
    chosen = _parser().parse_args(arguments)
    try:
        tariffs = load_tariffs(chosen.tariffs)
        store = open_store(chosen.database)
    except TariffError as error:
        print(f"horodateur-central: --tariffs {error}", file=sys.stderr)
        return 1
    except (SQLAlchemyError, ImportError) as error:
        print(f"horodateur-central: --database {chosen.database}: {error}", file=sys.stderr)
        return 1
    app = create_app(store, lambda: datetime.now(PARIS), tariffs)
    uvicorn.run(app, host=chosen.host, port=chosen.port, access_log=False)
    store.dispose()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="horodateur-central",
        description="The city's side of its pay stations: takes their journals, keeps the rights, answers plate checks.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    serve = commands.add_parser(
        "serve",
        help="answer stations and plate checks over HTTP, until SIGTERM or Ctrl-C",
        description="Answer stations and plate checks over HTTP. The API describes itself under /docs and /openapi.json.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on")
    serve.add_argument("--port", type=_port, default=8081, help="port to listen on; 0 takes a free one and says which")
    serve.add_argument("--database", default="sqlite:///horodateur-central.db", metavar="URL", help="SQLAlchemy database URL")
    serve.add_argument("--tariffs", type=Path, default=TARIFFS, metavar="FILE", help="prices")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 to 65535")
    return int(text)
