"""Defects planted in firmware/ledger/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the next sale gets the number of the last",
        "firmware/ledger/ledger.py",
        "sales=self.sales + 1, started=",
        "sales=max(self.sales, 1), started=",
        "tests/firmware/ledger/test_ledger.py::test_numbers_count_payments_not_sales",
    ),
    Defect(
        "a sale stays open in the ledger",
        "firmware/ledger/ledger.py",
        "return sold._without(right.reference)._staying(right)",
        "return sold._staying(right)",
        "tests/firmware/ledger/test_ledger.py::test_a_payment_is_open_until_its_end_is_written",
    ),
    Defect(
        "only the latest purchase counts towards the maximum",
        "firmware/ledger/ledger.py",
        "Stay(right.reached + right.units,",
        "Stay(right.units,",
        "tests/laws/test_stay_laws.py::test_no_sequence_of_purchases_passes_the_maximum_or_pays_an_hour_twice",
    ),
    Defect(
        "a stay is not restored from the journal",
        "firmware/ledger/ledger.py",
        "        ledger = ledger.after(fact)\n    return ledger",
        "        ledger = ledger.after(fact)\n    return replace(ledger, stays={})",
        "tests/firmware/screens/test_choice_again.py::test_two_purchases_cost_and_end_as_one",
    ),
    Defect(
        "a payment in doubt is no stay",
        "firmware/ledger/ledger.py",
        "self._without(right.reference)._staying(right)._doubting(right, why)",
        "self._without(right.reference)._doubting(right, why)",
        "tests/firmware/ledger/test_ledger.py::test_a_promise_is_a_stay_whatever_the_bank_says_in_the_end",
    ),
    Defect(
        "a late yes to the first purchase takes the second one back",
        "firmware/ledger/ledger.py",
        "before.begun - right.start <= FARTHEST_AHEAD",
        "before.begun - right.start > FARTHEST_AHEAD",
        "tests/firmware/ledger/test_ledger.py::test_a_late_yes_to_the_first_purchase_does_not_take_the_second_back",
    ),
    Defect(
        "stays that can still be continued are forgotten",
        "firmware/ledger/ledger.py",
        "stay.end > now - FARTHEST_AHEAD",
        "stay.end < now - FARTHEST_AHEAD",
        "tests/firmware/ledger/test_ledger.py::test_what_can_still_be_continued_is_never_forgotten",
    ),
    Defect(
        "a free right has no number of its own",
        "firmware/ledger/ledger.py",
        "if right.cents == 0 else self",
        "if right.cents < 0 else self",
        "tests/firmware/ledger/test_ledger.py::test_a_free_right_has_a_number_of_its_own",
    ),
    Defect(
        "an entry that a wrong clock wrote is its alibi",
        "firmware/ledger/clock_evidence.py",
        "if at.year >= LAST_YEAR or (self.latest is not None and at < self.latest):",
        "if at.year >= LAST_YEAR:",
        "tests/firmware/ledger/test_clock_evidence.py::test_what_was_written_while_it_was_wrong_does_not_make_it_right",
    ),
    Defect(
        "a single date far ahead condemns a synchronised clock",
        "firmware/ledger/clock_evidence.py",
        "if not synchronised and earliest is not None",
        "if earliest is not None",
        "tests/firmware/ledger/test_clock_evidence.py::test_a_clock_kept_right_from_outside_is_believed_and_the_journal_is_not",
    ),
    Defect(
        "the end of a payment vouches for the clock of another day",
        "firmware/ledger/clock_evidence.py",
        "if not right.cents:",
        "if right.reference:",
        "tests/firmware/ledger/test_clock_evidence.py::test_the_end_of_a_payment_says_nothing_of_the_clock_that_dates_it",
    ),
    Defect(
        "wrong PINs are counted for each person, and not for the machine",
        "firmware/ledger/lockout.py",
        "person: self._more(person, at), MACHINE: self._more(MACHINE, at)}",
        "person: self._more(person, at)}",
        "tests/firmware/ledger/test_lockout.py::test_three_people_guessed_at_in_turn_lock_the_machine_for_everybody",
    ),
    Defect(
        "a start forgets who was locked out",
        "firmware/ledger/ledger.py",
        "lockout=self.lockout.after(fact)",
        "lockout=self.lockout",
        "tests/firmware/ledger/test_lockout.py::test_the_journal_alone_says_who_is_locked_out_so_a_power_cut_changes_nothing",
    ),
    Defect(
        "a test sale is revenue",
        "firmware/ledger/counters.py",
        "return replace(self, tests=self.tests + 1)",
        "return replace(self, tests=self.tests + 1, sales=self.sales + 1)",
        "tests/firmware/ledger/test_counters.py::test_a_test_sale_is_counted_apart_and_is_no_revenue",
    ),
    Defect(
        "a collection forgets what was collected before it",
        "firmware/ledger/counters.py",
        "before=self.total, since=Tally()",
        "before=self.since, since=Tally()",
        "tests/firmware/ledger/test_counters.py::test_collections_and_what_came_since_add_up_to_the_whole_journal_to_the_cent",
    ),
    Defect(
        "a technician who has compared cannot open card sales again",
        "firmware/ledger/ledger.py",
        "return replace(self, stopped=False, unresolved={})",
        "return replace(self, stopped=False)",
        "tests/firmware/ledger/test_ledger.py::test_a_doubt_is_resolved_by_the_terminal_or_by_a_technician",
    ),
)
