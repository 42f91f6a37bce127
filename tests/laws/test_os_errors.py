"""An error of the operating system reaches nobody raw: `[Errno 2] …` says neither which option nor what to do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware.cli import main as horodateur
from hal.errors import error_text, reason_of
from hal.shipped import BOARDS, DEMO_STATION, ROOT
from simulator.cli import main as horodateur_sim
from workshop.common.release_key import main as release_key

OS_ERRORS = {"Exception", "OSError", "FileExistsError", "FileNotFoundError", "NotADirectoryError", "PermissionError"}
FILES = sorted(file for room in ("hal", "firmware", "simulator", "central", "workshop") for file in (ROOT / room).rglob("*.py"))


def raw_texts(tree: ast.Module) -> Iterator[int]:
    """Lines that write an error as it is, in a handler that also takes those of the operating system."""
    for handler in ast.walk(tree):
        if isinstance(handler, ast.ExceptHandler) and handler.type and handler.name:
            kinds = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
            if kinds & OS_ERRORS:
                nodes = (node for node in ast.walk(handler) if isinstance(node, ast.expr))
                yield from (node.lineno for node in nodes if is_text_of(node, handler.name))


def is_text_of(node: ast.expr, name: str) -> bool:
    match node:
        case ast.FormattedValue(ast.Name(id)) | ast.Call(ast.Name("str"), [ast.Name(id)]):
            return id == name
    return False


def test_a_raw_text_is_seen() -> None:
    handler = (
        "try:\n    pass\nexcept (ValueError, OSError) as error:\n    {}\nexcept KeyError as error:\n    print(f'{{error}}')\n"
    )
    assert list(raw_texts(ast.parse(handler.format("print(f'{error}')")))) == [4]
    assert list(raw_texts(ast.parse(handler.format("print(str(error))")))) == [4]
    assert list(raw_texts(ast.parse(handler.format("print(f'{error.strerror}', error_text(error))")))) == []


def test_no_handler_writes_an_error_of_the_operating_system_as_it_is() -> None:
    found = {str(file.relative_to(ROOT)): list(raw_texts(ast.parse(file.read_text("utf-8")))) for file in FILES}
    assert {file: lines for file, lines in found.items() if lines} == {}


# --- texts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "text", "reason"),
    [
        (FileNotFoundError(2, "No such file or directory", "/nope"), "/nope: No such file or directory", None),
        (OSError(28, "No space left on device"), "No space left on device", None),
        (OSError(98, "Address already in use (while attempting to bind)"), "Address already in use", None),
        (OSError("70000 is not a port"), "70000 is not a port", None),
        (ValueError("not an Ed25519 key"), "not an Ed25519 key", None),
    ],
)
def test_an_error_is_told_by_its_file_and_its_reason(error: Exception, text: str, reason: str | None) -> None:
    assert error_text(error) == text
    assert reason_of(error) == text.removeprefix("/nope: ")


# --- commands ------------------------------------------------------------------------------------------------------

FLASHED = "--state names the folder of a flashed card"
FOLDER = "--state names a folder, or where one can be made"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("selftest --state /nope", f"/nope/board: cannot be read: No such file or directory; {FLASHED}"),
        ("selftest --state {file}", f"{{file}}/board: cannot be read: Not a directory; {FLASHED}"),
        ("start --state /nope", f"/nope/board: cannot be read: No such file or directory; {FLASHED}"),
        ("provision --station {station} --state {file}", f"{{file}}: cannot be made: File exists; {FOLDER}"),
        (
            "run --board {board} --station {station} --state /nope",
            "/nope/station.key: no Ed25519 key of 32 bytes here (No such",
        ),
        (
            "diag --state {folder} --out /nope/d.tgz",
            "/nope/d.tgz: No such file or directory; --out names a new file in a folder",
        ),
        ("diag --state {folder} --out {file}", "{file}: File exists; --out names a new file in a folder that is there"),
        (
            "sync --state /nope --station {station}",
            "/nope/journal.db: is missing; provision a new station, or put the journal of this one back",
        ),
        ("journal verify {folder}", "{folder}: there is no journal here"),
    ],
)
def test_a_command_of_the_station_names_file_and_remedy(
    words: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    places = {"file": tmp_path / "file", "folder": tmp_path / "folder", "station": DEMO_STATION}
    places["board"] = BOARDS / "paris-v1.toml"
    assert horodateur([word.format(**places) for word in words.split()]) != 0
    said = capsys.readouterr().err
    assert complaint.format(**places) in said
    assert "Errno" not in said


@pytest.mark.parametrize("words", ["run --state {file}", "run --port 99999 --state {folder}", "visit /nope", "visit {folder}"])
def test_a_command_of_the_simulator_does_too(words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    places = {"file": tmp_path / "file", "folder": tmp_path / "folder"}
    assert horodateur_sim([word.format(**places) for word in words.split()]) == 1
    said = capsys.readouterr().err
    assert said.startswith("horodateur-sim: ")
    assert "Errno" not in said


def test_a_tool_of_the_workshop_does_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert release_key([str(tmp_path / "file" / "release.key")]) == 1
    said = capsys.readouterr().err
    assert str(tmp_path / "file") in said
    assert "Errno" not in said
