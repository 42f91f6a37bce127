"""Whatever a command is given and wherever its output goes: one line that names the place, and a status that --help lists.

The table is made of the commands' own parsers: a new command, or a new file among the arguments of one, is tried too.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from firmware.domain.site import Site
from firmware.tariff import load_tariffs
from hal.command_line import INTERRUPTED, OUTPUT_FAILED
from hal.errors import FileError
from hal.toml import read_toml
from tests.command_lines import COMMANDS, Command, Streams, documented

KEY = "x" * 42 + "A"
SAMPLES = {
    "--zone": "1", "--at": "2026-03-04T10:00", "--quarters": "4", "--on": "2026-03-04", "--day": "2026-03-04", "--number": "07",
    "--name": "A. Martin", "--key": KEY, "--who": "ana", "--role": "agent", "--note": "x", "--because": "x", "--by": "ana",
    "--series": "residents", "--from": "2026-03-04T10:00:00+01:00", "--dry-run": None, "--station": "75011-0042",
    "text": "HDT1", "what": "1", "station": "75011-0042", "generation": "1", "id": "abc", "reference": "75011-0042-000813",
    "year": "2026", "days": "30", "email": "ana@ville.example",
}  # fmt: skip
"""A value of each argument that some command asks for."""
UNTRIED = {
    "horodateur-sim docs": "draws this checkout's pages again",
    "image build": "builds for an hour where every tool is there",
    "bundle": "builds for minutes where every tool is there",
    "horodateur-central private": "starts PostgreSQL, and serves",
}
"""Commands that are not run but for --help, and why."""
TRIED = [command for command in COMMANDS if command.name not in UNTRIED]
LONG = "x" * 300


def name_of(each: object) -> str:
    """Of a command, of an argument, of what is wrong."""
    return str(getattr(each, "name", getattr(each, "dest", each)))


def deep_toml(file: Path) -> None:
    file.write_text("a = " + "[" * 5000 + "]" * 5000 + "\n")


def deep_json(file: Path) -> None:
    file.write_text("[" * 50_000 + "]" * 50_000)


def denied(file: Path) -> None:
    file.write_text("")
    file.chmod(0)


WRONG: dict[str, Callable[[Path], object]] = {
    "missing": lambda file: None,
    "a folder": lambda file: file.mkdir(),
    "denied": denied,
    "not UTF-8": lambda file: file.write_bytes(b"\xff\xfe\x00h\xe9"),
    "empty": lambda file: file.write_text(""),
    "deep TOML": deep_toml,
    "deep JSON": deep_json,
    "a long name": lambda file: None,
    "below a file": lambda file: None,
}
"""What is wrong with a file -> makes it so."""
CASES = [(command, action, wrong) for command in TRIED for action in command.files for wrong in WRONG]


def place_of(folder: Path, action: argparse.Action, wrong: str) -> Path:
    """The file that is wrong in this way; its ending is what its argument asks for."""
    ending = ".svg" if action.dest == "out" and action.metavar == "OUT" else ""
    if wrong == "a long name":
        return folder / (LONG + ending)
    if wrong == "below a file":
        (folder / "file").write_text("")
        return folder / "file" / f"below{ending}"
    place = folder / f"place{ending}"
    WRONG[wrong](place)
    return place


def words_for(command: Command, given: argparse.Action | None, value: str) -> Iterator[str]:
    """The words of a whole command, one argument of which is given, and the others are samples if it asks for them."""
    exclusive = [group for group in command.parser._mutually_exclusive_groups if group.required]
    asked = [group._group_actions[0] for group in exclusive]
    for action in command.arguments:
        needed = action.required or action in asked
        if action is not given and not needed:
            continue
        option = next(iter(action.option_strings), "")
        sample = value if action is given else SAMPLES.get(option or action.dest, "/nope/sample")
        yield from [option] if option else []
        yield from [sample] if sample is not None and action.nargs != 0 else []


def safely(command: Command, folder: Path) -> Iterator[str]:
    """Options that keep a command that would go on for ever, or write here, in a folder of the test's."""
    names = {option for action in command.arguments for option in action.option_strings}
    if "--port" in names:
        yield from ("--port", "99999")
    if "--stations" in names:
        yield from ("--stations", "1", "--hours", "1")
    if "--database" in names:
        yield from ("--database", f"sqlite:///{folder}/none.db")
    for option, file in (("--signing-key", "key"), ("--state", "state"), ("--certificates", "certificates")):
        if option in names:
            yield from (option, str(folder / file))


def attempt(command: Command, action: argparse.Action | None, value: str, folder: Path) -> list[str]:
    """The safe options first: the one that is tried comes after them, and is the one that counts."""
    return [*safely(command, folder), *words_for(command, action, value)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command runs: what it writes by default goes there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def check_ending(command: Command, status: int, err: str) -> None:
    assert "Traceback" not in err, err
    assert "Errno" not in err
    assert status in documented(command), err
    assert status == 0 or err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_help_lists_the_statuses(command: Command) -> None:
    interrupted = 10 if command.program == "flash.sh" else INTERRUPTED
    assert {0, 2, OUTPUT_FAILED, interrupted} <= documented(command)


@pytest.mark.parametrize("stdout", ["/dev/full", "pipe", None], ids=["full", "closed pipe", "closed"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_output_that_cannot_be_written_is_told(command: Command, stdout: str | None) -> None:
    ended = command.run("--help", streams=Streams(stdout=stdout))
    assert ended.status == OUTPUT_FAILED
    assert ended.err.startswith(f"{command.program}: standard output: ")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_an_argument_that_is_not_utf8_is_told(command: Command) -> None:
    ended = command.run(os.fsdecode(b"--\xff"))
    assert (ended.status, ended.err) == (2, f"{command.program}: argument '--\\udcff': is not UTF-8\n")


@pytest.mark.parametrize(("command", "action", "wrong"), CASES, ids=name_of)
def test_a_file_that_is_wrong_is_named(command: Command, action: argparse.Action, wrong: str, folder: Path) -> None:
    place = place_of(folder, action, wrong)
    words = attempt(command, action, str(place), folder)
    ended = command.run(*words, streams=Streams(unprivileged=wrong == "denied"))
    check_ending(command, ended.status, ended.err)


@pytest.mark.parametrize("command", TRIED, ids=lambda command: command.name)
@pytest.mark.parametrize("stdin", [os.devnull, None], ids=["ended", "closed"])
def test_nothing_on_standard_input_is_told(command: Command, stdin: str | None, folder: Path) -> None:
    ended = command.run(*attempt(command, None, "", folder), streams=Streams(stdin=stdin))
    check_ending(command, ended.status, ended.err)


@pytest.mark.parametrize(("command", "action"), [(each, each.files[0]) for each in TRIED if each.files], ids=name_of)
def test_ctrl_c_is_told(command: Command, action: argparse.Action, folder: Path) -> None:
    place = place_of(folder, action, "missing")
    ended = command.run(*attempt(command, action, str(place), folder), streams=Streams(at_open=str(folder)))
    check_ending(command, ended.status, ended.err)


@pytest.mark.parametrize("deep", [deep_toml, deep_json])
@pytest.mark.parametrize("read", [lambda file: read_toml(file, Site), load_tariffs], ids=["TOML", "tariffs"])
def test_what_is_nested_too_deeply_is_a_file_that_cannot_be_used(
    deep: Callable[[Path], None], read: Callable[[Path], object], tmp_path: Path
) -> None:
    deep(tmp_path / "file")
    with pytest.raises(FileError):
        read(tmp_path / "file")
