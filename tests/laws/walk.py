"""Everything that can happen in a visit: every event fed to every machine the explorer finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from firmware.machine import Machine
from firmware.visit.context import Context
from hal.ports import View
from simulator.explorer.walk import Passage
from tests.builders import context

HERE = context()


@dataclass(frozen=True)
class Walk:
    """Everything that can happen."""

    context: Context
    passages: tuple[Passage, ...]

    @property
    def machines(self) -> set[Machine]:
        return {passage.before for passage in self.passages}

    def views(self) -> Iterator[View]:
        """Every different picture, in every language."""
        seen = {replace(machine, language=language) for machine in self.machines for language in self.context.catalogues}
        yield from {machine.screen.view(machine.own_context(self.context)) for machine in seen}


def told(passage: Passage) -> str:
    """What happened, for the message of a failure."""
    return f"{passage.before.screen} + {passage.event} -> {passage.after.screen}, {passage.effects}"
