"""Documents of an appeal, which of them are missing, and the grounds on which it is inadmissible (CGCT R.2333-120-13).

A document is known by its name, size and SHA-256: its data is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AppealWay(StrEnum):
    """How an appeal came."""

    ONLINE = "online"
    REGISTERED = "registered letter"
    LETTER = "letter"
    """By post without a receipt: inadmissible."""


class Appellant(StrEnum):
    """Who appeals."""

    HOLDER = "holder"
    """Of the registration certificate, or who sold the vehicle."""
    LESSEE = "lessee"
    BUYER = "buyer"
    MANDATED = "mandated"
    """Somebody else, with a mandate of one of these."""


class DocumentKind(StrEnum):
    """What a document is."""

    NOTICE = "notice"
    """The payment notice."""
    REGISTRATION = "registration certificate"
    TRANSFER = "transfer declaration"
    TRANSFER_RECEIPT = "transfer acknowledgement"
    """That the transfer was registered."""
    MANDATE = "mandate"
    OTHER = "other"


class InadmissibleGround(StrEnum):
    """Why an appeal is not examined."""

    LATE = "late"
    NOT_REGISTERED = "not by registered letter"
    NO_STATEMENT = "no statement of facts and grounds"
    NO_NOTICE = "no copy of the notice"
    NO_REGISTRATION = "no registration certificate"
    NO_MANDATE = "no mandate"
    NOT_CONCERNED = "appellant not concerned"
    GROUPED = "several notices in one appeal"


JUDGED_BY_PEOPLE = frozenset({InadmissibleGround.NOT_CONCERNED, InadmissibleGround.GROUPED})
"""What no list of documents shows."""
OF_THE_APPELLANT = frozenset({InadmissibleGround.NOT_CONCERNED, InadmissibleGround.NO_MANDATE})
"""Somebody appealed who had no right to: that takes nothing from those who have."""
MISSING_GROUNDS = {
    DocumentKind.NOTICE: InadmissibleGround.NO_NOTICE,
    DocumentKind.REGISTRATION: InadmissibleGround.NO_REGISTRATION,
    DocumentKind.TRANSFER: InadmissibleGround.NO_REGISTRATION,
    DocumentKind.TRANSFER_RECEIPT: InadmissibleGround.NO_REGISTRATION,
    DocumentKind.MANDATE: InadmissibleGround.NO_MANDATE,
}


@dataclass(frozen=True)
class AppealDocument:
    """A document as it is listed."""

    kind: DocumentKind
    name: str
    size: int
    """Bytes."""
    sha256: str
    """64 hexadecimal digits."""
    received_at: datetime


def missing_documents(appellant: Appellant, kinds: Collection[DocumentKind]) -> tuple[DocumentKind, ...]:
    """What still has to come. A declared transfer, with its acknowledgement, stands for the registration certificate."""
    transfer = (DocumentKind.TRANSFER, DocumentKind.TRANSFER_RECEIPT)
    vehicle = (
        transfer if set(transfer) & set(kinds) and DocumentKind.REGISTRATION not in kinds else (DocumentKind.REGISTRATION,)
    )
    mandate = (DocumentKind.MANDATE,) if appellant is Appellant.MANDATED else ()
    return tuple(kind for kind in (DocumentKind.NOTICE, *vehicle, *mandate) if kind not in kinds)
