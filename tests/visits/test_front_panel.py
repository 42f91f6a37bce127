"""Visits of a machine without a front panel, played on one that has one: the visit does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.visit_files.play import play
from tests.builders import ROOT

VISITS = ("correct", "door-open", "english", "info", "jam-retry", "keypad-ghost", "mains-lost", "power-cut-paying")
MORE = ("power-cut-typing", "prolong", "rest", "service-keypad", "service-menu", "stuck-key", "worn-keys")


@pytest.mark.parametrize("name", VISITS + MORE)
def test_a_visit_at_a_machine_with_a_front_panel(name: str, tmp_path: Path) -> None:
    text = (ROOT / "simulator" / "visits" / f"{name}.visit").read_text("utf-8")
    title, rest = text.split("\n", 1)
    file = tmp_path / f"{name}.visit"
    file.write_text(f"{title}\nboard paris-v2\n{rest}", "utf-8")
    assert play(file, None) == title.removeprefix("#").strip()
