"""Screens that choose regime and vehicle class, shown only where the answer changes the price.

The machine never answers for the motorist, and never with the dearest: what is free stands first, then the regimes the plate
holds, then the visitor's; the light car before the heavy one. OK takes what is shown as chosen. A digit chooses the line it
stands before, as in the service menu; of hours it speaks on the duration's screen alone.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.domain.plate import grouped
from firmware.domain.purchase import Purchase
from firmware.screens.duration import FIRST_SHOWN, Duration, PayAhead, PlateScreen
from firmware.screens.option_list import ChoiceScreen
from firmware.screens.out_of_service import out_of_service, refused_sale
from firmware.screens.question import QuestionScreen
from firmware.screens.screen import Move, Screen, VisitOver, visit_view
from firmware.visit.context import Context
from firmware.visit.events import Event
from firmware.visit.offers import continued_stay, is_free_now, next_purchase_at, quotes_for, regimes_of, vehicle_choices
from firmware.visit.receipts import awaits_ticket
from firmware.visit.sales_policy import allowed_sales
from firmware.visit.words import regime_label, regime_name, until, vehicle_meaning, vehicle_name
from hal.ports import Hint, Key, KeyPressed, Line, Size, View


def after_plate(plate: str, back: PlateScreen, context: Context) -> Move:
    """The next screen for a plate: the choice of regime, where it has more than the visitor's."""
    regimes = _regimes_for_sale(plate, context)
    if len(regimes) > 1:
        return RegimeChoice(plate, back, regimes)
    return after_regime(Purchase(plate, regimes[0]), back, context) if regimes else refused_sale(plate, context)


def _regimes_for_sale(plate: str, context: Context) -> tuple[str, ...]:
    """The regimes on sale now, free ones first; those alone where no payment may begin."""
    selling = allowed_sales(context)
    free = {regime: _is_free(Purchase(plate, regime), context) for regime in regimes_of(plate, context)}
    sold = (regime for regime in free if (selling.free if free[regime] else selling.paid))
    return tuple(sorted(sold, key=lambda regime: not free[regime]))


def after_regime(purchase: Purchase, back: PlateScreen, context: Context) -> Move:
    """The next screen for a regime: the choice of vehicle, where it changes the price and no stay is continued."""
    declared = context.ledger.vehicle(purchase.plate, context.site.zone, purchase.regime)
    if declared and continued_stay(purchase, context).reached:
        return after_vehicle(replace(purchase, vehicle=declared), back, context)
    vehicles = vehicle_choices(purchase, context)
    if len(vehicles) > 1:
        return VehicleChoice(purchase, back, vehicles)
    return after_vehicle(replace(purchase, vehicle=vehicles[0]) if vehicles else purchase, back, context)


def after_vehicle(purchase: Purchase, back: PlateScreen, context: Context) -> Move:
    """The next screen for a vehicle: the duration, or first that the stay is full, already paid, or free now."""
    stay, offers = continued_stay(purchase, context), quotes_for(purchase, context)
    unit = offers[0].unit if offers else "quarter"
    kept = back.units if unit == "quarter" else 0
    length = Duration(purchase, back, kept or FIRST_SHOWN[unit])
    if not offers:
        return MaximumReached(purchase, back) if stay.reached else NotForVehicle(purchase, back)
    if stay.end is not None and stay.end > context.now:
        return AlreadyCovered(length)
    return PayAhead(length) if is_free_now(context) else length


def _is_free(purchase: Purchase, context: Context) -> bool:
    offers = quotes_for(purchase, context)
    return bool(offers) and offers[-1].cents == 0


class RegimeChoice(ChoiceScreen, frozen=True):
    """The plate holds a right here, and parks under it or as a visitor."""

    name: ClassVar[str] = "regime"

    plate: str
    back: PlateScreen
    options: tuple[str, ...]

    def purchases(self) -> tuple[Purchase, ...]:
        """Under each regime."""
        return tuple(Purchase(self.plate, regime) for regime in self.options)

    def option(self, purchase: Purchase, context: Context) -> tuple[str, str]:
        """The regime; its whole name where that is longer, or else whose it is."""
        label, name = regime_label(purchase.regime, context), regime_name(purchase.regime, context)
        return label, grouped(self.plate) if label == name else name

    def asked(self, context: Context) -> str:
        """The regime."""
        return context.say("régime")

    def after(self, purchase: Purchase, context: Context) -> Move:
        """The choice of vehicle, where it changes the price."""
        return after_regime(purchase, self.back, context)

    def corrected(self) -> Screen:
        """The plate."""
        return self.back.with_units(0)

    def explain(self, context: Context) -> str:
        """Where these come from."""
        return context.say("Les droits de votre plaque dans ce secteur, d’après le registre de la Ville.")


class VehicleChoice(ChoiceScreen, frozen=True):
    """The class of the vehicle changes the price, and only the driver knows it."""

    name: ClassVar[str] = "vehicle"

    purchase: Purchase
    back: PlateScreen
    options: tuple[str, ...]

    def purchases(self) -> tuple[Purchase, ...]:
        """With each class."""
        return tuple(replace(self.purchase, vehicle=vehicle) for vehicle in self.options)

    def option(self, purchase: Purchase, context: Context) -> tuple[str, str]:
        """The class; what its driver knows it by."""
        return vehicle_name(purchase.vehicle, context), vehicle_meaning(purchase.vehicle, self.options, context)

    def asked(self, context: Context) -> str:
        """The vehicle."""
        return context.say("véhicule")

    def after(self, purchase: Purchase, context: Context) -> Move:
        """The duration, or why there is none."""
        return after_vehicle(purchase, self.back, context)

    def corrected(self) -> Screen:
        """The plate."""
        return self.back.with_units(0)

    def explain(self, context: Context) -> str:
        """Where the mass is read."""
        return context.say("La masse en service est à la ligne G de la carte grise.")


class AlreadyCovered(QuestionScreen, frozen=True):
    """This plate is covered now: buying more continues its stay, on the same scale."""

    name: ClassVar[str] = "already paid"

    length: Duration

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK goes on to prolong."""
        match event:
            case KeyPressed(Key.OK):
                return self.length
            case KeyPressed(Key.CORRECT):
                return self.length.back.with_units(0)
        return self

    def view(self, context: Context) -> View:
        """Covered until when (the last payment may be in doubt, or of nothing), and the question."""
        end = continued_stay(self.length.purchase, context).end or context.now
        return visit_view(
            self,
            context,
            Line(context.say("{plate} couvert jusqu’à", plate=grouped(self.length.purchase.plate)), Size.MEDIUM),
            Line(until(end, context)),
            Line(self._question(context), Size.MEDIUM),
            hints=(Hint(Key.CANCEL, context.say("non")), Hint(Key.OK, context.say("prolonger"))),
        )

    def _question(self, context: Context) -> str:
        """Whoever wants the ticket of this plate needs its code: a plate stands on every car."""
        if awaits_ticket(self.length.purchase.plate, context):
            return context.say("Prolonger ? Ou code d’un ticket.")
        return context.say("Prolonger ?")

    def priced_purchase(self) -> Purchase:
        """What would be prolonged."""
        return self.length.purchase

    def explain(self, context: Context) -> str:
        """Why the price does not begin again."""
        return context.say("Prolonger continue le même barème : le prix ne repart pas de la première heure.")


class MaximumReached(QuestionScreen, frozen=True):
    """The maximum stay is bought: no money is taken, and it says when parking can be bought again."""

    name: ClassVar[str] = "cap"

    purchase: Purchase
    back: PlateScreen

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK ends the visit, CORRECT goes back to the plate."""
        match event:
            case KeyPressed(Key.OK):
                return VisitOver()
            case KeyPressed(Key.CORRECT):
                return self.back.with_units(0)
        return self

    def view(self, context: Context) -> View:
        """That it is reached, and when it is over."""
        again = next_purchase_at(self.purchase, continued_stay(self.purchase, context), context)
        return visit_view(
            self,
            context,
            Line(context.say("{plate} : maximum", plate=grouped(self.purchase.plate)), Size.MEDIUM),
            Line(context.say("Nouveau ticket possible"), Size.MEDIUM),
            Line(until(again, context)),
            hints=(Hint(Key.OK, context.say("terminer")),),
        )

    def priced_purchase(self) -> Purchase:
        """What was bought up to the maximum."""
        return self.purchase

    def explain(self, context: Context) -> str:
        """What the maximum is."""
        return context.say("La durée maximale sert à ce que les places tournent.")


class NotForVehicle(QuestionScreen, frozen=True):
    """The regime is not open to this class of vehicle: nothing is given, and the way on is the visitor's."""

    name: ClassVar[str] = "not for this vehicle"

    purchase: Purchase
    back: PlateScreen

    def on_answer(self, event: Event, context: Context) -> Move:
        """OK goes on as a visitor, with the class declared; CORRECT goes back to the plate."""
        match event:
            case KeyPressed(Key.OK) if self.purchase.regime != "visitor":
                return after_vehicle(replace(self.purchase, regime="visitor"), self.back, context)
            case KeyPressed(Key.CORRECT):
                return self.back.with_units(0)
        return self

    def view(self, context: Context) -> View:
        """What is refused, and what is offered instead."""
        if self.purchase.regime == "visitor":
            return visit_view(self, context, *out_of_service(context), hints=(Hint(Key.CANCEL, context.say("terminer")),))
        return visit_view(
            self,
            context,
            Line(regime_name(self.purchase.regime, context), Size.MEDIUM),
            Line(context.say("Pas ce véhicule")),
            Line(context.say("OK : au tarif visiteur"), Size.MEDIUM),
            hints=(
                Hint(Key.CORRECT, context.say("plaque")),
                Hint(Key.CANCEL, context.say("annuler")),
                Hint(Key.OK, context.say("visiteur")),
            ),
        )

    def priced_purchase(self) -> Purchase:
        """What OK goes on with."""
        return replace(self.purchase, regime="visitor")

    def explain(self, context: Context) -> str:
        """Who decided it."""
        return context.say("Le tarif en vigueur ferme ce régime aux véhicules de cette masse.")
