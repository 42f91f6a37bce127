"""Every reason for which the city refuses something to an agent or an examiner is told in French on their pages."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from central.api.notices import NoticeProposal
from hal.shipped import ROOT
from tests.central.test_refusal_words import texts

WORDS = ROOT / "central" / "pages" / "shared" / "refusals.js"
ASKED = (
    *(f"central/notices/{name}.py" for name in ("issue", "amounts", "numbers", "corrections")),
    *(f"central/enforcement/{name}.py" for name in ("checks", "agent_copies")),
    *(f"central/appeals/{name}.py" for name in ("examination", "decisions", "store")),
    *(f"central/rules/{name}.py" for name in ("appeals", "notices")),
    *("firmware/domain/plate.py", "firmware/domain/sector.py", "firmware/tariff/fps.py", "firmware/tariff/quotes.py"),
)
"""What stands behind the routes that the two pages ask."""
OF_OTHERS = {
    # who files an appeal
    "is before the notice was sent, or in the future",
    "is before the notice was sent, or after the letter was received",
    "is too late: an appeal could be filed until {}",
    "is missing: the facts, and why the notice is wrong",
    "this notice is {}: there is nothing to contest",
    # officers and cashiers
    "{} are to be given back",
    "must be more than nothing",
    "the notice was sent: it can be cancelled",
    "is before the notice was increased",
    "the warning was sent already",
    "is within a month of the sending of the warning",
    # who buys time
    "{} units",
    "{} + {} {}s; the maximum is {}",
    "{} {}s; tariff {} sells {}",
}
"""Reasons of the same files that neither page ever meets."""


def reasons(source: str) -> Iterator[str]:
    """Of a file's own refusals, with `{}` for what is filled in."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("FieldError", "NotSold"):
            yield from texts(node.args[1])


def shapes() -> list[str]:
    """What is said of a list or a text that is too long."""
    body = {"check": 1, "agent": "A-1", "photos": ["a"] * 11, "place": "a" * 201}
    with pytest.raises(ValidationError) as caught:
        NoticeProposal.model_validate(body)
    return [re.sub("[0-9]+", "{}", error["msg"]) for error in caught.value.errors()]


def french() -> dict[str, str]:
    found = re.search(r"export const REASONS = (\{.*?\n\});", WORDS.read_text("utf-8"), re.DOTALL)
    assert found is not None
    told: dict[str, str] = json.loads(found[1])
    return told


FOUND = sorted({reason for file in ASKED for reason in reasons((ROOT / file).read_text("utf-8"))})


BORDER = "".join((ROOT / "central" / "api" / f"{name}.py").read_text("utf-8") for name in ("texts", "appeal_bodies", "notices"))
"""What is refused before any rule is asked."""


def test_the_reasons_are_found_and_no_others_are_told_or_excused() -> None:
    assert len(FOUND) > 50
    assert [each for each in french() if each not in FOUND and each not in BORDER and each not in shapes()] == []
    assert set(FOUND) >= OF_OTHERS
    assert not OF_OTHERS & french().keys()


@pytest.mark.parametrize("reason", [each for each in FOUND if each not in OF_OTHERS])
def test_each_reason_has_its_french(reason: str) -> None:
    assert len(re.findall(r"\{€?\}", french()[reason])) <= reason.count("{}")
