"""`flash.sh`: the options, and which of its ways is meant. The only file here that asks what time it is."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from firmware.tariff import TariffError, load_tariffs
from hal.shipped import ROOT
from workshop.common.errors import DONE, INTERRUPTED, SOME_FAILED, STATUSES, FlashError, MisuseError
from workshop.common.tools import require_tools
from workshop.flash import register
from workshop.flash.ask import asked_unit, until_right
from workshop.flash.batch import rows_in, to_do
from workshop.flash.bundle import checked_bundle
from workshop.flash.disks import disks
from workshop.flash.image import ProgressCallback, checked_image
from workshop.flash.progress import progress
from workshop.flash.refusals import Wanted
from workshop.flash.scratch import stop_politely
from workshop.flash.session import FlashSession, LineReader, Papers, Target, confirm, device, foretold, listing, make, make_all
from workshop.flash.unit import FIELDS, USUAL, StationUnit, UnitReferences, unit_of
from workshop.flash.work import CardSource, source_of

RELEASE_KEY, CENTRAL_KEY = ROOT / "board" / "release.pub", ROOT / "board" / "central.pub"


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status, as `--help` lists them."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    chosen = _parser().parse_args(words)
    stop_politely()
    desk = FlashSession(input, print, _told(), time.monotonic, lambda: datetime.now(UTC))
    try:
        return _run(chosen, desk, asking=not words)
    except FlashError as error:
        print(f"flash.sh: {error}", file=sys.stderr)
        return error.status
    except (KeyboardInterrupt, EOFError):
        print(f"\nflash.sh: {STATUSES[INTERRUPTED]}", file=sys.stderr)
        return INTERRUPTED


def _run(chosen: argparse.Namespace, desk: FlashSession, *, asking: bool) -> int:
    if chosen.list:
        require_tools(["lsblk"])
        desk.say(listing(disks(), Wanted(0, chosen.allow_loop)))
        return DONE
    require_tools()
    if chosen.batch:
        return _batch(chosen, desk)
    if asking:
        return _by_questions(chosen, desk)
    return _one(chosen, desk)


def _one(chosen: argparse.Namespace, desk: FlashSession) -> int:
    unit = unit_of(_said(chosen), _known())
    if bool(chosen.device) == bool(chosen.to_file):
        raise MisuseError("--device, --to-file: name one of them")
    source = _source(chosen, desk.tell)
    return _made(chosen, desk, source, unit, _target(chosen, source))


def _target(chosen: argparse.Namespace, source: CardSource) -> Target:
    if chosen.to_file:
        return Target(chosen.to_file)
    return device(chosen.device, Wanted(source.image.size, chosen.allow_loop))


def _made(chosen: argparse.Namespace, desk: FlashSession, source: CardSource, unit: StationUnit, target: Target) -> int:
    desk.say(f"{unit.site.station}: {source.title}\n{foretold(source)}\nonto {target.title}")
    if chosen.dry_run:
        desk.say("--dry-run: nothing was written")
        return DONE
    confirm(target, chosen.yes_erase, desk)
    make(desk, source, unit, target, _papers(chosen), frozenset())
    return DONE


def _by_questions(chosen: argparse.Namespace, desk: FlashSession) -> int:
    chosen.image = Path(until_right(desk, "Image file: ", "", _require_file))
    source = _source(chosen, desk.tell)
    unit = asked_unit(desk, _known(), USUAL | _central_key(chosen))
    desk.say(listing(disks(), Wanted(source.image.size)))
    chosen.device = desk.ask("Write which one, like /dev/sdb: ").strip()
    return _made(chosen, desk, source, unit, _target(chosen, source))


def _batch(chosen: argparse.Namespace, desk: FlashSession) -> int:
    papers = _papers(chosen)
    done = register.proven(register.read(papers.register))
    rows = rows_in(chosen.batch, _said(chosen), _known(), done)
    if not chosen.device and (lost := next((row for row in rows if not row.device), None)):
        raise MisuseError(f"{chosen.batch}: {lost.unit.site.station}: device: is missing, and there is no --device for all")
    source = _source(chosen, desk.tell)
    todo = to_do(rows, done)
    desk.say(f"{len(todo)} of {len(rows)} cards to make\n{source.title}\neach: {foretold(source)}")
    if chosen.dry_run:
        desk.say("--dry-run: nothing was written")
        return DONE
    reader = LineReader(chosen.device or "", chosen.allow_loop, chosen.yes_erase)
    failed = make_all(desk, source, todo, reader, papers)
    desk.say(f"{len(todo) - failed} made, {failed} failed; the register is {papers.register}")
    return SOME_FAILED if failed else DONE


def _source(chosen: argparse.Namespace, tell: ProgressCallback) -> CardSource:
    if not chosen.image:
        raise MisuseError("--image: is missing")
    bundle = checked_bundle(chosen.bundle, chosen.release_key, tell) if chosen.bundle else None
    return source_of(checked_image(chosen.image, chosen.release_key, tell), bundle)


def _said(chosen: argparse.Namespace) -> dict[str, str]:
    words: dict[str, str | None] = {name: getattr(chosen, name) for name in FIELDS}
    return {name: word for name, word in words.items() if word} | _central_key(chosen)


def _central_key(chosen: argparse.Namespace) -> dict[str, str]:
    """The key itself, or the file it is in."""
    file = Path(chosen.central_key or CENTRAL_KEY)
    if file.is_file():
        return {"central_key": file.read_text("utf-8").strip()}
    return {"central_key": chosen.central_key} if chosen.central_key else {}


def _known() -> UnitReferences:
    try:
        return UnitReferences(load_tariffs(ROOT / "tariffs.json"), ROOT / "board")
    except TariffError as error:
        raise MisuseError(str(error)) from error


def _papers(chosen: argparse.Namespace) -> Papers:
    return Papers(chosen.register, chosen.certificates)


def _require_file(name: str) -> None:
    if not Path(name).is_file():
        raise MisuseError(f"{name or 'nothing'}: there is no such file")


def _told() -> ProgressCallback:
    """One line that redraws itself on a terminal; a line now and then in a log."""
    terminal, width = sys.stderr.isatty(), 0

    def show(line: str) -> None:
        nonlocal width
        end = "\n" if not terminal or " 100%" in line else "\r"
        print(line.ljust(width), end=end, file=sys.stderr, flush=True)
        width = len(line)

    return progress(show, time.monotonic, 0.2 if terminal else 5.0)


# --- options ------------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    statuses = "\n".join(f"  {status:>2}  {meaning}" for status, meaning in STATUSES.items())
    parser = argparse.ArgumentParser(
        prog="flash.sh",
        description="Make the card of a pay station, and prove it. Without an option it asks.",
        epilog=f"Fields of a unit may also be columns of --batch.\n\nexit status:\n{statuses}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_source(parser)
    _add_target(parser)
    _add_unit(parser)
    _add_papers(parser)
    return parser


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--image", type=Path, metavar="FILE", help="NAME.img.xz with NAME.manifest, or a Raspberry Pi OS")
    parser.add_argument("--bundle", type=Path, metavar="FILE", help="the station, for a stock Raspberry Pi OS")
    parser.add_argument(
        "--release-key", type=Path, default=RELEASE_KEY, metavar="FILE", help="what signed them (board/release.pub)"
    )


def _add_target(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", metavar="/dev/sdX", help="the card to erase and write")
    parser.add_argument("--to-file", type=Path, metavar="FILE", help="make a file instead of a card")
    parser.add_argument("--list", action="store_true", help="what may be written, and why the rest may not")
    parser.add_argument("--yes-erase", action="append", default=[], metavar="SERIAL", help="its serial, not to be asked for it")
    parser.add_argument("--allow-loop", action="store_true", help="loop devices too")
    parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")


def _add_unit(parser: argparse.ArgumentParser) -> None:
    unit = parser.add_argument_group("fields of a unit")
    for name in FIELDS:
        usual = f" ({USUAL[name]})" if name in USUAL else ""
        unit.add_argument(f"--{name.replace('_', '-')}", metavar="TEXT", help=f"{_MEANINGS[name]}{usual}")


_MEANINGS = {
    "station": "75011-0042",
    "zone": "tariff zone",
    "sector": "residential sector, 11D",
    "address": "where it stands, 32 characters at most",
    "nearest": "where the next one is, 34 characters at most",
    "street": "mixed or rotative",
    "central": "the city's API, https://…",
    "board": "name of its file in board/",
    "central_key": "the city's public key, 43 characters, or its file (board/central.pub)",
    "people": "who may open the service menu: lines of `horodateur pin` in a file",
}


def _add_papers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--batch", type=Path, metavar="FILE.csv", help="many units; goes on where it was left")
    parser.add_argument("--register", type=Path, default=Path("cards.csv"), metavar="FILE", help="what became of each card")
    parser.add_argument(
        "--certificates", type=Path, default=Path("certificates"), metavar="DIR", help="certificates and labels"
    )
