"""What the machine reads of itself, for a person to judge. Knows no clock, no wire, no disk.

What cannot be read is said to be unknown: a blank or a zero would be taken for good news.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from firmware.clock_trust import CONFIRMED, FREE, SYNCHRONISED, WRONG
from firmware.effects import Inspect
from firmware.events import Event, Inspected, TimedOut
from firmware.here import Here
from firmware.inspection import Inspection
from firmware.screens.screen import Move
from firmware.screens.service.session import Served, Session, closed, joined, noted, panel, small
from firmware.screens.service.trial import Judged
from hal.ports import Hint, Key, Line, Pressed, Size, View

SHOWN = 3
"""Lines of text on a page."""


def yes(known: bool | None, here: Here) -> str:
    """`oui`, `non`, or that nobody can tell."""
    return here.say("inconnu") if known is None else here.say("oui") if known else here.say("non")


@dataclass(frozen=True)
class _Read(Judged):
    """A trial that begins by reading."""

    found: Inspection | None = None

    def answered(self, event: Event, here: Here) -> Move:
        """The readings, then a verdict; there is none before."""
        if isinstance(event, Inspected):
            return replace(self, found=event.inspection)
        return super().answered(event, here) if self.found else self

    def lines(self, here: Here) -> tuple[Line, ...]:
        """What was read, or that it is being read."""
        return self.read(self.found, here) if self.found else small(here.say("Lecture…"))

    def read(self, found: Inspection, here: Here) -> tuple[Line, ...]:
        """What was read."""
        raise NotImplementedError


@dataclass(frozen=True)
class ClockTrial(_Read):
    """The date, the running seconds, and who keeps them right: the technician compares with a watch."""

    name: ClassVar[str] = "service clock"
    trial: ClassVar[str] = "clock"
    patience: ClassVar[float] = 1.0

    left: int = 50
    """Seconds until the session ends for want of an answer: each is another picture."""

    def on(self, event: Event, here: Here) -> Move:
        """A second passes."""
        if event == TimedOut():
            return replace(self, left=self.left - 1) if self.left > 1 else closed(self.session)
        return super().on(event, here)

    def answered(self, event: Event, here: Here) -> Move:
        """A technician who finds it right ends a dispute between the clock and the journal."""
        judged = super().answered(event, here)
        confirmed = self.found is not None and event == Pressed(Key.OK)
        return joined(judged, noted(self.session, CONFIRMED)) if confirmed else judged

    def detail(self, here: Here) -> str:
        """What was agreed to, or not."""
        return f"{here.now.isoformat(timespec='seconds')} {here.health.clock.quality}"

    def read(self, found: Inspection, here: Here) -> tuple[Line, ...]:
        """Date and time, and how far they were believed so far."""
        known = clock_name(here.health.clock.quality, here)
        return (
            Line(f"{here.now:%d/%m/%Y %H:%M:%S}", Size.MEDIUM),
            *small(here.say("{quality} · est-elle juste ?", quality=known)),
        )


def clock_name(quality: str, here: Here) -> str:
    """How far the clock is believed, as a technician reads it."""
    names = {
        SYNCHRONISED: here.say("Synchronisée"),
        FREE: here.say("Libre, non synchronisée"),
        WRONG: here.say("Fausse, ventes arrêtées"),
    }
    return names.get(quality) or here.say("Qualité inconnue")


@dataclass(frozen=True)
class NetworkTrial(_Read):
    """When the city last took something, and what still waits for it."""

    name: ClassVar[str] = "service network"
    trial: ClassVar[str] = "network"

    def read(self, found: Inspection, here: Here) -> tuple[Line, ...]:
        """The last contact; entries not acknowledged."""
        at = found.contact.at
        when = here.say("jamais, ou inconnu") if at is None else f"{at.astimezone(here.now.tzinfo):%d/%m %H:%M:%S}"
        unsent = here.say("inconnu") if found.unsent is None else str(found.unsent)
        return small(
            here.say("Dernier contact : {when}", when=when), here.say("Écritures non envoyées : {unsent}", unsent=unsent)
        )


@dataclass(frozen=True)
class PowerTrial(_Read):
    """The mains, and what the computer says of its own power and heat."""

    name: ClassVar[str] = "service power"
    trial: ClassVar[str] = "power"

    def read(self, found: Inspection, here: Here) -> tuple[Line, ...]:
        """Mains, under-voltage, throttling, temperature."""
        supply = found.supply
        heat = here.say("inconnu") if supply.celsius is None else f"{supply.celsius} °C"
        return small(
            here.say("Secteur : {mains} · température : {heat}", mains=yes(here.health.mains, here), heat=heat),
            here.say(
                "Sous-tension : {low} · ralenti : {slow}", low=yes(supply.under_voltage, here), slow=yes(supply.throttled, here)
            ),
        )


def versions(session: Session, here: Here) -> Move:
    """What runs here."""
    return Versions(session), noted(session, "versions read"), Inspect()


@dataclass(frozen=True)
class Versions(Served):
    """The software, the prices, what the city has published."""

    name: ClassVar[str] = "service versions"

    found: Inspection | None = None

    def answered(self, event: Event, here: Here) -> Move:
        """Any key goes back."""
        match event:
            case Inspected(inspection):
                return replace(self, found=inspection)
            case Pressed():
                return self.session.then(self.session)
        return self

    def view(self, here: Here) -> View:
        """One line each."""
        found = self.found
        if found is None:
            return panel(self, here, *small(here.say("Lecture…")))
        published = ", ".join(f"{kind} {version}" for kind, version in found.versions) or here.say("rien")
        return panel(
            self,
            here,
            *small(
                here.say("Logiciel {software} · barème {tariff}", software=found.software, tariff=found.tariff),
                here.say("Publié par la Ville : {published}", published=published),
                here.say("Journal : écriture {seq}", seq=found.seq),
            ),
            hints=(Hint(Key.OK, here.say("retour")),),
        )


@dataclass(frozen=True)
class Alarms(Served):
    """What is wrong now, a page at a time."""

    name: ClassVar[str] = "service alarms"

    page: int = 0

    def answered(self, event: Event, here: Here) -> Move:
        """+ turns the page, any other key goes back."""
        pages = -(-len(here.health.alarms) // SHOWN)
        match event:
            case Pressed(Key.PLUS) if pages > 1:
                return replace(self, page=(self.page + 1) % pages)
            case Pressed():
                return self.session.then(self.session)
        return self

    def view(self, here: Here) -> View:
        """Their codes and names; the book says the rest."""
        alarms = sorted(here.health.alarms)
        shown = alarms[self.page * SHOWN :][:SHOWN] or [here.say("Aucune alarme")]
        return panel(self, here, *small(*shown), hints=(Hint(Key.PLUS, here.say("suite")), Hint(Key.OK, here.say("retour"))))
