"""Card scripts of the simulated terminal, step by step, and the faults it can have."""

from __future__ import annotations

from dataclasses import dataclass

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

FAULTS = {
    "mute": "Ne répond à rien",
    "mute_after_enq": "Répond à l'appel, puis ignore la demande",
    "mute_after_request": "Prend la demande sans l'acquitter, et la traite",
    "mute_after_card": "Se tait dès que la carte est prise, et débite",
    "garble": "Altère sa prochaine réponse, deux fois",
    "garble_always": "Altère toutes ses réponses",
    "nak": "Refuse toutes les demandes (NAK)",
    "slow": "Cinq fois plus lent",
    "busy": "Occupé : refuse l'appel (NAK)",
    "no_reference": "Ne rend pas notre référence dans ses refus",
    "ten_times": "Débite, et annonce, dix fois le montant demandé",
}
"""Accepted faults, each with what it does, in French."""

IDLE_TEXT = ("BONJOUR", "")


@dataclass(frozen=True)
class ScriptStep:
    """Step of a script: a text on the terminal's screen for so many seconds."""

    shows: str
    seconds: float


@dataclass(frozen=True)
class Script:
    """Script of a card: steps, then a result: '0' accepted, '7' refused, '9' not verified, or empty if nothing is ever said.

    These are the results that Concert E+ has: one answer for every way in which nothing was paid.
    """

    steps: tuple[ScriptStep, ...]
    result: str
    then: Script | None = None
    """What happens after that answer, by a terminal that contradicts itself."""


_CODE = ScriptStep("CODE ?", 2.0)
_BANK = ScriptStep("PATIENTEZ", 1.5)
_WRONG = ScriptStep("CODE FAUX", 1.0)
_SCRIPTS = {
    "approved": Script((_CODE, _BANK), "0"),
    "contactless": Script((ScriptStep("PATIENTEZ", 0.8),), "0"),
    "declined": Script((_CODE, _BANK, ScriptStep("PAIEMENT REFUSE", 0.2)), "7"),
    "wrong_pin": Script((_CODE, _WRONG, _CODE, _WRONG, _CODE, ScriptStep("CODE FAUX 3 FOIS", 0.2)), "7"),
    "removed": Script((_CODE, ScriptStep("CARTE RETIREE", 0.2)), "7"),
    "cancelled": Script((ScriptStep("ABANDON", 0.5),), "7"),
    "mute": Script((ScriptStep("PATIENTEZ", 60.0),), ""),
    "late": Script((_CODE, ScriptStep("PATIENTEZ", 148.0)), "0"),
    "unverified": Script((_CODE, _BANK), "9"),
    "yes_after_no": Script((_CODE, _BANK), "7", Script((ScriptStep("PATIENTEZ", 6.0),), "0")),
}
ABSENT = Script((ScriptStep("ABANDON", 0.2),), "7")
"""No card came in time."""


def script_for(card: str) -> Script:
    """The script of a card of CARDS."""
    return _SCRIPTS[card]


def amount_text(cents: int) -> str:
    """Amount as the terminal writes it: 12,00 EUR."""
    return f"{cents // 100},{cents % 100:02d} EUR"
