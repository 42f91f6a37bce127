"""A command loads what it needs and no more; what is installed beside is found all the same."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from firmware.cli import COMMANDS, MODULES, main

ROOT = Path(__file__).parents[2]
DEVICES = ("firmware.app", "luma", "cryptography", "PIL", "httpx", "importlib.metadata")
PRICE = ("quote", "--zone", "1", "--at", "2026-03-04T10:00", "--quarters", "4")


def test_a_price_is_told_without_loading_the_devices() -> None:
    loaded = f"[name for name in {DEVICES!r} if name in sys.modules]"
    program = f"import sys, firmware.cli; firmware.cli.main({PRICE!r}); print({loaded})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_lists_every_command_and_those_installed_beside(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = EntryPoints([EntryPoint("tariff", "workshop.tariffs.cli:add_parser", COMMANDS)])
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: beside.select(group=group))
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = {line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("    ") and line.strip()}
    assert {*MODULES, "tariff"} <= listed


@pytest.mark.parametrize("command", MODULES)
def test_every_command_says_what_it_does(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    described = capsys.readouterr().out.partition("\n\n")[2]
    assert ended.value.code == 0
    assert described[:1].isupper(), "a description follows the usage"
