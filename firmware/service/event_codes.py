"""Codes of a test ticket that are no alarms, and what they mean: one list for the ticket, the sheet and the book."""

from __future__ import annotations

from typing import Protocol


class Speaker(Protocol):
    """Says a French sentence in some language."""

    def say(self, sentence: str) -> str:
        """The sentence."""


class French:
    """Says it as it is."""

    def say(self, sentence: str) -> str:
        """The same."""
        return sentence


def event_codes(speaker: Speaker) -> dict[str, str]:
    """Each code and its meaning. An alarm stands there by its own code, with `+` and `-`."""
    return {
        "B": speaker.say("démarrage"),
        "D": speaker.say("porte : + ouverte, - fermée"),
        "S": speaker.say("entrée au menu, avec le numéro"),
        "X": speaker.say("code faux, avec le numéro"),
        "N": speaker.say("ticket non sorti"),
        "!": speaker.say("événement inattendu"),
        "+ -": speaker.say("alarme : + levée, - finie"),
    }
