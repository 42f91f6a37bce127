"""Defects to plant, one at a time, and the test that must then turn red: a guarantee nobody can break unseen.

A defect is the smallest change a tired person could make. `old` stands exactly once in its file; the test is the one that
exists to see it, not any that happens to fall over.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Defect:
    """One change of the source."""

    what: str
    """What is then wrong, in words."""
    file: str
    old: str
    new: str
    test: str
    """`file::function`, from the root."""


VISIT = "tests/laws/test_visit_laws.py::"
MONEY = "tests/laws/test_money_laws.py::"
ANY_VISIT = MONEY + "test_whatever_happens_the_money_is_accounted_for"
ANY_MOMENT = MONEY + "test_the_power_may_go_at_any_moment_of_a_visit"
APP = "tests/firmware/test_app.py::"
MACHINE = "tests/firmware/test_machine.py::"
LEDGER = "tests/firmware/test_ledger.py::"
TICKET = "tests/firmware/test_ticket.py::"
RECEIPT = "tests/firmware/test_receipt.py::"
CHOICE = "tests/firmware/test_screens_choice.py::"
STAYS = "tests/laws/test_stay_laws.py::test_no_sequence_of_purchases_passes_the_maximum_or_pays_an_hour_twice"
JOURNAL = "tests/firmware/test_journal.py::"
DAMAGE = "tests/firmware/test_journal_damage.py::"
PRICES = "tests/firmware/test_tariff_prices.py::"
REGIMES = "tests/firmware/test_tariff_regimes.py::"
STAY = "tests/firmware/test_tariff_stay.py::"
FPS = "tests/firmware/test_fps.py::"
TARIFF = "tests/laws/test_tariff_laws.py::"
METER = TARIFF + "test_the_engine_agrees_with_a_meter_that_counts_minutes"
CARD = "tests/hal/test_card.py::"
KEYPAD = "tests/hal/test_keypad.py::"
PRINTER = "tests/hal/test_printer.py::"
SYNC = "tests/firmware/test_sync.py::"
INTAKE = "tests/central/test_intake.py::"
CHECKS = "tests/central/test_checks.py::"

DEFECTS = (
    # --- money: the screens ---
    Defect(
        "the bank is asked before the payment is on disk",
        "firmware/screens/payment.py",
        "Presenting(right), Record(PaymentStarted(right)), Charge(right)",
        "Presenting(right), Charge(right), Record(PaymentStarted(right))",
        VISIT + "test_nothing_is_charged_that_was_not_written_down_just_before",
    ),
    Defect(
        "a payment is approved and no right is written down",
        "firmware/screens/payment.py",
        "Paid(right, late=leaving), Record(RightSold(right, contactless)), Beep",
        "Paid(right, late=leaving), Beep",
        ANY_VISIT,
    ),
    Defect(
        "silence of the terminal is taken for a refusal",
        "firmware/screens/payment.py",
        'return NotKnown(right), Record(InDoubt(right, "unanswered"))',
        'return Sorry(right, Reason.NOT_ASKED), Record(Refused(right.reference, "unanswered"))',
        ANY_VISIT,
    ),
    Defect(
        "a yes to any amount is a right",
        "firmware/screens/payment.py",
        "case Approved(_, cents, contactless) if cents == right.cents:\n                return Paid(right, late=leaving)",
        "case Approved(_, cents, contactless):\n                return Paid(right, late=leaving)",
        VISIT + "test_a_right_is_sold_by_a_yes_to_its_own_price_and_by_nothing_else",
    ),
    Defect(
        "CANCEL ends a payment that the terminal may have",
        "firmware/screens/payment.py",
        "return Authorising(self.right, leaving=True), Withdraw()",
        "return Over(), Withdraw()",
        VISIT + "test_no_key_ends_a_payment",
    ),
    Defect(
        "our patience ends a payment",
        "firmware/screens/payment.py",
        "return replace(self, mark=(self.mark + 1) % 4)",
        "return replace(self, mark=self.mark + 1) if self.mark < 3 else Cancelled()",
        VISIT + "test_a_payment_is_left_only_when_its_end_is_written_down",
    ),
    Defect(
        "a second try uses the number of the first",
        "firmware/screens/payment.py",
        "_ask(replace(self.right, reference=here.next_reference()))",
        "_ask(self.right)",
        "tests/firmware/test_screens_payment.py::test_trying_again_buys_the_same_under_a_new_number",
    ),
    Defect(
        "a late yes that no screen awaits is forgotten",
        "firmware/machine.py",
        "return (Record(RightSold(right, contactless)),)",
        "return ()",
        ANY_MOMENT,
    ),
    Defect(
        "an answer ends whichever payment is on the screen",
        "firmware/machine.py",
        "case Approved(reference) | Declined(reference) | Unanswered(reference) if reference != self._awaited:",
        "case Approved(reference) | Declined(reference) | Unanswered(reference) if not self._awaited:",
        MACHINE + "test_the_answer_to_an_earlier_payment_does_not_end_the_one_under_way",
    ),
    Defect(
        "an approval nobody asked for is passed over",
        "firmware/machine.py",
        "case Approved(reference, cents):\n            return (Record(",
        "case Approved(reference, cents) if right:\n            return (Record(",
        MACHINE + "test_an_approval_nobody_asked_for_is_written_down_and_grants_nothing",
    ),
    Defect(
        "the next sale gets the number of the last",
        "firmware/ledger.py",
        "sales=self.sales + 1, started=",
        "sales=max(self.sales, 1), started=",
        LEDGER + "test_numbers_count_payments_not_sales",
    ),
    Defect(
        "a payment that a power cut left open is forgotten",
        "firmware/recovery.py",
        'Record(InDoubt(right, "power cut")) for right in ledger.started.values()',
        'Record(InDoubt(right, "power cut")) for right in ledger.doubts.values()',
        ANY_MOMENT,
    ),
    Defect(
        "a sale stays open in the ledger",
        "firmware/ledger.py",
        "return sold._without(right.reference)._staying(right)",
        "return sold._staying(right)",
        LEDGER + "test_a_payment_is_open_until_its_end_is_written",
    ),
    Defect(
        "the station goes on after a fact that could not be written",
        "firmware/app.py",
        """        try:
            for effect in effects:
                self._perform(effect, now)
        except JournalError:
            self.machine""",
        """        for effect in effects:
            try:
                self._perform(effect, now)
            except JournalError:
                self.machine""",
        APP + "test_after_a_fact_that_cannot_be_written_nothing_more_happens",
    ),
    Defect(
        "recovery comes after the first screen, not at the start",
        "firmware/app.py",
        ", *recovered(self._ledger))",
        ",)",
        APP + "test_recovery_is_written_before_the_first_sale",
    ),
    # --- regimes, classes and stays at the machine ---
    Defect(
        "a second purchase begins at the first hour again",
        "firmware/here.py",
        "reached=stay.reached,",
        "reached=0,",
        CHOICE + "test_two_purchases_cost_and_end_as_one",
    ),
    Defect(
        "only the latest purchase counts towards the maximum",
        "firmware/ledger.py",
        "Stay(right.reached + right.units,",
        "Stay(right.units,",
        STAYS,
    ),
    Defect(
        "a stay is not restored from the journal",
        "firmware/ledger.py",
        "        ledger = ledger.after(fact)\n    return ledger",
        "        ledger = ledger.after(fact)\n    return replace(ledger, stays={})",
        CHOICE + "test_two_purchases_cost_and_end_as_one",
    ),
    Defect(
        "a payment in doubt is no stay",
        "firmware/ledger.py",
        "replace(self._without(right.reference)._staying(right), doubts=",
        "replace(self._without(right.reference), doubts=",
        LEDGER + "test_a_promise_is_a_stay_whatever_the_bank_says_in_the_end",
    ),
    Defect(
        "a late yes to the first purchase takes the second one back",
        "firmware/ledger.py",
        "before.begun - right.start <= FARTHEST_AHEAD",
        "before.begun - right.start > FARTHEST_AHEAD",
        LEDGER + "test_a_late_yes_to_the_first_purchase_does_not_take_the_second_back",
    ),
    Defect(
        "stays that can still be continued are forgotten",
        "firmware/ledger.py",
        "stay.end > now - FARTHEST_AHEAD",
        "stay.end < now - FARTHEST_AHEAD",
        LEDGER + "test_what_can_still_be_continued_is_never_forgotten",
    ),
    Defect(
        "the bank is asked for a free right",
        "firmware/screens/payment.py",
        "return _ask(right) if right.cents else (Paid(right), Record(RightSold(right)), Beep(Tone.ACCEPTED))",
        "return _ask(right)",
        VISIT + "test_nothing_is_charged_that_costs_nothing",
    ),
    Defect(
        "a free right has no number of its own",
        "firmware/ledger.py",
        "if right.cents == 0 else self",
        "if right.cents < 0 else self",
        LEDGER + "test_a_free_right_has_a_number_of_its_own",
    ),
    Defect(
        "the heavy car stands first",
        "firmware/screens/choice.py",
        "return Vehicle(wish, back, vehicles)",
        "return Vehicle(wish, back, vehicles[::-1])",
        CHOICE + "test_ok_alone_never_takes_the_dearest",
    ),
    Defect(
        "the visitor's price stands before what the plate has a right to",
        "firmware/here.py",
        '(*(regime for regime in usable if regime != "visitor"), "visitor")',
        '("visitor", *(regime for regime in usable if regime != "visitor"))',
        CHOICE + "test_ok_alone_never_takes_the_dearest",
    ),
    Defect(
        "a resident pays as one at a machine of a rotative street",
        "firmware/here.py",
        "Street(self.site.sector, self.site.street)",
        'Street(self.site.sector, "mixed")',
        CHOICE + "test_on_a_rotative_street_residents_and_sedentary_professionals_are_visitors",
    ),
    Defect(
        "a digit on the vehicle screen is four days a piece",
        "firmware/screens/choice.py",
        "digit * UNITS_OF_A_DIGIT[offers[0].unit] if offers else 0",
        "digit * 4 if offers else 0",
        CHOICE + "test_for_a_resident_the_digit_is_days",
    ),
    Defect(
        "eight quarters chosen before CORRECT become seven days",
        "firmware/screens/choice.py",
        'kept = back.units if unit == "quarter" else 0',
        "kept = back.units",
        CHOICE + "test_quarters_chosen_before_correct_are_never_taken_for_days_nor_days_for_quarters",
    ),
    Defect(
        "at the maximum nobody says so",
        "firmware/screens/choice.py",
        "        return Full(wish, back) if stay.reached else Closed(wish, back)\n",
        "        return Closed(wish, back)\n",
        CHOICE + "test_at_the_maximum_no_money_is_taken_and_it_says_when_one_may_buy_again",
    ),
    # --- the ticket ---
    Defect(
        "the reminder of the charge is not printed",
        "firmware/ticket.py",
        "TicketLine(legal.reminder.text[FRENCH]), ",
        "",
        RECEIPT + "test_every_template_says_what_the_law_wants",
    ),
    Defect(
        "every class of vehicle gets the scale of the car",
        "firmware/ticket.py",
        "begun, vehicle=right.vehicle, regime=right.regime)",
        "begun, regime=right.regime)",
        RECEIPT + "test_every_template_says_what_the_law_wants",
    ),
    Defect(
        "a ticket without the end of the paid period passes",
        "firmware/receipt.py",
        "END: _says_the_end(lines, right, here),",
        "END: bool(lines),",
        RECEIPT + "test_no_line_the_law_wants_can_go_unnoticed",
    ),
    Defect(
        "a ticket in doubt that is tried again no longer says so",
        "firmware/screens/ticket.py",
        "return printing(self.right, doubtful=self.doubtful)",
        "return printing(self.right)",
        VISIT + "test_nothing_is_printed_before_the_right_it_is_for",
    ),
    Defect(
        "a ticket in doubt looks like any other",
        "firmware/ticket.py",
        '*((warning, TicketLine("")) if doubtful else ()),',
        '*((warning, TicketLine("")) if not here.language else ()),',
        TICKET + "test_a_payment_in_doubt_says_so_above_everything",
    ),
    Defect(
        "an old right is printed at today's prices",
        "firmware/ticket.py",
        "right.start,\n        right.units,",
        "here.now,\n        right.units,",
        TICKET + "test_prices_are_those_of_the_sale",
    ),
    Defect(
        "a receipt is believed without its signature",
        "firmware/seal.py",
        "public.verify(proof, text.encode())",
        "text.encode()",
        "tests/firmware/test_seal.py::test_any_changed_character_is_found",
    ),
    # --- the journal ---
    Defect(
        "commits are not synchronised",
        "firmware/journal.py",
        '_SYNCHRONOUS = "PRAGMA synchronous=FULL"\n_FULL = 2',
        '_SYNCHRONOUS = "PRAGMA synchronous=NORMAL"\n_FULL = 1',
        JOURNAL + "test_planted_a_connection_that_does_not_synchronise_is_refused",
    ),
    Defect(
        "nobody looks whether commits are synchronised",
        "firmware/journal.py",
        "_require(synchronous == _FULL, path",
        "_require(synchronous >= 0, path",
        JOURNAL + "test_planted_a_connection_that_does_not_synchronise_is_refused",
    ),
    Defect(
        "an entry is acknowledged before it is written",
        "firmware/journal.py",
        'self._connection.execute("INSERT INTO entries VALUES (?, ?, ?)", (seq, body, digest))',
        'seq % 100 or self._connection.execute("SELECT 1")',
        JOURNAL + "test_a_power_cut_loses_nothing_that_was_acknowledged",
    ),
    Defect(
        "a hash covers its own entry and not the past",
        "firmware/entry.py",
        "hashlib.sha256(previous + body)",
        "hashlib.sha256(body)",
        JOURNAL + "test_the_text_of_an_entry_and_its_hash",
    ),
    Defect(
        "a changed text is not seen",
        "firmware/journal.py",
        "_require(entry.hash == chained(head.hash, entry.body), path",
        "_require(bool(entry.hash), path",
        DAMAGE + "test_every_changed_byte_of_a_text_is_seen",
    ),
    Defect(
        "another station's journal is taken for our own",
        "firmware/journal.py",
        "_require(reader.station == station, path",
        "_require(bool(reader.station), path",
        DAMAGE + "test_another_stations_journal_is_refused",
    ),
    # --- the tariff ---
    Defect(
        "a fraction of a cent is rounded down",
        "firmware/tariff/grid.py",
        "return (2 * dividend + divisor) // (2 * divisor)",
        "return dividend // divisor",
        PRICES + "test_fractions_of_a_cent_round_the_cumulated_price_half_up",
    ),
    Defect(
        "each quarter is rounded by itself, not the cumulated price",
        "firmware/tariff/grid.py",
        "_half_up(line.cents * unit, line.units) for unit",
        "_half_up(line.cents, line.units) * unit for unit",
        PRICES + "test_every_cumulated_price_of_every_class",
    ),
    Defect(
        "public holidays are paid",
        "firmware/tariff/calendar.py",
        "return day.isoweekday() in self.weekdays and day not in self.free_days",
        "return day.isoweekday() in self.weekdays",
        "tests/firmware/test_tariff_calendar.py::test_every_day_of_the_calendar_against_an_independent_list_of_holidays",
    ),
    Defect(
        "Sundays are paid",
        "tariffs.json",
        '"weekdays": [1, 2, 3, 4, 5, 6]',
        '"weekdays": [1, 2, 3, 4, 5, 6, 7]',
        METER,
    ),
    Defect(
        "a holiday is forgotten",
        "tariffs.json",
        '{"date": "2031-05-22", "name": "Ascension"},',
        "",
        "tests/firmware/test_tariff_calendar.py::test_every_day_of_the_calendar_against_an_independent_list_of_holidays",
    ),
    Defect(
        "an arrondissement is in the other zone",
        "tariffs.json",
        '9, 10, 11], "woods": []},\n    {"zone": 2, "arrondissements": [12, ',
        '9, 10, 12], "woods": []},\n    {"zone": 2, "arrondissements": [11, ',
        PRICES + "test_zones_by_arrondissement",
    ),
    Defect(
        "the two zones of heavy cars are swapped",
        "tariffs.json",
        '"vehicles": ["heavy"], "zones": [1], "max_time": 24, "fps_cents": 22500,\n          "rate_lines": '
        '[{"units": 4, "cents": 1800}, {"units": 4, "cents": 1800}, {"units": 4, "cents": 3600}, {"units": 4, "cents": 4500}, '
        '{"units": 4, "cents": 5400}, {"units": 4, "cents": 5400}]\n        },\n'
        '        {\n          "regime": "visitor", "vehicles": ["heavy"], "zones": [2]',
        '"vehicles": ["heavy"], "zones": [2], "max_time": 24, "fps_cents": 22500,\n          "rate_lines": '
        '[{"units": 4, "cents": 1800}, {"units": 4, "cents": 1800}, {"units": 4, "cents": 3600}, {"units": 4, "cents": 4500}, '
        '{"units": 4, "cents": 5400}, {"units": 4, "cents": 5400}]\n        },\n'
        '        {\n          "regime": "visitor", "vehicles": ["heavy"], "zones": [1]',
        PRICES + "test_every_cumulated_price_of_every_class",
    ),
    Defect(
        "the longest stay is a quarter too long",
        "firmware/tariff/quotes.py",
        "return max(0, grid.maximum_units - reached)",
        "return max(0, grid.maximum_units + 1 - reached)",
        PRICES + "test_every_cell_of_every_table",
    ),
    Defect(
        "the paid period starts at the minute that has begun",
        "firmware/tariff/tariffs.py",
        "return instant - past + timedelta(minutes=self.start_step_minutes) if past else instant",
        "return instant - past",
        "tests/firmware/test_tariff_calendar.py::test_the_paid_period_starts_at_a_whole_minute",
    ),
    Defect(
        "the tariff of the purchase prices a stay that starts under the next one",
        "firmware/tariff/quotes.py",
        "start if begun is None else begun, vehicle=vehicle",
        "at if begun is None else begun, vehicle=vehicle",
        PRICES + "test_the_version_in_force_when_the_paid_period_starts_sets_the_price",
    ),
    Defect(
        "an extension is priced by a newer tariff than its stay",
        "firmware/tariff/quotes.py",
        "start if begun is None else begun, vehicle=vehicle",
        "start, vehicle=vehicle",
        STAY + "test_the_version_of_the_first_minute_prices_the_whole_stay",
    ),
    Defect(
        "an extension begins now and not where the stay ends",
        "firmware/tariff/quotes.py",
        "tariffs.next_minute(at if since is None else max(at, since))",
        "tariffs.next_minute(at)",
        STAY + "test_an_extension_goes_on_from_the_end_and_from_the_quarter_reached",
    ),
    Defect(
        "a stay continues for fifteen minutes on the watch, the night included",
        "firmware/tariff/stay.py",
        "gap = tariffs.calendar.paid_time(previous_end, tariffs.start(at))",
        "gap = at - previous_end",
        STAY + "test_a_stay_continues_up_to_fifteen_paid_minutes_after_its_end",
    ),
    Defect(
        "after the maximum, parking is said to be for sale a minute too early",
        "firmware/tariff/stay.py",
        "tariffs.continuation_minutes + 1)",
        "tariffs.continuation_minutes)",
        STAY + "test_after_the_maximum_it_says_when_parking_can_be_bought_again",
    ),
    Defect(
        "a resident's Sunday counts as a day",
        "firmware/tariff/calendar.py",
        "            if self._is_payable(day):\n                yield self._local(datetime.combine(day, local.time()",
        "            if day:\n                yield self._local(datetime.combine(day, local.time()",
        REGIMES + "test_a_resident_s_days",
    ),
    Defect(
        "a resident's seventh day moves the end",
        "firmware/tariff/grid.py",
        "[int(line.moves_end)] * line.units",
        "[1] * line.units",
        REGIMES + "test_a_resident_s_days",
    ),
    Defect(
        "a resident pays as one on a rotative street",
        "firmware/tariff/regimes.py",
        "if street.kind not in regime.streets:",
        "if not regime.streets:",
        REGIMES + "test_a_resident_is_at_home_in_four_sectors_and_on_mixed_streets",
    ),
    Defect(
        "a vehicle of unknown mass is heavy",
        "firmware/tariff/regimes.py",
        "    if kilograms is None:\n        return None",
        '    if kilograms is None:\n        return "heavy"',
        REGIMES + "test_an_unknown_mass_is_never_heavy",
    ),
    Defect(
        "a vehicle exactly at the limit is heavy",
        "tariffs.json",
        '"comparison": ">",',
        '"comparison": ">=",',
        REGIMES + "test_an_unknown_mass_is_never_heavy",
    ),
    Defect(
        "the reduction is taken before the receipt is deducted",
        "firmware/tariff/fps.py",
        "reduced_cents=reduced_cents(rule, due),",
        "reduced_cents=reduced_cents(rule, grid.fps_cents) - receipt_cents,",
        FPS + "test_the_examples_of_the_deliberation",
    ),
    Defect(
        "the 96 hours are counted on the wall clock",
        "firmware/tariff/fps.py",
        "return (issued_at.astimezone(UTC) + timedelta(hours=rule.reduced_window.hours)).astimezone(zone)",
        "return issued_at.astimezone(zone) + timedelta(hours=rule.reduced_window.hours)",
        FPS + "test_ninety_six_hours_from_the_issue",
    ),
    Defect(
        "the first receipt is deducted, not the last",
        "firmware/tariff/fps.py",
        "return max(covering,",
        "return min(covering,",
        FPS + "test_the_latest_receipt_whose_maximum_stay_covers_the_control_is_deducted",
    ),
    Defect(
        "of two equal keys of the tariff file the last one counts",
        "firmware/tariff/load.py",
        "            if key in seen:",
        "            if not key:",
        "tests/firmware/test_tariff_file.py::test_a_key_given_twice_is_refused",
    ),
    # --- drivers ---
    Defect(
        "a request is said again to a terminal that may have it",
        "hal/drivers/card.py",
        "case Sending():\n                return self._await_result(now)\n            case Hearing():",
        "case Sending(tries=tries):\n                return self._send(tries + 1, now)\n            case Hearing():",
        CARD + "test_after_silence_the_request_is_never_sent_again_and_its_result_is_unknown",
    ),
    Defect(
        "a request that has left is called withdrawn",
        "hal/drivers/card.py",
        "if self._payment is not None and not self._payment.sent:\n",
        "if self._payment is not None:\n",
        CARD + "test_a_request_that_has_left_is_not_withdrawn",
    ),
    Defect(
        "an approval of another amount is an approval",
        "hal/drivers/card.py",
        "if answer.result == ACCEPTED and answer.cents == asked and answer.currency == EURO:",
        "if answer.result == ACCEPTED and answer.currency == EURO:",
        CARD + "test_the_answer_ends_the_payment",
    ),
    Defect(
        "an approval after a refusal is not told",
        "hal/drivers/card.py",
        "if knowledge > self._told.get(ending.reference, 0):",
        "if ending.reference not in self._told:",
        CARD + "test_an_approval_is_told_even_against_an_earlier_refusal_never_the_reverse",
    ),
    Defect(
        "the check character of an answer is not checked",
        "hal/wire/concert.py",
        "if lrc(body) != check:",
        "if check is None:",
        "tests/hal/test_concert.py::test_one_flipped_bit_is_never_taken_for_an_answer",
    ),
    Defect(
        "a contact that chatters presses several times",
        "hal/drivers/keypad.py",
        "SAMPLES = 3",
        "SAMPLES = 1",
        KEYPAD + "test_a_touch_shorter_than_a_bounce_is_nothing",
    ),
    Defect(
        "the fourth corner of three keys is believed",
        "hal/drivers/keypad.py",
        "if len(shared) > 1:",
        "if len(shared) > 7:",
        KEYPAD + "test_three_corners_at_once_are_all_refused",
    ),
    Defect(
        "a ticket is called printed before the printer was found well after it",
        "hal/drivers/printer.py",
        "elif self._job and self._job.stage is _Stage.DONE and proving:",
        "elif self._job and self._job.stage is _Stage.DONE:",
        PRINTER + "test_a_look_begun_before_the_end_does_not_prove_it",
    ),
    Defect(
        "what is left of a failed ticket comes out before the next one",
        "hal/drivers/printer.py",
        "self._leftover = self._spoilt = True",
        "self._spoilt = True",
        PRINTER + "test_trouble_while_printing_ends_it_within_a_second_and_clears",
    ),
    Defect(
        "no paper is taken for nearly no paper",
        "hal/wire/escpos.py",
        "if paper & 0b0110_0000 or offline & 0b0010_0000:",
        "if paper & 0b0001_0000 and offline & 0b0001_0000:",
        "tests/hal/test_escpos.py::test_four_answers_are_one_state",
    ),
    # --- the way to the city ---
    Defect(
        "the city can make a station skip entries",
        "firmware/sync.py",
        "self.acknowledged = min(wanted - 1, self._sent)",
        "self.acknowledged = wanted - 1",
        SYNC + "test_the_city_cannot_make_a_station_skip_entries",
    ),
    Defect(
        "a batch counts as taken whatever the city answers",
        "firmware/sync.py",
        "wanted = answer.next or answer.send_from",
        "wanted = self._sent + 1",
        SYNC + "test_once_faults_stop_everything_arrives_in_order",
    ),
    # --- the city ---
    Defect(
        "another entry under a number already taken is not seen",
        "central/intake.py",
        "if entry.seq < known.next and stored[entry.seq] != entry.hash:",
        "if entry.seq < known.next and entry.seq not in stored:",
        INTAKE + "test_a_fork_is_refused_and_kept_once",
    ),
    Defect(
        "a batch after a gap is taken",
        "central/intake.py",
        "if fresh[0].seq > known.next:",
        "if fresh[0].seq < known.next:",
        INTAKE + "test_a_gap_is_told_and_nothing_is_stored",
    ),
    Defect(
        "a station that has more to send counts as complete",
        "central/intake.py",
        "if not batch.more:",
        "if batch.entries:",
        INTAKE + "test_a_batch_with_more_behind_it_completes_until_its_last_entry",
    ),
    Defect(
        "a motorist who was told that he is covered is not",
        "central/rights.py",
        "case InDoubt() if status is None:\n            return Status.PROVISIONAL",
        "case InDoubt() if status is None:\n            return None",
        CHECKS + "test_what_a_sale_leaves_behind",
    ),
    Defect(
        "a sold right is taken back by what comes after it",
        "central/rights.py",
        "case Refused() if status is Status.PROVISIONAL:",
        "case Refused() if status is not None:",
        CHECKS + "test_a_right_once_held_is_never_taken_back",
    ),
    Defect(
        "who paid ahead in the evening has nothing for the free night before",
        "central/checks.py",
        "(right for right in held if right.since <= at < right.end)",
        "(right for right in held if right.start <= at < right.end)",
        CHECKS + "test_a_right_that_starts_tomorrow_covers_the_free_night_before_it",
    ),
    Defect(
        "a plate check leaves no trace",
        "central/checks.py",
        "        _record(connection, answer)\n",
        "",
        CHECKS + "test_every_check_is_recorded",
    ),
    # --- what stands on the glass ---
    Defect(
        "the end of a stay is said without its day",
        "firmware/words.py",
        'return f"{date} {end:%H:%M}"',
        'return f"{end:%H:%M}"',
        "tests/firmware/test_words.py::test_an_instant_is_said_as_a_motorist_says_it",
    ),
    Defect(
        "a motorist who is asked whether he is there loses what he typed",
        "firmware/screens/question.py",
        "case Pressed():\n                return self.before",
        "case Pressed():\n                return Over()",
        VISIT + "test_a_question_that_warned_gives_back_everything",
    ),
    Defect(
        "another language begins the visit again",
        "firmware/machine.py",
        "return replace(shown, language=_next_language(here)), (Beep(Tone.ACCEPTED),)",
        "return Machine(since=now, language=_next_language(here), health=self.health), (Beep(Tone.ACCEPTED),)",
        MACHINE + "test_lang_changes_the_language_and_nothing_else",
    ),
)
