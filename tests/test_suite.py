"""Who runs the suite, and what an ordinary user is told who may not run all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from types import SimpleNamespace

import pytest

from tests import conftest, suite
from tests.privileges import CHECKOUT, SUDO, PrivilegeError, as_root, in_namespace, is_root


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """As if this were nobody's process: a folder that is all of PATH."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str, status: int = 0) -> None:
    """A program that says how it was called, and ends with this status."""
    script = folder / name
    script.write_text(f'#!/bin/sh\necho {name} "$@" >>{folder}/calls\nexit {status}\n')
    script.chmod(0o755)


def test_nothing_is_started_and_the_command_to_type_is_said(ordinary: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert suite.main(["--no-such-option"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "    sudo -v && make test\n" in told.err
    assert f"    su -c 'make -C {CHECKOUT} test'\n" in told.err


def test_a_sudo_that_wants_a_password_is_none(ordinary: Path) -> None:
    program(ordinary, "sudo", status=1)
    with pytest.raises(PrivilegeError):
        as_root()
    assert (ordinary / "calls").read_text() == "sudo -n true\n"


def test_a_sudo_that_wants_none_is_taken(ordinary: Path) -> None:
    program(ordinary, "sudo")
    assert as_root() == SUDO


def test_a_namespace_needs_no_root_where_anybody_may_make_one(ordinary: Path) -> None:
    program(ordinary, "unshare")
    assert in_namespace() == ("unshare", "--map-root-user", "--mount")
    program(ordinary, "unshare", status=1)
    program(ordinary, "sudo")
    assert in_namespace() == (*SUDO, "unshare", "--mount")


def test_what_sudo_runs_and_what_is_run_without_are_every_test(ordinary: Path) -> None:
    first, second = suite.commands(SUDO, ["-q", "-n", "2"])
    assert (first[:2], first[-2:]) == (list(SUDO), ["-m", "root"])
    assert (SUDO[0] in second, second[-2:]) == (False, ["-m", "not root"])
    assert {"no:cacheprovider", "PYTHONDONTWRITEBYTECODE=1", *suite.BY_ROOT} <= {*first}
    assert not {*suite.BY_ROOT} & {*second}


def test_whoever_names_tests_has_no_others(ordinary: Path) -> None:
    for named in ("tests/hal", "tests/test_suite.py::test_what_needs_root_is_marked"):
        for command in suite.commands(SUDO, [named]):
            assert named in command
            assert not {*suite.BY_ROOT} & {*command}


def test_a_failure_of_either_half_is_a_failure(ordinary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(ordinary, "sudo")
    program(ordinary, "unshare")
    program(ordinary, "half", status=1)
    for halves, status in (((["sudo"], ["half"]), 1), ((["half"], ["sudo"]), 1), ((["sudo"], ["unshare"]), 0)):
        monkeypatch.setattr(suite, "commands", lambda *_, halves=halves: halves)
        assert suite.main([]) == status


def test_an_ordinary_pytest_is_stopped_before_its_first_test(ordinary: Path) -> None:
    needy = SimpleNamespace(get_closest_marker=lambda name: name == "root" or None)
    modest = SimpleNamespace(get_closest_marker=lambda name: None)
    with pytest.raises(pytest.UsageError, match=r"^1 of these tests need root: `make test` asks for it"):
        conftest.pytest_collection_modifyitems([needy, modest])  # type: ignore[list-item]
    conftest.pytest_collection_modifyitems([modest])  # type: ignore[list-item]


def test_what_needs_root_is_marked(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> None:
    needy = pytest.Function.from_parent(request.node.parent, name="needy", callobj=lambda needs_root: None)
    with pytest.raises(pytest.UsageError, match=r"::needy needs root, which looks for its tests in tests/workshop/board, "):
        conftest.pytest_itemcollected(needy)
    assert not needy.get_closest_marker("root")
    needy.path = CHECKOUT / suite.BY_ROOT[-1] / needy.path.name
    conftest.pytest_itemcollected(needy)
    assert needy.get_closest_marker("root")


def test_every_process_collects_the_same_tests_in_the_same_order() -> None:
    """The processes of one run must agree on it, and a set of words has another order in each."""
    which = "root or not root" if is_root() else "not root"
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", "-m", which, "tests"]
    first, second = (
        subprocess.Popen(command, cwd=CHECKOUT, env=os.environ | {"PYTHONHASHSEED": seed}, stdout=PIPE, text=True)
        for seed in ("1", "2")
    )
    collected = [process.communicate()[0].splitlines()[:-1] for process in (first, second)]  # without the time it took
    assert (first.returncode, second.returncode) == (0, 0)
    assert collected[0] == collected[1]
