"""Bodies of requests about appeals: filings, documents, decisions, cases before the court."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from central.api.datetimes import RequestDateTime
from central.api.request_body import RequestBody
from central.api.texts import FileName, LongText, PlainText
from central.appeals.filing import MOST_DOCUMENTS, AppealFiling
from central.rules.appeal_documents import AppealDocument, AppealWay, Appellant, DocumentKind, InadmissibleGround
from central.rules.appeal_states import AppealEventKind, Judgment
from central.rules.court import CourtAgainst

LARGEST_DOCUMENT = 20_000_000
"""Bytes."""
SUM = "0" * 64
CODE = "7K3M-9Q2X"
DecidedOutcome = Annotated[
    AppealEventKind,
    AfterValidator(lambda kind: _decision(kind)),
    Field(json_schema_extra={"enum": ["accepted", "accepted in part", "refused", "inadmissible"]}),
]


def _decision(kind: AppealEventKind) -> AppealEventKind:
    if kind in (AppealEventKind.ASKED, AppealEventKind.SUPPLIED):
        raise ValueError("is no decision")
    return kind


def _day(value: object) -> date:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        found = None
    if found is None:
        raise ValueError("is no day, such as 2026-03-04")
    if not 2018 <= found.year < 2200:
        raise ValueError("is no day of this law: 2018 and later")
    return found


Day = Annotated[date, BeforeValidator(_day)]
"""A day of Paris."""
NewAmount = Annotated[int, Field(strict=True, ge=0, le=10_000_00)]


class DocumentListed(RequestBody):
    """A document by its name, size and SHA-256. Its data is not sent here."""

    kind: DocumentKind
    name: FileName
    size: Annotated[int, Field(strict=True, ge=1, le=LARGEST_DOCUMENT)]
    """Bytes."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


Documents = Annotated[list[DocumentListed], Field(max_length=MOST_DOCUMENTS)]
EXAMPLE: JsonDict = {"kind": "notice", "name": "avis.pdf", "size": 200000, "sha256": SUM}


class AppealContent(RequestBody):
    """What every appeal has."""

    appellant: Appellant = Appellant.HOLDER
    resident: bool = Field(strict=True)
    """Whether the appellant lives where the authority is."""
    statement: LongText
    """The facts, and why the notice is wrong. Empty: a letter that has none."""
    documents: Documents = Field(default_factory=list)


class AppealSaid(AppealContent):
    """An appeal as it is recorded by the city."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"way": "online", "resident": True, "statement": "J’avais payé.", "documents": [EXAMPLE]}]
        }
    )

    way: AppealWay = AppealWay.ONLINE
    at: RequestDateTime | None = None
    """When it was received, as acknowledged; now, if not said."""
    posted_on: Day | None = None
    """The postmark of a letter."""

    def filing(self, now: datetime) -> AppealFiling:
        """As the rules take it."""
        return filing_of(self, self.way, self.at or now, self.posted_on)


class PublicAppealSaid(AppealContent):
    """An appeal as the public files it: plate and code are those of the notice."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plate": "AB-123-CD",
                    "code": CODE,
                    "resident": True,
                    "statement": "J’avais payé.",
                    "documents": [EXAMPLE],
                }
            ]
        }
    )

    plate: Annotated[str, Field(min_length=1, max_length=40)]
    code: Annotated[str, Field(min_length=1, max_length=40)]

    def filing(self, now: datetime) -> AppealFiling:
        """As the rules take it."""
        return filing_of(self, AppealWay.ONLINE, now, None)


class DocumentsSaid(RequestBody):
    """Documents that come later."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"documents": [EXAMPLE]}]})

    documents: Annotated[list[DocumentListed], Field(min_length=1, max_length=MOST_DOCUMENTS)]

    def listed(self, now: datetime) -> tuple[AppealDocument, ...]:
        """As the rules take them."""
        return listed(self.documents, now)


class PublicDocumentsSaid(DocumentsSaid):
    """Documents that the public supplies."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"plate": "AB-123-CD", "code": CODE, "documents": [EXAMPLE]}]})

    plate: Annotated[str, Field(min_length=1, max_length=40)]
    code: Annotated[str, Field(min_length=1, max_length=40)]


class DocumentRequest(RequestBody):
    """What is missing is asked for, until a day."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"until": "2026-03-20", "reason": "La carte grise manque."}]})

    until: Day
    reason: PlainText = ""


class DecisionSaid(RequestBody):
    """A decision. It is made now: it cannot be dated back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "refused", "reason": "Le ticket portait une autre plaque."}]}
    )

    outcome: DecidedOutcome
    reason: PlainText
    due_cents: NewAmount = 0
    """The new amount, of what is accepted in part."""
    ground: InadmissibleGround | None = None
    """Of what is inadmissible."""


class ReferralSaid(RequestBody):
    """A case that the court has announced."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"against": "refusal", "referred_on": "2026-05-04", "reference": "26-0001"}]}
    )

    against: CourtAgainst
    referred_on: Day
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9./-]{1,60}$")]
    """The court's."""


class JudgmentSaid(RequestBody):
    """A judgment that was notified."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"judgment": "annulled", "judged_on": "2026-11-04"}]})

    judgment: Judgment
    judged_on: Day
    reason: PlainText = ""
    due_cents: NewAmount = 0
    """The new amount, of one that lowers it."""


def filing_of(said: AppealContent, way: AppealWay, received_at: datetime, posted_on: date | None) -> AppealFiling:
    """An appeal as the rules take it: its documents came with it."""
    documents = listed(said.documents, received_at)
    return AppealFiling(way, said.appellant, said.resident, said.statement, received_at, documents, posted_on)


def listed(documents: list[DocumentListed], at: datetime) -> tuple[AppealDocument, ...]:
    """Documents that were received at an instant."""
    return tuple(AppealDocument(each.kind, each.name, each.size, each.sha256, at) for each in documents)
