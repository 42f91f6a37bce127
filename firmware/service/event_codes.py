"""Codes of a test ticket that are no alarms, and what they mean: one list for the ticket, the sheet and the book."""

from __future__ import annotations

from typing import Protocol


class SentenceSource(Protocol):
    """Says a French sentence in some language."""

    def say(self, sentence: str) -> str:
        """The sentence."""


class French:
    """Says it as it is."""

    def say(self, sentence: str) -> str:
        """The same."""
        return sentence


def event_codes(sentences: SentenceSource) -> dict[str, str]:
    """Each code and its meaning. An alarm stands there by its own code, with `+` and `-`."""
    return {
        "B": sentences.say("démarrage"),
        "D": sentences.say("porte : + ouverte, - fermée"),
        "S": sentences.say("entrée au menu, avec le numéro"),
        "X": sentences.say("code faux, avec le numéro"),
        "N": sentences.say("ticket non sorti"),
        "!": sentences.say("événement inattendu"),
        "+ -": sentences.say("alarme : + levée, - finie"),
    }
