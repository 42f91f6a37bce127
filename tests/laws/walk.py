"""Everything that can happen in a visit: every event fed to every machine the explorer finds."""

from __future__ import annotations

from collections.abc import Iterator, KeysView
from dataclasses import dataclass, replace
from functools import cached_property

from firmware.machine import Machine
from firmware.visit.context import Context
from hal.ports import View
from simulator.explorer.walk import Passage
from tests.builders import context

HERE = context()


@dataclass(frozen=True)
class Walk:
    """Everything that can happen, in the order it was found: what follows each other is much alike, and is remembered."""

    context: Context
    passages: tuple[Passage, ...]

    @cached_property
    def machines(self) -> KeysView[Machine]:
        return dict.fromkeys(passage.before for passage in self.passages).keys()

    @cached_property
    def pictured(self) -> tuple[Machine, ...]:
        """One machine for each different picture and right, in French: a picture that is the same there is the same in all.

        French is the key of every sentence, and what is filled in is typography: so the walk is drawn once, not by language.
        """
        found: dict[tuple[View, object], Machine] = {}
        for machine in self.machines:
            view = machine.screen.view(machine.own_context(self.context))
            found.setdefault((view, getattr(machine.screen, "right", None)), machine)
        return tuple(found.values())

    @cached_property
    def drawn(self) -> KeysView[View]:
        """Every different picture, in one language after the other."""
        languages = self.context.catalogues
        seen = (replace(machine, language=language) for language in languages for machine in self.pictured)
        return dict.fromkeys(machine.screen.view(machine.own_context(self.context)) for machine in seen).keys()

    def views(self) -> Iterator[View]:
        """Every different picture, in every language."""
        yield from self.drawn


def told(passage: Passage) -> str:
    """What happened, for the message of a failure."""
    return f"{passage.before.screen} + {passage.event} -> {passage.after.screen}, {passage.effects}"
