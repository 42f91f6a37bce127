"""What the page of a notice says of its appeal: how it stands, or a form to file it within its month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape

from central.appeals.answers import AppealHistoryLine, PublicAppeal
from central.appeals.public import PublicDetails
from central.pages.appeal_words import APPEAL_EVENTS, APPEAL_STATES, APPELLANTS, COURT_STATES, DOCUMENTS, GROUNDS
from central.rules.appeal_documents import OF_THE_APPELLANT, DocumentKind
from central.rules.appeal_states import OPEN, AppealState
from central.rules.notices import NoticeState

BY_POST = (
    "Par courrier : lettre recommandée avec avis de réception, une pour chaque avis, à « Ville de Paris, "
    "Centre de numérisation des RAPO FPS, TSA 21232, 75621 PARIS CEDEX 13 »."
)
SUSPENDS_NOTHING = "Un recours ne suspend pas le délai de paiement."
NOT_YOURS = (
    "Si ce recours n’est pas le vôtre, ni celui de votre mandataire : écrivez dans le mois, par lettre recommandée. "
    "Le recours d’une personne non concernée ne prend pas la place du vôtre."
)
LETTER_GIVES_WAY = (
    "Si ce recours n’est pas le vôtre, déposez le vôtre ci-dessous : vous avez le code de l’avis, il est examiné à sa place."
)
COURT_ADDRESS = "TSA 51544, 87021 LIMOGES CEDEX 9"
COURT_PAPERS = (
    "les copies de l’avis de paiement, de votre recours, de son accusé de réception et de la décision (si la ville n’a pas "
    "répondu, dites-le)"
)
STILL_OPEN = "Déposé par une personne non concernée ou sans mandat, il ne prend pas la place du recours du titulaire."
SCRIPT = (
    "<noscript><p>Pour déposer un recours ou des pièces en ligne, cette page a besoin de JavaScript.</p></noscript>"
    "<p id=outcome role=status aria-live=polite hidden></p><pre id=copy tabindex=0 aria-label='Votre exposé' hidden></pre>"
    "<script type=module src=notices/files/appeal.js></script>"
)
LONGEST = 10_000
ENDED = (NoticeState.CANCELLED, NoticeState.REFUND_DUE, NoticeState.REFUNDED, NoticeState.WITHDRAWN)


def appeal_section(notice: PublicDetails, code: str, appeal: PublicAppeal | None, today: date) -> str:
    """The part of the page that is about the appeal; `code`: as the visitor said it, who proves by it whose notice this is."""
    content = _standing_and_form(notice, appeal, today)
    if "<form" not in content:
        return content
    proof = f'data-number="{notice.number}" data-plate="{escape(notice.plate)}" data-code="{escape(code)}"'
    return f"<div id=appeals {proof}>{content}</div>{SCRIPT}"


def _standing_and_form(notice: PublicDetails, appeal: PublicAppeal | None, today: date) -> str:
    if appeal is None:
        return _contest(notice, today)
    standing = f"<h2>Recours</h2>{_standing(appeal)}"
    if any(line.ground in OF_THE_APPELLANT for line in appeal.history):
        return f"{standing}<p>{STILL_OPEN}</p>{_contest(notice, today)}"
    if appeal.gives_way and notice.coded and notice.appeal_until and today <= notice.appeal_until:
        return f"{standing}{_supply_form(appeal)}<p>{LETTER_GIVES_WAY}</p>{_contest(notice, today)}"
    return f"{standing}<p>{NOT_YOURS}</p>{_supply_form(appeal)}"


def _contest(notice: PublicDetails, today: date) -> str:
    if notice.appeal_until is None:
        return "<h2>Contester</h2><p>Un recours est possible dès que l’avis est envoyé.</p>"
    if notice.state in ENDED:
        return ""
    if today > notice.appeal_until:
        return f"<h2>Contester</h2><p>Le délai du recours a pris fin le {notice.appeal_until:%d/%m/%Y}.</p>"
    return f"<h2>Contester</h2>{_appeal_form(notice)}"


def _standing(appeal: PublicAppeal) -> str:
    history = "".join(f"<li>{each.at:%d/%m/%Y} : {escape(_told(each))}</li>" for each in appeal.history)
    missing = "".join(f"<li>{DOCUMENTS[kind]}</li>" for kind in appeal.missing) if appeal.state in OPEN else ""
    rows = "".join(f"<tr><th scope=row>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in _rows(appeal))
    return (
        f"<p class=state>{APPEAL_STATES[appeal.state]}</p><table>{rows}</table>"
        f"<ol><li>{appeal.received_at:%d/%m/%Y} : Reçu</li>{history}</ol>"
        + (f"<p>Il manque :</p><ul>{missing}</ul>" if missing else "")
        + (f"<p>{_court(appeal)}</p>" if appeal.court_until and not appeal.cases else "")
        + f"<p>{SUSPENDS_NOTHING}</p>"
    )


def _rows(appeal: PublicAppeal) -> Iterable[tuple[str, str]]:
    yield "Reçu le", f"{appeal.received_at:%d/%m/%Y à %H:%M}"
    yield "Pièces", str(appeal.documents)
    if appeal.state in OPEN:
        yield "Réponse au plus tard le", f"{appeal.decide_until:%d/%m/%Y}"
        yield "Sans réponse, rejeté le", f"{appeal.refused_from:%d/%m/%Y}"
    if appeal.court_until:
        yield "Juge", appeal.court
        yield "À saisir jusqu’au", f"{appeal.court_until:%d/%m/%Y}"
    for case in appeal.cases:
        yield case.court, f"{COURT_STATES[case.state]} (affaire {case.reference}, saisi le {case.referred_on:%d/%m/%Y})"


def _court(appeal: PublicAppeal) -> str:
    """How it is asked, once something was refused and nobody has."""
    corrected = appeal.state is AppealState.PARTLY_ACCEPTED
    papers = "l’avis rectificatif et l’avis de paiement" if corrected else COURT_PAPERS
    return (
        f"Si vous n’êtes pas d’accord : {appeal.court}, {COURT_ADDRESS}, dans le mois, sur son formulaire, avec {papers}. "
        "Le juge saisi, le délai de paiement court toujours."
    )


def _told(line: AppealHistoryLine) -> str:
    ground = f", {GROUNDS[line.ground]}" if line.ground else ""
    amount = f", nouveau montant {line.due_cents // 100},{line.due_cents % 100:02} €" if line.due_cents else ""
    until = f", jusqu’au {line.until:%d/%m/%Y}" if line.until else ""
    return f"{APPEAL_EVENTS[line.what]}{ground}{amount}{until}{f' : {line.reason}' if line.reason else ''}"


def _supply_form(appeal: PublicAppeal) -> str:
    if appeal.state not in OPEN or not appeal.missing:
        return ""
    files = "".join(_file("supply", kind) for kind in (*appeal.missing, DocumentKind.OTHER))
    return _form("supply", f"<h3>Envoyer les pièces</h3>{files}<button>Ajouter les pièces</button>")


def _appeal_form(notice: PublicDetails) -> str:
    """Fields in the order in which a letter would say them."""
    options = "".join(f"<option value={kind.value}>{name}</option>" for kind, name in APPELLANTS.items())
    fields = (
        f"<label for=appellant>Vous êtes</label><select id=appellant name=appellant>{options}</select>"
        "<fieldset><legend>Habitez-vous Paris ? (pour le rapport annuel)</legend>"
        "<label class=choice><input type=radio name=resident value=yes required> Oui</label>"
        "<label class=choice><input type=radio name=resident value=no> Non</label></fieldset>"
        "<label for=statement>Les faits, et pourquoi l’avis est à annuler</label>"
        f"<textarea id=statement name=statement rows=8 maxlength={LONGEST} required></textarea>"
        "<h3>Pièces</h3><p>Obligatoires : l’avis, et le certificat d’immatriculation (ou la déclaration de cession et son "
        "accusé d’enregistrement) ; le mandat, si vous agissez pour un autre. Les fichiers restent chez vous : seuls leur nom, "
        "leur taille et leur empreinte sont enregistrés. Gardez-les, la ville vous les demandera.</p>"
        f"{''.join(_file('appeal', kind) for kind in DocumentKind)}<button>Déposer le recours</button>"
    )
    until = f"Jusqu’au {notice.appeal_until:%d/%m/%Y} inclus, sans payer d’abord. {SUSPENDS_NOTHING}"
    return f"<p>{until} {BY_POST}</p>{_form('appeal', fields)}"


def _form(name: str, fields: str) -> str:
    """Sent by the page's script, which works out the sums of the files; without one nothing is shown that would not work."""
    return f"<form id={name} hidden>{fields}</form>"


def _file(form: str, kind: DocumentKind) -> str:
    several, name = " multiple" if kind is DocumentKind.OTHER else "", f"{form}-{kind.name}"
    return f"<label for={name}>{DOCUMENTS[kind]}</label><input type=file id={name} data-kind='{kind.value}'{several}>"
