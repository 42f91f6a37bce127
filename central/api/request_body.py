"""What all bodies of requests have in common: no member nobody reads, no character 0 in a text."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from firmware.domain.errors import FieldError

NUL = "the character 0 is no text"


class RequestBody(BaseModel):
    """A JSON object that somebody sends. Its numbers are declared strict: `true` and "1" are no number."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _no_nul(cls, members: Any) -> Any:
        """PostgreSQL keeps no text with the character 0, and what would be left without it is not what was sent."""
        for name, value in members.items() if isinstance(members, dict) else ():
            texts = value if isinstance(value, list) else [value]
            if any("\0" in text for text in (name, *texts) if isinstance(text, str)):
                raise FieldError(name, NUL)
        return members


def each_once(members: object) -> object:
    """A validator of sets, which are lists in JSON, and a list may name one twice."""
    if isinstance(members, list) and any(members.count(member) > 1 for member in members):
        raise ValueError("one of them is given twice")
    return members
