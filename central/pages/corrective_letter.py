"""The corrective notice of an appeal accepted in part, in French: what CGCT R.2333-120-14 asks, in its order.

The theory. It stands beside the first notice: a number and an amount of its own, the deadlines of the first. It is made of what
was fixed when it was issued, so the same notice in the same state makes the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from central.notices.letters import NoticeToPrint
from central.notices.store import CorrectiveNotice
from central.pages.french import day_text, minute_text
from central.pages.letter import (
    LetterAmounts,
    LetterBlock,
    LetterCode,
    LetterDocument,
    LetterFacts,
    LetterHeading,
    LetterList,
    LetterText,
)
from central.pages.notice_letter import AGENTS, APPEAL_ADDRESS, head_of, notice_letter, place_of, spaced
from central.rules.court import court_in_sentence
from central.rules.notice_numbers import key_of
from firmware.domain.money import euros
from firmware.domain.plate import grouped

_ONLINE = "\nEn ligne : le code d’accès de l’avis initial."


def letter_of(printed: NoticeToPrint) -> LetterDocument:
    """The letter that was asked for: the notice or, by its own number, its corrective notice."""
    return corrective_letter(printed, printed.corrective) if printed.corrective else notice_letter(printed)


def corrective_letter(printed: NoticeToPrint, corrective: CorrectiveNotice) -> LetterDocument:
    """The corrective notice as a document of one page."""
    footer = f"Avis de paiement rectificatif n° {spaced(corrective.number)} — clé {key_of(corrective.number)}"
    title = f"Avis de paiement rectificatif {corrective.number}"
    return LetterDocument(title, printed.dated, footer, (tuple(_page(printed, corrective)),))


def _page(printed: NoticeToPrint, corrective: CorrectiveNotice) -> Iterator[LetterBlock]:
    notice = printed.answer
    holder = f"À l’auteur du recours\npour le véhicule {grouped(notice.plate)}"
    yield from head_of(printed, "Avis de paiement rectificatif", "article R.2333-120-14", holder)
    yield LetterAmounts((("Montant rectifié", euros(corrective.due_cents), f"jusqu’au {day_text(notice.payable_until)}"),))
    yield LetterText(
        f"Votre recours a été accepté en partie. Cet avis remplace le montant de l’avis n° {spaced(notice.number)} ; il n’en "
        "change pas les délais.",
        bold=True,
    )
    yield LetterFacts(tuple(_facts(printed, corrective)))
    yield LetterCode(
        f"{corrective.number}{key_of(corrective.number)}",
        f"Numéro du FPS rectificatif\n{spaced(corrective.number)}\nClé de télépaiement : {key_of(corrective.number)}\n"
        f"Le code ci-contre contient le numéro et la clé.{_ONLINE if printed.code else ''}",
    )
    yield LetterHeading("Payer, ou saisir le juge")
    yield LetterList(tuple(_what_follows(printed, corrective)))


def _facts(printed: NoticeToPrint, corrective: CorrectiveNotice) -> Iterator[tuple[str, str]]:
    notice = printed.answer
    yield "Numéro du FPS rectificatif", spaced(corrective.number)
    yield "Autorité dont relève l’agent", f"{AGENTS}, {APPEAL_ADDRESS.partition(chr(10))[2].replace(chr(10), ', ')}"
    yield "Agent qui a constaté", f"n° {notice.agent}"
    yield "Date et heure du constat", minute_text(notice.control_at)
    yield "Lieu du constat", place_of(notice)
    yield "Immatriculation", grouped(notice.plate)
    yield "Marque", notice.make or "non relevée"
    by = "reçu d’un mandataire" if corrective.mandated else "reçu du redevable"
    yield "Recours (RAPO)", f"{by} le {day_text(corrective.appeal_received_at)}"
    yield "Date de l’avis rectificatif", day_text(corrective.issued_at)
    yield "Montant rectifié", euros(corrective.due_cents)
    yield "Déjà payé", euros(notice.paid_cents)
    who = corrective.issued_by.rpartition(" (")[0] or corrective.issued_by  # without the id of the token
    yield "Signature", f"décidé par {who}, authentifié, le {minute_text(corrective.issued_at)}"


def _what_follows(printed: NoticeToPrint, corrective: CorrectiveNotice) -> Iterator[str]:
    notice, rule = printed.answer, printed.rule
    yield (
        f"Le montant rectifié est dû dans les {rule.payable_months} mois de la notification du premier avis, soit jusqu’au "
        f"{day_text(notice.payable_until)} inclus ; passé ce délai il est majoré : {euros(notice.increased_cents)}."
    )
    yield f"Reste à payer : {euros(notice.owed_cents)}. À rembourser : {euros(notice.surplus_cents)}."
    court = court_in_sentence(corrective.issued_at.date())
    yield (
        f"Cet avis peut être contesté devant le {court} (Limoges) dans le mois qui suit sa notification, avec l’avis initial ; "
        "un nouveau recours préalable n’est pas demandé."
    )
