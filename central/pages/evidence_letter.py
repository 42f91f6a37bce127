"""The evidence of a control as a document, in French, the signed JSON attached to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from central.enforcement.answers import CheckAnswer
from central.enforcement.evidence_packs import EvidencePack, HeldEvidence, SaleEvidence, SignedEvidence
from central.pages.french import minute_text, second_text
from central.pages.letter import (
    LetterBlock,
    LetterDocument,
    LetterFacts,
    LetterHeading,
    LetterText,
    LetterTitle,
)
from central.pages.notice_letter import spaced
from central.rules.sale_proof import SaleProof, fingerprint
from central.rules.verdict import AllowedBecause
from firmware.domain.money import euros
from firmware.domain.plate import grouped

REASONS: Mapping[AllowedBecause, str] = {
    AllowedBecause.RIGHT: "un droit acheté le couvre",
    AllowedBecause.REGISTER: "inscrit au registre",
    AllowedBecause.FREE: "stationnement gratuit à cette heure",
    AllowedBecause.TOLERANCE: "le ticket venait de finir : tolérance",
    AllowedBecause.NOTICE: "un FPS précédent le couvre",
}
STATUSES: Mapping[str, str] = {
    "started": "paiement commencé, fin inconnue",
    "sold": "vendu",
    "provisional": "vendu, à confirmer",
    "promised": "promis à l’automobiliste",
    "given back": "remboursé",
    "stopped": "arrêté par l’automobiliste avant son terme",
}


def evidence_letter(signed: SignedEvidence) -> LetterDocument:
    """The pack as a document."""
    pack = signed.pack
    footer = f"Dossier du contrôle {pack.check} — établi le {second_text(pack.made_at)}"
    blocks = (*_control(pack), *_answers(pack), *_sales(pack), *_holdings(pack), *_stations(pack), *_signature(signed))
    name = f"controle-{pack.check}.json"
    return LetterDocument(f"Dossier du contrôle {pack.check}", pack.made_at, footer, (blocks,), (name, signed.message))


def _control(pack: EvidencePack) -> Iterator[LetterBlock]:
    yield LetterTitle(f"Dossier de preuve du contrôle n° {pack.check}", "Ce que le registre de la Ville de Paris en sait")
    yield LetterFacts(
        (
            ("Immatriculation", grouped(pack.plate)),
            ("Lieu", f"secteur {pack.sector}, zone tarifaire {pack.zone}"),
            ("Instant contrôlé", second_text(pack.at)),
            ("Contrôle fait le", second_text(pack.checked_at)),
            ("Par", pack.asked_by),
            ("FPS établi", spaced(pack.notice) if pack.notice else "aucun"),
            ("Dossier établi le", f"{second_text(pack.made_at)}, pour {pack.made_by}"),
        )
    )


def _answers(pack: EvidencePack) -> Iterator[LetterBlock]:
    recorded = pack.recorded
    yield LetterHeading("La réponse donnée à l’agent, telle qu’elle a été enregistrée")
    yield LetterFacts(
        (
            ("Réponse", f"autorisé ({recorded.because})" if recorded.allowed else "aucun droit connu"),
            ("Ticket", recorded.reference or "aucun"),
            ("Données du secteur complètes jusqu’à", second_text(recorded.complete_until, "inconnu")),
            ("Bornes sans nouvelles", ", ".join(recorded.silent) or "aucune"),
        )
    )
    yield LetterHeading("Ce qui était connu au moment du contrôle")
    yield LetterFacts(tuple(_answer(pack.then)))
    yield LetterHeading("Ce qui est connu aujourd’hui")
    yield LetterFacts(tuple(_answer(pack.now)))
    if pack.now.allowed and not pack.then.allowed:
        yield LetterText("Un droit s’est révélé depuis le contrôle : il contredit un FPS établi de ce contrôle.", bold=True)


def _answer(answer: CheckAnswer) -> Iterator[tuple[str, str]]:
    yield "Réponse", f"autorisé : {REASONS[answer.because]}" if answer.because else "aucun droit connu"
    if answer.right:
        yield "Ticket", answer.right.reference
    if answer.just_expired:
        yield "Dernier ticket fini", f"{answer.just_expired.reference}, à {minute_text(answer.just_expired.end)}"
    yield "Données du secteur complètes jusqu’à", second_text(answer.complete_until, "inconnu")
    yield "Bornes du secteur sans nouvelles", ", ".join(answer.silent) or "aucune"
    yield "Autres bornes de la zone", f"{answer.elsewhere.stations}, dont {answer.elsewhere.silent} sans nouvelles"
    if not answer.allowed:
        yield "Permet de conclure", "oui" if answer.conclusive else "non"
    for payer in answer.possible_payers:
        yield "A peut-être payé pour", f"{grouped(payer.right.plate)}, {payer.right.reference}"


def _sales(pack: EvidencePack) -> Iterator[LetterBlock]:
    yield LetterHeading("Ventes à cette immatriculation, autour du contrôle")
    if not pack.sales:
        yield LetterText("Aucune vente n’est connue, dans les quatorze jours qui précèdent le contrôle ni le jour qui le suit.")
    for sale in pack.sales:
        yield LetterFacts(tuple(_sale(sale)))


def _sale(sale: SaleEvidence) -> Iterator[tuple[str, str]]:
    yield "Ticket", f"{sale.reference}, borne {sale.station}"
    yield "Valable", f"du {minute_text(sale.start)} au {minute_text(sale.end)}, zone {sale.zone}, secteur {sale.sector}"
    yield "Acheté", f"{second_text(sale.bought_at)}, {euros(sale.cents)}"
    for status in sale.statuses:
        until = f", jusqu’au {second_text(status.known_until)}" if status.known_until else ""
        yield "Connu comme", f"{STATUSES[status.status]}, depuis le {second_text(status.known_from)}{until}"
    yield "Connu au moment du contrôle", "oui" if sale.known_at_control else "non"
    yield "Preuve", _proof(sale.proof)


def _proof(proof: SaleProof | None) -> str:
    if proof is None:
        return "l’écriture de la borne n’est pas au registre"
    if proof.holds:
        return f"signée par la borne (clé {proof.signed_by}), empreinte {proof.hash[:16]}… vérifiée"
    return "l’écriture est au registre ; sa signature ou sa plaque ne se vérifient pas"


def _holdings(pack: EvidencePack) -> Iterator[LetterBlock]:
    yield LetterHeading("Droits inscrits au registre pour cette immatriculation, valables à l’instant contrôlé")
    if not pack.holdings:
        yield LetterText("Aucun.")
    yield LetterFacts(tuple((each.holding, _held(each)) for each in pack.holdings))


def _held(held: HeldEvidence) -> str:
    ended = f" jusqu’au {second_text(held.known_until)}" if held.known_until else ""
    return (
        f"{', '.join(held.sectors) or 'partout'} ; connu depuis le {second_text(held.known_from)}{ended} (série {held.series})"
    )


def _stations(pack: EvidencePack) -> Iterator[LetterBlock]:
    yield LetterHeading("Alarmes et incidents des bornes du secteur, à l’instant contrôlé")
    if not pack.stations:
        yield LetterText("Aucun.")
    yield LetterFacts(tuple((each.station, ", ".join((*each.alarms, *each.incidents))) for each in pack.stations))


def _signature(signed: SignedEvidence) -> Iterator[LetterBlock]:
    yield LetterHeading("Signature")
    yield LetterText(
        "Le dossier signé par la Ville de Paris (Ed25519) est joint à ce document : c’est lui qui fait foi. Clé publique : "
        f"{signed.pack.city_key}."
    )
    yield LetterText(f"SHA-256 du fichier joint : {fingerprint(signed.message)}", small=True)
