"""PINs and one-time codes at the station: the published list before the file, the role, the code of this station."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.protocol.access_code import access_code, shared_secret
from firmware.protocol.messages import Configuration
from firmware.service.inspection import ReadingSources
from firmware.service.people import People, new_person, people_line
from firmware.station.state_folder import PEOPLE, open_signing_key, people_in_force, provision, read_access_secret
from firmware.station.technician_readings import check_pin
from firmware.visit.events import PinChecked
from tests.builders import NOW, STATION, active_config, state_folder

COLLECTOR = new_person("07", "A. Martin", "402917", bytes(16), "collector")
TECHNICIAN = new_person("08", "B. Durand", "402918", bytes(16))
CITY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def test_a_pin_brings_its_role() -> None:
    sources = ReadingSources(people=lambda: People((COLLECTOR, TECHNICIAN)))
    assert check_pin(sources, STATION, "07", "402917", NOW) == PinChecked("07", True, "collector")
    assert check_pin(sources, STATION, "08", "402918", NOW) == PinChecked("08", True, "technician")
    assert not check_pin(sources, STATION, "08", "402917", NOW).correct
    assert not check_pin(sources, STATION, "09", "402917", NOW).correct


def test_who_was_published_counts_in_place_of_the_file_and_who_was_removed_does_not(tmp_path: Path) -> None:
    folder = state_folder(tmp_path)
    (folder / PEOPLE).write_text(people_line(TECHNICIAN) + "\n")
    assert people_in_force(folder, active_config()).people == (TECHNICIAN,)
    published = msgspec.json.decode(msgspec.json.encode(Configuration(people=(COLLECTOR,))), type=Configuration)
    assert published.people == (COLLECTOR,)
    assert people_in_force(folder, replace(active_config(), people=People(published.people))).people == (COLLECTOR,)
    assert people_in_force(folder, replace(active_config(), people=People())).people == ()


def test_a_code_of_the_city_opens_this_station_without_a_list(tmp_path: Path) -> None:
    provision(tmp_path, STATION, CITY.public_key())
    sources = ReadingSources(access_secret=lambda: read_access_secret(tmp_path))
    secret = shared_secret(CITY, open_signing_key(tmp_path).public_key())
    until = (NOW + timedelta(minutes=15)).replace(second=0, microsecond=0)
    checked = check_pin(sources, STATION, "07", access_code(secret, STATION, "07", until), NOW)
    assert checked.correct
    assert checked.code == until.astimezone(UTC).isoformat()
    assert not check_pin(sources, STATION, "08", access_code(secret, STATION, "07", until), NOW).correct
    assert not check_pin(ReadingSources(), STATION, "07", access_code(secret, STATION, "07", until), NOW).correct
