"""Letters to whoever asked for cards: that a clerk decided, or wants a document, and nothing of what; the page says that.

The theory. A letter is written down in the transaction of the event that it tells of, so there is one for each change, and none
of a change that was undone. Mail is read by whoever sees the screen: it names no number, vehicle, reason or decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from central.access.accounts import find_account
from central.access.languages import FRENCH
from central.access.mail import Mail
from central.access.mail_outbox import write_mail
from central.cards.counter import Counter
from central.rules.cards.states import CardEventKind


class CardLetter(NamedTuple):
    """The words of a letter in one language; `{page}`: where the answer is."""

    subject: str
    decided: str
    wanted: str


CARD_LETTERS: Mapping[str, CardLetter] = {
    FRENCH: CardLetter(
        "Votre demande au service du stationnement",
        "Bonjour,\n\nUne décision est prise sur une de vos demandes. Elle se lit sur votre page :\n\n{page}\n",
        "Bonjour,\n\nIl manque quelque chose à une de vos demandes. Votre page dit quoi :\n\n{page}\n",
    ),
    "en": CardLetter(
        "Your request to the parking office",
        "Hello,\n\nOne of your requests has been decided. The decision is on your page:\n\n{page}\n",
        "Hello,\n\nSomething is missing from one of your requests. Your page says what:\n\n{page}\n",
    ),
    "de": CardLetter(
        "Ihr Antrag an die Parkraumverwaltung",
        "Guten Tag,\n\nüber einen Ihrer Anträge wurde entschieden. Die Entscheidung steht auf Ihrer Seite:\n\n{page}\n",
        "Guten Tag,\n\nzu einem Ihrer Anträge fehlt etwas. Ihre Seite sagt, was:\n\n{page}\n",
    ),
    "es": CardLetter(
        "Su solicitud al servicio de estacionamiento",
        "Buenos días:\n\nSe ha resuelto una de sus solicitudes. La decisión está en su página:\n\n{page}\n",
        "Buenos días:\n\nFalta algo en una de sus solicitudes. Su página dice qué:\n\n{page}\n",
    ),
    "it": CardLetter(
        "La sua richiesta al servizio della sosta",
        "Buongiorno,\n\nuna delle sue richieste è stata decisa. La decisione è sulla sua pagina:\n\n{page}\n",
        "Buongiorno,\n\nmanca qualcosa a una delle sue richieste. La sua pagina dice che cosa:\n\n{page}\n",
    ),
}
DECIDED = frozenset({CardEventKind.ACCEPTED, CardEventKind.REJECTED})


def tell_applicant(connection: Connection, counter: Counter, owner: str, kind: CardEventKind, at: datetime) -> None:
    """Write a letter for an event, if mail leaves, the event is one to be told, and its request is an open account's."""
    if not counter.mail_page or (kind not in DECIDED and kind is not CardEventKind.ASKED):
        return
    account = find_account(connection, owner)
    if account is None or account.closed_at is not None:
        return
    words = CARD_LETTERS.get(account.language or FRENCH, CARD_LETTERS[FRENCH])
    text = words.decided if kind in DECIDED else words.wanted
    write_mail(connection, counter.city, Mail(account.email, words.subject, text.format(page=counter.mail_page)), at)
