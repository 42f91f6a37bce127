"""State folder of a station: provisioned once, locked by one process."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from firmware.backoffice.publication_store import PublicationStoreError
from firmware.domain.errors import FileError
from firmware.journal.journal_file import JournalError
from firmware.protocol.envelope import PUBLICATION, public_key_text, sign_envelope
from firmware.protocol.messages import Configuration, Publication
from firmware.station.state_folder import (
    CITY,
    JOURNAL,
    KEY,
    LOCK,
    hold_folder,
    is_claimed,
    is_new,
    open_journal,
    open_publication_store,
    provision,
)
from tests.builders import CITY_KEY, STATION, site

SITE = site()
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
BODY = msgspec.Raw(msgspec.json.encode(Configuration(address="1 rue Neuve")))
PUBLISHED = sign_envelope(PUBLICATION, msgspec.json.encode(Publication("configuration", STATION, 1, NOW, BODY)), CITY_KEY)


def test_a_folder_is_provisioned_once(tmp_path: Path) -> None:
    folder = tmp_path / "station"
    provision(folder, STATION)
    before = {name: (folder / name).read_bytes() for name in (JOURNAL, KEY)}
    with pytest.raises(FileExistsError, match="already holds the journal or key of a station"):
        provision(folder, STATION)
    assert {name: (folder / name).read_bytes() for name in (JOURNAL, KEY)} == before


def test_a_key_without_its_journal_is_no_new_station(tmp_path: Path) -> None:
    provision(tmp_path, STATION)
    (tmp_path / JOURNAL).unlink()
    assert not is_new(tmp_path)
    with pytest.raises(JournalError, match="is missing"):
        open_journal(tmp_path, STATION, "boot")


def test_two_stations_never_share_a_folder(tmp_path: Path) -> None:
    imports = "from pathlib import Path; from firmware.station.state_folder import hold_folder"
    script = f"{imports}\nwith hold_folder(Path({str(tmp_path)!r})): pass"
    with hold_folder(tmp_path):
        second = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "another station is running on this folder" in second.stderr
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_city_s_key_is_kept_where_one_is_given_and_is_what_the_store_believes(tmp_path: Path) -> None:
    provision(tmp_path, STATION, CITY_KEY.public_key())
    assert (tmp_path / CITY).read_text() == public_key_text(CITY_KEY.public_key()) + "\n"
    open_publication_store(tmp_path, SITE).accept(PUBLISHED, NOW)
    assert open_publication_store(tmp_path, SITE).versions == {"configuration": 1}


def test_a_station_without_the_city_s_key_believes_nobody(tmp_path: Path) -> None:
    provision(tmp_path, STATION)
    assert not (tmp_path / CITY).exists()
    with pytest.raises(PublicationStoreError, match="no key of the city"):
        open_publication_store(tmp_path, SITE).accept(PUBLISHED, NOW)


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "é" * 43, "A" * 42 + "!"])
def test_a_key_of_the_city_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / CITY).write_text(text, "utf-8")
    with pytest.raises(FileError, match=r"central\.pub: .*write the city's key there"):
        open_publication_store(tmp_path, SITE)


def test_whether_a_folder_is_held_can_be_asked_without_holding_it(folder: Path) -> None:
    assert not is_claimed(folder)
    assert not (folder / LOCK).exists()
    with hold_folder(folder):
        assert is_claimed(folder)
    assert not is_claimed(folder)
