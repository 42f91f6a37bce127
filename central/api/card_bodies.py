"""Bodies of requests about parking cards: what is asked for, and what a clerk decides."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from central.api.request_body import RequestBody
from central.api.texts import NameText, PlainText
from central.core.fields import plate_in
from central.rules.cards.application import CardApplicant, CardApplication, CardLine, CardReason, ResidentCase
from central.rules.cards.products import CardDispatch, CardGratuity, CardTerm

Code = Annotated[str, StringConstraints(max_length=20, pattern=r"^[0-9A-Za-z. -]*$")]
SectorCode = Annotated[str, StringConstraints(max_length=3)]
PlateSaid = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(plate_in)]
CardId = Annotated[int, Field(strict=True, ge=1, lt=1 << 53)]
APPLICANT: JsonDict = {"name": "Boulangerie Martin", "address": "15 rue de la Roquette", "postcode": "75011"}
LINE: JsonDict = {"plate": "AB-123-CD", "term": "1 year", "category": "N1", "department": "75"}
EXAMPLE: JsonDict = {
    "product": "pro_sedentary",
    "applicant": {**APPLICANT, "sectors": ["11D"], "siret": "12345678900012", "activity": "10.71C"},
    "lines": [LINE],
    "dispatch": "simple",
}


class ApplicantSaid(RequestBody):
    """Who asks."""

    name: NameText
    address: NameText = ""
    postcode: Code = ""
    sectors: Annotated[list[SectorCode], Field(max_length=4)] = Field(default_factory=list)
    case: ResidentCase | None = None
    siret: Code = ""
    activity: Code = ""
    trade: NameText = ""
    staff: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0
    individual: Annotated[bool, Field(strict=True)] = False
    body: NameText = ""

    @property
    def applicant(self) -> CardApplicant:
        """As the rules take it."""
        return CardApplicant(**{**dict(self), "sectors": tuple(self.sectors)})


class LineSaid(RequestBody):
    """One vehicle."""

    plate: PlateSaid
    reason: CardReason = CardReason.ADD
    category: Code = "M1"
    department: Code = ""
    term: CardTerm | None = None
    hire_months: Annotated[int, Field(strict=True, ge=0, le=60)] = 0
    replaces: CardId | None = None
    gratuity: CardGratuity | None = None
    energy: NameText = ""
    co2: Annotated[int, Field(strict=True, ge=0, le=2000)] | None = None


class CardRequestSaid(RequestBody):
    """A draft of a request: what is wrong in it is told when it is submitted."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    product: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
    applicant: ApplicantSaid
    lines: Annotated[list[LineSaid], Field(min_length=1, max_length=50)]
    dispatch: CardDispatch = CardDispatch.SIMPLE

    @property
    def application(self) -> CardApplication:
        """As the rules take it."""
        lines = tuple(CardLine(**dict(line)) for line in self.lines)
        return CardApplication(self.product, self.applicant.applicant, lines, self.dispatch)


class CardQuestion(RequestBody):
    """What a clerk asks for."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Le certificat d’immatriculation est illisible."}]})

    reason: PlainText


class CardDecision(RequestBody):
    """What a clerk decides."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "rejected", "reason": "Hors liste NAF."}]})

    outcome: Literal["accepted", "rejected"]
    reason: PlainText = ""
