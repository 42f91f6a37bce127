"""Errors of hal, as one tree. Every other room draws its own; a test holds each to the classes that there are.

    Exception
    ├── CommandError            hal/errors.py: a command cannot be done; `command_line.py` makes it a line and an exit status
    ├── OutputError             hal/errors.py: standard output cannot be written: a closed pipe, a full disk
    ├── FileError               hal/errors.py: what stands in a file cannot be used; whoever wrote or installed it mends it
    │   └── BoardError          hal/errors.py: a board or station file, or the computer it describes
    └── ValueError
        ├── TerminalBusyError   hal/errors.py: a payment is under way at the card terminal; nothing was asked
        ├── BoardConflictError  board/header_pins.py: two entries exclude each other; `load_board` makes it a BoardError
        ├── AnswerError         wire/concert.py: no answer of a card terminal; the codec makes it `Damaged`
        └── NexoError           wire/nexo/answers.py: no message of a card terminal; the driver asks what became of the payment

What a device does wrong is no error: it is an event of `hal/ports` (paper out, no answer), and the visit goes on.
"""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot be done. The text says why, and what to do."""

    status: int | None = None
    """Exit status; None: the command's own for a failure."""


class OutputError(Exception):
    """Standard output cannot be written. The text is the operating system's reason."""


class FileError(Exception):
    """A file cannot be used: which file, where in it, and why. The text is for whoever wrote or installed it."""

    def __init__(self, file: str, place: str, reason: str, line: int = 0) -> None:
        """`place`: such as `printer.port` or `zones[0]`; empty for the whole file. `line`: from 1; 0 if not known."""
        self.file, self.place, self.reason, self.line = file, place, reason, line
        where = f"{file}, line {line}" if line else file
        super().__init__(": ".join(part for part in (where, place, reason) if part))


class TerminalBusyError(ValueError):
    """A payment is under way at the card terminal: nothing was asked."""


class BoardError(FileError):
    """A board or station file, or the computer it describes, cannot be used."""


def reason_of(error: Exception) -> str:
    """Why, in words: of an error of the operating system neither its number nor the file, which stands before it."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return reason.partition(" (while attempting")[0]


def error_text(error: Exception) -> str:
    """An error as people read it; of one of the operating system file and reason: `/nope: No such file or directory`."""
    file = error.filename if isinstance(error, OSError) else None
    return f"{file}: {reason_of(error)}" if file else reason_of(error)
