"""Residents, professionals, free regimes; which of them a plate may use here; and when the vehicle's class matters."""

from datetime import datetime

import pytest

from firmware.tariff import (
    Barred,
    Holding,
    NotSold,
    Quote,
    RateKey,
    Refusal,
    Street,
    Tariffs,
    class_by_mass,
    ladder,
    quote,
    regimes_here,
    scale,
    vehicle_choices,
)
from tests.builders import PARIS, paris, sold

WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=PARIS)
HOME = frozenset({"10G", "10H", "11A", "11B"})
MIXED, ROTATIVE = Street("10G", "mixed"), Street("10G", "rotative")
ELSEWHERE = Street("16C", "mixed")


def refused(answer: Quote | NotSold) -> Refusal:
    assert isinstance(answer, NotSold), answer
    return answer.reason


@pytest.mark.parametrize(
    ("paid_at", "days", "start", "end"),
    [  # the resident's table; 4 March 2026 is a Wednesday
        ("2026-03-03T14:30", 1, "2026-03-03T14:30", "2026-03-04T14:30"),
        ("2026-03-06T18:00", 1, "2026-03-06T18:00", "2026-03-07T18:00"),
        ("2026-03-07T18:00", 1, "2026-03-07T18:00", "2026-03-09T18:00"),
        ("2026-03-06T21:00", 1, "2026-03-07T09:00", "2026-03-09T09:00"),
        ("2026-03-08T10:00", 6, "2026-03-09T09:00", "2026-03-16T09:00"),
        ("2026-03-08T10:00", 7, "2026-03-09T09:00", "2026-03-16T09:00"),
        ("2026-03-06T19:30", 7, "2026-03-06T19:30", "2026-03-13T19:30"),
        # Ascension is Thursday 14 May 2026
        ("2026-05-11T10:00", 6, "2026-05-11T10:00", "2026-05-19T10:00"),
    ],
)
def test_a_resident_s_days(tariffs: Tariffs, paid_at: str, days: int, start: str, end: str) -> None:
    offer = sold(quote(tariffs, RateKey(1, "resident"), paris(paid_at), days))
    assert (offer.start, offer.end) == (paris(start), paris(end))
    assert (offer.unit, offer.units) == ("day", days)


@pytest.mark.parametrize(
    "at", ["2017-03-01T10:00", "2018-06-06T10:00", "2021-09-01T10:00", "2023-03-01T10:00", "2026-03-04T10:00"]
)
@pytest.mark.parametrize("zone", [1, 2])
def test_a_resident_s_prices_in_every_version(tariffs: Tariffs, at: str, zone: int) -> None:
    offers = ladder(tariffs, RateKey(zone, "resident"), paris(at))
    assert [offer.cents for offer in offers] == [150, 300, 450, 600, 750, 900, 900]
    assert refused(quote(tariffs, RateKey(zone, "resident"), paris(at), 8)) is Refusal.PAST_MAXIMUM


@pytest.mark.parametrize("regime", ["resident", "low_emission_resident"])
def test_until_february_2017_a_resident_bought_one_day_or_the_week(tariffs: Tariffs, regime: str) -> None:
    key, before = RateKey(1, regime), paris("2016-05-10T10:00")
    assert [offer.units for offer in ladder(tariffs, key, before)] == [1, 7]
    assert [offer.units for offer in ladder(tariffs, key, paris("2017-02-28T10:00"))] == [1, 7]
    assert [offer.units for offer in ladder(tariffs, key, paris("2017-03-01T10:00"))] == [1, 2, 3, 4, 5, 6, 7]
    assert {refused(quote(tariffs, key, before, days)) for days in range(2, 7)} == {Refusal.NOT_THIS_LENGTH}
    assert sold(quote(tariffs, RateKey(1, "resident"), before, 7)).cents == 900


def test_a_resident_s_week_says_that_the_sunday_is_free(tariffs: Tariffs) -> None:
    week = sold(quote(tariffs, RateKey(1, "resident"), WEDNESDAY, 7))
    assert [line.text for line in week.lines] == ["6 jours : 6 × 1,50\u00a0€", "7e jour : gratuit, dimanche compris"]
    assert [line.cents for line in week.lines] == [900, 0]
    assert scale(tariffs, RateKey(1, "resident"), WEDNESDAY)[-1] == (7, 900)


def test_a_resident_s_two_wheeler_pays_half(tariffs: Tariffs) -> None:
    offers = ladder(tariffs, RateKey(2, "resident", "two_wheeler"), WEDNESDAY)
    assert [offer.cents for offer in offers] == [75, 150, 225, 300, 375, 450, 450]
    before = quote(tariffs, RateKey(2, "resident", "two_wheeler"), paris("2022-08-31T10:00"), 1)
    assert refused(before) is Refusal.PARKS_FREE


@pytest.mark.parametrize("regime", ["resident", "pro_sedentary", "pro_mobile", "pro_public", "cmi_s"])
def test_a_heavy_car_pays_no_more_in_its_own_regime(tariffs: Tariffs, regime: str) -> None:
    heavy, light = (sold(quote(tariffs, RateKey(1, regime, vehicle), WEDNESDAY, 1)) for vehicle in ("heavy", "car"))
    assert (heavy.cents, heavy.end, heavy.vehicle) == (light.cents, light.end, "heavy")
    assert "Voiture lourde : même prix que Voiture dans ce régime." in heavy.not_applied


def test_a_sedentary_professional_buys_one_day(tariffs: Tariffs) -> None:
    (day,) = ladder(tariffs, RateKey(1, "pro_sedentary"), paris("2026-03-07T18:00"))
    assert (day.cents, day.end) == (150, paris("2026-03-09T18:00"))
    assert [line.text for line in day.lines] == ["1 jour : 1 × 1,50\u00a0€"]


def test_a_mobile_professional_buys_whole_hours_of_paid_time(tariffs: Tariffs) -> None:
    offers = ladder(tariffs, RateKey(1, "pro_mobile"), paris("2026-03-06T17:00"))
    assert [offer.cents for offer in offers] == [50, 100, 150, 200, 250, 300, 350]
    assert (offers[2].end, offers[6].end) == (paris("2026-03-06T20:00"), paris("2026-03-07T13:00"))
    assert offers[2].lines[0].text == "3 heures : 3 × 0,50\u00a0€"
    assert offers[2].unit == "hour"
    assert refused(quote(tariffs, RateKey(1, "pro_mobile", "two_wheeler"), WEDNESDAY, 1)) is Refusal.NOT_THIS_VEHICLE


@pytest.mark.parametrize(("regime", "name"), [("cmi_s", "CMI-S"), ("pro_public", "Professionnel public")])
def test_free_for_24_plain_hours(tariffs: Tariffs, regime: str, name: str) -> None:
    (ticket,) = ladder(tariffs, RateKey(1, regime), paris("2026-03-04T14:30"))
    assert (ticket.cents, ticket.start, ticket.end) == (0, paris("2026-03-04T14:30"), paris("2026-03-05T14:30"))
    assert [line.text for line in ticket.lines] == [f"{name} : gratuit, 24 h"]
    over_a_sunday = sold(quote(tariffs, RateKey(1, regime), paris("2026-03-07T18:00"), 1))
    assert over_a_sunday.end == paris("2026-03-08T18:00")


@pytest.mark.parametrize(("at", "most"), [("2016-03-02T10:00", 8), ("2018-03-07T10:00", 24), ("2026-03-04T10:00", 24)])
def test_low_emission_is_free_up_to_the_maximum_stay(tariffs: Tariffs, at: str, most: int) -> None:
    offers = ladder(tariffs, RateKey(1, "low_emission"), paris(at))
    visitor = ladder(tariffs, RateKey(1), paris(at))
    assert [(offer.cents, offer.end) for offer in offers] == [(0, offer.end) for offer in visitor]
    assert len(offers) == most
    assert offers[5].lines[0].text == "Basse émission : gratuit, 1 h 30"


def test_low_emission_keeps_the_maximum_stay_of_the_regime_that_applies(tariffs: Tariffs) -> None:
    for free, paid in (
        ("low_emission_resident", "resident"),
        ("low_emission_pro_sedentary", "pro_sedentary"),
        ("low_emission_pro_mobile", "pro_mobile"),
    ):
        offers, priced = (ladder(tariffs, RateKey(2, regime), WEDNESDAY) for regime in (free, paid))
        assert [(0, offer.end) for offer in priced] == [(offer.cents, offer.end) for offer in offers]


def test_a_heavy_electric_car_is_not_free(tariffs: Tariffs) -> None:
    assert refused(quote(tariffs, RateKey(1, "low_emission", "heavy"), WEDNESDAY, 1)) is Refusal.NOT_THIS_VEHICLE


def here(tariffs: Tariffs, street: Street, *holdings: Holding) -> dict[str, Barred | None]:
    return {each.regime: each.barred for each in regimes_here(tariffs, WEDNESDAY, street, holdings)}


def test_a_plate_without_rights_is_a_visitor(tariffs: Tariffs) -> None:
    assert here(tariffs, MIXED) == {"visitor": None}
    assert here(tariffs, ROTATIVE) == {"visitor": None}


def test_a_resident_is_at_home_in_four_sectors_and_on_mixed_streets(tariffs: Tariffs) -> None:
    resident = Holding("resident", HOME)
    assert here(tariffs, MIXED, resident) == {"visitor": None, "resident": None}
    assert here(tariffs, ROTATIVE, resident) == {"visitor": None, "resident": Barred.STREET}
    assert here(tariffs, ELSEWHERE, resident) == {"visitor": None, "resident": Barred.SECTOR}
    sedentary = here(tariffs, ELSEWHERE, Holding("pro_sedentary", HOME))
    assert sedentary == {"visitor": None, "pro_sedentary": Barred.SECTOR}


@pytest.mark.parametrize("street", [MIXED, ROTATIVE, ELSEWHERE])
@pytest.mark.parametrize("right", ["pro_mobile", "pro_public", "cmi_s", "low_emission"])
def test_other_rights_are_good_everywhere(tariffs: Tariffs, street: Street, right: str) -> None:
    assert here(tariffs, street, Holding(right)) == {"visitor": None, right: None}


def test_rights_combine(tariffs: Tariffs) -> None:
    both = (Holding("resident", HOME), Holding("low_emission"))
    assert here(tariffs, MIXED, *both) == {
        "visitor": None,
        "resident": None,
        "low_emission": None,
        "low_emission_resident": None,
    }
    assert here(tariffs, ELSEWHERE, *both)["low_emission_resident"] is Barred.SECTOR
    assert regimes_here(tariffs, WEDNESDAY, MIXED, both)[3].usable


@pytest.mark.parametrize(
    ("at", "regime", "choices"),
    [
        ("2018-03-07T10:00", "visitor", ("car",)),
        ("2022-08-31T10:00", "visitor", ("car",)),
        ("2022-08-31T21:00", "visitor", ("car", "two_wheeler")),
        ("2023-03-01T10:00", "visitor", ("car", "two_wheeler")),
        ("2026-03-04T10:00", "visitor", ("car", "two_wheeler", "heavy")),
        ("2026-03-04T10:00", "resident", ("car", "two_wheeler")),
        ("2026-03-04T10:00", "pro_mobile", ("car",)),
        ("2026-03-04T10:00", "cmi_s", ("car",)),
        ("2014-03-05T10:00", "visitor", ()),
    ],
)
def test_the_class_is_asked_only_where_it_changes_the_price(
    tariffs: Tariffs, at: str, regime: str, choices: tuple[str, ...]
) -> None:
    assert vehicle_choices(tariffs, 1, paris(at), regime) == choices


@pytest.mark.parametrize(
    ("kilograms", "energy", "expected"),
    [
        (1600, "combustion", "car"),
        (1601, "combustion", "heavy"),
        (1601, "hybrid", "heavy"),
        (2000, "electric", "car"),
        (2001, "plug_in_hybrid", "heavy"),
        (1800, "electric", "car"),
        (1500, None, "car"),
        (2100, None, "heavy"),
        (1800, None, None),
        (None, "combustion", None),
        (None, None, None),
    ],
)
def test_an_unknown_mass_is_never_heavy(
    tariffs: Tariffs, kilograms: int | None, energy: str | None, expected: str | None
) -> None:
    assert class_by_mass(tariffs, kilograms, energy) == expected  # type: ignore[arg-type]  # parametrize knows only str
