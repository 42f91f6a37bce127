"""Service entries that touch sales: test sale, collection of the counters, out of sales and back."""

from __future__ import annotations

from typing import ClassVar

from firmware.domain.money import euros
from firmware.domain.purchase import Purchase
from firmware.protocol.facts import SalesResumed, SalesStopped, TestSold
from firmware.screens.screen import Move
from firmware.screens.service.printing import print_job
from firmware.screens.service.session import ServiceScreen, prepend_effects, service_view, small
from firmware.service.print_jobs import Specimen, StatisticsTicket
from firmware.visit.context import Context
from firmware.visit.effects import Record
from firmware.visit.events import Event
from firmware.visit.offers import quotes_for
from hal.ports import Hint, Key, KeyPressed, Line, Size, View

AN_HOUR = 4
"""Quarters."""


class _Confirmation(ServiceScreen, frozen=True):
    """Base of screens that OK confirms and CANCEL leaves."""

    def on_answer(self, event: Event, context: Context) -> Move:
        """Nothing else is an answer."""
        match event:
            case KeyPressed(Key.OK):
                return self.on_confirm(context)
            case KeyPressed(Key.CANCEL):
                return self.session.then(self.session)
        return self

    def on_confirm(self, context: Context) -> Move:
        """What OK does."""
        raise NotImplementedError

    def question_lines(self, context: Context) -> tuple[str, str, str]:
        """The question, and two lines of what it means."""
        raise NotImplementedError

    def view(self, context: Context) -> View:
        """The question and what it means."""
        question, *meaning = self.question_lines(context)
        hints = (Hint(Key.CANCEL, context.say("retour")), Hint(Key.OK, context.say("confirmer")))
        return service_view(self, context, Line(question, Size.MEDIUM), *small(*meaning), hints=hints)


class SpecimenSale(_Confirmation, frozen=True):
    """A sale of nothing: priced, numbered and printed like one, and neither a right nor revenue."""

    name: ClassVar[str] = "service test sale"

    def on_confirm(self, context: Context) -> Move:
        """Numbered apart from the sales, which have no hole for it."""
        reference = f"{context.site.station}-T{context.ledger.counters.total.tests + 1:05d}"
        sold = Record(TestSold(self.session.person, reference))
        return prepend_effects(
            print_job(self.session, Specimen(reference, hour_price(context)), "test sale ticket", context), sold
        )

    def question_lines(self, context: Context) -> tuple[str, str, str]:
        """What it tries, and what it cannot."""
        return (
            context.say("Vente de test à 0 € ?"),
            context.say("Ni droit, ni recette ; ticket « sans valeur »."),
            context.say("Le terminal ne sait pas débiter 0 €."),
        )


def hour_price(context: Context) -> int | None:
    """What an hour costs a visitor now, in cents; None where none is sold."""
    offers = quotes_for(Purchase(""), context)
    return offers[AN_HOUR - 1].cents if len(offers) >= AN_HOUR else None


class Collecting(_Confirmation, frozen=True):
    """The counters since the last collection are taken, and begin again."""

    name: ClassVar[str] = "service collection"

    def on_confirm(self, context: Context) -> Move:
        """Written down first: the ticket's journal head includes it."""
        collected = Record(context.ledger.counters.collection(self.session.person))
        return prepend_effects(print_job(self.session, StatisticsTicket(), "statistics ticket", context), collected)

    def question_lines(self, context: Context) -> tuple[str, str, str]:
        """Its number, and what it would take."""
        counters = context.ledger.counters
        amount = euros(counters.since.cents, context.language)
        return (
            context.say("Faire le relevé n° {number} ?", number=counters.collections + 1),
            context.say_count("{count} vente, {amount}", "{count} ventes, {amount}", counters.since.sales, amount=amount),
            context.say("Les compteurs repartent de zéro."),
        )


class Selling(_Confirmation, frozen=True):
    """Out of sales, or back: motorists are told, and sent to the next machine."""

    name: ClassVar[str] = "service sales"

    def on_confirm(self, context: Context) -> Move:
        """The other of the two."""
        person = self.session.person
        fact = SalesResumed(person) if context.ledger.stopped else SalesStopped(person)
        return prepend_effects(self.session.then(self.session), Record(fact))

    def question_lines(self, context: Context) -> tuple[str, str, str]:
        """What motorists will then read."""
        if context.ledger.stopped:
            return (
                context.say("Remettre en vente ?"),
                context.say("L’horodateur vend de nouveau,"),
                context.say("porte fermée ou non."),
            )
        return (
            context.say("Mettre hors vente ?"),
            context.say("Affichera : Machine hors service, code S1,"),
            context.say("même après une coupure."),
        )
