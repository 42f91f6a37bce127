"""The last crash of a process, on the card: read after the power was cut."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from firmware.station.crash_log import crash_file, crash_log, read_crash
from tests.builders import NOW, ROOT

SOFTWARE = "0.1.0+0123456789ab"


def crash(folder: Path, why: str = "no such thing") -> None:
    with pytest.raises(ValueError, match=why), crash_log(folder, "station", SOFTWARE, NOW):
        raise ValueError(why)


def run_well(folder: Path) -> None:
    with crash_log(folder, "station", SOFTWARE, NOW):
        pass


def test_an_exception_is_written_with_its_frames_and_goes_on(tmp_path: Path) -> None:
    crash(tmp_path)
    found = read_crash(tmp_path, "station")
    assert found
    assert (found.at, found.software, found.why) == (NOW.isoformat(), SOFTWARE, "ValueError: no such thing")
    assert [(frame.file, frame.function) for frame in found.frames] == [
        ("firmware/station/crash_log.py", "crash_log"),
        ("test_crash_log.py", "crash"),
    ] or found.frames[-1].function == "crash"


def test_the_last_crash_outlives_the_starts_after_it(tmp_path: Path) -> None:
    crash(tmp_path)
    run_well(tmp_path)
    run_well(tmp_path)
    found = read_crash(tmp_path, "station")
    assert found
    assert found.why == "ValueError: no such thing"
    crash(tmp_path, "another")
    latest = read_crash(tmp_path, "station")
    assert latest
    assert latest.why == "ValueError: another"


def test_a_process_that_never_crashed_has_none(tmp_path: Path) -> None:
    run_well(tmp_path)
    assert read_crash(tmp_path, "station") is None
    assert read_crash(tmp_path, "sync") is None


def test_a_process_that_the_watchdog_ends_leaves_where_it_hung(tmp_path: Path) -> None:
    code = (
        "import os, sys, datetime, pathlib\n"
        "from firmware.station.crash_log import crash_log\n"
        "def hang():\n    os.kill(os.getpid(), 6)\n"
        "now = datetime.datetime.now(datetime.UTC)\n"
        "with crash_log(pathlib.Path(sys.argv[1]), 'station', 'x', now):\n    hang()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, timeout=30
    )
    assert ended.returncode == -signal.SIGABRT
    found = read_crash(tmp_path, "station")
    assert found
    assert found.why == "Fatal Python error: Aborted"
    assert "hang" in [frame.function for frame in found.frames]


def test_a_folder_that_cannot_be_written_costs_the_record_and_no_sale(tmp_path: Path) -> None:
    crash_file(tmp_path, "station").mkdir()
    run_well(tmp_path)


def test_it_is_for_nobody_elses_eyes(tmp_path: Path) -> None:
    crash(tmp_path)
    assert crash_file(tmp_path, "station").stat().st_mode & 0o777 == 0o600
