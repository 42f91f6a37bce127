"""The folder a station keeps: provisioned once, held by one process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from firmware.journal import JournalError
from firmware.rights import NO_RIGHTS, RightsError, rights_copy, write_rights
from firmware.state import JOURNAL, KEY, RIGHTS, claimed, is_new, open_journal, open_rights, provision

STATION = "75011-0042"


def test_a_folder_is_provisioned_once(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    provision(folder, STATION)
    before = {name: (folder / name).read_bytes() for name in (JOURNAL, KEY)}
    with pytest.raises(FileExistsError, match="already belongs to a station"):
        provision(folder, STATION)
    assert {name: (folder / name).read_bytes() for name in (JOURNAL, KEY)} == before


def test_a_key_without_its_journal_is_no_new_station(tmp_path: Path) -> None:
    provision(tmp_path, STATION)
    (tmp_path / JOURNAL).unlink()
    assert not is_new(tmp_path)
    with pytest.raises(JournalError, match="is missing"):
        open_journal(tmp_path, STATION, "boot")


def test_two_stations_never_share_a_folder(tmp_path: Path) -> None:
    script = f"from pathlib import Path; from firmware.state import claimed\nwith claimed(Path({str(tmp_path)!r})): pass"
    with claimed(tmp_path):
        second = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "another station is running on this folder" in second.stderr
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_copy_of_the_register_is_this_sector_s_or_refused(tmp_path: Path) -> None:
    assert open_rights(tmp_path, "11D") == NO_RIGHTS
    write_rights(rights_copy(1, "11D", bytes(32), {}), tmp_path / RIGHTS)
    assert open_rights(tmp_path, "11D").version == 1
    with pytest.raises(RightsError, match="made for 11D; this station stands in 16A"):
        open_rights(tmp_path, "16A")
