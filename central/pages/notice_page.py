"""The public page of a notice, in French: number and plate tell state, dates and amounts; the letter's code, all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from html import escape

from central.appeals.public import PublicDetails, PublicStatus
from central.notices.answers import PublicNotice
from central.pages.appeal_words import APPEAL_STATES
from central.pages.payment_section import payment_section
from central.rules.letter_codes import code_in
from central.rules.notices import NoticeEventKind, NoticeState

STATES: Mapping[NoticeState, str] = {
    NoticeState.PROPOSED: "Proposé",
    NoticeState.ISSUED: "Établi, pas encore envoyé",
    NoticeState.WITHDRAWN: "Retiré : rien n’est dû",
    NoticeState.SENT: "Envoyé",
    NoticeState.NOTIFIED: "Notifié, à payer",
    NoticeState.PARTLY_PAID: "Payé en partie",
    NoticeState.PAID_REDUCED: "Payé au montant minoré",
    NoticeState.PAID: "Payé",
    NoticeState.INCREASED: "Majoré",
    NoticeState.ENFORCED: "Majoré, titre exécutoire émis",
    NoticeState.WRITTEN_OFF: "Admis en non-valeur",
    NoticeState.CANCELLED: "Annulé : rien n’est dû",
    NoticeState.REFUND_DUE: "Annulé, à rembourser",
    NoticeState.REFUNDED: "Annulé et remboursé",
}
EVENTS: Mapping[NoticeEventKind, str] = {
    NoticeEventKind.ISSUED: "Établi",
    NoticeEventKind.SENT: "Envoyé",
    NoticeEventKind.PAID: "Paiement",
    NoticeEventKind.CONTRADICTED: "Un droit de stationnement a été trouvé : annulation proposée",
    NoticeEventKind.WITHDRAWN: "Retiré",
    NoticeEventKind.CANCELLED: "Annulé",
    NoticeEventKind.WARNED: "Avertissement de FPS majoré envoyé",
    NoticeEventKind.ENFORCED: "Titre exécutoire émis",
    NoticeEventKind.WRITTEN_OFF: "Admis en non-valeur",
    NoticeEventKind.REFUNDED: "Remboursement",
    NoticeEventKind.CORRECTED: "Montant rectifié",
}
UNKNOWN_NOTICE = "Aucun avis ne porte ce numéro, cette immatriculation et ce code."
TOO_MANY = "Trop de demandes depuis votre connexion : réessayez dans {wait}."
_CODE = "autocapitalize=characters spellcheck=false autocomplete=off maxlength=40"
_CODE_NAME = "Code d’accès (8 caractères, sur l’avis)"
_OLD_LETTERS = "Un avis sans code d’accès s’ouvre par sa clé de deux chiffres."
WITHOUT_CODE = (
    "Cet avis n’a pas de code d’accès : sa clé de télépaiement l’ouvre, et peut être calculée à partir de son numéro. "
    "Un nouvel avis, avec un code, peut être demandé à la ville."
)
STYLE = """\
body{font:1.1rem/1.5 sans-serif;margin:0 auto;max-width:40rem;padding:1rem;color:#111;background:#fff}
label{display:block;margin-top:1rem}fieldset{margin:1rem 0 0;border:2px solid #444}.choice{margin:.4rem 0}
input,select,textarea{font:inherit;width:100%;padding:.6rem;box-sizing:border-box;border:2px solid #444;background:#fff}
.choice input{width:auto;margin-right:.6rem}:focus-visible{outline:4px solid #b35900;outline-offset:2px}[hidden]{display:none}
#outcome{border:3px solid #111;padding:.8rem;font-weight:bold}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #444;padding:.8rem}
button{font:inherit;margin-top:1rem;padding:.7rem 1.4rem;background:#003a70;color:#fff;border:0}
td{overflow-wrap:anywhere}
th,td{text-align:left;padding:.3rem .6rem .3rem 0;vertical-align:top}.state{font-size:1.4rem;font-weight:bold}"""


def form_page(why: str = "") -> str:
    """The page that asks for number and plate; `why`: nothing is shown of what was asked."""
    message = f"<p role=alert>{why}</p>" if why else ""
    fields = (
        "<label for=number>Numéro de l’avis (26 chiffres)</label><input id=number name=number inputmode=numeric required>"
        "<label for=plate>Immatriculation</label><input id=plate name=plate autocapitalize=characters required>"
        f"<label for=code>{_CODE_NAME} : facultatif, pour le lieu, les lettres et le recours. {_OLD_LETTERS}</label>"
        f"<input id=code name=code {_CODE}>"
    )
    return _html(f"{message}<form>{fields}<button>Voir l’avis</button></form>")


def status_page(notice: PublicStatus, plate: str) -> str:
    """The page of one notice for whoever has not said its code: nothing personal, and where the code is given."""
    rows = [("Numéro", notice.number), *_money_rows(notice)]
    state = APPEAL_STATES[notice.appeal_state] if notice.appeal_state else "Aucun recours déposé"
    filed = f" (déposé le {_date(notice.appeal_filed_on)})" if notice.appeal_filed_on else ""
    form = (
        f"<form><input type=hidden name=number value={notice.number}><input type=hidden name=plate value='{escape(plate)}'>"
        f"<label for=code>{_CODE_NAME}</label><input id=code name=code {_CODE} required>"
        "<button>Voir tout l’avis</button></form>"
    )
    return _html(
        f"{_head(notice, rows)}<h2>Recours</h2><p>{state}{filed}</p>"
        "<h2>Lieu, lettres, contester</h2><p>Le code est imprimé sur l’avis que le titulaire a reçu, et nulle part ailleurs : "
        f"il ouvre le lieu, les lettres, le recours et ses motifs. {_OLD_LETTERS}</p>{form}"
    )


def notice_page(notice: PublicDetails, code: str, appeal: str) -> str:
    """The page of one notice, as `code` opened it; `appeal`: the section about its appeal (central/pages/appeal_section.py)."""
    warning = "" if notice.coded else f"<p>{WITHOUT_CODE}</p>"
    return _html(f"{_head(notice, _rows(notice))}{_letters(notice, code)}{warning}{appeal}")


def _head(notice: PublicNotice | PublicStatus, rows: Iterable[tuple[str, str]]) -> str:
    history = "".join(
        f"<li>{_day(line.at)} : {EVENTS[line.what]}{f', {_euros(line.cents)}' if line.cents else ''}</li>"
        for line in notice.history
    )
    return (
        f"<p class=state>{STATES[notice.state]}</p>{payment_section(notice)}"
        f"<h2>Dates et montants</h2><table>{_table(rows)}</table><h2>Historique</h2>"
        f"<ol><li>{_day(notice.control_at)} : Contrôle</li><li>{_day(notice.issued_at)} : Établi</li>{history}</ol>"
    )


def _letters(notice: PublicDetails, code: str) -> str:
    """Each by its number; a code opens both, and a payment key the letter that it stands on."""
    corrective = (notice.corrective_number, notice.corrective_key, "L’avis rectificatif, à télécharger (PDF)")
    letters = ((notice.number, notice.key, "L’avis de paiement, à télécharger (PDF, 4 pages)"), corrective)
    opening = [(number, code if notice.coded else key or "", text) for number, key, text in letters if number]
    return "".join(f"<p><a href='{_letter(number, opens, notice)}'>{text}</a></p>" for number, opens, text in opening)


def _letter(number: str, code: str, notice: PublicNotice) -> str:
    """Its address; plate and code are capitals and digits."""
    return escape(f"v1/public/notices/{number}/pdf?plate={notice.plate}&code={code_in(code)}")


def _rows(notice: PublicNotice) -> Iterable[tuple[str, str]]:
    yield "Numéro", notice.number
    yield "Clé de télépaiement", notice.key
    if notice.corrective_number:
        yield "Avis rectificatif", f"{notice.corrective_number} (clé {notice.corrective_key})"
    yield "Immatriculation", notice.plate
    yield "Lieu", notice.place or f"secteur {notice.sector}"
    if notice.receipt_reference:
        yield "Dernier ticket", notice.receipt_reference
    yield from _money_rows(notice)


def _money_rows(notice: PublicNotice | PublicStatus) -> Iterable[tuple[str, str]]:
    """Dates and amounts."""
    yield "Contrôle", _minute(notice.control_at)
    yield "Forfait", _euros(notice.fps_cents)
    if notice.receipt_cents:
        yield "Dernier ticket déduit", _euros(notice.receipt_cents)
    yield "Montant dû", _euros(notice.due_cents)
    yield "Montant minoré", _euros(notice.reduced_cents)
    yield from ((name, _date(day)) for name, day in _dates(notice) if day)
    yield "Majoré, passé ce délai", _euros(notice.increased_cents)
    yield "Payé", _euros(notice.paid_cents)
    yield "Reste à payer", _euros(notice.owed_cents)
    if notice.surplus_cents:
        yield "À vous rembourser", _euros(notice.surplus_cents)
    yield "Le véhicule peut rester jusqu’au", _minute(notice.covers_until)


def _dates(notice: PublicNotice | PublicStatus) -> Iterable[tuple[str, date | None]]:
    yield "Envoyé le", notice.sent_on
    yield "Minoré jusqu’au", notice.reduced_until
    yield "Réputé notifié le", notice.notified_on
    yield "À payer jusqu’au", notice.payable_until
    yield "Recours jusqu’au", notice.appeal_until
    yield "Majoration réduite jusqu’au", notice.rebate_until


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<tr><th scope=row>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows)


def _date(day: date) -> str:
    return _minute(day) if isinstance(day, datetime) else f"{day:%d/%m/%Y}"


def _day(at: datetime) -> str:
    return f"{at:%d/%m/%Y}"


def _minute(at: datetime) -> str:
    return f"{at:%d/%m/%Y à %H:%M}"


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02} €"


def _html(content: str) -> str:
    return (
        '<!doctype html><html lang=fr><head><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>Forfait post-stationnement</title><style>{STYLE}</style></head>"
        f"<body><main><h1>Forfait post-stationnement</h1>{content}</main></body></html>\n"
    )
