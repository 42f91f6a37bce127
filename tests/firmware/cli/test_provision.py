"""`horodateur provision`, and the help and usage errors of every command."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.cli import main
from firmware.protocol.envelope import public_key_text
from firmware.station.state_folder import CITY, JOURNAL, KEY, open_signing_key
from hal.time_zone import PARIS
from tests.builders import ROOT
from tests.calendars import with_calendar
from tests.firmware.cli.attempts import BIN, STATION, Attempt

# --- provision and help -------------------------------------------------------------------------------------------


def test_provision_makes_a_station_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new"
    assert main(["provision", "--state", str(folder)]) == 0
    public = public_key_text(open_signing_key(folder).public_key())
    assert capsys.readouterr().out == f"{STATION} 1 11D {public}\n"
    assert (folder / KEY).stat().st_mode & 0o777 == 0o600
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert main(["provision", "--state", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert str(folder) in err
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_station_is_not_provisioned_with_a_calendar_that_is_soon_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "short.json").write_bytes(with_calendar(last=datetime.now(PARIS).date() + timedelta(days=399)))
    words = ["provision", "--state", str(tmp_path / "new"), "--tariffs", str(tmp_path / "short.json")]
    assert main(words) == 1
    said = capsys.readouterr().err
    assert "short.json: $.calendar.last_day: " in said
    assert said.endswith(", or --accept-short-calendar\n")
    assert not (tmp_path / "new").exists()
    assert main([*words, "--accept-short-calendar"]) == 0


@pytest.mark.parametrize("option", [[], ["--accept-short-calendar"]])
def test_what_no_option_helps_is_not_told_to_try_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    (tmp_path / "over.json").write_bytes(with_calendar(last=datetime.now(PARIS).date() - timedelta(days=1)))
    words = ["provision", "--state", str(tmp_path / "new"), "--tariffs", str(tmp_path / "over.json"), *option]
    assert main(words) == 1
    said = capsys.readouterr().err
    assert "over.json: $.calendar.last_day: " in said
    assert "--accept-short-calendar" not in said
    assert not (tmp_path / "new").exists()


def test_provision_keeps_the_key_of_the_city(tmp_path: Path) -> None:
    key = public_key_text(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
    assert main(["provision", "--state", str(tmp_path / "new"), "--central-key", key]) == 0
    assert (tmp_path / "new" / CITY).read_text() == f"{key}\n"


def test_a_key_of_the_city_that_is_none_provisions_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["provision", "--state", str(tmp_path / "new"), "--central-key", "A" * 42])
    assert "--central-key: a public key is 43 characters of base64url" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_station_does_not_start_on_a_key_of_the_city_that_is_none(attempt: Attempt, state: Path) -> None:
    (state / CITY).write_text("the city\n")
    said = attempt.run_refused(ROOT / "board" / "paris-v1.toml", state)
    assert said.startswith(f"{state / CITY}: a public key is 43 characters of base64url")


@pytest.mark.parametrize("kept", [JOURNAL, KEY])
def test_provision_replaces_neither_half_of_a_station(attempt: Attempt, state: Path, kept: str) -> None:
    for file in (JOURNAL, KEY):
        if file != kept:
            (state / file).unlink()
    before = (state / kept).read_bytes()
    assert str(state) in attempt.refused("provision", "--state", state)
    assert (state / kept).read_bytes() == before


COMMANDS = [
    *("", "run", "provision", "start", "out-of-service", "quote", "fps", "receipt", "journal"),
    *("journal verify", "journal export", "rescue", "pin", "selftest", "diag", "speech", "sync", "assist", "tariff"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    assert out.startswith(f"usage: {f'horodateur {command}'.strip()} ")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = re.findall(r"^    ([\w-]+)", capsys.readouterr().out, re.MULTILINE)
    assert listed == [command for command in COMMANDS if command and " " not in command]


@pytest.mark.parametrize("line", [[], ["run"], ["fly"], ["run", "--board", "x", "--port", "http"]])
def test_a_wrong_command_line(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(line)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_installed_command_says_its_line_and_nothing_else(tmp_path: Path) -> None:
    command = [str(BIN), "run", "--board", "board.toml"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "horodateur: board.toml: No such file or directory\n")
