"""Screens and tickets in each language, against tests/golden/languages: a handful, looked at by eye.

`make golden` draws and prints them again: look at the difference.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from firmware.domain.formats import FORMATS, FRENCH
from firmware.domain.purchase import Purchase
from firmware.paper.ticket import ticket
from firmware.screens.choice import RegimeChoice, VehicleChoice
from firmware.screens.duration import Duration, PayAhead
from firmware.screens.idle import Idle
from firmware.screens.payment import PaymentFailed, Presenting
from firmware.screens.plate import PlateEntry
from firmware.screens.screen import Screen
from firmware.screens.ticket import Paid
from firmware.visit.words import regime_name
from hal.drawing import draw, overflows
from hal.ports import Reason
from hal.wire.escpos import encode
from tests.builders import PARIS, ROOT, WELL, context, paris, right
from tests.firmware.paper.test_ticket_printed import on_paper
from tests.firmware.screens.visits import holding
from tests.golden_files import GoldenFiles

HERE = replace(context(), health=WELL)
NIGHT = datetime(2026, 3, 7, 21, 0, tzinfo=PARIS)
RIGHT = right(start=paris("2026-03-04T10:01"), end=paris("2026-03-04T11:31"), units=6, cents=900)
VISITOR = Purchase("AB123CD")
LENGTH = Duration(VISITOR, PlateEntry("AB123CD"), 6)
SHOWN: dict[str, Screen] = {
    "idle": Idle(),
    "plate": PlateEntry("AB123C"),
    "vehicle": VehicleChoice(VISITOR, PlateEntry("AB123CD"), ("car", "two_wheeler", "heavy")),
    "duration": LENGTH,
    "free-now": PayAhead(LENGTH),
    "pay": Presenting(RIGHT),
    "refused": PaymentFailed(RIGHT, Reason.BANK),
    "paid": Paid(RIGHT),
}
AT_NIGHT = ("free-now",)


@pytest.mark.golden
@pytest.mark.parametrize("language", FORMATS)
@pytest.mark.parametrize("name", SHOWN)
def test_the_picture_is_the_golden_one(golden: GoldenFiles, name: str, language: str) -> None:
    now = NIGHT if name in AT_NIGHT else HERE.now
    view = SHOWN[name].view(replace(HERE, now=now, language=language))
    assert overflows(view) == ()
    picture = draw(view)
    assert picture.tobytes() == golden.picture(f"languages/{name}-{language}.png", picture).tobytes()


@pytest.mark.golden
@pytest.mark.parametrize("language", FORMATS)
def test_the_ticket_is_the_golden_one(golden: GoldenFiles, language: str) -> None:
    text = on_paper(encode(ticket(RIGHT, replace(HERE, language=language), "the code"), 32), 384)
    assert text == golden.text(f"languages/ticket-{language}.txt", text)


def test_nothing_golden_is_left_over() -> None:
    pictures = {f"{name}-{language}.png" for name in SHOWN for language in FORMATS}
    tickets = {f"ticket-{language}.txt" for language in FORMATS}
    assert {file.name for file in (ROOT / "tests" / "golden" / "languages").iterdir()} == pictures | tickets


@pytest.mark.parametrize("language", FORMATS)
@pytest.mark.parametrize("regime", ["low_emission_resident", "low_emission_pro_sedentary", "low_emission_pro_mobile"])
def test_what_a_low_emission_car_pays_has_a_name_in_each_language_and_room(language: str, regime: str) -> None:
    """The tariff file's own French name is too long for the glass, and French."""
    plate = "AB123CD"
    held = holding("low_emission", "resident", "pro_sedentary", "pro_mobile")
    view = RegimeChoice(plate, PlateEntry(plate), (regime, "visitor")).view(replace(held, language=language))
    assert overflows(view) == ()
    assert regime_name(regime, replace(HERE, language=language)) != HERE.tariffs.regimes[regime].name or language == FRENCH
