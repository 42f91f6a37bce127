"""Key and time budget of each purchase, by sight and by ear, as docs/accessibility.md states them.

By ear means: every screen heard to its end, in French, by the engine that a station ships with. The voice is measured here, so
a sentence that grows, or another pace, turns the page's number red. It is measured in a process of its own, whose memory is
zero when it is given out (glibc's `MALLOC_PERTURB_`): the engine reads some that it never wrote, and in a process that has done
other things it speaks up to a fiftieth faster.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import pytest

from firmware.machine import Machine
from firmware.protocol.facts import Fact
from firmware.screens.ticket import Paid
from firmware.visit.context import Context
from firmware.visit.effects import Charge, Record, Speak
from firmware.visit.events import Event
from hal.ports import HeadsetIn, Key, KeyHeld, KeyPressed, SpeechEnded, Utterance
from tests.builders import ROOT, WELL
from tests.firmware.screens.visits import HERE, TO_THE_PLATE, holding, yes

PLATE_KEYS = len(TO_THE_PLATE.split()) - 1
CALLS: dict[str, Event] = {"headset": HeadsetIn(), "INFO": KeyHeld(Key.INFO)}
PURCHASES: dict[str, tuple[Context, str]] = {
    "two hours, a light car": (HERE, "OK OK OK"),
    "one hour, a light car": (HERE, "OK OK 1 OK"),
    "two hours, a motorcycle": (HERE, "OK 2 OK OK"),
    "one day, a resident": (holding("resident"), "OK OK OK OK"),
}
"""The keys after the plate's characters."""
ROW = re.compile(r"\| (?P<name>[^|]+) \| (?P<keys>\d+) \| (?P<sight>\d+) s \| (?P<headset>\d+) s \| (?P<INFO>\d+) s \|")


MEASURE = """
import json, sys
from hal.speech.sound import seconds_of
from hal.speech.voices import nanotts
say = nanotts()
print(sum(seconds_of(say(phrase, "fr")) for phrase in json.load(sys.stdin)))
"""


def seconds_in_french(phrases: Sequence[str]) -> float:
    """How long it takes to say them."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input=json.dumps(phrases),
        env={**os.environ, "MALLOC_PERTURB_": "255"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return float(done.stdout)


def bought(context: Context, keys: str, call: Event | None) -> tuple[Machine, list[Utterance]]:
    """The machine after these keys, and all that was said, each utterance to its end."""
    context = replace(context, health=WELL)
    machine, said = Machine(health=WELL), list[Utterance]()
    waiting = [*([call] if call else []), *(KeyPressed(Key(key)) for key in keys.split())]
    while waiting:
        machine, effects = machine.feed(waiting.pop(0), 0.0, context)
        for effect in effects:
            if isinstance(effect, Speak):
                said.append(effect.utterance)
                waiting.insert(0, SpeechEnded())
            if isinstance(effect, Record):
                context = after(context, effect.fact)
            if isinstance(effect, Charge):
                waiting.insert(0, yes(effect.right))
    return machine, said


def after(context: Context, fact: Fact) -> Context:
    return replace(context, ledger=context.ledger.after(fact))


def stated() -> dict[str, dict[str, int]]:
    """The rows of the page's table, by purchase."""
    page = (ROOT / "docs" / "accessibility.md").read_text("utf-8")
    rows = (row.groupdict() for row in ROW.finditer(page))
    return {row.pop("name"): {name: int(number) for name, number in row.items()} for row in rows}


def test_the_page_states_each_purchase_and_no_other() -> None:
    assert stated().keys() == PURCHASES.keys()


@pytest.mark.parametrize("name", PURCHASES)
def test_the_keys_are_those_of_the_page_and_buy(name: str) -> None:
    context, keys = PURCHASES[name]
    machine, said = bought(context, TO_THE_PLATE.removesuffix(" OK") + " " + keys, None)
    assert isinstance(machine.screen, Paid)
    assert said == []
    assert stated()[name]["keys"] == len(keys.split())
    assert stated()[name]["sight"] == PLATE_KEYS + len(keys.split())


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("name", PURCHASES)
def test_by_ear_it_takes_as_long_as_the_page_says(name: str, call: str) -> None:
    """The same keys; the voice's seconds beside them, within two."""
    context, keys = PURCHASES[name]
    machine, said = bought(context, TO_THE_PLATE.removesuffix(" OK") + " " + keys, CALLS[call])
    assert isinstance(machine.screen, Paid)
    assert {utterance.language for utterance in said} == {"fr"}
    spoken = seconds_in_french([phrase for utterance in said for phrase in utterance.phrases])
    assert abs(stated()[name][call] - spoken - stated()[name]["sight"]) <= 2
