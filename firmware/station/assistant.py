"""The assistant of a station on its computer: tasks that its own process has not the right or the time to do.

The theory. The station's process has no right of root and must not wait. So it writes what it wants into its run-time folder,
where only its own user may write; systemd sees the file (`horodateur-assistant.path`) and starts `horodateur assist`, which
takes the file away, does the task with the one right it needs (to set the clock), and leaves its answer. Where there is no
systemd nobody answers, and the menu says so after its patience.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from msgspec import Struct

from firmware.domain.decoding import decode_json
from firmware.service.assistance import FAILED, HelpTask, TaskResult

REQUEST, ANSWER = "request", "answer"


class RequestFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked."""

    number: str
    task: HelpTask
    detail: str = ""


class AnswerFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What came of it. `number`: of the request."""

    number: str
    done: bool
    detail: str


_request = msgspec.json.Decoder(RequestFile)
_answer = msgspec.json.Decoder(AnswerFile)


def take_request(folder: Path) -> RequestFile:
    """Take the request away: it is done once. Raises OSError or ValueError if there is none that can be read."""
    request = decode_json(_request, (folder / REQUEST).read_bytes())
    (folder / REQUEST).unlink()
    return request


def put_answer(folder: Path, answer: AnswerFile) -> None:
    """Leave the answer for the station. Raises OSError."""
    _place(folder / ANSWER, msgspec.json.encode(answer))


class FolderAssistant:
    """The station's end of the run-time folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._number, self._failure = folder, "", ""

    def ask(self, task: HelpTask, detail: str) -> None:
        """Write the request; one that cannot be written is answered at once."""
        self._number, self._failure = os.urandom(8).hex(), ""
        try:
            (self._folder / ANSWER).unlink(missing_ok=True)
            _place(self._folder / REQUEST, msgspec.json.encode(RequestFile(self._number, task, detail)))
        except OSError:
            self._failure = FAILED

    def result(self) -> TaskResult | None:
        """The answer to this request; None until it is there."""
        if self._failure:
            return TaskResult(False, self._failure)
        try:
            answer = decode_json(_answer, (self._folder / ANSWER).read_bytes())
        except (OSError, ValueError):
            return None
        return TaskResult(answer.done, answer.detail) if answer.number == self._number else None


def _place(path: Path, data: bytes) -> None:
    """Whole or not at all: whoever watches the name reads all of it. It is in memory: nothing survives a power cut."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(data)
    beside.replace(path)
