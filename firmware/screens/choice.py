"""Under which regime, with which vehicle: asked only where the answer changes the price. Knows no clock, no wire, no disk.

The machine never answers for the motorist, and never with the dearest: what is free stands first, then the regimes the plate
holds, then the visitor's; the light car before the heavy one. OK takes what is shown as chosen. A digit on the vehicle screen
takes the vehicle shown and so many hours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from firmware.events import Event
from firmware.here import Here
from firmware.money import euros
from firmware.plate import grouped
from firmware.screens.duration import UNITS_OF_A_DIGIT, Ahead, Duration, Typed
from firmware.screens.question import Question
from firmware.screens.screen import Move, Over, framed
from firmware.screens.trouble import OutOfService, out_of_service
from firmware.wish import Wish
from firmware.words import length, regime_name, unit_name, until, vehicle_name
from hal.ports import Align, Hint, Key, Line, Pressed, Size, View

ROOM = 3
"""Options that stand below the question at once."""


def after_plate(plate: str, back: Typed, here: Here) -> Move:
    """Which regime? But a plate that holds no right here is a visitor's, and is not asked."""
    regimes = _sold_now(plate, here)
    if len(regimes) > 1:
        return Regime(plate, back, regimes)
    return after_regime(Wish(plate, regimes[0]), back, here) if regimes else OutOfService()


def _sold_now(plate: str, here: Here) -> tuple[str, ...]:
    """What is free first; and that alone where money cannot be taken."""
    selling = here.selling
    free = {regime: _is_free(Wish(plate, regime), here) for regime in here.regimes(plate)}
    sold = (regime for regime in free if (selling.free if free[regime] else selling.paid))
    return tuple(sorted(sold, key=lambda regime: not free[regime]))


def after_regime(wish: Wish, back: Typed, here: Here) -> Move:
    """Which vehicle? Only where that changes the price, and not again for a stay that is being continued."""
    declared = here.ledger.vehicle(wish.plate, here.site.zone, wish.regime)
    if declared and here.stay(wish).reached:
        return after_vehicle(replace(wish, vehicle=declared), back, here)
    vehicles = here.vehicles(wish)
    if len(vehicles) > 1:
        return Vehicle(wish, back, vehicles)
    return after_vehicle(replace(wish, vehicle=vehicles[0]) if vehicles else wish, back, here)


def after_vehicle(wish: Wish, back: Typed, here: Here, units: int = 0) -> Move:
    """How long? But first: at the maximum already, paid already, or nothing due now."""
    stay, offers = here.stay(wish), here.offers(wish)
    unit = offers[0].unit if offers else "quarter"
    kept = back.units if unit == "quarter" else 0
    length = Duration(wish, back, units or kept or UNITS_OF_A_DIGIT[unit])
    if not offers:
        return Full(wish, back) if stay.reached else Closed(wish, back)
    if stay.end is not None and stay.end > here.now:
        return Already(length)
    return Ahead(length) if here.free_now else length


def _is_free(wish: Wish, here: Here) -> bool:
    offers = here.offers(wish)
    return bool(offers) and offers[-1].cents == 0


@dataclass(frozen=True)
class Regime(Question):
    """The plate holds a right here, and parks under it or as a visitor."""

    name: ClassVar[str] = "regime"

    plate: str
    back: Typed
    options: tuple[str, ...]
    chosen: int = 0

    def answered(self, event: Event, here: Here) -> Move:
        """+ and − choose, OK takes, CORRECT goes back to the plate."""
        match event:
            case Pressed(Key.PLUS | Key.MINUS as key):
                return replace(self, chosen=turned(self.chosen, key, len(self.options)))
            case Pressed(Key.CORRECT):
                return self.back.remembering(0)
            case Pressed(Key.OK):
                return after_regime(Wish(self.plate, self.options[self.chosen]), self.back, here)
        return self

    def view(self, here: Here) -> View:
        """Each regime and its first price."""
        options = [(regime_name(regime, here), _price(Wish(self.plate, regime), here)) for regime in self.options]
        question = here.say("{plate} : sous quel régime ?", plate=grouped(self.plate))
        return _asked(self, here, question, options, self.chosen)

    def explain(self, here: Here) -> str:
        """Where these come from."""
        return here.say("Les droits de votre plaque dans ce secteur, d’après le registre de la Ville.")


@dataclass(frozen=True)
class Vehicle(Question):
    """The class of the vehicle changes the price, and only the driver knows it."""

    name: ClassVar[str] = "vehicle"

    wish: Wish
    back: Typed
    options: tuple[str, ...]
    chosen: int = 0

    def answered(self, event: Event, here: Here) -> Move:
        """+ and − choose, OK takes; a digit takes what is chosen and so many hours, or days."""
        match event:
            case Pressed(Key.PLUS | Key.MINUS as key):
                return replace(self, chosen=turned(self.chosen, key, len(self.options)))
            case Pressed(Key.CORRECT):
                return self.back.remembering(0)
            case Pressed(Key.OK):
                return after_vehicle(self._chosen, self.back, here)
            case Pressed(key) if key.value in "1234567":
                return self._for(int(key.value), here)
        return self

    def _for(self, digit: int, here: Here) -> Move:
        """So many hours or days, unless that is more than there is."""
        offers = here.offers(self._chosen)
        units = digit * UNITS_OF_A_DIGIT[offers[0].unit] if offers else 0
        return after_vehicle(self._chosen, self.back, here, units) if units <= len(offers) else self

    @property
    def _chosen(self) -> Wish:
        return replace(self.wish, vehicle=self.options[self.chosen])

    def view(self, here: Here) -> View:
        """Each class and its first hour."""
        options = [(vehicle_name(vehicle, here), _price(replace(self.wish, vehicle=vehicle), here)) for vehicle in self.options]
        return _asked(self, here, here.say("Votre véhicule ?"), options, self.chosen)

    def explain(self, here: Here) -> str:
        """Where the mass is read."""
        return here.say("La masse en service est à la ligne G de la carte grise.")


@dataclass(frozen=True)
class Already(Question):
    """This plate is covered now: buying more continues its stay, on the same scale."""

    name: ClassVar[str] = "already paid"

    length: Duration

    def answered(self, event: Event, here: Here) -> Move:
        """OK goes on to prolong."""
        match event:
            case Pressed(Key.OK):
                return self.length
            case Pressed(Key.CORRECT):
                return self.length.back.remembering(0)
        return self

    def view(self, here: Here) -> View:
        """Covered until when (the last payment may be in doubt, or of nothing), and the question."""
        end = here.stay(self.length.wish).end or here.now
        return framed(
            self,
            here,
            Line(here.say("{plate} est couvert jusqu’à", plate=grouped(self.length.wish.plate)), Size.SMALL),
            Line(until(end, here)),
            Line(here.say("Prolonger ?"), Size.SMALL),
            hints=(Hint(Key.CANCEL, here.say("non")), Hint(Key.OK, here.say("prolonger"))),
        )

    def explain(self, here: Here) -> str:
        """Why the price does not begin again."""
        return here.say("Prolonger continue le même barème : le prix ne repart pas de la première heure.")


@dataclass(frozen=True)
class Full(Question):
    """The maximum stay is bought: no money is taken, and it says when parking can be bought again."""

    name: ClassVar[str] = "cap"

    wish: Wish
    back: Typed

    def answered(self, event: Event, here: Here) -> Move:
        """OK ends the visit, CORRECT goes back to the plate."""
        match event:
            case Pressed(Key.OK):
                return Over()
            case Pressed(Key.CORRECT):
                return self.back.remembering(0)
        return self

    def view(self, here: Here) -> View:
        """That it is reached, and when it is over."""
        again = here.again(self.wish, here.stay(self.wish))
        return framed(
            self,
            here,
            Line(here.say("{plate} : maximum atteint", plate=grouped(self.wish.plate)), Size.MEDIUM),
            Line(here.say("À nouveau possible : {time}", time=until(again, here)), Size.SMALL),
            hints=(Hint(Key.OK, here.say("terminer")),),
        )

    def explain(self, here: Here) -> str:
        """What the maximum is."""
        return here.say("La durée maximale sert à ce que les places tournent.")


@dataclass(frozen=True)
class Closed(Question):
    """The regime is not open to this class of vehicle: nothing is given, and the way on is the visitor's."""

    name: ClassVar[str] = "not for this vehicle"

    wish: Wish
    back: Typed

    def answered(self, event: Event, here: Here) -> Move:
        """OK goes on as a visitor, with the class declared; CORRECT goes back to the plate."""
        match event:
            case Pressed(Key.OK) if self.wish.regime != "visitor":
                return after_vehicle(replace(self.wish, regime="visitor"), self.back, here)
            case Pressed(Key.CORRECT):
                return self.back.remembering(0)
        return self

    def view(self, here: Here) -> View:
        """What is refused, and what is offered instead."""
        if self.wish.regime == "visitor":
            return framed(self, here, *out_of_service(here), hints=(Hint(Key.CANCEL, here.say("terminer")),))
        return framed(
            self,
            here,
            Line(regime_name(self.wish.regime, here), Size.MEDIUM),
            Line(here.say("Pas pour cette catégorie de véhicule"), Size.SMALL),
            Line(here.say("OK : au tarif visiteur"), Size.SMALL),
            hints=(
                Hint(Key.CORRECT, here.say("plaque")),
                Hint(Key.CANCEL, here.say("annuler")),
                Hint(Key.OK, here.say("visiteur")),
            ),
        )

    def explain(self, here: Here) -> str:
        """Who decided it."""
        return here.say("Le tarif en vigueur ferme ce régime aux véhicules de cette masse.")


def turned(chosen: int, key: Key, count: int) -> int:
    """The next option with +, the one before with −, round and round."""
    return (chosen + (1 if key is Key.PLUS else -1)) % count


def _price(wish: Wish, here: Here) -> str:
    """The first step as a motorist compares: an hour, or a day; what is left where that is less."""
    offers = here.offers(wish)
    if not offers:
        return ""
    first = offers[min(UNITS_OF_A_DIGIT[offers[0].unit], len(offers)) - 1]
    if first.cents == 0:
        return here.say("gratuit")
    whole = first.units == UNITS_OF_A_DIGIT[first.unit]
    per = unit_name(first.unit, here) if whole else length(first.unit, first.units, here)
    return f"{euros(first.cents, here.language)} / {per}"


def _asked(screen: Question, here: Here, question: str, options: list[tuple[str, str]], chosen: int) -> View:
    first = max(0, min(chosen - 1, len(options) - ROOM))
    lines = [
        Line(text, Size.SMALL, Align.LEFT, beside=price, chosen=first + at == chosen)
        for at, (text, price) in enumerate(options[first : first + ROOM])
    ]
    hints = (Hint(Key.MINUS, ""), Hint(Key.PLUS, here.say("choisir")), Hint(Key.CORRECT, here.say("plaque")))
    return framed(screen, here, Line(question, Size.SMALL), *lines, hints=(*hints, Hint(Key.OK, here.say("valider"))))
