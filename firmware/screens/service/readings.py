"""Readings of the machine for a technician to judge: clock, network, power; versions.

What cannot be read is said to be unknown: a blank or a zero would be taken for good news.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from firmware.screens.screen import Move
from firmware.screens.service.judged_trial import JudgedTrial
from firmware.screens.service.session import (
    ServiceScreen,
    Session,
    service_fact,
    service_view,
    small,
)
from firmware.screens.service.wording import publication_name
from firmware.service.inspection import Inspection
from firmware.visit.context import Context
from firmware.visit.effects import Inspect
from firmware.visit.events import Event, Inspected
from hal.ports import Hint, Key, KeyPressed, LightIs, Line, StartCause, View


def yes_no(known: bool | None, context: Context) -> str:
    """`oui`, `non`, or that it is unknown."""
    return context.say("inconnu") if known is None else context.say("oui") if known else context.say("non")


class ReadingTrial(JudgedTrial, frozen=True):
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


class NetworkTrial(ReadingTrial, frozen=True):
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


class PowerTrial(ReadingTrial, frozen=True):
    """The mains, what the computer says of its own power and heat, and what the front panel watches."""

    name: ClassVar[str] = "service power"
    trial: ClassVar[str] = "power"

    of_panel: bool = False
    """Whether its second page is up: the front panel's own starts, and the light."""

    def on_answer(self, event: Event, context: Context) -> Move:
        """+ turns the page, on a board that has a front panel."""
        if event == KeyPressed(Key.PLUS) and context.health.panel is not None:
            return replace(self, of_panel=not self.of_panel)
        return super().on_answer(event, context)

    def read(self, found: Inspection, context: Context) -> tuple[Line, ...]:
        """Mains, under-voltage, throttling, temperature; what the front panel watches."""
        if self.of_panel:
            return small(*_of_board(context))
        supply = found.supply
        heat = context.say("inconnu") if supply.celsius is None else f"{supply.celsius} °C"
        return small(
            context.say("Secteur : {mains} · température : {heat}", mains=yes_no(context.health.mains, context), heat=heat),
            context.say(
                "Sous-tension : {low} · ralenti : {slow}",
                low=yes_no(supply.under_voltage, context),
                slow=yes_no(supply.throttled, context),
            ),
            *_of_panel(context),
        )

    def view(self, context: Context) -> View:
        """With the key that turns the page, where there is another."""
        view = super().view(context)
        return (
            view if context.health.panel is None else replace(view, hints=(Hint(Key.PLUS, context.say("façade")), *view.hints))
        )


def _of_panel(context: Context) -> tuple[str, ...]:
    """What the front panel watches, on a board that has one: its cover, and how often it cut this computer's power."""
    health = context.health
    if health.panel is None:
        return ()
    opened = context.say("oui") if health.panel_open else context.say("non")
    return (context.say("Façade ouverte : {opened} · coupures de courant : {cuts}", opened=opened, cuts=health.panel_cuts),)


def _of_board(context: Context) -> tuple[str, ...]:
    """How often the front panel has started and why it last did, and the light around."""
    return (
        context.say("Démarrages : {count}", count=context.health.panel_record.starts),
        context.say("Dernière cause : {cause}", cause=cause_name(context)),
        context.say("Lumière : {lux}", lux=_light(context.health.light, context)),
    )


def _light(light: LightIs | None, context: Context) -> str:
    if light is None:
        return context.say("inconnu")
    return context.say("capteur muet") if light.lux is None else f"{light.lux} lx"


def cause_name(context: Context) -> str:
    """Why the front panel last started."""
    names = {
        StartCause.POWER.value: context.say("courant"),
        StartCause.RESET_LINE.value: context.say("remise à zéro"),
        StartCause.WATCHDOG.value: context.say("blocage"),
        StartCause.PROGRAM.value: context.say("programme"),
    }
    return names.get(context.health.panel_record.cause, context.say("inconnu"))


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
        published = ", ".join(f"{publication_name(kind, context)} {at}" for kind, at in found.versions) or context.say("rien")
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
