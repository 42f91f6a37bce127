"""Every reason for which the counter refuses something is told in French on its pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from central.pages.refusal_words import REFUSALS, refusal_text
from hal.shipped import ROOT

ASKED = (
    *sorted((ROOT / "central" / "cards").glob("*.py")),
    *sorted(each for each in (ROOT / "central" / "rules" / "cards").glob("*.py") if each.name != "products.py"),
    *(ROOT / "central" / "api" / f"{name}.py" for name in ("counter_forms", "counter_pages", "clerk_pages", "refund_pages")),
)


def reasons(source: str) -> Iterator[str]:
    """The reasons of a file's own refusals, with `{}` for what is filled in."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FieldError":
            yield from texts(node.args[1])


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


FOUND = sorted({reason for file in ASKED for reason in reasons(file.read_text("utf-8"))})


def test_the_reasons_of_the_counter_are_found() -> None:
    assert len(FOUND) > 40


@pytest.mark.parametrize("reason", FOUND)
def test_each_reason_has_its_french(reason: str) -> None:
    told = refusal_text(reason.replace("{}", "7"))
    assert told is not None
    assert REFUSALS[reason].count("{}") <= reason.count("{}")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (
            "missing: main home, registration certificate",
            "il manque : Justificatif de domicile principal, Certificat d’immatriculation",
        ),
        ("this vehicle has a card until 2027-03-04", "ce véhicule a une carte jusqu’au 04/03/2027"),
        ("must be one of 1 year, 3 years, provisional", "au choix : 1 an, 3 ans, provisoire"),
        (
            "of plug-in hybrid: less than 60 g/km, from the registration certificate",
            ("hybride rechargeable : moins de 60 g/km, d’après le certificat d’immatriculation"),
        ),
        ("the request is « Réglée »: there is nothing to pay", "la demande est « Réglée » : il n’y a rien à payer"),
        (
            "too many cards: 3 at most (14-3° article 9), requests on their way included",
            ("trop de cartes : 3 au plus (14-3° article 9), demandes en cours comprises"),
        ),
        ("is missing", "manque"),
        ("there is no street of that name", None),
    ],
)
def test_lists_days_and_numbers_are_told_as_people_write_them(reason: str, told: str | None) -> None:
    assert refusal_text(reason) == told
