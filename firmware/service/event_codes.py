"""Codes of a test ticket that are no alarms, and what they mean: one list for the ticket, the sheet and the book."""

from __future__ import annotations

from collections.abc import Callable

Say = Callable[[str], str]
"""A French sentence -> the sentence in a language."""


def event_codes(say: Say) -> dict[str, str]:
    """Each code and its meaning. An alarm stands there by its own code, with `+` and `-`."""
    return {
        "B": say("démarrage"),
        "D": say("porte : + ouverte, - fermée"),
        "S": say("entrée au menu, avec le numéro"),
        "X": say("code faux, avec le numéro"),
        "N": say("ticket non sorti"),
        "!": say("événement inattendu"),
        "+ -": say("alarme : + levée, - finie"),
    }
