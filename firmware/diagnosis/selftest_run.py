"""The self-test of a station's folder: probes the devices of a stopped station, or reads the journal of a running one.

It holds the folder as a station does, so the two are never on one port at the same time. It sells nothing, prints nothing and
writes nothing down. `firmware/cli/selftest.py` shows what it returns.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from firmware.backoffice.delivery_status import read_delivery_status
from firmware.diagnosis.device_probe import PATIENCE, DeviceProbe, ThisComputer, open_probe
from firmware.diagnosis.selftest import (
    Finding,
    alarms_up,
    of_alarms,
    of_city,
    of_clock,
    of_devices,
    of_journal,
    of_key,
    of_station,
    of_supply,
)
from firmware.domain.errors import FileError, error_text
from firmware.domain.site import Site
from firmware.journal.journal_file import JournalError, generations_in, newest_journal
from firmware.journal.line import LineReader
from firmware.journal.marks import acknowledged_of
from firmware.ledger.clock_evidence import ClockEvidence, ClockTrust, judge_clock
from firmware.loop import run as run_loop
from firmware.station.flashed_card import board_of, station_file
from firmware.station.state_folder import LOCK, hold_folder, is_claimed, open_publication_store, open_signing_key
from firmware.station.stop_signal import StopSignal
from firmware.station.watchdog import check_journal
from hal.board import Board, load_board, read_toml
from hal.clock import SystemClock
from hal.kernel import read_computer
from hal.ports import Clock, DeviceEvent, Instant
from hal.supply import read_supply
from hal.version import running_build

KEYS_PATIENCE = 90.0
"""Seconds for 44 keys."""


class StationRunningError(Exception):
    """A running station holds the folder, so its devices cannot be probed."""


@dataclass(frozen=True)
class SelfTestOrder:
    """Which station is tested, and how."""

    folder: Path
    board: Path | None = None
    """Its wiring; None: as its folder says."""
    running: bool = False
    """Touch no device: read the journal of a running station."""
    every_key: bool = False
    """Wait until each key has been pressed."""


def selftest(order: SelfTestOrder, on_event: Callable[[DeviceEvent], None]) -> tuple[Finding, ...]:
    """Run the self-test; `on_event` is called with every event of a device while it is probed.

    Raises StationRunningError; BoardError, JournalError or OSError if board, station file or folder cannot be used.
    """
    board, clock = load_board(order.board or board_of(order.folder)), SystemClock()
    if order.running:
        return _findings_of_running(order.folder, board, clock)
    with _held(order.folder):
        probe = open_probe(board, ThisComputer(), clock, every_key=order.every_key)
        probe.on_event = on_event
        run_probe(probe, clock, StopSignal())
        devices = of_devices(board, probe.failures, probe.events, every_key=order.every_key)
        return (*devices, *findings_of_folder(order.folder, board, clock))


def findings_at_rest(folder: Path, clock: Clock) -> tuple[Finding, ...]:
    """The findings on a card's folder that touch no device. Raises BoardError, JournalError."""
    return _findings_of_running(folder, load_board(board_of(folder)), clock)


def _findings_of_running(folder: Path, board: Board, clock: Clock) -> tuple[Finding, ...]:
    with contextlib.closing(LineReader(folder)) as line:
        alarms = alarms_up(journal.content_of(entry) for journal, entry in line.entries_after(None))
    speaks = is_claimed(folder)
    by_alarm = of_alarms(board, alarms) if speaks else ()
    covered = {finding.device for finding in by_alarm}
    others = (each for each in findings_of_folder(folder, board, clock) if each.device not in covered)
    return (of_station(speaks), *by_alarm, *others)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the folder as a station does. Raises `StationRunningError` if one does; JournalError if it is no station's."""
    if not generations_in(folder):
        raise JournalError(newest_journal(folder), "there is no journal here: this is no station's folder")
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(hold_folder(folder))
        except JournalError as error:
            raise StationRunningError from error
        _give_lock_to_owner(folder)
        yield


def _give_lock_to_owner(folder: Path) -> None:
    """A station that is not root could not hold a lock that root has made."""
    owner, lock = folder.stat(), folder / LOCK
    if os.geteuid() == 0 and lock.stat().st_uid != owner.st_uid:
        os.chown(lock, owner.st_uid, owner.st_gid)


# --- the devices --------------------------------------------------------------------------------------------------


@dataclass
class _ProbeEnd:
    """Ends the loop when every device has answered, patience is over, or somebody asks to stop."""

    stop: StopSignal
    probe: DeviceProbe
    patience: float

    @property
    def asked(self) -> bool:
        return self.stop.asked or self.probe.over(self.patience)

    def fileno(self) -> int:
        return self.stop.fileno()


def run_probe(probe: DeviceProbe, clock: Clock, stop: StopSignal) -> None:
    """Run the devices until all have answered or had the time to."""
    patience = KEYS_PATIENCE if probe.every_key else PATIENCE
    run_loop(probe, clock, _ProbeEnd(stop, probe, patience), after_turn=lambda now: _next_look(probe, now, patience))


def _next_look(probe: DeviceProbe, now: Instant, patience: float) -> Instant:
    """Look again every quarter of a second: time alone may end it."""
    return min(now + 0.25, probe.since + patience)


# --- the folder ---------------------------------------------------------------------------------------------------


def findings_of_folder(folder: Path, board: Board, clock: Clock) -> tuple[Finding, ...]:
    """The findings that need no device: clock, supply, journal, keys, deliveries. Never raises for what it finds there."""
    fault, waiting, trust = _check_journals(folder, clock)
    return (
        of_clock(trust, wired=board.clock is not None, battery_clock=read_computer().battery_clock),
        of_supply(read_supply()),
        of_journal(fault),
        of_key("key", _signing_key_fault(folder)),
        of_key("city's key", _publications_fault(folder)),
        of_city(read_delivery_status(folder), waiting, clock.wall()),
    )


def _check_journals(folder: Path, clock: Clock) -> tuple[str, int, ClockTrust]:
    """Why they cannot be used (empty if they can), how many entries the city lacks, and what they make of the clock."""
    evidence, waiting = ClockEvidence(), 0
    try:
        with contextlib.closing(LineReader(folder)) as line:
            for journal in line.journals:
                waiting += journal.verify().seq - acknowledged_of(journal)
            for journal, entry in line.entries_after(None):
                recorded = journal.content_of(entry)
                evidence = evidence.after(recorded.fact, recorded.at, None)
        check_journal(newest_journal(folder))
    except Exception as error:  # a journal can be broken in any way, and that is what is asked
        return error_text(error), waiting, ClockTrust()
    return "", waiting, judge_clock(clock.wall(), clock.now(), evidence, clock.synchronised(), running_build().released)


def _signing_key_fault(folder: Path) -> str:
    try:
        open_signing_key(folder)
    except FileError as error:
        return str(error)
    return ""


def _publications_fault(folder: Path) -> str:
    try:
        publication_store = open_publication_store(folder, read_toml(station_file(folder), Site))
    except FileError as error:
        return str(error)
    return "; ".join(publication_store.rejected)
