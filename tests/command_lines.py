"""Every command of every program, as its own parser has it, and running one in a child process with any standard streams."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import pwd
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import central.cli
import firmware.cli
import simulator.cli
import simulator.web.server  # what is imported by a command itself, nobody else may read it
import workshop.bundle.cli
import workshop.common.release_key
import workshop.drawings.wiring
import workshop.flash.cli
import workshop.image.cli
from workshop.flash.options import option_parser

Main = Callable[[Sequence[str]], int]
PROGRAMS: dict[str, tuple[Main, argparse.ArgumentParser]] = {
    "horodateur": (firmware.cli.main, firmware.cli._parser(())),
    "horodateur-central": (central.cli.main, central.cli._parser(())),
    "horodateur-sim": (simulator.cli.main, simulator.cli._parser(())),
    "flash.sh": (workshop.flash.cli.main, option_parser()),
    "image": (workshop.image.cli.main, workshop.image.cli._parser(())),
    "bundle": (workshop.bundle.cli.main, workshop.bundle.cli._parser(())),
    "release_key": (workshop.common.release_key.main, workshop.common.release_key._parser(())),
    "wiring": (workshop.drawings.wiring.main, workshop.drawings.wiring._parser(())),
}
"""What a person types -> its function and its parser."""
DEADLINE_S = 240
"""A command that has not ended by then is killed: its status is -14."""
NOBODY = pwd.getpwnam("nobody").pw_uid


@dataclass(frozen=True)
class Command:
    """One command: the words that choose it, and its parser."""

    program: str
    words: tuple[str, ...]
    parser: argparse.ArgumentParser

    @property
    def name(self) -> str:
        return " ".join((self.program, *self.words))

    @property
    def arguments(self) -> tuple[argparse.Action, ...]:
        """What it takes, without --help and --version."""
        takes = (action for action in self.parser._actions if not isinstance(action, argparse._HelpAction))
        return tuple(action for action in takes if action.dest not in ("version", "help"))

    @property
    def files(self) -> tuple[argparse.Action, ...]:
        """Arguments that name a file or a folder."""
        return tuple(action for action in self.arguments if action.metavar in FILES or action.type is Path)

    def run(self, *words: str, streams: Streams | None = None) -> Ended:
        return run_in_child(PROGRAMS[self.program][0], (*self.words, *words), streams or Streams())


FILES = ("FILE", "DIR", "PATH", "OUT", "FILE.tar", "FILE.csv", "FILE.tar.gz", "OLD", "ONE.files", "OTHER.files")


def leaves(program: str, parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[Command]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield Command(program, words, parser)
    for group in groups:
        for name, below in group.choices.items():
            yield from leaves(program, below, (*words, name))


COMMANDS = tuple(command for name, (_, parser) in PROGRAMS.items() for command in leaves(name, parser))


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Streams:
    """Where standard input comes from and standard output goes to; None: closed. `at_open`: Ctrl-C when this is opened."""

    stdin: str | None = os.devnull
    stdout: str | None = ""
    """A file; empty: kept; `pipe`: one that nobody reads."""
    at_open: str = ""
    unprivileged: bool = False


def run_in_child(main: Main, words: Sequence[str], streams: Streams) -> Ended:
    """Run it in a fork of this process, where everything is imported: as a process of its own, in a hundredth of the time."""
    out, err = (os.memfd_create(name) for name in ("out", "err"))
    child = os.fork()
    if child == 0:
        status = 99
        try:
            _take(streams, out, err)
            status = _status_of(main, words)
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    return Ended(os.waitstatus_to_exitcode(ended), _text_of(out), _text_of(err))


def _take(streams: Streams, kept_out: int, kept_err: int) -> None:
    """Make this process one that was started with these streams, from a shell with nothing on its terminal."""
    os.setsid()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.alarm(DEADLINE_S)
    os.dup2(kept_err, 2)
    _put(0, streams.stdin, os.O_RDONLY)
    if streams.stdout == "pipe":
        read, write = os.pipe()
        os.close(read)
        os.dup2(write, 1)
    elif streams.stdout == "":
        os.dup2(kept_out, 1)
    else:
        _put(1, streams.stdout, os.O_WRONLY)
    out = None if streams.stdout is None else io.TextIOWrapper(io.FileIO(1, "w"), write_through=True)
    err = io.TextIOWrapper(io.FileIO(2, "w"), write_through=True, errors="backslashreplace")
    for name, stream in (("stdout", out), ("stderr", err)):
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)  # as the interpreter found them
    if streams.unprivileged and os.geteuid() == 0:
        os.setuid(NOBODY)
    if streams.at_open:
        sys.addaudithook(lambda event, args: _interrupt(event, args, streams.at_open))


def _put(number: int, file: str | None, flags: int) -> None:
    if file is None:
        os.close(number)
    else:
        os.dup2(os.open(file, flags), number)


def _interrupt(event: str, args: tuple[object, ...], file: str) -> None:
    if event in ("open", "os.listdir", "os.mkdir", "sqlite3.connect") and file in str(args[0]):
        raise KeyboardInterrupt


def _status_of(main: Main, words: Sequence[str]) -> int:
    try:
        return main(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    except BaseException:
        with contextlib.suppress(Exception):
            traceback.print_exc()
        return 98


def _text_of(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with open(descriptor, encoding="utf-8", errors="replace") as file:
        return file.read()


@cache
def documented(command: Command) -> set[int]:
    """The exit statuses that its help names."""
    text = command.run("--help").out.partition("exit status")[2]
    return {int(word) for word in re.findall(r"(?<![-.\d])\d{1,3}(?=[\s;])", text)}
