"""`horodateur-central enrol`, `revoke` and `stations`: what they do, what they refuse, and whether their messages help."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from central.cli.common import now
from central.core.audit import list_audit
from central.operations import fleet
from central.rules.evidence import CheckRules
from firmware.protocol.envelope import public_key_text
from tests.central.console import Console, enrolment_line
from tests.central.signing_station import STATION, THERE, SigningStation, city_of, key_of

HEADER = "plate,holding,sectors,valid_from,valid_until\n"
CMI = HEADER + "AB-123-CD,cmi_s,,2026-01-01T00:00:00+01:00,\n"


def names(console: Console) -> list[str]:
    return [state.station for state in fleet.list_stations(console.store, now(), CheckRules())]


def test_a_station_is_enrolled_by_its_line_and_revoked_by_its_name(started: Console) -> None:
    assert started.types("enrol", *enrolment_line().split())[:2] == (0, f"enrolled {STATION}\n")
    assert started.types("revoke", STATION)[:2] == (0, f"revoked {STATION}\n")
    assert started.types("revoke", STATION)[0] == 1
    assert [noted.action for noted in list_audit(started.store)] == ["token issued", "enrol", "revoke"]
    assert all(noted.who.startswith("console: ") for noted in list_audit(started.store))


def test_many_are_enrolled_from_standard_input(started: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{enrolment_line()}\n\n{enrolment_line(THERE)}\n"))
    assert started.types("enrol")[0] == 0
    assert names(started) == [STATION, THERE]


@pytest.mark.parametrize(
    "wrong",
    [
        "75012-0001 1 11D",
        "75012-0001 1 11D key more words",
        enrolment_line(THERE)[:-1],
        enrolment_line(THERE).replace(" 2 ", " 3 "),
        enrolment_line(THERE).replace(" 2 ", " 1 "),
        enrolment_line(THERE).replace(" 2 ", " x "),
        enrolment_line(THERE).replace("12D", "D12"),
        enrolment_line(THERE).replace("12D", "99Z"),
        enrolment_line(THERE).replace("12D", "13D"),
        enrolment_line(THERE).replace("75012-0001", "75012/0001"),
    ],
)
def test_one_bad_line_and_none_is_enrolled(started: Console, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{enrolment_line()}\n{wrong}\n"))
    status, said, complaint = started.types("enrol")
    assert (status, said) == (1, "")
    assert "line 2: " in complaint
    assert names(started) == []


def test_a_zone_that_the_sector_is_not_in_is_named(started: Console) -> None:
    key = public_key_text(key_of(STATION).public_key())
    status, said, complaint = started.types("enrol", "75011-0043", "2", "11D", key)
    assert (status, said) == (1, "")
    assert "line 1: zone: sector 11D is in tariff zone 1, not 2; nothing was enrolled" in complaint


def test_the_published_tariffs_say_which_zone_a_sector_is_in(started: Console) -> None:
    tariffs = json.loads((Path(__file__).parents[2] / "tariffs.json").read_text("utf-8"))
    tariffs["zones"][0]["arrondissements"].remove(11)
    tariffs["zones"][1]["arrondissements"].append(11)
    file = started.folder / "tariffs.json"
    file.write_text(json.dumps(tariffs), "utf-8")
    assert started.types("publish", "tariffs", file, "--from", "2026-01-01T00:00:00+01:00")[0] == 0
    assert started.types("enrol", *enrolment_line().split())[0] == 1
    assert started.types("enrol", *enrolment_line().replace(" 1 ", " 2 ").split())[0] == 0


def test_nothing_to_enrol_is_said(started: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert started.types("enrol")[0] == 1


def test_the_stations_are_shown(started: Console) -> None:
    SigningStation(city_of(started.store, STATION)).hand_in([])
    shown = started.types("stations")[1]
    assert re.search(rf"{STATION}\s+11D\s+1\s+2026-03-04 11:00:00\s+2026-03-04 11:00:00 SILENT\s+0\s+ok\s", shown)
    [state] = json.loads(started.types("stations", "--json")[1])
    assert (state["station"], state["silent"]) == (STATION, True)
