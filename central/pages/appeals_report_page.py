"""The yearly report on appeals as a page, in French: the table of annex II."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from central.pages.appeal_words import GROUNDS
from central.pages.french import day_text
from central.pages.notice_letter import AUTHORITY
from central.rules.appeals_report import AnnexFigure, AppealsReport, AppellantHome, EnteredLine, ReportCell, entered_lines

HOMES: Mapping[AppellantHome, str] = {
    AppellantHome.OUTSIDE: "Hors de Paris",
    AppellantHome.INSIDE: "À Paris",
    AppellantHome.ALL: "Tous",
}
FIGURES: Mapping[AnnexFigure, str] = {
    AnnexFigure.RECEIVED: "RAPO reçus",
    AnnexFigure.MEAN_DAYS: "Délai moyen de décision, en jours",
    AnnexFigure.EXPLICIT: "Décisions explicites",
    AnnexFigure.IMPLICIT: "Décisions implicites",
    AnnexFigure.INADMISSIBLE: "Irrecevables",
    AnnexFigure.REFUSED: "Rejetés",
    AnnexFigure.ADMITTED: "Admis (avis annulés ou rectifiés)",
    AnnexFigure.COURT_DISMISSED: "Rejets par la juridiction",
    AnnexFigure.COURT_ANNULLED: "Annulations par la juridiction",
}
NOT_ENTERED = "non saisi"
STYLE = """\
body{font:1rem/1.5 sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#111;background:#fff}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #444;padding:.3rem .6rem}
td{text-align:right}th{text-align:left}caption{text-align:left;font-weight:bold;padding:.3rem 0}"""


def report_page(report: AppealsReport) -> str:
    """The whole page."""
    heads = "".join(f"<th scope=col>{FIGURES[figure]}</th>" for figure in AnnexFigure)
    rows = "".join(
        f"<tr><th scope=row>{HOMES[row.appellants]}</th>{''.join(map(_cell, row.cells))}</tr>" for row in report.rows
    )
    grounds = "".join(f"<li>{GROUNDS[ground]} : {count}</li>" for ground, count in report.grounds.items())
    title = f"Rapport annuel sur les recours (RAPO), {report.year}"
    return (
        '<!doctype html><html lang=fr><head><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>"
        "<p>Article R. 2333-120-15 et annexe II du code général des collectivités territoriales.</p>"
        f"{_entered(report)}"
        f"<p>Avis de paiement établis : {report.notices} (l’année précédente : {report.notices_last_year}).</p>"
        "<div class=wide tabindex=0 role=region aria-label='Tableau de l’annexe II'><table>"
        "<caption>Chaque chiffre, celui de l’année précédente, l’évolution, et la part des avis établis</caption>"
        f"<thead><tr><th scope=col>Auteurs des recours</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        + (f"<h2>Motifs d’irrecevabilité</h2><ul>{grounds}</ul>" if grounds else "")
        + f"<p>À l’examen : {report.pending}.</p></main></body></html>\n"
    )


def _entered(report: AppealsReport) -> str:
    """What the annex asks before its table, and the register does not know: said to be the city's, or missing."""
    entered, (staff, money) = report.entered, entered_lines(report)
    who = (entered.figures.contractor or "aucun") if entered else NOT_ENTERED
    source = f"par {entered.entered_by}, le {day_text(entered.entered_at)}" if entered else "rien n’est saisi"
    return (
        f"<h2>Autorité et prestataire</h2><p>Autorité : {AUTHORITY}. Prestataire : {escape(who)}.</p>"
        f"<h2>Moyens humains</h2><p>Équivalents temps plein : {_beside(staff)}.</p>"
        f"<h2>Moyens financiers</h2><p>Dépenses, en euros : {_beside(money)}.</p>"
        f"<p>Prestataire, moyens humains et financiers sont saisis par la ville ({escape(source)}) : le registre ne les "
        "connaît pas. Les chiffres qui suivent viennent du registre.</p><h2>Recours</h2>"
    )


def _beside(line: EnteredLine) -> str:
    return f"{_said(line.value)} (l’année précédente : {_said(line.last_year)})"


def _said(value: float | None) -> str:
    return NOT_ENTERED if value is None else f"{value:.2f}".replace(".", ",")


def _cell(cell: ReportCell) -> str:
    change = "" if cell.change_percent is None else f" ({_number(cell.change_percent, sign='+')} %)"
    share = "" if cell.per_notice_percent is None else f"<br>{_number(cell.per_notice_percent)} % des avis"
    return f"<td>{_number(cell.value)}<br>avant : {_number(cell.last_year)}{change}{share}</td>"


def _number(value: float, sign: str = "") -> str:
    return f"{value:{sign}g}".replace(".", ",") if value % 1 else f"{int(value):{sign}d}"
