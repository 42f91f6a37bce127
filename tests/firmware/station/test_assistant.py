"""The run-time folder between a station and its assistant."""

from __future__ import annotations

from pathlib import Path

from firmware.service.assistance import FAILED, HelpTask, TaskResult
from firmware.station.assistant import ANSWER, REQUEST, AnswerFile, FolderAssistant, put_answer, take_request


def test_a_request_is_taken_once_and_its_answer_is_the_stations(tmp_path: Path) -> None:
    station = FolderAssistant(tmp_path)
    station.ask(HelpTask.CLOCK, "2026-03-04T14:30:00+01:00")
    assert station.result() is None
    request = take_request(tmp_path)
    assert (request.task, request.detail) == (HelpTask.CLOCK, "2026-03-04T14:30:00+01:00")
    assert not (tmp_path / REQUEST).exists()
    put_answer(tmp_path, AnswerFile(request.number, True, "set"))
    assert station.result() == TaskResult(True, "set")


def test_the_answer_to_an_earlier_request_is_none(tmp_path: Path) -> None:
    station = FolderAssistant(tmp_path)
    station.ask(HelpTask.EXPORT, "")
    earlier = take_request(tmp_path)
    station.ask(HelpTask.CLOCK, "x")
    put_answer(tmp_path, AnswerFile(earlier.number, True, "horodateur.tar.gz"))
    assert station.result() is None


def test_a_folder_that_cannot_be_written_or_an_answer_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    station = FolderAssistant(tmp_path / "none")
    station.ask(HelpTask.EXPORT, "")
    assert station.result() == TaskResult(False, FAILED)
    station = FolderAssistant(tmp_path)
    station.ask(HelpTask.EXPORT, "")
    (tmp_path / ANSWER).write_text("{")
    assert station.result() is None
