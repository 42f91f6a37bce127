"""What touches sales: a sale of nothing, the counters, out of sales and back. Knows no clock, no wire, no disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from firmware.effects import Record
from firmware.events import Event
from firmware.facts import SalesResumed, SalesStopped, TestSold
from firmware.here import Here
from firmware.money import euros
from firmware.papers import Specimen, StatisticsTicket
from firmware.screens.screen import Move
from firmware.screens.service.printing import printed
from firmware.screens.service.session import Served, joined, panel, small
from firmware.wish import Wish
from hal.ports import Hint, Key, Line, Pressed, Size, View

AN_HOUR = 4
"""Quarters."""


@dataclass(frozen=True)
class _Confirmed(Served):
    """OK does it, CANCEL does not."""

    def answered(self, event: Event, here: Here) -> Move:
        """Nothing else is an answer."""
        match event:
            case Pressed(Key.OK):
                return self.confirmed(here)
            case Pressed(Key.CANCEL):
                return self.session.then(self.session)
        return self

    def confirmed(self, here: Here) -> Move:
        """What OK does."""
        raise NotImplementedError

    def says(self, here: Here) -> tuple[str, str, str]:
        """The question, and two lines of what it means."""
        raise NotImplementedError

    def view(self, here: Here) -> View:
        """The question and what it means."""
        question, *meaning = self.says(here)
        hints = (Hint(Key.CANCEL, here.say("retour")), Hint(Key.OK, here.say("confirmer")))
        return panel(self, here, Line(question, Size.MEDIUM), *small(*meaning), hints=hints)


@dataclass(frozen=True)
class SpecimenSale(_Confirmed):
    """A sale of nothing: priced, numbered and printed like one, and neither a right nor revenue."""

    name: ClassVar[str] = "service test sale"

    def confirmed(self, here: Here) -> Move:
        """Numbered apart from the sales, which have no hole for it."""
        reference = f"{here.site.station}-T{here.ledger.counters.birth.tests + 1:05d}"
        sold = Record(TestSold(self.session.person, reference))
        return joined(printed(self.session, Specimen(reference, an_hour(here)), "test sale ticket", here), sold)

    def says(self, here: Here) -> tuple[str, str, str]:
        """What it tries, and what it cannot."""
        return (
            here.say("Vente de test à 0 € ?"),
            here.say("Ni droit, ni recette ; ticket « sans valeur »."),
            here.say("Le terminal ne sait pas débiter 0 €."),
        )


def an_hour(here: Here) -> int | None:
    """What an hour costs a visitor now, in cents; None where none is sold."""
    offers = here.offers(Wish(""))
    return offers[AN_HOUR - 1].cents if len(offers) >= AN_HOUR else None


@dataclass(frozen=True)
class Collecting(_Confirmed):
    """The counters since the last collection are taken, and begin again."""

    name: ClassVar[str] = "service collection"

    def confirmed(self, here: Here) -> Move:
        """Written down first: the ticket's journal head includes it."""
        collected = Record(here.ledger.counters.collection(self.session.person))
        return joined(printed(self.session, StatisticsTicket(), "statistics ticket", here), collected)

    def says(self, here: Here) -> tuple[str, str, str]:
        """Its number, and what it would take."""
        counters = here.ledger.counters
        return (
            here.say("Faire le relevé n° {number} ?", number=counters.collections + 1),
            here.say("{sales} ventes, {amount}", sales=counters.since.sales, amount=euros(counters.since.cents, here.language)),
            here.say("Les compteurs repartent de zéro."),
        )


@dataclass(frozen=True)
class Selling(_Confirmed):
    """Out of sales, or back: motorists are told, and sent to the next machine."""

    name: ClassVar[str] = "service sales"

    def confirmed(self, here: Here) -> Move:
        """The other of the two."""
        person = self.session.person
        fact = SalesResumed(person) if here.ledger.stopped else SalesStopped(person)
        return joined(self.session.then(self.session), Record(fact))

    def says(self, here: Here) -> tuple[str, str, str]:
        """What motorists will then read."""
        if here.ledger.stopped:
            return here.say("Remettre en vente ?"), here.say("L’horodateur vend de nouveau,"), here.say("porte fermée ou non.")
        return (
            here.say("Mettre hors vente ?"),
            here.say("Affichera : Machine hors service, code S1,"),
            here.say("même après une coupure."),
        )
