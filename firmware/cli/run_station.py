"""What `horodateur run` and `horodateur provision` do: a station on real ports or at the desk; the folder of a new one."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from firmware.app import Station
from firmware.assemble import assemble, open_lines
from firmware.backoffice.active_config import ActiveConfig
from firmware.backoffice.city_time_note import read_city_time
from firmware.backoffice.delivery_status import read_delivery_status
from firmware.backoffice.publication_store import PublicationStore
from firmware.domain.errors import FileError, error_text
from firmware.domain.site import Site
from firmware.locale import catalogues
from firmware.loop import run as run_loop
from firmware.protocol.envelope import public_key_text
from firmware.service.assistance import Assistant, NoAssistant
from firmware.service.computer_alarms import DiskHealth, disk_health
from firmware.service.inspection import ReadingSources
from firmware.station.assistant import FolderAssistant
from firmware.station.boot_check import read_boot_note
from firmware.station.crash_log import crash_log
from firmware.station.equipment import Devices, Provision
from firmware.station.state_folder import (
    hold_folder,
    open_journal,
    open_publication_store,
    open_signing_key,
    people_in_force,
    provision,
    read_access_secret,
)
from firmware.station.stop_signal import StopSignal
from firmware.station.watchdog import watchdog_of
from firmware.tariff import TariffError, load_tariffs
from firmware.tariff.reach import shortfall
from hal.board import Board, load_board, read_toml
from hal.clock import SystemClock
from hal.errors import BoardError
from hal.kernel import read_disk
from hal.ports import Clock
from hal.supply import read_supply
from hal.version import running_build

DESK = "horodateur.desk"
"""Entry point group: functions that run a station whose board has simulated devices."""
ABSENCE = 30 * 60
"""Seconds that an update may take, or a stay on the workbench, before the front panel tries the power."""


def make_station(arguments: argparse.Namespace) -> int:
    """Make the folder, print the line for `horodateur-central enrol`; 0. 1 if station file, tariffs or folder are unfit."""
    try:
        site = read_toml(arguments.station, Site)
        _require_calendar(arguments)
        provision(arguments.state, site.station, arguments.central_key)
        public = open_signing_key(arguments.state).public_key()
    except (FileError, OSError) as error:
        return _refuse(error)
    print(f"{arguments.state}: ready; enrol it at the city with this line", file=sys.stderr)
    print(site.station, site.zone, site.sector, public_key_text(public))
    return 0


def _require_calendar(arguments: argparse.Namespace) -> None:
    """Raises TariffError unless the station can sell by these tariffs for more than a year."""
    calendar = load_tariffs(arguments.tariffs).calendar
    if short := shortfall(calendar, SystemClock().wall().date(), arguments.needed):
        raise TariffError(str(arguments.tariffs), short.where, short.reason)


def run_station(arguments: argparse.Namespace) -> int:
    """Run the station and return 0 after a clean stop; 1 if it must not start, or must leave, naming file, place and reason."""
    try:
        board = load_board(arguments.board)
        if board.simulated:
            return _run_at_desk(board.simulated, arguments)
        return _run_on_ports(board, arguments)
    except (FileError, OSError) as error:
        return _refuse(error)


def _run_on_ports(board: Board, arguments: argparse.Namespace) -> int:
    provisioned = ActiveConfig(read_toml(arguments.station, Site), load_tariffs(arguments.tariffs))
    name = provisioned.site.station
    signing_key, publication_store = (
        open_signing_key(arguments.state),
        open_publication_store(arguments.state, provisioned.site),
    )
    clock, build = SystemClock(), running_build()
    boot = os.urandom(16).hex()
    with (
        hold_folder(arguments.state),
        crash_log(arguments.state, "station", build.label, clock.wall()),
        contextlib.closing(open_journal(arguments.state, name, boot)) as journal,
    ):
        devices = assemble(board, open_lines(board), clock.wall)
        active_config = partial(publication_store.active_config, provisioned)
        reading_sources = reading_sources_of(arguments.state, publication_store, lambda: active_config(clock.wall()))
        configuration = Provision(
            active_config,
            catalogues(),
            signing_key,
            reading_sources,
            build.released,
            build.label,
            assistant_of(os.environ),
        )
        station = Station(configuration, devices, journal, clock)
        watchdog = watchdog_of(arguments.state, station.check, attended=lambda: station.attended)
        run_loop(station, clock, StopSignal(), after_turn=watchdog)
        announce_absence(devices, clock)
    return 0


def announce_absence(devices: Devices, clock: Clock) -> None:
    """Tell whoever restarts a silent computer that this one was asked to stop: for an update, or to be switched off."""
    devices.expect_silence(ABSENCE)
    for plug in devices.plugs:
        if plug.name == "panel" and plug.end.wake_at <= clock.now():
            plug.cable.write(plug.end.wake(clock.now()))


def read_disk_health(folder: Path) -> DiskHealth:
    """Errors and wear of this folder's disk; unknown where it cannot be asked."""
    try:
        disk = read_disk(folder)
    except OSError:
        return DiskHealth()
    return disk_health(disk.errors, disk.life_time, disk.pre_eol_info)


def assistant_of(environment: Mapping[str, str]) -> Assistant:
    """The assistant of a station that systemd gave a run-time folder; none for one started by hand."""
    folder = environment.get("RUNTIME_DIRECTORY", "")
    return FolderAssistant(Path(folder)) if folder else NoAssistant()


def reading_sources_of(
    folder: Path, publication_store: PublicationStore, active_config: Callable[[], ActiveConfig]
) -> ReadingSources:
    """The functions that read this station's folder and computer for a technician."""
    return ReadingSources(
        people=lambda: people_in_force(folder, active_config()),
        access_secret=lambda: read_access_secret(folder),
        supply=read_supply,
        disk=lambda: read_disk_health(folder),
        boot=lambda: read_boot_note(folder),
        delivery=lambda: read_delivery_status(folder),
        versions=lambda: publication_store.versions,
        city_time=lambda: read_city_time(folder),
    )


def _run_at_desk(simulated: Iterable[str], arguments: argparse.Namespace) -> int:
    from importlib.metadata import entry_points  # 15 ms that a station on real ports need not spend

    for entry_point in entry_points(group=DESK):
        serve = entry_point.load()
        return int(serve(arguments.board, arguments.station, arguments.tariffs, arguments.state, arguments.port))
    reason = 'simulated, but no simulator is installed here: pip install "horodateur[simulator]"'
    raise BoardError(str(arguments.board), ", ".join(sorted(simulated)), reason)


def _refuse(error: Exception) -> int:
    print(f"horodateur: {error_text(error)}", file=sys.stderr)
    return 1
