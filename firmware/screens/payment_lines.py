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


def present_line(context: Context) -> Line:
    """To show a card; and where CANCEL cannot stop the payment, what does."""
    if context.capabilities.aborts:
        return Line(context.say("Présentez votre carte"), Size.SMALL)
    return Line(context.say("Présentez votre carte. Arrêt : touche rouge du terminal"), Size.SMALL)


def follow_line(context: Context) -> Line:
    """To do as the terminal says; and where CANCEL cannot stop the payment, what does."""
    if context.capabilities.aborts:
        return Line(context.say("Suivez le terminal."), Size.SMALL)
    return Line(context.say("Suivez le terminal. Arrêt : sa touche rouge."), Size.SMALL)


def progress_line(step: Step | None, waited: int, context: Context) -> Line:
    """What is to be done at the terminal, if it tells; else that it has the request, and for how long at most."""
    mark = MARKS[waited % len(MARKS)]
    if step is None:
        under_way = context.say("Paiement en cours {mark}", mark=mark)
        return Line(under_way, Size.SMALL, beside=time_left(context.ends_in, context))
    said = {
        Step.CARD_IN: context.say("Laissez votre carte dans le terminal"),
        Step.ENTERING_PIN: context.say("Tapez votre code sur le terminal"),
        Step.ASKING_BANK: context.say("La banque est interrogée"),
        Step.CARD_OUT: context.say("Reprenez votre carte"),
    }
    return Line(said[step], Size.SMALL, beside=mark)


def stopping_lines(sold: ParkingRight | None, left: int | None, context: Context) -> tuple[Line, Line]:
    """What stops the payment, and that no card may be shown for `left` seconds. `sold`: it would pay for this a second time."""
    aborts = context.capabilities.aborts
    if sold:
        no_card = (
            context.say("Pas de carte : annulation…") if aborts else context.say("Pas de carte : touche rouge du terminal")
        )
        covered = context.say("Déjà couvert jusqu’à {end}", end=until(sold.end, context))
        return Line(no_card, Size.MEDIUM), Line(covered, Size.SMALL)
    return (
        Line(context.say("Annulation…") if aborts else context.say("Touche rouge du terminal")),
        Line(context.say("Ne présentez pas de carte."), Size.SMALL, beside=time_left(left, context)),
    )


def time_left(seconds: int | None, context: Context) -> str:
    """How long it lasts, at most; nothing where nobody knows."""
    if seconds is None:
        return ""
    return context.say("encore {left} s au plus", left=seconds) if seconds else context.say("le terminal tarde")
