"""Core of a simulated card terminal: what is the same whatever it speaks: its screen, cards, the bank behind it, the ledger.

A payment that was begun waits for a card, follows the card's script, and is decided: then the money moves, and whoever speaks
for the terminal is told (`take`), who says so to the till and then `close`s the payment. It has its own power: a power cut in
the station changes nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from hal.ports import NEVER, Instant
from simulator.devices.terminal_script import (
    ABORTED,
    ABSENT,
    ASKING,
    CARDS,
    IDLE_TEXT,
    CardOutcome,
    Script,
    ScriptStep,
    amount_text,
    script_for,
)

CORE_FAULTS = {
    "mute": "Ne répond à rien",
    "mute_after_card": "Se tait dès que la carte est prise, et débite",
    "slow": "Cinq fois plus lent",
    "off": "Sans courant : oublie le paiement en cours",
    "asks": "Demande « même opération, continuer ? », et personne ne répond",
    "ten_times": "Débite, et annonce, dix fois le montant demandé",
    "fee": "Ajoute 0,50 € de frais au montant",
    "twice": "Répond deux fois au paiement",
    "half": "Envoie la moitié de sa réponse au paiement, puis se tait",
    "other_reference": "Répond pour un autre paiement que le nôtre",
    "reverses": "Annule de lui-même un paiement dont la réponse n'a pas été reçue",
}
"""Faults that every terminal can have, each with what it does, in French. The core has the first seven itself; whoever speaks
for it heeds `dead`, and has the others."""
FEE = 50

CARD_TIME_OUT = 30.0
TEXT_STAYS = 4.0
DEBITED = (CardOutcome.APPROVED, CardOutcome.UNVERIFIED)
"""Outcomes with which the money has moved. Of UNVERIFIED no manual says: we chose what is most dangerous for a till."""


@dataclass(frozen=True)
class Debit:
    """Debit of a motorist's account, as the bank sees it; a reversal has its amount below zero."""

    reference: str
    cents: int
    at: Instant


@dataclass(frozen=True)
class Decision:
    """How a payment was decided."""

    reference: str
    cents: int
    """What was debited, or asked for."""
    outcome: CardOutcome
    contactless: bool = False


class _Phase(Enum):
    IDLE = "idle"
    CARD = "waiting for a card"
    WORKING = "following a card's script"
    DECIDED = "decided; the answer is to be given"


class TerminalCore:
    """The screen, the reader and the bank of one terminal."""

    def __init__(self) -> None:
        self.display: tuple[str, str] = IDLE_TEXT
        """The two lines of its own screen."""
        self.faults: set[str] = set()
        self.ledger: list[Debit] = []
        """Every debit, in order: the truth that money invariants compare with."""
        self.unheard: set[str] = set()
        """References of payments that it refused and debited after all, and could not say so: nobody acknowledged it."""
        self.acknowledged: set[str] = set()
        """References of debits that it told, and the till acknowledged, where its protocol has a word for that."""
        self._contradicts = False
        self.card_taken = False
        """Whether a card was shown for the payment under way."""
        self._phase = _Phase.IDLE
        self._deadline: Instant = NEVER
        self._clear_at: Instant = NEVER
        self._reference, self._cents, self._card = "", 0, ""
        self._script: list[ScriptStep] = []
        self._outcome = CardOutcome.SILENT
        self._then: Script | None = None
        self._decision: Decision | None = None

    @property
    def dead(self) -> bool:
        """Whether nothing passes in either direction."""
        return bool(self.faults & {"mute", "off"}) or ("mute_after_card" in self.faults and self.card_taken)

    @property
    def busy(self) -> bool:
        """Whether a payment is under way."""
        return self._phase is not _Phase.IDLE

    @property
    def reference(self) -> str:
        """Its reference of the payment under way, or of the last one."""
        return self._reference

    # --- what hands do --------------------------------------------------------------------------------------------

    def fault(self, name: str, on: bool, known: Mapping[str, str]) -> None:
        """Switch a fault, live. Raises ValueError for one that is not among the known ones, naming those."""
        if name not in known:
            raise ValueError(f"the terminal has no fault {name!r}: one of {', '.join(known)}")
        changes = on is not (name in self.faults)
        (self.faults.add if on else self.faults.discard)(name)
        if name == "off" and changes:
            self.restart()
            self.display = ("", "") if on else IDLE_TEXT

    def restart(self) -> None:
        """Forget the payment under way; what the bank has debited it has."""
        self._decision, self._then, self.card_taken = None, None, False
        self.display, self._clear_at = IDLE_TEXT, NEVER
        self._enter(_Phase.IDLE, NEVER)

    # --- what the till and the motorist do ------------------------------------------------------------------------

    def begin(self, reference: str, cents: int, now: Instant) -> None:
        """Ask for a card."""
        self._reference, self._cents, self._card = reference, cents + (FEE if "fee" in self.faults else 0), ""
        self._clear_at = NEVER
        self.display = ("INSEREZ CARTE", amount_text(self._cents))
        if "asks" in self.faults:
            self._follow(ASKING, now)
        else:
            self._enter(_Phase.CARD, now + CARD_TIME_OUT * self._slowness)

    def refuse(self, reference: str, cents: int, now: Instant) -> None:
        """Refuse a request that cannot be paid, without asking for a card."""
        self._reference, self._cents, self._card = reference, cents, ""
        self._follow(Script((), CardOutcome.REFUSED), now)

    def present(self, card: str, now: Instant) -> bool:
        """Hold a card of CARDS to it; False, and nothing happens, when it asks for none. ValueError on an unknown card."""
        if card not in CARDS:
            raise ValueError(f"no card {card!r}: one of {', '.join(CARDS)}")
        if self._phase is not _Phase.CARD:
            return False
        self.card_taken, self._card = True, card
        self._follow(script_for(card), now)
        return True

    def abort(self, now: Instant) -> bool:
        """Take the request back, as the till asks; False where it is too late, or nothing is under way."""
        if self._phase not in (_Phase.CARD, _Phase.WORKING):
            return False
        self._follow(ABORTED, now)
        return True

    def give_back(self, debit: Debit, now: Instant) -> None:
        """Reverse a debit of the ledger."""
        self.ledger.append(Debit(debit.reference, -debit.cents, now))

    def give_back_undelivered(self, decision: Decision, now: Instant) -> bool:
        """Reverse the debit whose answer the till has not received, if this terminal does; whether it did."""
        if self._contradicts and decision.outcome in DEBITED:
            self.unheard.add(decision.reference)
        gives_back = "reverses" in self.faults and decision.outcome in DEBITED
        if gives_back:
            self.give_back(self.ledger[-1], now)
        return gives_back

    # --- time -----------------------------------------------------------------------------------------------------

    @property
    def wake_at(self) -> Instant:
        """Whatever comes first: the end of a step, no card in time, its text turning back to idle."""
        return min(self._deadline, self._clear_at)

    def wake(self, now: Instant) -> None:
        """A time has come."""
        if self._clear_at <= now:
            self._clear_at = NEVER
            if not self.busy:
                self.display = IDLE_TEXT
        while self._deadline <= now:
            if self._phase is _Phase.CARD:
                self._follow(ABSENT, self._deadline)
            else:
                self._next_step(self._deadline)

    def take(self) -> Decision | None:
        """How the payment was decided, once."""
        decision, self._decision = self._decision, None
        return decision

    def close(self, now: Instant) -> None:
        """The answer was given, or given up: the payment is over, unless this card contradicts itself."""
        self._contradicts = self._then is not None
        if self._then is not None:
            self._follow(self._then, now)
        else:
            self._leave(now)

    @property
    def _slowness(self) -> float:
        return 5.0 if "slow" in self.faults else 1.0

    def _enter(self, phase: _Phase, deadline: Instant) -> None:
        self._phase, self._deadline = phase, deadline

    def _follow(self, script: Script, now: Instant) -> None:
        self._script, self._outcome, self._then = list(script.steps), script.outcome, script.then
        self._enter(_Phase.WORKING, now)
        self._next_step(now)

    def _next_step(self, now: Instant) -> None:
        if self._script:
            step = self._script.pop(0)
            self.display = (step.shows, self.display[1])
            self.card_taken = self.card_taken and not step.card_out
            self._deadline = now + step.seconds * self._slowness
        else:
            self._decide(now)

    def _decide(self, now: Instant) -> None:
        """The bank, or the motorist, has decided: the money moves now, the till hears of it later, or never."""
        cents = self._cents
        if self._outcome in DEBITED:
            if "ten_times" in self.faults:
                cents = int(f"{10 * cents:08d}"[-8:])
            self.ledger.append(Debit(self._reference, cents, now))
            self.display = ("PAIEMENT ACCEPTE" if self._outcome is CardOutcome.APPROVED else "NON VERIFIE", self.display[1])
        self._decision = Decision(self._reference, cents, self._outcome, self._card == "contactless")
        self._enter(_Phase.DECIDED, NEVER)
        if self._outcome is CardOutcome.SILENT:
            self._leave(now)

    def _leave(self, now: Instant) -> None:
        self.card_taken = False
        self._clear_at = now + TEXT_STAYS
        self._enter(_Phase.IDLE, NEVER)
