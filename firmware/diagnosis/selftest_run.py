"""What `horodateur selftest` does: asks every device of a stopped station, or reads what a running one says.

It holds the folder as a station does, so the two are never on one port at the same time. It sells nothing, prints nothing and
writes nothing down.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from firmware.app import RELEASED
from firmware.backoffice.delivery_status import read_delivery_status
from firmware.cli.selftest import BAD, RUNNING, UNUSABLE, WELL
from firmware.diagnosis.device_probe import PATIENCE, Round, ThisComputer, opened
from firmware.diagnosis.selftest import (
    DeviceVerdict,
    Finding,
    alarms_up,
    all_well,
    of_alarms,
    of_city,
    of_clock,
    of_devices,
    of_journal,
    of_key,
    of_station,
    of_supply,
)
from firmware.domain.errors import FileError
from firmware.domain.site import Site
from firmware.journal.journal import JournalError, JournalReader
from firmware.ledger.clock_evidence import ClockEvidence, ClockTrust, judge_clock
from firmware.loop import run as run_loop
from firmware.station.flashed_card import board_of, station_file
from firmware.station.state_folder import JOURNAL, LOCK, hold_folder, is_claimed, open_publication_store, open_signing_key
from firmware.station.stop_signal import StopSignal
from firmware.station.watchdog import check_journal
from hal.board import Board, load_board, read_toml
from hal.clock import SystemClock
from hal.kernel import read_computer
from hal.ports import Clock, DeviceEvent, Instant, Key, KeyPressed
from hal.supply import read_supply

KEYS_PATIENCE = 90.0
"""Seconds for 44 keys."""
RUNS = "the station is running on this folder. Stop it first (systemctl stop horodateur), or read what it says: --running"


def run(arguments: argparse.Namespace) -> int:
    """Ask, print, and return the exit status."""
    folder: Path = arguments.state
    try:
        board = load_board(arguments.board or board_of(folder))
        findings = _running(folder, board, SystemClock()) if arguments.running else _stopped(folder, board, arguments)
    except _RunsError:
        return _refused(RUNS, RUNNING)
    except (FileError, OSError) as error:
        return _refused(str(error), UNUSABLE)
    print(_for_programs(findings) if arguments.json else "\n".join(_for_people(findings)))
    return WELL if all_well(findings) else BAD


class _RunsError(Exception):
    """A station holds the folder."""


def findings_at_rest(folder: Path, clock: Clock) -> tuple[Finding, ...]:
    """What can be told of a card's folder without touching a device. Raises BoardError, JournalError."""
    return _running(folder, load_board(board_of(folder)), clock)


def _running(folder: Path, board: Board, clock: Clock) -> tuple[Finding, ...]:
    with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
        alarms = alarms_up(reader.content_of(entry) for entry in reader.entries())
    speaks = is_claimed(folder)
    spoken_of = of_alarms(board, alarms) if speaks else ()
    told = {finding.device for finding in spoken_of}
    itself = (each for each in of_folder(folder, board, clock) if each.device not in told)
    return (of_station(speaks), *spoken_of, *itself)


def _stopped(folder: Path, board: Board, arguments: argparse.Namespace) -> tuple[Finding, ...]:
    clock = SystemClock()
    with _held(folder):
        asked = opened(board, ThisComputer(), clock, every_key=arguments.keys)
        listen(asked, clock, StopSignal())
        devices = of_devices(board, asked.troubles, asked.heard, every_key=arguments.keys)
        return (*devices, *of_folder(folder, board, clock))


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the folder as a station does. Raises `_RunsError` if one does; JournalError if it is no station's."""
    if not (folder / JOURNAL).exists():
        raise JournalError(folder / JOURNAL, "there is no journal here: this is no station's folder")
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold_folder(folder))
        except JournalError as error:
            raise _RunsError from error
        _give_back(folder)
        yield


def _give_back(folder: Path) -> None:
    """A lock that root makes, a station that is not root could not hold."""
    owner, lock = folder.stat(), folder / LOCK
    if os.geteuid() == 0 and lock.stat().st_uid != owner.st_uid:
        os.chown(lock, owner.st_uid, owner.st_gid)


# --- asking -------------------------------------------------------------------------------------------------------


@dataclass
class _Enough:
    """Ends the loop when everybody has answered, or somebody asks to stop."""

    stop: StopSignal
    round: Round
    patience: float

    @property
    def asked(self) -> bool:
        return self.stop.asked or self.round.over(self.patience)

    def fileno(self) -> int:
        return self.stop.fileno()


def listen(asked: Round, clock: Clock, stop: StopSignal) -> None:
    """Until all have answered or had the time to."""
    if asked.every_key:
        asked.on_heard = _Ticking()
    patience = KEYS_PATIENCE if asked.every_key else PATIENCE
    run_loop(asked, clock, _Enough(stop, asked, patience), after_turn=lambda now: _soon(asked, now, patience))


def _soon(asked: Round, now: Instant, patience: float) -> Instant:
    """Look again every quarter of a second: time alone may end it."""
    return min(now + 0.25, asked.since + patience)


class _Ticking:
    """The keys that are still to be pressed, on the error stream as they are ticked off."""

    def __init__(self) -> None:
        self._left = [key.value for key in Key]

    def __call__(self, event: DeviceEvent) -> None:
        if isinstance(event, KeyPressed) and event.key.value in self._left:
            self._left.remove(event.key.value)
            sys.stderr.write(f"\r\x1b[K{' '.join(self._left)}")
            sys.stderr.flush()


# --- the folder ---------------------------------------------------------------------------------------------------


def of_folder(folder: Path, board: Board, clock: Clock) -> tuple[Finding, ...]:
    """What needs no device: clock, supply, journal, keys, the way to the city. Never raises for what it finds there."""
    trouble, last, trust = _journal(folder, clock)
    return (
        of_clock(trust, wired=board.clock is not None, battery_clock=read_computer().battery_clock),
        of_supply(read_supply()),
        of_journal(trouble),
        of_key("key", _trouble_of_key(folder)),
        of_key("city's key", _trouble_of_city(folder)),
        of_city(read_delivery_status(folder), last, clock.wall()),
    )


def _journal(folder: Path, clock: Clock) -> tuple[str, int, ClockTrust]:
    """Why it cannot be used (empty if it can), its last entry, and what it makes of the clock."""
    evidence, last = ClockEvidence(), 0
    try:
        with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
            last = reader.verify().seq
            for entry in reader.entries():
                recorded = reader.content_of(entry)
                evidence = evidence.after(recorded.fact, recorded.at, None)
        check_journal(folder / JOURNAL)
    except Exception as error:  # a journal can be broken in any way, and that is what is asked
        return str(error), last, ClockTrust()
    return "", last, judge_clock(clock.wall(), clock.now(), evidence, clock.synchronised(), RELEASED)


def _trouble_of_key(folder: Path) -> str:
    try:
        open_signing_key(folder)
    except FileError as error:
        return str(error)
    return ""


def _trouble_of_city(folder: Path) -> str:
    try:
        publication_store = open_publication_store(folder, read_toml(station_file(folder), Site))
    except FileError as error:
        return str(error)
    return "; ".join(publication_store.rejected)


# --- printing -----------------------------------------------------------------------------------------------------


def _for_programs(findings: Sequence[Finding]) -> str:
    lines = [{**asdict(finding), "verdict": finding.verdict.value} for finding in findings]
    return json.dumps({"well": all_well(findings), "findings": lines}, ensure_ascii=False)


def _for_people(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        code = f" [{finding.code}]" if finding.code else ""
        yield f"{finding.device:<11}{_WORDS[finding.verdict]:<8}{finding.says}{code}".rstrip()
        if finding.remedy:
            yield f"{'':<11}→ {finding.remedy}"


_WORDS = {
    DeviceVerdict.OK: "ok",
    DeviceVerdict.LOOK: "look",
    DeviceVerdict.NOTE: "note",
    DeviceVerdict.SILENT: "SILENT",
    DeviceVerdict.FAILED: "FAILED",
    DeviceVerdict.ABSENT: "-",
}


def _refused(reason: str, status: int) -> int:
    sys.stderr.write(f"horodateur: {reason}\n")
    return status
