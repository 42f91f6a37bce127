"""Lines of a running payment's screens: what is under way, how long it can take, and what stops it."""

from __future__ import annotations

from firmware.domain.parking_right import ParkingRight
from firmware.visit.context import Context
from firmware.visit.words import until
from hal.ports import Hint, Key, Line, Size, Step

MARKS = ("•···", "·•··", "··•·", "···•")
"""Moves once a second, so that nobody takes the station for dead."""


def cancel_hint(context: Context) -> tuple[Hint, ...]:
    """CANCEL, where it takes the payment back."""
    return (Hint(Key.CANCEL, context.say("annuler")),) if context.capabilities.aborts else ()


def present_lines(context: Context) -> tuple[Line, ...]:
    """To show a card; and where CANCEL cannot stop the payment, what does."""
    return (Line(context.say("Présentez votre carte")), *_red_key(context))


def follow_lines(context: Context) -> tuple[Line, ...]:
    """To do as the terminal says; and where CANCEL cannot stop the payment, what does."""
    return (Line(context.say("Suivez les indications du terminal"), Size.MEDIUM), *_red_key(context))


def _red_key(context: Context) -> tuple[Line, ...]:
    if context.capabilities.aborts:
        return ()
    return (Line(context.say("Arrêt : touche rouge du terminal"), Size.MEDIUM),)


def progress_line(step: Step | None, waited: int, context: Context) -> Line:
    """What is to be done at the terminal, if it tells; else that it has the request, and for how long at most."""
    mark = MARKS[waited % len(MARKS)]
    if step is None:
        words = context.say("Le terminal tarde") if context.ends_in == 0 else context.say("Paiement…")
        return Line(words, beside=time_left(context.ends_in) or mark)
    said = {
        Step.CARD_IN: context.say("Laissez votre carte"),
        Step.ENTERING_PIN: context.say("Tapez votre code"),
        Step.ASKING_BANK: context.say("Banque interrogée"),
        Step.CARD_OUT: context.say("Reprenez votre carte"),
    }
    return Line(said[step], beside=mark if step is not Step.CARD_OUT else "")


def stopping_lines(sold: ParkingRight | None, left: int | None, context: Context) -> tuple[Line, ...]:
    """What stops the payment, and that no card may be shown for `left` seconds. `sold`: it would pay for this a second time."""
    how = (
        (Line(context.say("Annulation…")),)
        if context.capabilities.aborts
        else (
            Line(context.say("Annulez au terminal")),
            Line(context.say("Touche rouge du terminal"), Size.MEDIUM),
        )
    )
    if sold:
        covered = context.say("Couvert jusqu’à {end}", end=until(sold.end, context))
        return Line(context.say("Pas de carte")), *how[-1:], Line(covered, Size.MEDIUM)
    return *how, Line(context.say("Ne présentez pas de carte."), Size.MEDIUM, beside=time_left(left))


def time_left(seconds: int | None) -> str:
    """How long it lasts, at most; nothing where nobody knows, or it is overdue."""
    return f"{seconds} s" if seconds else ""
