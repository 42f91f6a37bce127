"""Core of a simulated card terminal: what is the same whatever it speaks: its screen, cards, the bank behind it, the ledger.

A payment that was begun waits for a card, follows the card's script, and is decided: then the money moves, and whoever speaks
for the terminal is told (`take`), who says so to the till and then `close`s the payment. It has its own power: a power cut in
the station changes nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from hal.ports import NEVER, Instant
from simulator.devices.terminal_script import (
    ABORTED,
    ABSENT,
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
    "ten_times": "Débite, et annonce, dix fois le montant demandé",
}
"""Faults that the core has itself, each with what it does, in French. Whoever speaks for it heeds `dead`."""

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
        return "mute" in self.faults or ("mute_after_card" in self.faults and self.card_taken)

    @property
    def busy(self) -> bool:
        """Whether a payment is under way."""
        return self._phase is not _Phase.IDLE

    # --- what the till and the motorist do ------------------------------------------------------------------------

    def begin(self, reference: str, cents: int, now: Instant) -> None:
        """Ask for a card."""
        self._reference, self._cents, self._card = reference, cents, ""
        self._clear_at = NEVER
        self.display = ("INSEREZ CARTE", amount_text(cents))
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

    def reboot(self, now: Instant) -> None:
        """Forget the payment under way; what the bank has debited it has."""
        self._decision, self._then = None, None
        self._leave(now)

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
