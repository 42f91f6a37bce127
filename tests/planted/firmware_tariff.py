"""Defects planted in firmware/tariff/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a fraction of a cent is rounded down",
        "firmware/tariff/grid.py",
        "return (2 * dividend + divisor) // (2 * divisor)",
        "return dividend // divisor",
        "tests/firmware/tariff/test_quotes.py::test_fractions_of_a_cent_round_the_cumulated_price_half_up",
    ),
    Defect(
        "each quarter is rounded by itself, not the cumulated price",
        "firmware/tariff/grid.py",
        "_half_up(line.cents * unit, line.units) for unit",
        "_half_up(line.cents, line.units) * unit for unit",
        "tests/firmware/tariff/test_quotes.py::test_every_cumulated_price_of_every_class",
    ),
    Defect(
        "public holidays are paid",
        "firmware/tariff/calendar.py",
        "return day.isoweekday() in self.weekdays and day not in self.free_days",
        "return day.isoweekday() in self.weekdays",
        "tests/firmware/tariff/test_calendar.py::test_every_day_of_the_calendar_against_an_independent_list_of_holidays",
    ),
    Defect(
        "the longest stay is a quarter too long",
        "firmware/tariff/quotes.py",
        "return max(0, grid.maximum_units - reached)",
        "return max(0, grid.maximum_units + 1 - reached)",
        "tests/firmware/tariff/test_quotes.py::test_every_cell_of_every_table",
    ),
    Defect(
        "the paid period starts at the minute that has begun",
        "firmware/tariff/tariffs.py",
        "return instant - past + timedelta(minutes=self.start_step_minutes) if past else instant",
        "return instant - past",
        "tests/firmware/tariff/test_calendar.py::test_the_paid_period_starts_at_a_whole_minute",
    ),
    Defect(
        "the tariff of the purchase prices a stay that starts under the next one",
        "firmware/tariff/quotes.py",
        "start if stay.begun is None else stay.begun)",
        "at if stay.begun is None else stay.begun)",
        "tests/firmware/tariff/test_quotes.py::test_the_version_in_force_when_the_paid_period_starts_sets_the_price",
    ),
    Defect(
        "an extension is priced by a newer tariff than its stay",
        "firmware/tariff/quotes.py",
        "start if stay.begun is None else stay.begun)",
        "start)",
        "tests/firmware/tariff/test_stay.py::test_the_version_of_the_first_minute_prices_the_whole_stay",
    ),
    Defect(
        "an extension begins now and not where the stay ends",
        "firmware/tariff/quotes.py",
        "tariffs.next_minute(at if stay.end is None else max(at, stay.end))",
        "tariffs.next_minute(at)",
        "tests/firmware/tariff/test_stay.py::test_an_extension_goes_on_from_the_end_and_from_the_quarter_reached",
    ),
    Defect(
        "a stay continues for fifteen minutes on the watch, the night included",
        "firmware/tariff/stay.py",
        "gap = tariffs.calendar.paid_time(previous_end, tariffs.start(at))",
        "gap = at - previous_end",
        "tests/firmware/tariff/test_stay.py::test_a_stay_continues_up_to_fifteen_paid_minutes_after_its_end",
    ),
    Defect(
        "after the maximum, parking is said to be for sale a minute too early",
        "firmware/tariff/stay.py",
        "tariffs.continuation_minutes + 1)",
        "tariffs.continuation_minutes)",
        "tests/firmware/tariff/test_stay.py::test_after_the_maximum_it_says_when_parking_can_be_bought_again",
    ),
    Defect(
        "a resident's Sunday counts as a day",
        "firmware/tariff/calendar.py",
        "            if self._is_payable(day):\n                yield self._local(datetime.combine(day, local.time()",
        "            if day:\n                yield self._local(datetime.combine(day, local.time()",
        "tests/firmware/tariff/test_regimes.py::test_a_resident_s_days",
    ),
    Defect(
        "a resident's seventh day moves the end",
        "firmware/tariff/grid.py",
        "[int(line.moves_end)] * line.units",
        "[1] * line.units",
        "tests/firmware/tariff/test_regimes.py::test_a_resident_s_days",
    ),
    Defect(
        "a resident pays as one on a rotative street",
        "firmware/tariff/regimes.py",
        "if street.kind not in regime.streets:",
        "if not regime.streets:",
        "tests/firmware/tariff/test_regimes.py::test_a_resident_is_at_home_in_four_sectors_and_on_mixed_streets",
    ),
    Defect(
        "a vehicle of unknown mass is heavy",
        "firmware/tariff/regimes.py",
        "    if kilograms is None:\n        return None",
        '    if kilograms is None:\n        return "heavy"',
        "tests/firmware/tariff/test_regimes.py::test_an_unknown_mass_is_never_heavy",
    ),
    Defect(
        "the reduction is taken before the receipt is deducted",
        "firmware/tariff/fps.py",
        "reduced_cents=reduced_cents(rule, due),",
        "reduced_cents=reduced_cents(rule, grid.fps_cents) - receipt_cents,",
        "tests/firmware/tariff/test_fps.py::test_the_examples_of_the_deliberation",
    ),
    Defect(
        "the 96 hours are counted on the wall clock",
        "firmware/tariff/fps.py",
        "return (issued_at.astimezone(UTC) + timedelta(hours=rule.reduced_window.hours)).astimezone(zone)",
        "return issued_at.astimezone(zone) + timedelta(hours=rule.reduced_window.hours)",
        "tests/firmware/tariff/test_fps.py::test_ninety_six_hours_from_the_issue",
    ),
    Defect(
        "the first receipt is deducted, not the last",
        "firmware/tariff/fps.py",
        "return max(covers,",
        "return min(covers,",
        "tests/firmware/tariff/test_fps.py::test_the_latest_receipt_whose_maximum_stay_covers_the_control_is_deducted",
    ),
    Defect(
        "of two equal keys of the tariff file the last one counts",
        "firmware/tariff/load.py",
        "            if key in seen:",
        "            if not key:",
        "tests/firmware/tariff/test_load.py::test_a_key_given_twice_is_refused",
    ),
)
