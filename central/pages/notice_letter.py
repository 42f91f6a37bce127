"""The payment notice of a charge (FPS), four pages in French: what CGCT R.2333-120-4 asks, and how to pay and to appeal.

The theory. The first page establishes the charge, the second says how to pay, the third how to appeal, the fourth is the form
for it. It is made of what was fixed at issue and of the deadlines that follow from the sending: the same notice in the same
state makes the same bytes, and what an appeal corrects later is told by another letter (R.2333-120-10). Whom it is addressed to
only the national agency knows, which prints the address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from central.notices.answers import NoticeAnswer
from central.notices.letters import NoticeToPrint
from central.pages.french import day_text, minute_text
from central.pages.letter import (
    LetterAddresses,
    LetterAmounts,
    LetterBlanks,
    LetterBlock,
    LetterCode,
    LetterDocument,
    LetterFacts,
    LetterHeading,
    LetterList,
    LetterText,
    LetterTitle,
)
from central.pages.payment_section import NO_CHEQUE, SITE, VOICE_SERVER
from central.rules.court import court_in_sentence
from central.rules.letter_codes import grouped_code
from central.rules.notices import NoticeState
from firmware.domain.money import NO_BREAK_SPACE, euros
from firmware.domain.plate import grouped
from firmware.tariff.file import FromIssue

AUTHORITY = "Ville de Paris"
AGENTS = "Ville de Paris, Direction de la voirie et des déplacements"
APPEAL_ADDRESS = "Ville de Paris\nCentre de numérisation des RAPO FPS\nTSA 21232\n75621 PARIS CEDEX 13"
AT_SENDING = "fixé à l’envoi"
NOTES: Mapping[NoticeState, str] = {
    NoticeState.WITHDRAWN: "Ce forfait a été retiré : rien n’est dû.",
    NoticeState.CANCELLED: "Ce forfait a été annulé : rien n’est dû.",
    NoticeState.REFUND_DUE: "Ce forfait a été annulé : rien n’est dû, ce qui a été payé est à rembourser.",
    NoticeState.REFUNDED: "Ce forfait a été annulé et remboursé : rien n’est dû.",
    NoticeState.PAID: "Ce forfait est payé : rien n’est plus dû.",
    NoticeState.PAID_REDUCED: "Ce forfait est payé, au montant minoré : rien n’est plus dû.",
}
"""Said first of a notice that nobody has to pay any more."""


def notice_letter(printed: NoticeToPrint) -> LetterDocument:
    """The notice as a document."""
    pages = _establishment(printed), _payment(printed), _appeal(printed), _appeal_form(printed)
    footer = f"Avis de paiement n° {spaced(printed.answer.number)} — clé {printed.answer.key}"
    return LetterDocument(
        f"Avis de paiement {printed.answer.number}", printed.dated, footer, tuple(tuple(page) for page in pages)
    )


def spaced(number: str) -> str:
    """The 26 digits in the groups that they are made of: SIRET, year, authority, day, device and serial."""
    ends = (0, 14, 16, 17, 20, 23, 26)
    return " ".join(number[begin:end] for begin, end in pairwise(ends))


def head_of(printed: NoticeToPrint, title: str, articles: str, holder: str) -> Iterator[LetterBlock]:
    """What the notice and the corrective one begin with: what it is, by whom, to whom."""
    yield LetterTitle(title, f"Forfait de post-stationnement (FPS) — {articles} du CGCT")
    if note := NOTES.get(printed.answer.state):
        yield LetterText(note, bold=True)
    yield LetterAddresses(
        ("Redevance instituée par", f"{AUTHORITY}\nSIRET {printed.siret}"),
        ("Identité et adresse portées par l’agence nationale à l’envoi", holder),
    )


def place_of(notice: NoticeAnswer) -> str:
    """Where the control was."""
    place = f"secteur {notice.sector}, zone tarifaire {notice.zone}"
    return f"{notice.place}, {place}" if notice.place else place


def _establishment(printed: NoticeToPrint) -> Iterator[LetterBlock]:
    notice = printed.answer
    holder = f"Au titulaire du certificat d’immatriculation\ndu véhicule {grouped(notice.plate)}"
    yield from head_of(printed, "Avis de paiement", "articles L.2333-87 et R.2333-120-4", holder)
    yield LetterAmounts(tuple(_amounts(printed)))
    yield LetterHeading("1re partie — Établissement du forfait de post-stationnement")
    yield LetterFacts(tuple(_facts(printed)))
    yield LetterText(
        "Lors du contrôle, aucun droit de stationnement en cours n’était connu pour ce véhicule. Le FPS n’a été établi qu’une "
        "fois reçues les données de tous les horodateurs où ce droit aurait pu être acheté.",
        small=True,
    )


def _amounts(printed: NoticeToPrint) -> Iterator[tuple[str, str, str]]:
    notice = printed.answer
    reduced = minute_text(notice.reduced_until) if isinstance(printed.rule.reduced_window, FromIssue) else ""
    yield "Montant minoré", euros(notice.reduced_cents), f"jusqu’au {reduced or day_text(notice.reduced_until, AT_SENDING)}"
    yield "Montant dû", euros(notice.due_cents), f"jusqu’au {day_text(notice.payable_until, AT_SENDING)}"
    yield "Montant majoré", euros(notice.increased_cents), "passé ce délai"


def _facts(printed: NoticeToPrint) -> Iterator[tuple[str, str]]:
    notice = printed.answer
    yield "Numéro du FPS", spaced(notice.number)
    yield "Clé de télépaiement", notice.key
    if printed.code:
        yield "Code d’accès en ligne", f"{grouped_code(printed.code)} — personnel : ne le donnez à personne"
    yield "Immatriculation", grouped(notice.plate)
    yield "Marque", notice.make or "non relevée"
    yield "Catégorie du véhicule", printed.vehicle
    yield "Date et heure du constat", minute_text(notice.control_at)
    yield "Lieu du constat", place_of(notice)
    yield "Agent", f"n° {notice.agent}"
    yield "Autorité dont relève l’agent", AGENTS
    yield "Tarif du FPS", f"{euros(notice.fps_cents)} (barème {notice.tariff})"
    if notice.receipt_cents:
        bought = f"{notice.receipt_reference}, {minute_text(notice.receipt_at)}"
        yield "Dernier ticket déduit", f"− {euros(notice.receipt_cents)} ({bought})"
    else:
        yield "Dernier ticket déduit", "aucun"
    yield "Montant du FPS après déduction", euros(notice.due_cents)
    yield "Date d’envoi de l’avis", day_text(notice.sent_on, "pas encore envoyé")
    yield "Date de notification", day_text(notice.notified_on, AT_SENDING)
    yield "Le FPS cesse de produire ses effets", minute_text(notice.covers_until)
    yield "Signature de l’agent", f"validé par l’agent n° {notice.agent}, authentifié, le {minute_text(notice.issued_at)}"


def _payment(printed: NoticeToPrint) -> Iterator[LetterBlock]:
    notice, rule = printed.answer, printed.rule
    yield LetterTitle("Comment payer", "2e partie — Modalités de paiement et de contestation")
    yield LetterAmounts(tuple(_amounts(printed)))
    yield LetterHeading("Ce qu’il faut avoir sous la main")
    yield LetterCode(
        f"{notice.number}{notice.key}",
        f"Numéro du FPS\n{spaced(notice.number)}\nClé de télépaiement : {notice.key}\nImmatriculation : "
        f"{grouped(notice.plate)}\nLe code ci-contre contient le numéro et la clé.",
    )
    yield LetterHeading("Les moyens de paiement")
    yield LetterList(
        (
            f"En ligne, sur {SITE}, par carte bancaire, avec le numéro du FPS et la clé de télépaiement.",
            f"Par téléphone, au {VOICE_SERVER} (serveur vocal, prix d’un appel normal), par carte bancaire.",
            "Chez un buraliste du réseau « Paiement de proximité », avec cet avis.",
            f"Par chèque à l’ordre du Trésor public, joint à la carte de paiement, à l’adresse que celle-ci porte. {NO_CHEQUE}",
        )
    )
    yield LetterHeading("Les délais")
    yield LetterList(tuple(_payment_delays(printed)))
    yield LetterHeading("À défaut de paiement")
    yield LetterText(
        f"Le FPS doit être payé en entier dans les {rule.payable_months} mois qui suivent la notification de cet avis. "
        f"À défaut, il est majoré de {percent(rule.increase_percent)} de son montant, et de "
        f"{euros(rule.increase_minimum_cents)} au moins (CGCT, articles L.2333-87 et R.2333-120-16) : ce serait "
        f"{euros(notice.increased_cents)}. Un titre exécutoire est alors émis pour le recouvrement du FPS impayé et de sa "
        "majoration."
    )
    yield LetterText(
        f"La majoration est réduite si le FPS majoré est payé dans le mois qui suit l’envoi de son avertissement : "
        f"{euros(notice.rebated_cents)} (CGPPP, article L.2323-7-1)."
    )


def _payment_delays(printed: NoticeToPrint) -> Iterator[str]:
    notice, rule = printed.answer, printed.rule
    less = percent(rule.reduction_percent)
    yield f"{euros(notice.reduced_cents)} (montant minoré de {less}) : {_reduced_window(printed)}."
    payable = day_text(notice.payable_until)
    until = f", soit jusqu’au {payable} inclus" if payable else ""
    yield f"{euros(notice.due_cents)} : dans les {rule.payable_months} mois qui suivent la notification{until}."
    yield f"L’avis est réputé notifié {rule.notification_days} jours après son envoi{_on(notice.notified_on)}."


def _reduced_window(printed: NoticeToPrint) -> str:
    window, until = printed.rule.reduced_window, printed.answer.reduced_until
    if isinstance(window, FromIssue):
        return f"dans les {window.hours} heures qui suivent l’établissement, soit jusqu’au {minute_text(until)}"
    known = f", soit jusqu’au {day_text(until)} inclus" if until else ""
    return f"dans les {window.days} jours qui suivent l’envoi de cet avis{known}"


def _on(day: date | None) -> str:
    return f", soit le {day_text(day)}" if day else ""


def _appeal(printed: NoticeToPrint) -> Iterator[LetterBlock]:
    rule, appeal = printed.rule, day_text(printed.answer.appeal_until)
    yield LetterTitle("Comment contester", "2e partie — Modalités de paiement et de contestation")
    yield LetterText("Le recours administratif préalable obligatoire (RAPO) est l’unique moyen de contester ce FPS.", bold=True)
    yield LetterHeading("Dans quel délai")
    within = "le mois" if rule.appeal_months == 1 else f"les {rule.appeal_months} mois"
    yield LetterText(
        f"Dans {within} qui suit la notification de cet avis{f', soit jusqu’au {appeal} inclus' if appeal else ''}. Aucun "
        "paiement préalable n’est demandé. Le recours ne suspend pas le délai de paiement : un FPS qui n’est pas annulé est dû "
        "à sa date."
    )
    yield LetterHeading("À qui")
    opens = "le code d’accès" if printed.code else "la clé de télépaiement"
    yield LetterText(
        f"Par le service en ligne de la Ville de Paris, avec le numéro du FPS, l’immatriculation et {opens}, ou par lettre "
        "recommandée avec avis de réception, sous peine d’irrecevabilité, un envoi par FPS, à :"
    )
    yield LetterText(APPEAL_ADDRESS.replace("\n", " — "), bold=True)
    yield from _appeal_papers()
    yield from _after_the_appeal(court_in_sentence(printed.dated.date()))


def _appeal_papers() -> Iterator[LetterBlock]:
    yield LetterHeading("Ce qu’il faut joindre, sous peine d’irrecevabilité")
    yield LetterList(
        (
            "l’exposé des faits et des moyens : pourquoi ce FPS ne serait pas dû ;",
            "une copie de cet avis de paiement ;",
            "une copie du certificat d’immatriculation ou, si le véhicule était cédé, de la déclaration de cession et de son "
            "accusé d’enregistrement ;",
            "le mandat, si quelqu’un d’autre agit pour le redevable ;",
            "toute pièce utile : ticket ou justificatif de paiement, carte mobilité inclusion, dépôt de plainte pour vol ou "
            "usurpation de plaque.",
        )
    )


def _after_the_appeal(court: str) -> Iterator[LetterBlock]:
    yield LetterHeading("Et ensuite")
    yield LetterList(
        (
            "La Ville de Paris décide dans le mois qui suit la réception du recours. Son silence pendant un mois vaut rejet.",
            "Accepté : le FPS est annulé, et remboursé s’il a été payé.",
            "Accepté en partie : un nouvel avis porte le nouveau montant, dû dans le délai de cet avis-ci.",
            f"Rejeté : le {court} (Limoges) peut être saisi dans le mois qui suit le rejet. Il ne peut pas l’être sans "
            "recours préalable.",
        )
    )
    yield LetterText(
        "Le redevable est le titulaire du certificat d’immatriculation, ou le locataire ou l’acquéreur du véhicule dans les "
        "cas de l’article L.2333-87 du CGCT. La désignation d’un autre conducteur n’est pas prévue.",
        small=True,
    )


def _appeal_form(printed: NoticeToPrint) -> Iterator[LetterBlock]:
    notice = printed.answer
    yield LetterTitle("Formulaire de recours (RAPO)", "À joindre à la lettre recommandée ; inutile pour un recours en ligne")
    yield LetterFacts(
        (
            ("Numéro du FPS", spaced(notice.number)),
            ("Immatriculation", grouped(notice.plate)),
            ("Date et heure du constat", minute_text(notice.control_at)),
            ("Recours à envoyer au plus tard le", day_text(notice.appeal_until, AT_SENDING)),
        )
    )
    yield LetterHeading("Qui fait le recours")
    yield LetterBlanks(
        ("Nom et prénom, ou société", "Adresse", "Code postal et commune", "Courriel ou téléphone", "En qualité de")
    )
    yield LetterHeading("Les faits et les raisons")
    yield LetterBlanks(("",) * 7, 8.5)
    yield LetterHeading("Pièces jointes")
    yield LetterBlanks(("Avis de paiement", "Certificat d’immatriculation", "Autres"), 7.5)
    yield LetterBlanks(("Date et signature",), 13.0)
    yield LetterText(
        "Les données de ce recours sont traitées par la Ville de Paris pour l’instruire (loi n° 78-17 du 6 janvier 1978). "
        "Droit d’accès et de rectification : DVD-SSVP-RGPD@paris.fr.",
        small=True,
    )


def percent(number: int) -> str:
    """A number of percent, never broken."""
    return f"{number}{NO_BREAK_SPACE}%"
