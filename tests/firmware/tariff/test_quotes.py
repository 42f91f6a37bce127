"""The price tables of the deliberations, cell by cell, as typed from them; and what a quote says besides its price."""

from datetime import datetime

import pytest

from firmware.domain.money import euros
from firmware.tariff import NotSold, Quote, RateKey, Refusal, Tariffs, fps_cents, scale
from tests.builders import PARIS, ladder, quote, sold

# 2017 DVD 14, annex: "Prix" and "Cumul" of each quarter of an hour, in euros.
ANNEX_2018_ZONE_1 = """
1 1 1    2 1 2    3 1 3    4 1 4
5 1 5    6 1 6    7 1 7    8 1 8
9 2 10   10 2 12  11 2 14  12 2 16
13 2,5 18,5  14 2,5 21  15 2,5 23,5  16 2,5 26
17 3 29  18 3 32  19 3 35  20 3 38
21 3 41  22 3 44  23 3 47  24 3 50
"""
ANNEX_2018_ZONE_2 = """
1 0,6 0,6    2 0,6 1,2    3 0,6 1,8    4 0,6 2,4
5 0,6 3      6 0,6 3,6    7 0,6 4,2    8 0,6 4,8
9 1,2 6      10 1,2 7,2   11 1,2 8,4   12 1,2 9,6
13 1,8 11,4  14 1,8 13,2  15 1,8 15    16 1,8 16,8
17 2,15 18,95  18 2,15 21,1  19 2,15 23,25  20 2,15 25,4
21 2,4 27,8  22 2,4 30,2  23 2,4 32,6  24 2,4 35
"""
# 2014 DVD 1115-2°: 4 and 2.40 EUR an hour, two hours at most.
TABLE_2015_ZONE_1 = "1 1 1  2 1 2  3 1 3  4 1 4  5 1 5  6 1 6  7 1 7  8 1 8"
TABLE_2015_ZONE_2 = "1 0,6 0,6  2 0,6 1,2  3 0,6 1,8  4 0,6 2,4  5 0,6 3  6 0,6 3,6  7 0,6 4,2  8 0,6 4,8"
# 2021-08-01: 6, 6, 12, 15, 18, 18 and 4, 4, 8, 10, 12, 12 EUR an hour.
TABLE_2021_ZONE_1 = """
1 1,5 1,5   2 1,5 3     3 1,5 4,5   4 1,5 6
5 1,5 7,5   6 1,5 9     7 1,5 10,5  8 1,5 12
9 3 15      10 3 18     11 3 21     12 3 24
13 3,75 27,75  14 3,75 31,5  15 3,75 35,25  16 3,75 39
17 4,5 43,5  18 4,5 48  19 4,5 52,5  20 4,5 57
21 4,5 61,5  22 4,5 66  23 4,5 70,5  24 4,5 75
"""
TABLE_2021_ZONE_2 = ANNEX_2018_ZONE_1

# 2022-09-01, two-wheelers: 3, 3, 6, 7.50, 9, 9 and 2, 2, 4, 5, 6, 6 EUR an hour; 13.875 and 17.625 are rounded half up.
TWO_WHEELER_ZONE_1 = """
0,75 1,50 2,25 3  3,75 4,50 5,25 6  7,50 9 10,50 12
13,88 15,75 17,63 19,50  21,75 24 26,25 28,50  30,75 33 35,25 37,50
"""
TWO_WHEELER_ZONE_2 = """
0,50 1 1,50 2  2,50 3 3,50 4  5 6 7 8
9,25 10,50 11,75 13  14,50 16 17,50 19  20,50 22 23,50 25
"""
# 2024-10-01, heavy cars: 18, 18, 36, 45, 54, 54 and 12, 12, 24, 30, 36, 36 EUR an hour.
HEAVY_ZONE_1 = """
4,50 9 13,50 18  22,50 27 31,50 36  45 54 63 72
83,25 94,50 105,75 117  130,50 144 157,50 171  184,50 198 211,50 225
"""
HEAVY_ZONE_2 = """
3 6 9 12  15 18 21 24  30 36 42 48
55,50 63 70,50 78  87 96 105 114  123 132 141 150
"""
CLASS_TABLES = [
    (datetime(2022, 9, 1, 10, tzinfo=PARIS), "two_wheeler", 1, TWO_WHEELER_ZONE_1),
    (datetime(2022, 9, 1, 10, tzinfo=PARIS), "two_wheeler", 2, TWO_WHEELER_ZONE_2),
    (datetime(2026, 3, 4, 10, tzinfo=PARIS), "two_wheeler", 1, TWO_WHEELER_ZONE_1),
    (datetime(2026, 3, 4, 10, tzinfo=PARIS), "two_wheeler", 2, TWO_WHEELER_ZONE_2),
    (datetime(2024, 10, 1, 10, tzinfo=PARIS), "heavy", 1, HEAVY_ZONE_1),
    (datetime(2024, 10, 1, 10, tzinfo=PARIS), "heavy", 2, HEAVY_ZONE_2),
]

TABLES = [
    (datetime(2015, 3, 4, 10, tzinfo=PARIS), 1, TABLE_2015_ZONE_1),
    (datetime(2015, 3, 4, 10, tzinfo=PARIS), 2, TABLE_2015_ZONE_2),
    (datetime(2018, 3, 7, 10, tzinfo=PARIS), 1, ANNEX_2018_ZONE_1),
    (datetime(2018, 3, 7, 10, tzinfo=PARIS), 2, ANNEX_2018_ZONE_2),
    (datetime(2021, 8, 2, 10, tzinfo=PARIS), 1, TABLE_2021_ZONE_1),
    (datetime(2021, 8, 2, 10, tzinfo=PARIS), 2, TABLE_2021_ZONE_2),
    (datetime(2022, 9, 1, 10, tzinfo=PARIS), 1, TABLE_2021_ZONE_1),
    (datetime(2022, 9, 1, 10, tzinfo=PARIS), 2, TABLE_2021_ZONE_2),
    (datetime(2026, 3, 4, 10, tzinfo=PARIS), 1, TABLE_2021_ZONE_1),
    (datetime(2026, 3, 4, 10, tzinfo=PARIS), 2, TABLE_2021_ZONE_2),
]


def cents(text: str) -> int:
    whole, _, rest = text.partition(",")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def cells(table: str) -> list[tuple[int, int, int]]:
    words = table.split()
    return [(int(words[i]), cents(words[i + 1]), cents(words[i + 2])) for i in range(0, len(words), 3)]


def refused(answer: Quote | NotSold) -> Refusal:
    assert isinstance(answer, NotSold), answer
    return answer.reason


@pytest.mark.parametrize(("at", "zone", "table"), TABLES)
def test_every_cell_of_every_table(tariffs: Tariffs, at: datetime, zone: int, table: str) -> None:
    rows = cells(table)
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    for quarter, price, cumulated in rows:
        assert sold(quote(tariffs, zone, at, quarter)).cents == cumulated
        assert sold(quote(tariffs, zone, at, 1, reached=quarter - 1)).cents == price
    assert refused(quote(tariffs, zone, at, len(rows) + 1)) is Refusal.PAST_MAXIMUM
    assert refused(quote(tariffs, zone, at, 1, reached=len(rows))) is Refusal.PAST_MAXIMUM


@pytest.mark.parametrize(("at", "vehicle", "zone", "table"), CLASS_TABLES)
def test_every_cumulated_price_of_every_class(tariffs: Tariffs, at: datetime, vehicle: str, zone: int, table: str) -> None:
    prices = [cents(word) for word in table.split()]
    assert [step.cents for step in ladder(tariffs, zone, at, vehicle=vehicle)] == prices
    assert fps_cents(tariffs, zone, at, vehicle=vehicle) == prices[-1]
    assert len(prices) == 24
    for units, price in enumerate(prices, 1):
        offer = sold(quote(tariffs, zone, at, units, vehicle=vehicle))
        assert (offer.cents, sum(line.cents for line in offer.lines)) == (price, price)


@pytest.mark.parametrize(("at", "zone", "table"), TABLES)
def test_the_ladder_is_every_quote_in_one_go(tariffs: Tariffs, at: datetime, zone: int, table: str) -> None:
    steps = ladder(tariffs, zone, at)
    assert [(step.units, step.cents) for step in steps] == [(quarter, total) for quarter, _, total in cells(table)]
    assert all(step == quote(tariffs, zone, at, step.units) for step in steps)
    extended = ladder(tariffs, zone, at, reached=5)
    assert [step.cents for step in extended] == [total - cells(table)[4][2] for _, _, total in cells(table)[5:]]


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        (datetime(2017, 2, 28, 10, tzinfo=PARIS), datetime(2017, 3, 1, 10, tzinfo=PARIS), "2015-01-01", "2017-03-01"),
        (datetime(2017, 12, 30, 10, tzinfo=PARIS), datetime(2018, 1, 2, 10, tzinfo=PARIS), "2017-03-01", "2018-01-01"),
        (datetime(2021, 7, 31, 10, tzinfo=PARIS), datetime(2021, 8, 2, 10, tzinfo=PARIS), "2018-01-01", "2021-08-01"),
        (datetime(2022, 8, 31, 10, tzinfo=PARIS), datetime(2022, 9, 1, 10, tzinfo=PARIS), "2021-08-01", "2022-09-01"),
        (datetime(2024, 9, 30, 10, tzinfo=PARIS), datetime(2024, 10, 1, 10, tzinfo=PARIS), "2022-09-01", "2024-10-01"),
    ],
)
def test_the_version_in_force_when_the_paid_period_starts_sets_the_price(
    tariffs: Tariffs, before: datetime, after: datetime, old: str, new: str
) -> None:
    assert sold(quote(tariffs, 1, before, 1)).tariff == old
    assert sold(quote(tariffs, 1, after, 1)).tariff == new
    assert sold(quote(tariffs, 1, before.replace(hour=19, minute=45), 2)).tariff == old, "begun under the old one"
    assert sold(quote(tariffs, 1, before.replace(hour=21), 1)).tariff == new, "paid ahead, begins under the new one"


def test_versions_by_date(tariffs: Tariffs) -> None:
    def name(at: datetime) -> str | None:
        table = tariffs.version_at(at)
        return table.name if table else None

    assert name(datetime(2014, 12, 31, 23, 59, tzinfo=PARIS)) is None
    assert name(datetime(2015, 1, 1, tzinfo=PARIS)) == "2015-01-01"
    assert name(datetime(2017, 12, 31, 23, 59, tzinfo=PARIS)) == "2017-03-01"
    assert name(datetime(2018, 1, 1, tzinfo=PARIS)) == "2018-01-01"
    assert name(datetime(2021, 8, 1, tzinfo=PARIS)) == "2021-08-01"
    assert name(datetime.fromisoformat("2021-07-31T22:30:00+00:00")) == "2021-08-01", "it is August in Paris"
    assert name(datetime(2022, 8, 31, 23, 59, tzinfo=PARIS)) == "2021-08-01"
    assert name(datetime(2022, 9, 1, tzinfo=PARIS)) == "2022-09-01"
    assert name(datetime(2024, 9, 30, 23, 59, tzinfo=PARIS)) == "2022-09-01"
    assert name(datetime(2024, 10, 1, tzinfo=PARIS)) == "2024-10-01"


def test_scale_and_fps(tariffs: Tariffs) -> None:
    in_2018, in_2026 = datetime(2018, 3, 5, 10, tzinfo=PARIS), datetime(2026, 3, 4, 22, tzinfo=PARIS)
    assert scale(tariffs, RateKey(1), in_2018) == ((1, 400), (2, 800), (3, 1600), (4, 2600), (5, 3800), (6, 5000))
    assert scale(tariffs, RateKey(1), in_2026) == ((1, 600), (2, 1200), (3, 2400), (4, 3900), (5, 5700), (6, 7500))
    assert scale(tariffs, RateKey(2), datetime(2015, 3, 4, tzinfo=PARIS)) == ((1, 240), (2, 480))
    assert [fps_cents(tariffs, zone, in_2018) for zone in (1, 2)] == [5000, 3500]
    assert [fps_cents(tariffs, zone, in_2026) for zone in (1, 2)] == [7500, 5000]
    assert fps_cents(tariffs, 1, datetime(2015, 3, 4, tzinfo=PARIS)) is None
    assert scale(tariffs, RateKey(3), in_2018) == ()
    assert fps_cents(tariffs, 3, in_2018) is None


def test_the_lines_say_why(tariffs: Tariffs) -> None:
    at = datetime(2018, 3, 5, 10, tzinfo=PARIS)
    offer = sold(quote(tariffs, 1, at, 12))
    assert [line.text for line in offer.lines] == [
        "1re heure : 4 × 1,00\u00a0€",
        "2e heure : 4 × 1,00\u00a0€",
        "3e heure : 4 × 2,00\u00a0€",
    ]
    assert [(line.step, line.units, line.unit_cents, line.cents) for line in offer.lines] == [
        (1, 4, 100, 400),
        (2, 4, 100, 400),
        (3, 4, 200, 800),
    ]
    extension = sold(quote(tariffs, 2, at, 4, reached=15))
    assert [line.text for line in extension.lines] == ["4e heure : 1 × 1,80\u00a0€", "5e heure : 3 × 2,15\u00a0€"]
    assert extension.cents == 180 + 645


def test_a_quote_carries_what_a_right_needs(tariffs: Tariffs) -> None:
    offer = sold(quote(tariffs, 2, datetime(2018, 3, 5, 9, 59, 59, tzinfo=PARIS), 6))
    assert (offer.zone, offer.vehicle, offer.regime, offer.tariff) == (2, "car", "visitor", "2018-01-01")
    assert (offer.unit, offer.units) == ("quarter", 6)
    assert offer.start.isoformat() == "2018-03-05T10:00:00+01:00"
    assert offer.end.isoformat() == "2018-03-05T11:30:00+01:00"


def test_what_is_not_sold_says_why(tariffs: Tariffs) -> None:
    at = datetime(2026, 3, 4, 10, tzinfo=PARIS)
    assert refused(quote(tariffs, 3, at, 1)) is Refusal.UNKNOWN_ZONE
    assert refused(quote(tariffs, 1, at, 1, vehicle="bus")) is Refusal.UNKNOWN_VEHICLE
    assert refused(quote(tariffs, 1, at, 1, regime="guest")) is Refusal.UNKNOWN_REGIME
    assert refused(quote(tariffs, 1, at, 0)) is Refusal.NO_TIME
    assert refused(quote(tariffs, 1, at, -4)) is Refusal.NO_TIME
    assert refused(quote(tariffs, 1, at, 25)) is Refusal.PAST_MAXIMUM
    assert refused(quote(tariffs, 1, datetime(2014, 12, 31, 21, tzinfo=PARIS), 1)) is Refusal.NO_TARIFF
    assert refused(quote(tariffs, 1, datetime(2036, 1, 2, 10, tzinfo=PARIS), 1)) is Refusal.NO_TARIFF
    assert ladder(tariffs, 3, at) == ()
    assert ladder(tariffs, 1, at, reached=24) == ()


def test_nothing_is_sold_into_a_year_whose_holidays_are_not_listed(tariffs: Tariffs) -> None:
    last_evening = datetime(2035, 12, 31, 19, 0, tzinfo=PARIS)
    assert sold(quote(tariffs, 1, last_evening, 4)).end.isoformat() == "2035-12-31T20:00:00+01:00"
    assert refused(quote(tariffs, 1, last_evening, 5)) is Refusal.NO_TARIFF
    assert [step.units for step in ladder(tariffs, 1, last_evening)] == [1, 2, 3, 4]


@pytest.mark.parametrize("extreme", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_time_are_refused_and_do_not_raise(tariffs: Tariffs, extreme: str) -> None:
    assert refused(quote(tariffs, 1, datetime.fromisoformat(extreme), 1)) is Refusal.NO_TARIFF


def test_a_mistake_of_the_caller_raises(tariffs: Tariffs) -> None:
    at = datetime(2026, 3, 4, 10, tzinfo=PARIS)
    with pytest.raises(ValueError, match="naive"):
        quote(tariffs, 1, at.replace(tzinfo=None), 1)
    with pytest.raises(ValueError, match="reached 0 or more"):
        quote(tariffs, 1, at, 2, reached=-1)
    with pytest.raises(ValueError, match="reached 0 or more"):
        ladder(tariffs, 1, at, reached=-1)


def test_zones_by_arrondissement(tariffs: Tariffs) -> None:
    assert [tariffs.zone_of(number) for number in range(1, 21)] == [1] * 11 + [2] * 9
    assert tariffs.zone_of(21) is None
    assert tariffs.woods == {"Boulogne": 2, "Vincennes": 2}


def test_fractions_of_a_cent_round_the_cumulated_price_half_up(tariffs: Tariffs) -> None:
    """Two-wheeler, zone 1: quarters 13 and 15 are 13.875 and 17.625, and no line may lose what rounding gave."""
    at = datetime(2026, 3, 4, 10, tzinfo=PARIS)
    thirteenth = sold(quote(tariffs, 1, at, 13, vehicle="two_wheeler"))
    assert thirteenth.lines[-1].text == "4e heure : 1 × 1,875\u00a0€"
    assert (thirteenth.lines[-1].cents, thirteenth.lines[-1].unit_cents) == (188, 188)
    each = [sold(quote(tariffs, 1, at, 1, vehicle="two_wheeler", reached=reached)).cents for reached in range(12, 16)]
    assert each == [188, 187, 188, 187]


def test_a_class_that_the_version_does_not_know(tariffs: Tariffs) -> None:
    in_august, in_september = datetime(2022, 8, 31, 10, tzinfo=PARIS), datetime(2022, 9, 1, 10, tzinfo=PARIS)
    assert refused(quote(tariffs, 1, in_august, 1, vehicle="two_wheeler")) is Refusal.PARKS_FREE
    assert refused(quote(tariffs, 1, datetime(2016, 3, 2, 10, tzinfo=PARIS), 1, vehicle="two_wheeler")) is Refusal.PARKS_FREE
    assert sold(quote(tariffs, 1, in_september, 1, vehicle="two_wheeler")).cents == 75
    assert sold(quote(tariffs, 1, in_august.replace(hour=21), 1, vehicle="two_wheeler")).cents == 75, "starts in September"
    before, after = datetime(2024, 9, 30, 10, tzinfo=PARIS), datetime(2024, 10, 1, 10, tzinfo=PARIS)
    assert refused(quote(tariffs, 1, before, 1, vehicle="heavy")) is Refusal.UNKNOWN_VEHICLE
    assert sold(quote(tariffs, 1, after, 1, vehicle="heavy")).cents == 450


def test_what_did_not_apply_is_said(tariffs: Tariffs) -> None:
    plain = sold(quote(tariffs, 1, datetime(2026, 3, 4, 10, tzinfo=PARIS), 4))
    assert plain.not_applied == ()
    over_night = sold(quote(tariffs, 1, datetime(2022, 8, 31, 19, tzinfo=PARIS), 8))
    assert over_night.not_applied == (
        "Les heures gratuites traversées (nuit, dimanche, jour férié) ne sont pas comptées.",
        "Le tarif du 01/09/2022 ne s’applique pas : la période payée commence avant.",
    )
    ahead = sold(quote(tariffs, 1, datetime(2026, 3, 7, 21, 30, tzinfo=PARIS), 1))
    assert ahead.not_applied == ("Gratuit jusqu’au lundi 09/03/2026 à 9 h 00 : rien n’est dû avant.",)


def test_the_legal_sentences_are_there_in_french_and_english(tariffs: Tariffs) -> None:
    assert tariffs.legal.reminder.text["fr"] == "Le forfait est dû en cas de paiement insuffisant."
    assert tariffs.legal.placing.text["fr"] == "À placer à l’avant du véhicule, bien lisible de l’extérieur."
    assert "FPS" in tariffs.legal.fee.text["fr"]
    assert "FPS" in tariffs.legal.fee.text["en"]
    assert tariffs.legal.fee.source == "CGCT R.2333-120-1"


def test_every_version_cites_its_source(tariffs: Tariffs) -> None:
    assert "2014 DVD 1115-2°" in tariffs.rate_tables[0].sources[1]
    assert "2017 DVD 14-2°" in tariffs.rate_tables[2].sources[0]
    assert all(table.sources for table in tariffs.rate_tables)


def test_euros() -> None:
    assert euros(1200) == "12,00\u00a0€"
    assert euros(60) == "0,60\u00a0€"
    assert euros(5) == "0,05\u00a0€"
    assert euros(1895, "en") == "€18.95"
    assert euros(7500, "de") == "75,00\u00a0€"
    assert euros(-150) == "-1,50\u00a0€"
