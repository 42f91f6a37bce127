"""Invariants of prices and of what agents are told, over evidence made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from msgspec.structs import replace as struct_replace

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import InDoubt, PaymentRefused, PaymentStarted, RightGivenBack, RightSold
from firmware.tariff import Holding
from firmware.tariff.file import RateLine
from simulator.invariants.agents import CertainRefusal, certain_too_early, is_covered, misread, standing_rights
from simulator.invariants.evidence import PlaceEvidence, StationEvidence
from simulator.invariants.prices import price_of
from tests.builders import NOW, PARIS, right, tariffs
from tests.street.made_evidence import DEBIT, MINUTE, RIGHT, SOLD, STARTED, bought, broken, evidence, written

PRICED = right(end=RIGHT.start + 60 * MINUTE, units=4, cents=600, tariff="2024-10-01")
MIXED = PlaceEvidence("mixed", "11D", {"RE511DT": (Holding("resident", frozenset({"11D"})),)})


def priced(*rights: ParkingRight, place: PlaceEvidence = MIXED) -> StationEvidence:
    return replace(bought(*rights), tariffs=tariffs(), place=place)


def test_a_right_costs_and_lasts_what_the_tariff_says() -> None:
    assert broken(priced(PRICED)) == set()
    hour = 60 * MINUTE
    more = right(
        reference="75011-0042-000002",
        start=PRICED.end,
        end=PRICED.end + hour,
        cents=600,
        units=4,
        reached=4,
        begun=PRICED.start,
        tariff=PRICED.tariff,
    )
    assert broken(priced(PRICED, more)) == set()
    for changes in (
        {"cents": 599},
        {"end": PRICED.end + MINUTE},
        {"start": PRICED.start.replace(hour=8), "end": PRICED.end.replace(hour=9)},
        {"tariff": "2021-08-01"},
        {"reached": 21},
    ):
        assert broken(priced(struct_replace(PRICED, **changes))) == {"I15"}, changes


def test_the_end_of_a_payment_keeps_its_clock() -> None:
    begun = PaymentStarted(RIGHT, "synchronised")
    assert broken(evidence(begun, RightSold(RIGHT, clock="synchronised"), debits=(DEBIT,))) == set()
    assert broken(evidence(begun, RightSold(RIGHT), debits=(DEBIT,))) == {"I15"}


def test_no_time_is_sold_that_is_over() -> None:
    over = struct_replace(PRICED, start=NOW - MINUTE, end=NOW + 59 * MINUTE)
    assert broken(bought(over)) == {"I15"}
    assert broken(replace(bought(over), clock_was_wrong=True)) == set()


def test_half_a_cent_is_rounded_up_once_for_a_whole_stay() -> None:
    lines = (RateLine(2, 101), RateLine(4, 50))
    assert [price_of(lines, units) for units in range(7)] == [0, 51, 101, 114, 126, 139, 151]


def test_days_that_are_free_do_not_count() -> None:
    saturday = datetime(2026, 3, 7, 10, 1, tzinfo=PARIS)
    day = right(
        plate="RE511DT", regime="resident", unit="day", units=1, cents=150, start=saturday, end=saturday + timedelta(days=2)
    )
    day = struct_replace(day, tariff=PRICED.tariff)
    assert broken(priced(day)) == set()
    assert broken(priced(struct_replace(day, end=saturday + timedelta(days=1)))) == {"I15"}


def test_a_regime_is_what_the_plate_has_in_such_a_street() -> None:
    monday = datetime(2026, 3, 9, 10, 1, tzinfo=PARIS)
    day = right(
        plate="RE511DT", regime="resident", unit="day", units=1, cents=150, start=monday, end=monday + timedelta(days=1)
    )
    day = struct_replace(day, tariff=PRICED.tariff)
    assert broken(priced(day)) == set()
    assert broken(priced(day, place=replace(MIXED, street="rotative"))) == {"I15"}
    assert broken(priced(day, place=replace(MIXED, sector="11B"))) == {"I15"}
    assert broken(priced(struct_replace(day, plate="AB123CD"))) == {"I15"}


# --- what agents are told -----------------------------------------------------------------------------------------------


def test_a_plate_is_covered_by_what_was_sold_to_it_and_as_long() -> None:
    sold = written(STARTED, SOLD)
    assert is_covered(sold, RIGHT.plate, NOW)  # since the payment began, though it starts at the next minute
    assert not is_covered(sold, RIGHT.plate, NOW - MINUTE)
    assert not is_covered(sold, RIGHT.plate, RIGHT.end)
    assert is_covered(sold, RIGHT.plate, RIGHT.end, 5 * MINUTE)
    assert not is_covered(sold, "AB123DC", NOW)
    assert not is_covered(written(STARTED), RIGHT.plate, NOW)
    back = written(STARTED, SOLD, RightGivenBack(RIGHT.reference, RIGHT.cents))
    assert not is_covered(back, RIGHT.plate, NOW, 5 * MINUTE)


def test_no_refusal_is_certain_of_a_plate_that_is_paying() -> None:
    refusal = CertainRefusal(RIGHT.plate, NOW + MINUTE, NOW + 2 * MINUTE)
    assert list(certain_too_early([refusal], written(STARTED, SOLD)))
    assert list(certain_too_early([refusal], written(STARTED, InDoubt(RIGHT, "unanswered"))))
    assert not list(certain_too_early([refusal], written(STARTED)))
    assert not list(certain_too_early([replace(refusal, at=NOW - MINUTE)], written(STARTED, SOLD)))
    assert not list(certain_too_early([refusal], written(STARTED, PaymentRefused(RIGHT.reference, "refused"), SOLD)))


def test_a_plate_is_misread_by_one_slip() -> None:
    assert misread("AB123CD", 0) == "BA123CD"
    assert misread("AB123CD", 1) == "A8123CD"
    assert misread("AB123CD", 9) == "ABI23CD"
    assert misread("A", 4) == "A"


def test_a_right_stands_since_its_payment_began() -> None:
    assert list(standing_rights(written(STARTED, SOLD))) == [(NOW, RIGHT)]
    refused = PaymentRefused(RIGHT.reference, "refused")
    began, ended, sold = written(STARTED, refused, SOLD)
    later = struct_replace(sold.content, at=RIGHT.start - timedelta(seconds=10))
    assert list(standing_rights((began, ended, replace(sold, content=later)))) == [(later.at, RIGHT)]
    assert list(standing_rights(written(STARTED, SOLD, RightGivenBack(RIGHT.reference, RIGHT.cents)))) == []
