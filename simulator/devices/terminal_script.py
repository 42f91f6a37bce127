"""Card scripts of the simulated terminal, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

CARDS = {
    "approved": "Carte à puce acceptée : code, banque, paiement",
    "contactless": "Carte sans contact acceptée",
    "declined": "Carte à puce refusée par la banque",
    "wrong_pin": "Trois codes faux",
    "removed": "Carte retirée avant la fin",
    "cancelled": "Touche rouge du terminal : abandon",
    "mute": "Carte avalée par le silence : le terminal ne répond plus à cette demande, rien n'est débité",
    "late": "Acceptée, mais après deux minutes et demie",
    "unverified": "Débitée, mais la réponse dit « non vérifiée » (état 9)",
    "yes_after_no": "Refusée, puis acceptée et débitée quelques secondes après",
}
"""Accepted cards, each with what it does, in French."""

IDLE_TEXT = ("BONJOUR", "")


@dataclass(frozen=True)
class ScriptStep:
    """Step of a script: a text on the terminal's screen for so many seconds."""

    shows: str
    seconds: float
    card_out: bool = False
    """The card is taken out."""


class CardOutcome(Enum):
    """How a payment at the terminal ends. A protocol may have fewer words than these."""

    APPROVED = "approved"
    UNVERIFIED = "debited, but not verified"
    REFUSED = "refused by the bank"
    WRONG_PIN = "wrong code three times"
    REMOVED = "card removed"
    CANCELLED = "red key of the terminal"
    NO_CARD = "no card in time"
    ABORTED = "taken back by the till"
    SILENT = "nothing is ever said"


@dataclass(frozen=True)
class Script:
    """Script of a card: steps, then an outcome."""

    steps: tuple[ScriptStep, ...]
    outcome: CardOutcome
    then: Script | None = None
    """What happens after that answer, by a terminal that contradicts itself."""


_CODE = ScriptStep("CODE ?", 2.0)
_BANK = ScriptStep("PATIENTEZ", 1.5)
_WRONG = ScriptStep("CODE FAUX", 1.0)
_SCRIPTS = {
    "approved": Script((_CODE, _BANK), CardOutcome.APPROVED),
    "contactless": Script((ScriptStep("PATIENTEZ", 0.8),), CardOutcome.APPROVED),
    "declined": Script((_CODE, _BANK, ScriptStep("PAIEMENT REFUSE", 0.2)), CardOutcome.REFUSED),
    "wrong_pin": Script((_CODE, _WRONG, _CODE, _WRONG, _CODE, ScriptStep("CODE FAUX 3 FOIS", 0.2)), CardOutcome.WRONG_PIN),
    "removed": Script((_CODE, ScriptStep("CARTE RETIREE", 0.2, card_out=True)), CardOutcome.REMOVED),
    "cancelled": Script((ScriptStep("ABANDON", 0.5),), CardOutcome.CANCELLED),
    "mute": Script((ScriptStep("PATIENTEZ", 60.0),), CardOutcome.SILENT),
    "late": Script((_CODE, ScriptStep("PATIENTEZ", 148.0)), CardOutcome.APPROVED),
    "unverified": Script((_CODE, _BANK), CardOutcome.UNVERIFIED),
    "yes_after_no": Script((_CODE, _BANK), CardOutcome.REFUSED, Script((ScriptStep("PATIENTEZ", 6.0),), CardOutcome.APPROVED)),
}
ABSENT = Script((ScriptStep("ABANDON", 0.2),), CardOutcome.NO_CARD)
"""No card came in time."""
ABORTED = Script((ScriptStep("ABANDON", 0.2),), CardOutcome.ABORTED)
"""The till took its request back."""
ASKING = Script((ScriptStep("MEME OPERATION ?", 30.0),), CardOutcome.CANCELLED)
"""The terminal takes the payment for the one before, and asks whether to go on; nobody says yes."""


def script_for(card: str) -> Script:
    """The script of a card of CARDS."""
    return _SCRIPTS[card]


def amount_text(cents: int) -> str:
    """Amount as the terminal writes it: 12,00 EUR."""
    return f"{cents // 100},{cents % 100:02d} EUR"
