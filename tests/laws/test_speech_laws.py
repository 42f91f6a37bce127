"""Laws of speech: every picture is spoken, in every language, with all its texts and nothing that no voice reads."""

from __future__ import annotations

import re
from dataclasses import replace

from firmware.domain.plate import grouped
from firmware.machine import Machine
from firmware.screens.idle import Idle
from firmware.screens.spoken import Speaking, plates_of
from firmware.visit.as_said import spelled
from firmware.visit.effects import Speak
from firmware.visit.voice import Voice
from hal.ports import View
from hal.speech.speakable import speakable
from tests.laws.walk import HERE, Walk, told

OPEN, PRIVATE = Voice(on=True), Voice(on=True, private=True)
WORD = re.compile(r"[^\W\d_]{4,}")
"""A word that is no abbreviation: what is shown with letters is said with the same."""
UNREAD = re.compile(r"[€¼·…–×«»\N{NO-BREAK SPACE}]|\d h\b|\d:\d\d|\bFPS\b")
"""Signs and abbreviations that a voice reads wrong, or not at all."""


def heard(machine: Machine, walk: Walk, language: str, voice: Voice) -> tuple[View, str]:
    context = replace(machine, language=language).own_context(walk.context)
    view = machine.screen.view(context)
    return view, " / ".join(Speaking(machine.screen, context, voice).of_view(view))


def of_motorists(view: View) -> bool:
    return not view.screen.startswith("service")


def test_no_information_is_only_on_the_glass(walk: Walk) -> None:
    """Every word of the picture, and of every key's label, is heard in a headset."""
    spoken = set()
    for machine in walk.pictured:
        for language in HERE.catalogues:
            view, said = heard(machine, walk, language, PRIVATE)
            if not of_motorists(view):
                assert said == "", view
                continue
            spoken.add(view.screen)
            shown = " ".join((*(f"{line.text} {line.beside}" for line in view.middle), *(hint.label for hint in view.hints)))
            missing = {word for word in WORD.findall(shown) if word.lower() not in said.lower()} - ABBREVIATED
            assert not missing, (view.lines, said, missing)
    assert len(spoken) > 25


ABBREVIATED = {"Sept", "sept", "janv", "févr", "juil", "Febr", "elektr", "eléc", "elett", "élec", "Kennz"}


def test_nothing_is_given_to_a_voice_that_it_cannot_read(walk: Walk) -> None:
    for machine in walk.pictured:
        for language in HERE.catalogues:
            view, said = heard(machine, walk, language, PRIVATE)
            assert not UNREAD.search(said), (view.lines, said)
            assert speakable(said)[1] == 0, said


def test_a_plate_is_spelled_in_a_headset_and_never_on_the_loudspeaker(walk: Walk) -> None:
    """EN 301 549, 5.1.3.9: what is personal is for the wearer of a headset alone."""
    spelled_ones = 0
    for machine in walk.pictured:
        for language in HERE.catalogues:
            view, in_headset = heard(machine, walk, language, PRIVATE)
            _, aloud = heard(machine, walk, language, OPEN)
            for plate in plates_of(machine.screen):
                if len(plate) > 1 and grouped(plate) in " ".join(view.lines) and of_motorists(view):
                    spelled_ones += 1
                    assert spelled(plate) in in_headset, (view.lines, in_headset)
                    assert spelled(plate) not in aloud, (view.lines, aloud)
                    assert grouped(plate) not in aloud, (view.lines, aloud)
    assert spelled_ones > 100


def test_what_keys_do_is_said_of_every_key(walk: Walk) -> None:
    for machine in walk.pictured:
        view, said = heard(machine, walk, "fr", OPEN)
        if view.hints and of_motorists(view):
            assert "Touche" in said, (view.lines, said)


def test_whatever_brings_a_screen_up_it_is_said(walk: Walk) -> None:
    """A key, time, a device or the bank: what comes up is spoken whole, or that the visit is over."""
    kinds = {(type(each.before.screen), each.event, type(each.after.screen)): each for each in walk.passages}
    said = 0
    for each in kinds.values():
        before = replace(each.before, voice=PRIVATE)
        after, effects = before.feed(each.event, before.since, walk.context)
        if type(before.screen) is type(after.screen) or after.screen.name.startswith("service"):
            continue
        spoken = [effect.utterance.phrases for effect in effects if isinstance(effect, Speak)]
        whole = tuple(Speaking(after.screen, after.own_context(walk.context), PRIVATE).of_view(view_of(after, walk)))
        over = isinstance(after.screen, Idle)
        assert len(spoken) == 1, told(each)
        assert over or spoken[0][-len(whole) :] == whole, told(each)
        said += 1
    assert said > 300


def view_of(machine: Machine, walk: Walk) -> View:
    return machine.screen.view(machine.own_context(walk.context))
