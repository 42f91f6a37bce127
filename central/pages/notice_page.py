"""The public page of a notice, in French: number and plate in; state, dates, amounts and history out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from html import escape

from central.notices.answers import PublicNotice
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


def form_page(*, wrong: bool = False) -> str:
    """The page that asks for number and plate; `wrong`: no notice has those that were given."""
    message = "<p role=alert>Aucun avis ne porte ce numéro pour cette immatriculation.</p>" if wrong else ""
    fields = (
        "<label for=number>Numéro de l’avis (26 chiffres)</label><input id=number name=number inputmode=numeric required>"
        "<label for=plate>Immatriculation</label><input id=plate name=plate autocapitalize=characters required>"
    )
    return _html(f"{message}<form>{fields}<button>Voir l’avis</button></form>")


def notice_page(notice: PublicNotice, appeal: str) -> str:
    """The page of one notice; `appeal`: the section about its appeal (central/pages/appeal_section.py)."""
    history = "".join(
        f"<li>{_day(line.at)} : {EVENTS[line.what]}{f', {_euros(line.cents)}' if line.cents else ''}</li>"
        for line in notice.history
    )
    return _html(
        f"<p class=state>{STATES[notice.state]}</p>"
        f"<table>{_table(_rows(notice))}</table><h2>Historique</h2>"
        f"<ol><li>{_day(notice.control_at)} : Contrôle</li><li>{_day(notice.issued_at)} : Établi</li>{history}</ol>"
        f"<p><a href='{_letter(notice)}'>L’avis de paiement, à télécharger (PDF, 4 pages)</a></p>"
        f"{appeal}"
    )


def _letter(notice: PublicNotice) -> str:
    """Its address; a plate is kept as capitals and digits."""
    return escape(f"v1/public/notices/{notice.number}/pdf?plate={notice.plate}&key={notice.key}")


def _rows(notice: PublicNotice) -> Iterable[tuple[str, str]]:
    yield "Numéro", notice.number
    yield "Clé de télépaiement", notice.key
    yield "Immatriculation", notice.plate
    yield "Lieu", notice.place or f"secteur {notice.sector}"
    yield "Contrôle", _minute(notice.control_at)
    yield "Forfait", _euros(notice.fps_cents)
    if notice.receipt_cents:
        yield "Dernier ticket déduit", f"{_euros(notice.receipt_cents)} ({notice.receipt_reference})"
    yield "Montant dû", _euros(notice.due_cents)
    yield "Montant minoré", _euros(notice.reduced_cents)
    yield from ((name, _date(day)) for name, day in _dates(notice) if day)
    yield "Majoré, passé ce délai", _euros(notice.increased_cents)
    yield "Payé", _euros(notice.paid_cents)
    yield "Reste à payer", _euros(notice.owed_cents)
    if notice.surplus_cents:
        yield "À vous rembourser", _euros(notice.surplus_cents)
    yield "Le véhicule peut rester jusqu’au", _minute(notice.covers_until)


def _dates(notice: PublicNotice) -> Iterable[tuple[str, date | None]]:
    yield "Envoyé le", notice.sent_on
    yield "Minoré jusqu’au", notice.reduced_until
    yield "Notifié le", notice.notified_on
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
