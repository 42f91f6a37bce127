"""Command line of the simulator, `horodateur-sim`: run a desk, play visit files, redraw the documentation."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hal.clock import SystemClock
from hal.command_line import run_program
from hal.shipped import BOARDS, DEMO_STATION, ROOT, TARIFFS
from hal.version import add_version_option, running_build


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; exit code 0, 1 if an expectation does not hold or something must not start, 2 for a wrong command line."""
    return run_program("horodateur-sim", _parser, arguments)


def _parser(_: Sequence[str]) -> argparse.ArgumentParser:
    from simulator.setting import AT_A_DESK, USUAL_PROTOCOL
    from simulator.street.cli import add_street
    from simulator.visit_files.visit import HELP

    parser = argparse.ArgumentParser(prog="horodateur-sim", description="The desk simulator of the pay station.")
    add_version_option(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    run = commands.add_parser("run", help="start the machine and the city on one page")
    run.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    run.add_argument("--port", type=int, default=8080, help="port to listen on; 0 takes a free one (default: %(default)s)")
    state, protocols = Path(".horodateur"), ", ".join(AT_A_DESK)
    run.add_argument("--state", type=Path, default=state, metavar="DIR", help="data folder (default: %(default)s)")
    run.add_argument("--board", type=Path, default=BOARDS / "demo-desk.toml", metavar="FILE", help="board file")
    wired = "board file that says how the simulated devices are wired (default: paris-v1, without a front panel of its own)"
    run.add_argument("--wiring", type=Path, default=BOARDS / "paris-v1.toml", metavar="FILE", help=wired)
    run.add_argument("--station", type=Path, default=DEMO_STATION, metavar="FILE", help="station file")
    speaks = f"what its card terminal speaks: {protocols}; else as last switched on the page, at first {USUAL_PROTOCOL}"
    run.add_argument("--card", choices=AT_A_DESK, metavar="PROTOCOL", help=speaks)
    run.add_argument("--tariffs", type=Path, default=TARIFFS, metavar="FILE", help="tariff file")
    run.set_defaults(run=_run)
    visit = commands.add_parser(
        "visit",
        help="play visits from text files, in virtual time",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Play each file on a station of its own; exit 0 only if every expectation holds.",
    )
    visit.add_argument("files", type=Path, nargs="+", metavar="FILE")
    keeps = "write screens, ticket, wire trace, journal and a page that shows them (index.html) here"
    visit.add_argument("--out", type=Path, metavar="DIR", help=keeps)
    visit.set_defaults(run=_visit)
    add_street(commands)
    documents = commands.add_parser("docs", help="redraw docs/screens.md and the pictures from the code and the visits")
    documents.set_defaults(run=_documents)
    return parser


def _run(chosen: argparse.Namespace) -> int:
    from simulator.setting import setting_of, with_card, with_wiring
    from simulator.web.server import run_desk  # the page's libraries are not needed to play a visit

    setting = setting_of(chosen.board, chosen.station, chosen.tariffs, chosen.state, SystemClock().wall())
    setting = with_wiring(setting, chosen.wiring)
    if chosen.card:
        setting = with_card(setting, chosen.card)
    return run_desk(replace(setting, software=running_build().label), chosen.host, chosen.port)


def _visit(chosen: argparse.Namespace) -> int:
    from simulator.visit_files.play import play

    for number, file in enumerate(chosen.files, 1):
        out = chosen.out / file.stem if chosen.out and len(chosen.files) > 1 else chosen.out
        title = play(file, out)
        print(f"{number}/{len(chosen.files)} {file.name}: {title}")
    return 0


def _documents(chosen: argparse.Namespace) -> int:
    from simulator.documents import draw_documents  # drawing needs nothing a visit does

    for path in draw_documents(ROOT):
        print(path)
    return 0
