"""What a build needs of a computer is checked before it begins: everything at once, each with the command to type."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from workshop.common.errors import BuildError
from workshop.common.tools import PACKAGES
from workshop.image.build import STEPS, TOOLS
from workshop.image.computer import EMULATOR, TRIED_WITH, BuildHost, check_computer, trying_needs
from workshop.image.steps import tell_time, timed_step


@pytest.fixture
def ready(tmp_path: Path) -> BuildHost:
    """A computer that lacks nothing."""
    programs, binfmt = tmp_path / "bin", tmp_path / "binfmt_misc"
    for folder in (programs, binfmt):
        folder.mkdir()
    for name in (*TOOLS, TRIED_WITH):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    (binfmt / "status").write_text("enabled\n")
    (binfmt / EMULATOR).write_text("enabled\ninterpreter /usr/bin/qemu-aarch64-static\nflags: F\n")
    return BuildHost("x86_64", True, binfmt, (3, 11), str(programs))


def lacks(computer: BuildHost) -> list[str]:
    with pytest.raises(BuildError) as refused:
        check_computer(computer, TOOLS)
    return [line.strip() for line in str(refused.value).splitlines()[1:]]


def test_a_computer_that_has_all_may_build(ready: BuildHost) -> None:
    check_computer(ready, TOOLS)
    assert trying_needs(ready) == ""


def test_who_is_not_root_is_told_what_to_type(ready: BuildHost) -> None:
    [line] = lacks(replace(ready, is_root=False))
    assert line.endswith(": sudo make image")


@pytest.mark.parametrize("tool", TOOLS)
def test_a_program_is_named_with_its_package(ready: BuildHost, tool: str) -> None:
    (Path(ready.path) / tool).unlink()
    [line] = lacks(ready)
    assert line == f"programs are missing ({tool}): sudo apt-get install -y {PACKAGES[tool]}"


def test_another_python_is_told_which_it_has_to_be(ready: BuildHost) -> None:
    [line] = lacks(replace(ready, version=(3, 13)))
    assert "Python 3.11, and here is 3.13: sudo apt-get install -y python3.11" in line
    (Path(ready.path) / "python3.11").write_text("#!/bin/sh\n")
    (Path(ready.path) / "python3.11").chmod(0o755)
    check_computer(replace(ready, version=(3, 13)), TOOLS)


@pytest.mark.parametrize(
    ("file", "text", "remedy"),
    [
        ("status", None, "sudo mount -t binfmt_misc binfmt_misc "),
        ("status", "disabled\n", "echo 1 | sudo tee "),
        (EMULATOR, None, "sudo apt-get install -y qemu-user-static binfmt-support"),
        (EMULATOR, "disabled\n", f"sudo update-binfmts --enable {EMULATOR}"),
    ],
)
def test_a_kernel_that_cannot_run_the_cards_programs_is_told(
    ready: BuildHost, file: str, text: str | None, remedy: str
) -> None:
    (ready.binfmt / file).unlink() if text is None else (ready.binfmt / file).write_text(text)
    [line] = lacks(ready)
    assert remedy in line
    check_computer(replace(ready, machine="aarch64"), TOOLS)


def test_everything_that_is_missing_is_told_at_once(ready: BuildHost, tmp_path: Path) -> None:
    assert len(lacks(BuildHost("x86_64", False, tmp_path / "nothing", (3, 13), str(tmp_path)))) == 4


def test_what_trying_needs_is_told_and_keeps_nobody_from_building(ready: BuildHost) -> None:
    (Path(ready.path) / TRIED_WITH).unlink()
    check_computer(ready, TOOLS)
    assert trying_needs(ready).endswith("sudo apt-get install -y qemu-system-arm")


# --- progress --------------------------------------------------------------------------------------------------------


def test_a_step_is_told_when_it_begins_and_when_it_ends() -> None:
    said: list[str] = []
    with timed_step(STEPS[1], STEPS, said.append):
        assert said == [f"[2/{len(STEPS)}] {STEPS[1]} …"]
    assert said[1:] == [f"[2/{len(STEPS)}] {STEPS[1]}: 0:00"]


def test_a_step_that_lasts_tells_how_long() -> None:
    class EndsAtTheThird(Event):
        waits = 0

        def wait(self, timeout: float | None = None) -> bool:
            self.waits += 1
            return self.waits == 3

    said: list[str] = []
    times = iter((30.0, 61.0))
    tell_time("[1/7]", EndsAtTheThird(), said.append, lambda: next(times))
    assert said == ["[1/7] … 0:30", "[1/7] … 1:01"]
