"""A state folder, and `horodateur` run on it in this process."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware.cli import main
from tests.builders import ROOT

STATION = "75011-0042"
DESK = (ROOT / "board" / "demo-desk.toml").read_text("utf-8")
BIN = Path(sys.executable).parent / "horodateur"


def mixed(port: str) -> str:
    """The desk board with its printer on a real port."""
    simulated = "\n".join(line for line in DESK.splitlines() if not line.startswith("printer"))
    return f'{simulated}\n[printer]\nmodel = "escpos"\nport = "{port}"\nbaud = 115200\ncolumns = 48\n'


@dataclass
class Attempt:
    """`horodateur run`, in this process."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    port: int

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def refused(self, *arguments: object) -> str:
        """The one line it says."""
        assert main([str(argument) for argument in arguments]) == 1
        out, err = self.capsys.readouterr()
        assert out == ""
        assert re.fullmatch(r"horodateur: [^\n]+\n", err), err
        return err.removeprefix("horodateur: ").rstrip("\n")

    def run_refused(self, board: Path, state: Path, *more: object) -> str:
        return self.refused("run", "--board", board, "--state", state, "--port", self.port, *more)
