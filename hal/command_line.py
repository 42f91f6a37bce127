"""Command lines: what every command of every program does alike, whatever it is given and wherever its output goes.

The theory. A command fails in ways that are not its own: Ctrl-C, no standard input, a pipe that was closed, a full disk under
its output, an argument that is no text. Each is told here, once, in one line that names the place, with an exit status that
`--help` lists. Output is written through a stream of our own, whose error is not an OSError: what a command says of the files
it opens is never said of its output. Anything else that is raised is our own fault, and keeps its traceback.

A program hands over how its parser is made, and is imported by it: so Ctrl-C is answered during the imports too.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence

from hal.errors import CommandError, FileError, OutputError, error_text, reason_of

DONE, FAILED, WRONG_LINE, OUTPUT_FAILED, INTERRUPTED = 0, 1, 2, 74, 130
"""Exit statuses: as sysexits.h has them for output, as a shell has them for Ctrl-C."""
USUAL = f"exit status: {DONE}; {FAILED} it could not be done, and why; {WRONG_LINE} a wrong command line."
"""For commands that say nothing of their own."""

ParserFor = Callable[[Sequence[str]], argparse.ArgumentParser]
"""Makes the parser for these words; what it chooses is run by `chosen.run(chosen)`, which returns the exit status.

A command whose failure is not 1 sets the default `failed`."""


def run_chosen(chosen: argparse.Namespace) -> int:
    """Run what the parser chose."""
    return int(chosen.run(chosen))


def run_program(
    name: str,
    parser_for: ParserFor,
    words: Sequence[str] | None = None,
    run: Callable[[argparse.Namespace], int] = run_chosen,
    interrupted: int = INTERRUPTED,
) -> int:
    """Run a command and return its exit status. `words`: the arguments; None for those of this process.

    Raises SystemExit for --help (0) and for a wrong command line (2), as argparse does.
    """
    given = sys.argv[1:] if words is None else words
    with _own_streams():
        try:
            try:
                return _run(name, parser_for, given, run, interrupted)
            finally:
                sys.stdout.flush()
        except OutputError as error:
            _discard_output()
            return _complain(name, f"standard output: {error}", OUTPUT_FAILED)


def _run(
    name: str, parser_for: ParserFor, words: Sequence[str], run: Callable[[argparse.Namespace], int], interrupted: int
) -> int:
    if wrong := next((word for word in words if not _is_text(word)), None):
        return _complain(name, f"argument {wrong!a}: is not UTF-8", WRONG_LINE)
    chosen = argparse.Namespace()
    try:
        parser = parser_for(words)
        document_statuses(parser, interrupted)
        parser.parse_args(words, chosen)
        return run(chosen)
    except KeyboardInterrupt:
        return _complain(name, "interrupted", interrupted)
    except EOFError:
        return _complain(name, "standard input: ended where an answer was expected", failed_status(chosen))
    except CommandError as error:
        return _complain(name, str(error), failed_status(chosen) if error.status is None else error.status)
    except (FileError, OSError) as error:
        return _complain(name, error_text(error), failed_status(chosen))


def failed_status(chosen: argparse.Namespace) -> int:
    """The exit status of a command that could not be done."""
    return int(getattr(chosen, "failed", FAILED))


def document_statuses(parser: argparse.ArgumentParser, interrupted: int = INTERRUPTED) -> None:
    """Add to the help of this parser and of its commands the statuses that all have, and the usual ones where it names none."""
    own = parser.epilog or ""
    usual = "" if "exit status" in own else f"{USUAL} "
    common = f"{OUTPUT_FAILED} what it prints cannot be written; {interrupted} interrupted."
    parser.epilog = f"{own}\n{usual}{common}" if own else f"{usual}{common}"
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in dict.fromkeys(action.choices.values()):
                document_statuses(command, interrupted)


def _is_text(word: str) -> bool:
    """Python keeps the bytes of an argument that is not UTF-8 as halves of surrogate pairs."""
    return not any("\udc80" <= character <= "\udcff" for character in word)


def _complain(name: str, complaint: str, status: int) -> int:
    sys.stderr.write(f"{name}: {complaint}\n")
    return status


# --- standard streams ------------------------------------------------------------------------------------------------


class _Output(io.FileIO):
    """Standard output, whose error is told apart from that of any file."""

    def write(self, data: object) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type]  # whatever a buffer hands on
        except OSError as error:
            raise OutputError(reason_of(error)) from error


class _Complaints(io.FileIO):
    """Standard error: where nobody reads it, a station sells all the same."""

    def write(self, data: object) -> int:
        with contextlib.suppress(OSError):
            return super().write(data)  # type: ignore[arg-type]  # whatever a buffer hands on
        return memoryview(data).nbytes  # type: ignore[arg-type]


@contextlib.contextmanager
def _own_streams() -> Iterator[None]:
    """Ours in place of the interpreter's, unless somebody in this process has put his there."""
    if sys.stdout is not sys.__stdout__:
        yield
        return
    _fill_descriptors()
    kept = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115 - no byte of it is an error
    sys.stdout, sys.stderr = _text(_Output(1, "wb", closefd=False)), _text(_Complaints(2, "wb", closefd=False), by_line=True)
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept


def _text(raw: io.FileIO, *, by_line: bool = False) -> io.TextIOWrapper:
    buffered = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffered, errors="backslashreplace", line_buffering=by_line or raw.isatty())


def _fill_descriptors() -> None:
    """Where a standard stream was closed, a file opened later would take its number, and what is printed would go there."""
    while (opened := os.open(os.devnull, os.O_RDONLY)) <= 2:
        pass
    os.close(opened)


def _discard_output() -> None:
    """What is still in the buffer goes nowhere: the interpreter would complain of it when it ends."""
    opened = os.open(os.devnull, os.O_WRONLY)
    os.dup2(opened, 1)
    os.close(opened)
