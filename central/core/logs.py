"""Logs of the server: one JSON object a line, on standard error.

Nothing in a line comes from what a person or a machine sent, but for names that were checked: a path, a body, a header or the
text of an error may hold a plate or a secret, and is never written down. What somebody else's code logs with an exception is
kept as its type and where it was raised.
"""

from __future__ import annotations

import logging
import traceback
from datetime import datetime
from pathlib import Path

import msgspec

from hal.time_zone import PARIS

REQUESTS = logging.getLogger("horodateur.request")
"""One line for each request."""
AUDIT = logging.getLogger("horodateur.audit")
"""One line for each request that was refused."""
SERVER = logging.getLogger("horodateur.server")
"""Starting, stopping, and what goes wrong in between."""

REPEAT_S, MOST_REPEATS = 10.0, 1000
"""How often the same is said, and how many different lines are remembered."""
FRAMES = 8
"""The innermost frames of an error that are told."""
Field = str | int | float | list[str] | None


def log(logger: logging.Logger, event: str, **fields: Field) -> None:
    """Write a line to a log. A field that is None is left out."""
    logger.info(event, extra={"fields": {name: value for name, value in fields.items() if value is not None}})


class RepeatFilter(logging.Filter):
    """Lets one line in ten seconds pass of those that say the same; the next one tells how many were left out.

    Whoever can make a server say something must not fill its disk. Requests and refusals are no repeats: each is its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], tuple[float, int]] = {}
        """When a line was written, in seconds since 1970, and how many were left out since."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this line is written."""
        if record.name in (REQUESTS.name, AUDIT.name):
            return True
        key = (record.name, str(record.msg))
        if len(self._said) >= MOST_REPEATS and key not in self._said:
            self._said.clear()
        written, left_out = self._said.get(key, (float("-inf"), 0))
        if 0 <= record.created - written < REPEAT_S:
            self._said[key] = written, left_out + 1
            return False
        if left_out:
            record.fields = {**getattr(record, "fields", {}), "left_out": left_out}
        self._said[key] = record.created, 0
        return True


class JsonLines(logging.Formatter):
    """Formats a log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """`{"at": …, "logger": …, "level": …, "event": …}` and the fields of the event."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, PARIS).isoformat(timespec="milliseconds"),
            "logger": record.name,
            "level": record.levelname.lower(),
            "event": _message(record),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= describe_error(record.exc_info[1])
        return msgspec.json.encode(line).decode()


def _message(record: logging.LogRecord) -> str:
    """The text of a record: all of ours and of the server's; of other libraries only what they say every time."""
    ours = record.name.partition(".")[0] in ("horodateur", "uvicorn")
    return (record.getMessage() if ours else str(record.msg)).strip().partition("\n")[0]


def describe_error(error: BaseException) -> dict[str, object]:
    """What kind of error and where, without its text: an error of the database quotes the row."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    where = [f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__qualname__, "where": where}


def logging_configuration() -> dict[str, object]:
    """Settings for logging.config.dictConfig, in every process of a server: standard error, JSON lines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": JsonLines}},
        "filters": {"repeats": {"()": RepeatFilter}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["repeats"],
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"level": "INFO", "handlers": ["stderr"]},
    }
