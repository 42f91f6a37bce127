"""Plate checks: where a right counts, what is asked and recorded, possible payers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter
from sqlalchemy import select

from central.core.city import City
from central.core.fields import plate_in
from central.db.tables import checks
from central.enforcement.answers import PlateCheck
from central.enforcement.checks import CheckQuestion, check
from central.rules.verdict import AllowedBecause
from firmware.domain.errors import FieldError
from tests.central.register_rows import DAY, HOUR, LONG_AGO, MINUTE, RIGHT, TEN, ask, enrol, entitle, right, sell

NAIVE = datetime(2026, 3, 4, 10, 0)  # noqa: DTZ001


# --- where a right counts -----------------------------------------------------------------------------------------

HOME = ["11D", "11C", "12A"]


@pytest.mark.parametrize(
    ("regime", "holdings", "covered"),
    [
        ("visitor", [], ["11D", "11C", "10G"]),
        ("a regime to come", [], ["11D", "11C", "10G"]),
        ("resident", [], ["11D"]),
        ("resident", ["resident"], ["11D", "11C", "12A"]),
        ("resident", ["pro_sedentary"], ["11D"]),
        ("pro_sedentary", ["pro_sedentary"], ["11D", "11C", "12A"]),
        ("low_emission_resident", ["low_emission", "resident"], ["11D", "11C", "12A"]),
        ("pro_mobile", [], ["11D", "11C", "10G", "12A", "16B"]),
        ("pro_public", [], ["11D", "11C", "10G", "12A", "16B"]),
        ("low_emission", [], ["11D", "11C", "10G", "12A", "16B"]),
        ("low_emission_pro_mobile", [], ["11D", "11C", "10G", "12A", "16B"]),
        ("cmi_s", [], ["11D", "11C", "10G", "12A", "16B"]),
    ],
)
def test_where_a_right_bought_in_11d_counts(city: City, regime: str, holdings: Sequence[str], covered: Sequence[str]) -> None:
    sell(city.store, right(regime=regime))
    for holding in holdings:
        entitle(city.store, "AB123CD", holding, HOME if holding in ("resident", "pro_sedentary") else ())
    found = [
        sector for sector in ("11D", "11C", "10G", "12A", "16B") if ask(city, sector=sector).because is AllowedBecause.RIGHT
    ]
    assert found == covered


def test_a_right_of_another_zone_has_not_expired_here(city: City) -> None:
    sell(city.store, RIGHT)
    assert ask(city, at=TEN + HOUR, sector="12A").just_expired is None


def test_a_home_that_is_no_longer_held_covers_only_where_the_right_was_bought(city: City) -> None:
    sell(city.store, right(regime="resident"))
    entitle(city.store, "AB123CD", "resident", HOME, valid_until=TEN + 30 * MINUTE)
    asked = [ask(city, at=TEN + minutes * MINUTE, sector=sector).allowed for minutes in (29, 30) for sector in ("11D", "11C")]
    assert asked == [True, True, True, False]


@pytest.mark.parametrize(("at", "place"), [(LONG_AGO + DAY, "11D"), (TEN, "20F"), (TEN, "1A")])
def test_a_plate_nobody_knows_is_refused_everywhere(city: City, at: datetime, place: str) -> None:
    sell(city.store, RIGHT)
    answer = ask(city, "AB123CE", at, sector=place)
    assert (answer.allowed, answer.because, answer.until, answer.right) == (False, None, None, None)


# --- the record ---------------------------------------------------------------------------------------------------


def test_every_check_is_recorded_with_who_asked_and_what_was_answered(city: City) -> None:
    enrol(city.store, "75011-0042", TEN - HOUR)
    sell(city.store, RIGHT)
    check(city, CheckQuestion("AB-123-CD", 1, "11D"), "agent 12", TEN + MINUTE)
    check(city, CheckQuestion("zz 999 zz", 2, "12A", TEN - HOUR), "agent 7", TEN + MINUTE)
    with city.store.begin() as connection:
        first, second = connection.execute(select(checks).order_by(checks.c.id)).all()
    assert tuple(first)[1:] == (
        *(TEN + MINUTE, "agent 12", "AB123CD", 1, "11D", TEN + MINUTE, True, "right"),
        *("75011-0042", "75011-0042-000001", TEN - HOUR, ["75011-0042"]),
    )
    assert tuple(second)[1:] == (
        *(TEN + MINUTE, "agent 7", "ZZ999ZZ", 2, "12A", TEN - HOUR, False, None),
        *(None, None, None, []),
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (CheckQuestion("", 1, "11D"), "plate"),
        (CheckQuestion(" - ", 1, "11D"), "plate"),
        (CheckQuestion("ABCDEFGHIJK", 1, "11D"), "plate"),
        (CheckQuestion("AB123CD", 1, ""), "sector"),
        (CheckQuestion("AB123CD", 1, "21A"), "sector"),
        (CheckQuestion("AB123CD", 1, "11d"), "sector"),
        (CheckQuestion("AB123CD", 1, "11D\n"), "sector"),
        (CheckQuestion("AB123CD", 2, "11D"), "zone"),
        (CheckQuestion("AB123CD", 0, "11D"), "zone"),
        (CheckQuestion("AB123CD", 1, "11D", NAIVE), "at"),
        (CheckQuestion("AB123CD", 1, "11D", datetime(1970, 1, 1, tzinfo=UTC)), "at"),
        (CheckQuestion("AB123CD", 1, "11D", None, NAIVE), "known_at"),
        (CheckQuestion("AB123CD", 1, "11D", None, TEN + MINUTE), "known_at"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name_and_leaves_nothing(city: City, asked: CheckQuestion, field: str) -> None:
    with pytest.raises(FieldError) as refused:
        check(city, asked, "agent", TEN)
    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field}: ")
    with city.store.begin() as connection:
        assert connection.execute(select(checks)).all() == []


@pytest.mark.parametrize(("text", "plate"), [("ab-123-cd", "AB123CD"), (" 1234 ab 75 ", "1234AB75"), ("a", "A")])
def test_a_plate_is_normalised(text: str, plate: str) -> None:
    assert plate_in(text) == plate


def test_moments_come_back_in_paris_time_whatever_they_were_told_in(city: City) -> None:
    summer = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
    sell(city.store, right(start=summer))
    answer = check(city, CheckQuestion("AB123CD", 1, "11D", summer), "agent", summer)
    assert answer.until is not None
    assert answer.until.isoformat() == "2026-07-01T11:00:00+02:00"


# --- possible payers ----------------------------------------------------------------------------------------------


def payers(answer: PlateCheck) -> list[str]:
    """Their plates, in the order given."""
    return [payer.right.plate for payer in answer.possible_payers]


def test_who_may_have_paid_under_another_plate_is_shown_and_lets_nobody_stay(city: City) -> None:
    sell(city.store, *(right(plate) for plate in ("AB129CD", "BA123CD", "A8123CD", "AB124CD", "XY987ZT")))
    answer = ask(city)
    assert (answer.allowed, answer.because, answer.right) == (False, None, None)
    assert payers(answer) == ["A8123CD", "AB124CD", "BA123CD", "AB129CD"]


def test_only_a_right_that_would_cover_the_vehicle_makes_a_possible_payer(city: City) -> None:
    ended, to_come = right("AB124CD", minutes=1), right("AB122CD", TEN + HOUR)
    far, at_home = right("AB133CD", zone=2, sector="12A"), right("AB113CD", regime="resident", sector="11C")
    sell(city.store, ended, to_come, far, at_home, right("BA123CD"))
    assert payers(ask(city)) == ["BA123CD"]


def test_at_most_so_many_are_shown_each_plate_once(city: City) -> None:
    sell(city.store, *(right(f"AB123C{letter}") for letter in "AEFGHJK"), right("AB123CF", minutes=90))
    found = ask(city).possible_payers
    assert len(found) == city.rules.possible_payers == 5
    assert found[0].right.plate == "AB123CE"
    assert [payer.right.end for payer in found if payer.right.plate == "AB123CF"] == [TEN + 90 * MINUTE]


@pytest.mark.parametrize("own", [right(), replace(right(), end=TEN + 2 * MINUTE)])
def test_nobody_else_is_shown_where_the_vehicle_may_stay(city: City, own: object) -> None:
    sell(city.store, RIGHT, right("AB124CD"))
    assert ask(city).possible_payers == ()


# --- as JSON ------------------------------------------------------------------------------------------------------


def test_an_answer_can_be_told_as_json(city: City) -> None:
    enrol(city.store, "75011-0042")
    sell(city.store, RIGHT, right("AB124CD"))
    entitle(city.store, "AB123CD", "resident", ["11D"])
    told = TypeAdapter(PlateCheck).dump_python(ask(city, known_at=TEN), mode="json")
    nobody = {"stations": 0, "silent": 0, "complete_until": None, "incidents": 0}
    assert (told["because"], told["until"], told["right"]["status"]) == ("right", "2026-03-04T11:00:00+01:00", "sold")
    assert (told["elsewhere"], told["then"]["allowed"]) == (nobody, True)
    refused = TypeAdapter(PlateCheck).dump_python(ask(city, "AB125CD"), mode="json")
    assert refused["possible_payers"][0]["difference"] == {"slip": "neighbouring key", "look_alikes": 0}
    assert (refused["conclusive"], refused["conclusive_from"]) == (False, "2026-03-04T10:02:15+01:00")
