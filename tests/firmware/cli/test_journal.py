"""`horodateur journal verify` and `export`: what a technician or an auditor reads."""

from __future__ import annotations

import argparse
import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firmware.cli.journal import add_parser
from firmware.journal.journal import Journal
from firmware.protocol.facts import AlarmRaised
from tests.builders import new_journal

AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed journal of two entries."""
    path = tmp_path / "journal.db"
    new_journal(path, "75011-0042")
    with contextlib.closing(Journal.open(path, "75011-0042", "boot-1")) as journal:
        journal.append(AlarmRaised("paper out"), AT, 1.0)
        journal.append(AlarmRaised("é€"), AT, 2.0)
    return path


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args(words)
    return int(arguments.run(arguments))


def test_a_good_journal(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = path.read_bytes()
    assert run("journal", "verify", str(path)) == 0
    assert capsys.readouterr().out.startswith("2 entries, head ")
    assert path.read_bytes() == before


def test_a_bad_journal(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_bytes(path.read_bytes().replace(b"paper out", b"paper owt"))
    assert run("journal", "verify", str(path)) == 1
    out, err = capsys.readouterr()
    assert (out, f"{path}: entry 1: " in err) == ("", True)


def test_export_is_json_lines(path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run("journal", "export", str(path)) == 0
    lines = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [line["seq"] for line in lines] == [1, 2]
    assert lines[1]["fact"] == {"fact": "alarm raised", "alarm": "é€"}


@pytest.mark.parametrize("command", ["verify", "export"])
def test_no_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert run("journal", command, str(tmp_path / "nothing.db")) == 1
    assert "nothing.db: there is no journal here" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_half_a_command_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("journal")
    assert "COMMAND" in capsys.readouterr().err
