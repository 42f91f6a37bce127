"""Readings of the machine for a technician to judge: clock, network, power; versions, alarms.

What cannot be read is said to be unknown: a blank or a zero would be taken for good news.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.ledger.clock_evidence import CONFIRMED, FREE, SYNCHRONISED, WRONG
from firmware.screens.screen import Move
from firmware.screens.service.judged_trial import JudgedTrial
from firmware.screens.service.session import (
    ServiceScreen,
    Session,
    close_session,
    prepend_effects,
    service_fact,
    service_view,
    small,
)
from firmware.service.inspection import Inspection
from firmware.visit.context import Context
from firmware.visit.effects import Inspect
from firmware.visit.events import Event, Inspected, TimedOut
from hal.ports import Hint, Key, KeyPressed, Line, Size, View

SHOWN = 3
"""Lines of text on a page."""


def yes_no(known: bool | None, context: Context) -> str:
    """`oui`, `non`, or that it is unknown."""
    return context.say("inconnu") if known is None else context.say("oui") if known else context.say("non")


class _ReadingTrial(JudgedTrial, frozen=True):
    """Base of trials that judge a reading."""

    found: Inspection | None = None

    def on_answer(self, event: Event, context: Context) -> Move:
        """The readings, then a verdict; there is none before."""
        if isinstance(event, Inspected):
            return replace(self, found=event.inspection)
        return super().on_answer(event, context) if self.found else self

    def lines(self, context: Context) -> tuple[Line, ...]:
        """What was read, or that it is being read."""
        return self.read(self.found, context) if self.found else small(context.say("Lecture…"))

    def read(self, found: Inspection, context: Context) -> tuple[Line, ...]:
        """What was read."""
        raise NotImplementedError


class ClockTrial(_ReadingTrial, frozen=True):
    """The date, the running seconds, and who keeps them right: the technician compares with a watch."""

    name: ClassVar[str] = "service clock"
    trial: ClassVar[str] = "clock"
    patience: ClassVar[float] = 1.0

    left: int = 50
    """Seconds until the session ends for want of an answer: each is another picture."""

    def on(self, event: Event, context: Context) -> Move:
        """A second passes."""
        if event == TimedOut():
            return replace(self, left=self.left - 1) if self.left > 1 else close_session(self.session)
        return super().on(event, context)

    def on_answer(self, event: Event, context: Context) -> Move:
        """A technician who finds it right ends a dispute between the clock and the journal."""
        judged = super().on_answer(event, context)
        confirmed = self.found is not None and event == KeyPressed(Key.OK)
        return prepend_effects(judged, service_fact(self.session, CONFIRMED)) if confirmed else judged

    def detail(self, context: Context) -> str:
        """What was agreed to, or not."""
        return f"{context.now.isoformat(timespec='seconds')} {context.health.clock.quality}"

    def read(self, found: Inspection, context: Context) -> tuple[Line, ...]:
        """Date and time, and how far they were believed so far."""
        known = clock_name(context.health.clock.quality, context)
        return (
            Line(f"{context.now:%d/%m/%Y %H:%M:%S}", Size.MEDIUM),
            *small(context.say("{quality} · est-elle juste ?", quality=known)),
        )


def clock_name(quality: str, context: Context) -> str:
    """How far the clock is believed, as a technician reads it."""
    names = {
        SYNCHRONISED: context.say("Synchronisée"),
        FREE: context.say("Libre, non synchronisée"),
        WRONG: context.say("Fausse, ventes arrêtées"),
    }
    return names.get(quality) or context.say("Qualité inconnue")


class NetworkTrial(_ReadingTrial, frozen=True):
    """When the city last took something, and what still waits for it."""

    name: ClassVar[str] = "service network"
    trial: ClassVar[str] = "network"

    def read(self, found: Inspection, context: Context) -> tuple[Line, ...]:
        """The last delivery that was accepted; entries not acknowledged; why the city refuses, where it does."""
        at = found.delivery.at
        when = context.say("jamais, ou inconnu") if at is None else f"{at.astimezone(context.now.tzinfo):%d/%m %H:%M:%S}"
        unsent = context.say("inconnu") if found.unsent is None else str(found.unsent)
        refused = [context.say("Refus : {why}", why=found.delivery.refused[:40])] if found.delivery.refused else []
        return small(
            context.say("Dernière remise acceptée : {when}", when=when),
            context.say("Écritures non envoyées : {unsent}", unsent=unsent),
            *refused,
        )


class PowerTrial(_ReadingTrial, frozen=True):
    """The mains, and what the computer says of its own power and heat."""

    name: ClassVar[str] = "service power"
    trial: ClassVar[str] = "power"

    def read(self, found: Inspection, context: Context) -> tuple[Line, ...]:
        """Mains, under-voltage, throttling, temperature."""
        supply = found.supply
        heat = context.say("inconnu") if supply.celsius is None else f"{supply.celsius} °C"
        return small(
            context.say("Secteur : {mains} · température : {heat}", mains=yes_no(context.health.mains, context), heat=heat),
            context.say(
                "Sous-tension : {low} · ralenti : {slow}",
                low=yes_no(supply.under_voltage, context),
                slow=yes_no(supply.throttled, context),
            ),
        )


def read_versions(session: Session, context: Context) -> Move:
    """Open the screen of versions."""
    return Versions(session), service_fact(session, "versions read"), Inspect()


class Versions(ServiceScreen, frozen=True):
    """The software, the prices, what the city has published."""

    name: ClassVar[str] = "service versions"

    found: Inspection | None = None

    def on_answer(self, event: Event, context: Context) -> Move:
        """Any key goes back."""
        match event:
            case Inspected(inspection):
                return replace(self, found=inspection)
            case KeyPressed():
                return self.session.then(self.session)
        return self

    def view(self, context: Context) -> View:
        """One line each."""
        found = self.found
        if found is None:
            return service_view(self, context, *small(context.say("Lecture…")))
        published = ", ".join(f"{kind} {version}" for kind, version in found.versions) or context.say("rien")
        return service_view(
            self,
            context,
            *small(
                context.say("Logiciel {software} · barème {tariff}", software=found.software, tariff=found.tariff),
                context.say("Publié par la Ville : {published}", published=published),
                context.say("Journal : écriture {seq}", seq=found.seq),
            ),
            hints=(Hint(Key.OK, context.say("retour")),),
        )


class Alarms(ServiceScreen, frozen=True):
    """What is wrong now, a page at a time."""

    name: ClassVar[str] = "service alarms"

    page: int = 0

    def on_answer(self, event: Event, context: Context) -> Move:
        """+ turns the page, any other key goes back."""
        pages = -(-len(context.health.alarms) // SHOWN)
        match event:
            case KeyPressed(Key.PLUS) if pages > 1:
                return replace(self, page=(self.page + 1) % pages)
            case KeyPressed():
                return self.session.then(self.session)
        return self

    def view(self, context: Context) -> View:
        """Their codes and names; the book says the rest."""
        alarms = sorted(context.health.alarms)
        shown = alarms[self.page * SHOWN :][:SHOWN] or [context.say("Aucune alarme")]
        return service_view(
            self,
            context,
            *small(*shown),
            hints=(Hint(Key.PLUS, context.say("suite")), Hint(Key.OK, context.say("retour"))),
        )
