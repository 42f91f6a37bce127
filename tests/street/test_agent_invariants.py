"""What agents are told, held against what it must say: of a refusal that is not certain, from when it can be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from central.enforcement.checks import CheckQuestion, check
from simulator.invariants.agents import AGENT, untold_when
from tests.builders import NOW, desk


def test_a_refusal_that_is_not_certain_says_when_to_ask_again(tmp_path: Path) -> None:
    with desk(tmp_path) as made:
        made.advance(5.0)
        site = made.setting.site
        refused = check(made.city, CheckQuestion("ZZ999ZZ", site.zone, site.sector, None), AGENT, made.clock.wall())
    assert not refused.allowed
    assert not refused.conclusive
    assert list(untold_when(refused)) == []
    assert list(untold_when(replace(refused, conclusive_from=None)))
    assert list(untold_when(replace(refused, conclusive=True)))
    assert list(untold_when(replace(refused, allowed=True, conclusive=True, conclusive_from=NOW)))
