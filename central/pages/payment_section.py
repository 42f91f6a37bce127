"""What the page of a notice says first: what is to be paid now, until when, what follows, and how it is paid."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from central.notices.answers import NoticeStatus
from central.pages.french import day_text, minute_text
from central.rules.notices import NoticeState
from firmware.domain.money import euros

SITE = "www.stationnement.gouv.fr"
VOICE_SERVER = "08 06 20 30 40"
NO_CHEQUE = "Le montant minoré ne peut pas être payé par chèque."
MEANS = (
    f"en ligne, sur {SITE}, par carte bancaire, avec le numéro et la clé que porte l’avis",
    f"par téléphone, au {VOICE_SERVER} (serveur vocal, prix d’un appel normal), par carte bancaire",
    "chez un buraliste du réseau « Paiement de proximité », avec l’avis",
    "par chèque à l’ordre du Trésor public, avec la carte de paiement de l’avis, à l’adresse que celle-ci porte",
)
MEANS_INCREASED = (
    "en ligne ou par téléphone portable, sur amendes.gouv.fr, avec les références de l’avertissement",
    "par téléphone, au 0 811 10 10 10 (0,05 €/min et prix d’un appel), par carte bancaire",
    "par chèque à l’ordre du Trésor public, avec la carte de paiement de l’avertissement",
)
TO_BE_CANCELLED = "Un droit de stationnement a été trouvé depuis : l’annulation est proposée, la ville décide."
TO_THE_TREASURY = "Le forfait majoré se paie à la Direction générale des finances publiques, qui envoie un avertissement."
PAYABLE = (NoticeState.ISSUED, NoticeState.SENT, NoticeState.NOTIFIED, NoticeState.PARTLY_PAID)
INCREASED = (NoticeState.INCREASED, NoticeState.ENFORCED)


def payment_section(notice: NoticeStatus) -> str:
    """Nothing of a notice that nobody has to pay, or that the city has given up."""
    if notice.state not in (*PAYABLE, *INCREASED):
        return ""
    means = MEANS if notice.state in PAYABLE else MEANS_INCREASED
    reduced = notice.state in PAYABLE and notice.price_cents < notice.due_cents
    lines = "".join(f"<li>{escape(each)} ;</li>" for each in means[:-1]) + f"<li>{escape(means[-1])}.</li>"
    proposed = f"<p>{TO_BE_CANCELLED}</p>" if notice.cancellation_proposed else ""
    return f"<h2>Payer</h2>{proposed}<p>{' '.join(_amounts(notice, reduced=reduced))}</p><ul>{lines}</ul>" + (
        f"<p>{NO_CHEQUE}</p>" if reduced else ""
    )


def _amounts(notice: NoticeStatus, *, reduced: bool) -> Iterator[str]:
    """What is owed now, and what it becomes: each less what was paid."""
    yield f"<b>Reste à payer aujourd’hui : {euros(notice.owed_cents)}</b>{_last_moment(notice, reduced=reduced)}."
    if reduced:
        payable = f" jusqu’au {day_text(notice.payable_until)} inclus" if notice.payable_until else ""
        yield f"Ensuite : {euros(notice.due_cents - notice.paid_cents)}{payable}."
    if notice.state in PAYABLE:
        yield f"Au-delà, il est majoré : {euros(notice.increased_cents - notice.paid_cents)}."
    else:
        yield from ((f"Ensuite : {euros(notice.increased_cents - notice.paid_cents)}.",) if _rebated(notice) else ())
        yield TO_THE_TREASURY


def _last_moment(notice: NoticeStatus, *, reduced: bool) -> str:
    """Until when this is the amount. A window that counts hours ends at a minute, one that counts days at the end of one."""
    if reduced and notice.reduced_until:
        whole = f"{notice.reduced_until:%H:%M}" == "23:59"
        return f", jusqu’au {f'{day_text(notice.reduced_until)} inclus' if whole else minute_text(notice.reduced_until)}"
    until = notice.payable_until if notice.state in PAYABLE else notice.rebate_until if _rebated(notice) else None
    return f", jusqu’au {day_text(until)} inclus" if until and not reduced else ""


def _rebated(notice: NoticeStatus) -> bool:
    return notice.rebate_until is not None and notice.price_cents < notice.increased_cents
