"""Words of the service menu: trials, outcomes, states, keys, as a technician reads them."""

from __future__ import annotations

from firmware.ledger.clock_evidence import FREE, SYNCHRONISED, WRONG
from firmware.service.assistance import FAILED, NO_ROOM, NO_STICK, NOT_PERMITTED
from firmware.service.print_jobs import TrialOutcome, TrialResult
from firmware.visit.context import Context
from firmware.visit.words import key_name
from hal.ports import Key, PrinterState


def verdict_name(verdict: TrialOutcome, context: Context) -> str:
    """The outcome in a word, in the technician's language."""
    match verdict:
        case TrialOutcome.PASSED:
            return context.say("Bon")
        case TrialOutcome.FAILED:
            return context.say("Défaut")
        case TrialOutcome.SKIPPED:
            return context.say("Non essayé")


def trial_name(trial: str, context: Context) -> str:
    """The trial as a technician calls it."""
    names = {
        "keypad": context.say("Clavier"),
        "display": context.say("Écran"),
        "buzzer": context.say("Avertisseur sonore"),
        "printer": context.say("Imprimante"),
        "terminal": context.say("Terminal de paiement"),
        "clock": context.say("Horloge"),
        "network": context.say("Réseau"),
        "power": context.say("Alimentation"),
        "clock set": context.say("Mise à l’heure"),
        "export": context.say("Diagnostic"),
    }
    return names.get(trial) or context.say("Impression")


def result_detail(result: TrialResult, context: Context) -> str:
    """Why a trial ended so: names of keys and states of the printer stand in the journal in English."""
    if result.trial == "keypad":
        return " ".join(key_name(Key(name), context) for name in result.detail.split())
    if reason := _why_not(result.detail, context):
        return reason
    states = {state.value for state in PrinterState}
    return state_name(PrinterState(result.detail), context) if result.detail in states else result.detail


def _why_not(reason: str, context: Context) -> str:
    """Why the assistant did not do its task; empty for any other text."""
    reasons = {
        NO_STICK: context.say("Pas de clé USB (FAT32) dans la prise"),
        NO_ROOM: context.say("Plus de place sur la clé USB"),
        NOT_PERMITTED: context.say("Cette machine ne le permet pas"),
        FAILED: context.say("L’essai a échoué : recommencer"),
    }
    return reasons.get(reason, "")


def clock_name(quality: str, context: Context) -> str:
    """How far the clock is believed, as a technician reads it."""
    names = {
        SYNCHRONISED: context.say("Synchronisée"),
        FREE: context.say("Libre, non synchronisée"),
        WRONG: context.say("Fausse, ventes arrêtées"),
    }
    return names.get(quality) or context.say("Qualité inconnue")


def publication_name(kind: str, context: Context) -> str:
    """What the city has published, in a word."""
    names = {"tariffs": context.say("barème"), "rights": context.say("droits"), "configuration": context.say("configuration")}
    return names.get(kind, kind)


def state_name(state: PrinterState | None, context: Context) -> str:
    """What the printer says of itself, as a technician reads it."""
    match state:
        case PrinterState.OK:
            return context.say("Imprimante prête")
        case PrinterState.NEAR_END:
            return context.say("Fin de rouleau proche")
        case PrinterState.OUT:
            return context.say("Plus de papier")
        case PrinterState.COVER_OPEN:
            return context.say("Capot ouvert")
        case PrinterState.OFFLINE:
            return context.say("Bourrage ou massicot")
        case PrinterState.SILENT:
            return context.say("Imprimante muette")
    return context.say("Imprimante inconnue")
