"""Forms of the counter's pages: their fields as what is asked for. Everything is text, and one vehicle is a row of fields."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from central.api.card_bodies import CardRequestSaid
from central.api.texts import OURS
from central.rules.cards.application import CardApplication
from central.rules.cards.eligibility import MOST_LINES
from firmware.domain.errors import FieldError

ROWS = MOST_LINES
"""Vehicles of one form: as many as a request has, for a form that shows more than it reads would lose them."""
LONGEST_NUMBER = 15
"""Digits: more than any field takes, and few enough to be read."""
_NUMBERS = ("hire_months", "co2", "replaces", "staff")
_APPLICANT = ("name", "address", "postcode", "case", "siret", "activity", "trade", "staff", "body")
_LINE = ("plate", "reason", "category", "department", "term", "hire_months", "replaces", "gratuity", "energy", "co2")


def application_of_form(product: str, form: Mapping[str, str]) -> CardApplication:
    """What a form asks for; a row without a plate is none. Raises FieldError naming the first member that cannot be."""
    applicant = _members(form, _APPLICANT, "")
    applicant |= {"sectors": form.get("sectors", "").upper().replace(",", " ").split(), "individual": "individual" in form}
    rows = [_members(form, _LINE, f"{row}.") for row in range(ROWS) if form.get(f"{row}.plate", "").strip()]
    said = {"product": product, "applicant": applicant, "lines": rows, "dispatch": form.get("dispatch", "simple")}
    try:
        return CardRequestSaid.model_validate(said).application
    except ValidationError as error:
        first = error.errors()[0]
        raise FieldError(_place(first["loc"]), _reason(first.get("ctx", {}))) from error


def _members(form: Mapping[str, str], names: tuple[str, ...], before: str) -> dict[str, object]:
    """The fields that are filled in; what must be a number and is none stays a text, which is refused."""
    said = {name: form.get(f"{before}{name}", "").strip() for name in names}
    return {name: _number(text) if name in _NUMBERS else text for name, text in said.items() if text}


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else text


def _reason(details: Mapping[str, object]) -> str:
    """Why a member is wrong: what our own rule says of a text; else nothing that a library says to programmers."""
    match details:
        case {"error": ValueError() as ours} if str(ours) in OURS:
            return str(ours)
    return "is not what this field takes"


def _place(parts: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")
