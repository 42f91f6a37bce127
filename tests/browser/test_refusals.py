"""Refusals of the city, as the pages of agents and examiners tell them in French."""

from __future__ import annotations

from tests.browser.agent_phone import OpenPhone
from tests.central.test_refusals_in_french import french

IN_FRENCH = """async (reasons) => {
    const { reasonInFrench } = await import("../shared/refusals.js");
    return reasons.map(reasonInFrench);
}"""

SAID = (
    (
        "another notice covers the vehicle until 2026-03-04T18:00+01:00",
        "un autre FPS couvre ce véhicule jusqu’au 04/03/2026 à 18:00",
    ),
    ("must be after today, and 2026-04-09 at the latest", "après aujourd’hui, et le 09/04/2026 au plus tard"),
    ("of what is accepted in part: more than nothing and less than 6310", "plus de zéro, et moins que les 63,10 € dus"),
    (
        "tariff 2021-08-01 does not know the vehicle class 'heavy'",
        "le barème 01/08/2021 ne connaît pas la catégorie voiture lourde",
    ),
    ("was not found: late, no mandate", "ne ressort pas du dossier : hors délai, sans mandat"),
    ("the appeal is refused: accepted is too late", "le recours est déjà rejeté : trop tard"),
    ("List should have at most 10 items after validation, not 11", "10 au plus, et non 11"),
    ("Input should be a valid integer", "n’est pas ce que ce champ attend"),
    ("there is no street of that name", "there is no street of that name"),
)


def test_every_reason_of_the_city_is_told_in_french(phone: OpenPhone) -> None:
    page = phone().page
    asked, told = zip(*SAID, strict=True)
    assert page.evaluate(IN_FRENCH, list(asked)) == list(told)
    reasons = [each.replace("{}", "7") for each in french()]
    others = page.evaluate(IN_FRENCH, reasons)
    assert not set(reasons) & set(others)
    assert not [each for each in others if "{" in each or "undefined" in each]
