"""The assistant's tasks: the clock that is set, the bundle on the stick, and what went wrong, in a word."""

from __future__ import annotations

import tarfile
from collections import namedtuple
from datetime import datetime
from pathlib import Path

import pytest

from firmware.cli import main
from firmware.diagnosis.tasks import export, run_task, set_the_clock
from firmware.service.assistance import FAILED, NO_ROOM, NO_STICK, NOT_PERMITTED, HelpTask, TaskResult
from firmware.station.assistant import FolderAssistant
from tests.builders import NOW, state_folder

ISO = "2026-03-04T14:30:00+01:00"


def nobody(at: datetime) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_the_clock_is_set_to_that_instant_and_a_refusal_is_told() -> None:
    put: list[datetime] = []
    assert set_the_clock(ISO, put.append) == TaskResult(True, ISO)
    assert put == [datetime.fromisoformat(ISO)]
    assert set_the_clock(ISO, nobody) == TaskResult(False, NOT_PERMITTED)
    for text in ("", "tomorrow", "2026-03-04T14:30:00"):
        assert set_the_clock(text, put.append) == TaskResult(False, FAILED)
    assert len(put) == 1


def test_a_bundle_goes_to_the_stick_and_never_over_another(tmp_path: Path) -> None:
    state, stick = state_folder(tmp_path / "state"), tmp_path / "stick"
    assert export(state, stick, "75011-0042", NOW) == TaskResult(False, NO_STICK)
    stick.mkdir()
    written = [export(state, stick, "75011-0042", NOW) for _ in range(2)]
    assert [each.done for each in written] == [True, True]
    names = {path.name for path in stick.iterdir()}
    assert names == {each.detail for each in written}
    assert len(names) == 2
    with tarfile.open(stick / written[0].detail) as archive:
        assert "horodateur-diag/crash.json" in archive.getnames()


def test_a_full_stick_is_told_and_gets_no_half_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(16, 15, 1))
    assert export(tmp_path, tmp_path, "75011-0042", NOW) == TaskResult(False, NO_ROOM)
    assert list(tmp_path.iterdir()) == []


def test_the_station_asks_and_the_command_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state, requests, stick = state_folder(tmp_path / "state"), tmp_path / "run", tmp_path / "stick"
    requests.mkdir()
    stick.mkdir()
    station = FolderAssistant(requests)
    station.ask(HelpTask.EXPORT, "")
    arguments = ["assist", "--state", str(state), "--requests", str(requests), "--stick", str(stick)]
    assert main(arguments) == 0
    result = station.result()
    assert result
    assert result.done
    assert (stick / result.detail).is_file()
    assert main(arguments) == 1, "a request is done once"
    assert "request" in capsys.readouterr().err


def test_an_answer_is_left_for_a_clock_that_may_not_be_set(tmp_path: Path) -> None:
    station = FolderAssistant(tmp_path)
    station.ask(HelpTask.CLOCK, ISO)
    assert run_task(tmp_path, tmp_path, tmp_path, "75011-0042", nobody, NOW) == TaskResult(False, NOT_PERMITTED)
    assert station.result() == TaskResult(False, NOT_PERMITTED)
