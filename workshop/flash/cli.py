"""Command line of `flash.sh`: one card, a batch, or questions. The only file here that reads a clock."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from firmware.domain.errors import FieldError, FileError, error_text, reason_of
from firmware.protocol.key_words import shield_keys
from firmware.tariff import TariffError, load_tariffs
from hal.command_line import run_program
from workshop.common.checkout import BOARDS, CENTRAL_KEY, TARIFFS
from workshop.common.errors import DONE, INTERRUPTED, SOME_FAILED, STATUSES, BuildError, MisuseError, WorkshopError
from workshop.common.progress import ProgressCallback, progress_callback, show_on
from workshop.common.release_key import release_key
from workshop.common.tools import require_tools
from workshop.flash import register
from workshop.flash.batch import rows_in, to_do
from workshop.flash.bundle import check_bundle
from workshop.flash.card_layout import CardSource, source_of
from workshop.flash.certificate import greatest_generation
from workshop.flash.disks import device_named, disks
from workshop.flash.erasure import ErasePermission, contents_of, stations_named
from workshop.flash.image import check_image
from workshop.flash.options import option_parser
from workshop.flash.panel import flash_by_drive, flash_by_port, save_panel_certificate
from workshop.flash.questions import ask_unit, ask_until_right
from workshop.flash.refusals import TargetRequirements
from workshop.flash.replacement import ReplacementOrder, preview
from workshop.flash.scratch import handle_stop_signals
from workshop.flash.session import (
    BatchReader,
    CardRecords,
    FlashSession,
    Target,
    confirm,
    device_list,
    device_target,
    make_card,
    make_cards,
    time_estimate,
    unwritten_rest,
)
from workshop.flash.unit import FIELDS, USUAL, FirstUse, StationUnit, UnitReferences, unit_of

READING_TOOLS = ("lsblk", "debugfs", "e2fsck", "mtype")
"""Programs that tell what is on a card."""
TOOLS = (*READING_TOOLS, "xz", "mke2fs", "mcopy", "mmd", "mdir")
"""Every program flashing runs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status, as `--help` lists them."""
    words = shield_keys(sys.argv[1:] if arguments is None else arguments)
    return run_program("flash.sh", lambda _: option_parser(), words, partial(_flash, interactive=not words), INTERRUPTED)


def _flash(chosen: argparse.Namespace, *, interactive: bool) -> int:
    handle_stop_signals()
    session = FlashSession(input, print, _progress(), time.monotonic, lambda: datetime.now(UTC))
    try:
        return _run(chosen, session, interactive=interactive)
    except (KeyboardInterrupt, EOFError):
        print(f"\nflash.sh: {STATUSES[INTERRUPTED]}", file=sys.stderr)
        return INTERRUPTED


def _run(chosen: argparse.Namespace, session: FlashSession, *, interactive: bool) -> int:
    if chosen.list:
        require_tools(READING_TOOLS)
        session.say(device_list(disks(), TargetRequirements(0, chosen.allow_loop)))
        return DONE
    if chosen.panel:
        return _panel(chosen, session)
    require_tools(TOOLS)
    if chosen.rescue and not chosen.replace:
        raise MisuseError("--rescue: names an old card, and no --replace STATION says whose")
    if chosen.generation and not chosen.replace:
        raise MisuseError("--generation: is that of an earlier card, and no --replace STATION says whose")
    if chosen.batch:
        return _batch(chosen, session)
    if interactive:
        return _by_questions(chosen, session)
    return _one(chosen, session)


def _panel(chosen: argparse.Namespace, session: FlashSession) -> int:
    """Write the front panel, prove it, and keep the certificate."""
    place, records = Path(chosen.panel), _records(chosen)
    if place.is_dir():
        certificate = flash_by_drive(place, chosen.uf2, chosen.sha256, session.now(), chosen.by)
    elif chosen.uf2 or chosen.sha256:
        raise MisuseError(
            f"--uf2 and --sha256 are for the bootloader's drive, which {place} is not: hold BOOTSEL and plug it in"
        )
    else:
        certificate = flash_by_port(chosen.panel, session.now(), chosen.by)
    page = save_panel_certificate(certificate, records.certificates, records.signing_key)
    session.say(f"front panel {certificate.board}: {certificate.what}\n{certificate.proven}\ncertificate: {page}")
    session.say("take the service jumper off" if certificate.version else "then: flash.sh --panel PORT, with the jumper on")
    return DONE


def _one(chosen: argparse.Namespace, session: FlashSession) -> int:
    chosen.station = chosen.station or chosen.replace
    if chosen.replace not in (None, chosen.station):
        raise MisuseError(f"--replace: a card of {chosen.replace} is not continued by one of {chosen.station}")
    unit = _unit(chosen, session.now().date())
    if bool(chosen.device) == bool(chosen.to_file):
        raise MisuseError("--device, --to-file: name one of them")
    source = _source(chosen, session.report)
    return _make_one(chosen, session, source, unit, _target(chosen, source))


def _target(chosen: argparse.Namespace, source: CardSource) -> Target:
    if chosen.to_file:
        return Target(chosen.to_file)
    return device_target(chosen.device, TargetRequirements(source.image.size, chosen.allow_loop))


def _make_one(chosen: argparse.Namespace, session: FlashSession, source: CardSource, unit: StationUnit, target: Target) -> int:
    session.say(f"{unit.site.station}: {source.title}\n{time_estimate(source)}\nonto {target.title}")
    if rest := unwritten_rest(source, target):
        session.say(rest)
    order = _order(chosen, session, unit)
    if chosen.dry_run:
        if order:
            session.say(preview(order, source.image.table))
        session.say(_dry_run([] if isinstance(target.place, Path) else [target.place.path], source))
        return DONE
    records = _records(chosen)
    confirm(target, chosen.yes_erase, session)
    ask = None if chosen.yes_erase else session.ask
    make_card(session, source, unit, target, records, ErasePermission(stations_named(chosen.erase), ask), order)
    return DONE


def _order(chosen: argparse.Namespace, session: FlashSession, unit: StationUnit) -> ReplacementOrder | None:
    """What the card goes on from; None for a new station. Raises MisuseError where numbers might be given a second time."""
    station = unit.site.station
    if not chosen.replace:
        _require_first(chosen, [station])
        return None
    known = max(greatest_generation(chosen.certificates, station), chosen.generation or 0)
    if not (known or chosen.rescue):
        raise MisuseError(
            f"--replace: no certificate of {station} is in {chosen.certificates}, so nothing says which generations it has "
            f"had: name another folder with --certificates, its greatest generation with --generation N (at the city, "
            f"`horodateur-central stations` shows it), or the old card with --rescue"
        )
    return ReplacementOrder(station, max(1, known), session.now(), chosen.rescue)


def _require_first(chosen: argparse.Namespace, stations: Iterable[str]) -> None:
    """Raises MisuseError for a station that has had a card: another first one would give its numbers again."""
    made = register.proven_cards(register.read(chosen.register))
    for station in stations:
        if station not in chosen.start_over and (station in made or greatest_generation(chosen.certificates, station)):
            raise MisuseError(
                f"{station} has had a card, as {chosen.certificates} or {chosen.register} says: make the next one with "
                f"--replace {station}; or, if that card was never in use, say --start-over {station}"
            )


def _dry_run(devices: Sequence[str], source: CardSource) -> str:
    """What is on the devices that would be erased, and that nothing was written."""
    return "\n".join((*filter(None, (_contents(path, source) for path in devices)), "--dry-run: nothing was written"))


def _contents(path: str, source: CardSource) -> str:
    try:
        return contents_of(device_named(path, disks()), source.image.table)
    except WorkshopError as error:
        return str(error)


def _by_questions(chosen: argparse.Namespace, session: FlashSession) -> int:
    chosen.image = Path(ask_until_right(session, "Image file: ", "", _require_file))
    source = _source(chosen, session.report)
    unit = ask_unit(session, _references(chosen, session.now().date()), USUAL | _central_key(chosen))
    session.say(device_list(disks(), TargetRequirements(source.image.size)))
    chosen.device = session.ask("Write which one, like /dev/sdb: ").strip()
    return _make_one(chosen, session, source, unit, _target(chosen, source))


def _batch(chosen: argparse.Namespace, session: FlashSession) -> int:
    if chosen.replace:
        raise MisuseError("--replace: not in a list; make that card alone")
    records = _records(chosen)
    done = register.proven_cards(register.read(records.register))
    rows = rows_in(chosen.batch, _fields(chosen), _references(chosen, session.now().date()), done)
    if not chosen.device and (without := next((row for row in rows if not row.device), None)):
        raise MisuseError(f"{chosen.batch}: {without.unit.site.station}: device: is missing, and there is no --device for all")
    source = _source(chosen, session.report)
    todo = to_do(rows, done)
    _require_first(chosen, (row.unit.site.station for row in todo))
    session.say(f"{len(todo)} of {len(rows)} cards to make\n{source.title}\neach: {time_estimate(source)}")
    if chosen.dry_run:
        devices = dict.fromkeys(row.device or chosen.device for row in todo)
        session.say(_dry_run(tuple(devices), source))
        return DONE
    reader = BatchReader(chosen.device or "", chosen.allow_loop, chosen.yes_erase, stations_named(chosen.erase))
    failed = make_cards(session, source, todo, reader, records)
    session.say(f"{len(todo) - failed} made, {failed} failed; the register is {records.register}")
    return SOME_FAILED if failed else DONE


def _source(chosen: argparse.Namespace, report: ProgressCallback) -> CardSource:
    if not chosen.image:
        raise MisuseError("--image: is missing")
    bundle = check_bundle(chosen.bundle, chosen.release_key, report) if chosen.bundle else None
    return source_of(check_image(chosen.image, chosen.release_key, report), bundle)


def _unit(chosen: argparse.Namespace, today: date) -> StationUnit:
    try:
        return unit_of(_fields(chosen), _references(chosen, today))
    except FieldError as error:
        raise MisuseError(str(error)) from error


def _fields(chosen: argparse.Namespace) -> dict[str, str]:
    words: dict[str, str | None] = {name: getattr(chosen, name) for name in FIELDS}
    return {name: word for name, word in words.items() if word} | _central_key(chosen)


def _central_key(chosen: argparse.Namespace) -> dict[str, str]:
    """The city's key: itself, or the file it is in."""
    given = (chosen.central_key or "").strip()
    file = Path(given or CENTRAL_KEY)
    if file.is_file():
        return {"central_key": _text_of(file)}
    return {"central_key": given} if given else {}


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MisuseError(f"--central-key {file}: {reason_of(error)}") from error


def _references(chosen: argparse.Namespace, today: date) -> UnitReferences:
    """Tariffs and boards of this checkout. Raises MisuseError for a calendar that is too short to make cards with."""
    try:
        tariffs = load_tariffs(TARIFFS)
    except TariffError as error:
        raise MisuseError(str(error)) from error
    first_use = FirstUse(today, chosen.needed)
    if unfit := first_use.why_unfit(tariffs.calendar):
        raise MisuseError(f"{TARIFFS}: {unfit}")
    return UnitReferences(tariffs, BOARDS, first_use)


def _records(chosen: argparse.Namespace) -> CardRecords:
    """Where outcomes are kept. Raises MisuseError, before anything is erased, where nothing could be."""
    for option, place in (("--register", chosen.register.parent), ("--certificates", chosen.certificates)):
        nearest = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
        if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
            raise MisuseError(f"{option}: nothing can be written in {nearest}; name another place")
    try:
        signing_key = release_key(chosen.signing_key)
    except (BuildError, FileError, OSError) as error:
        raise MisuseError(f"--signing-key: {error_text(error)}") from error
    return CardRecords(chosen.register, chosen.certificates, chosen.by, signing_key)


def _require_file(name: str) -> None:
    if not Path(name).is_file():
        raise MisuseError(f"{name or 'nothing'}: there is no such file")


def _progress() -> ProgressCallback:
    return progress_callback(show_on(sys.stderr), time.monotonic, 0.2 if sys.stderr.isatty() else 5.0)
