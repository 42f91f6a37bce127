"""Defects planted in firmware/visit/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a second purchase begins at the first hour again",
        "firmware/visit/offers.py",
        "purchase.rate_key(context.site.zone), context.now, stay)",
        "purchase.rate_key(context.site.zone), context.now, Stay(0, stay.end, stay.begun))",
        "tests/firmware/screens/test_choice_again.py::test_two_purchases_cost_and_end_as_one",
    ),
    Defect(
        "the visitor's price stands before what the plate has a right to",
        "firmware/visit/offers.py",
        '(*(regime for regime in usable if regime != "visitor"), "visitor")',
        '("visitor", *(regime for regime in usable if regime != "visitor"))',
        "tests/firmware/screens/test_choice_regime.py::test_ok_alone_never_takes_the_dearest",
    ),
    Defect(
        "a resident pays as one at a machine of a rotative street",
        "firmware/visit/offers.py",
        "Street(context.site.sector, context.site.street)",
        'Street(context.site.sector, "mixed")',
        "tests/firmware/screens/test_choice_regime.py::test_on_a_rotative_street_residents_and_sedentary_professionals_are_visitors",
    ),
    Defect(
        "the end of a stay is said without its day",
        "firmware/visit/words.py",
        'return f"{date} {end:%H:%M}"',
        'return f"{end:%H:%M}"',
        "tests/firmware/visit/test_words.py::test_an_instant_is_said_as_a_motorist_says_it",
    ),
    Defect(
        "a wrong clock sells free rights",
        "firmware/visit/sales_policy.py",
        'FREE_DESPITE = frozenset({"", "T1", "T2", "A1"})',
        'FREE_DESPITE = frozenset({"", "T1", "T2", "A1", "C1"})',
        "tests/firmware/visit/test_sales_policy.py::test_every_combination_follows_the_rules",
    ),
    Defect(
        "a dead terminal stops free rights too",
        "firmware/visit/sales_policy.py",
        'FREE_DESPITE = frozenset({"", "T1", "T2", "A1"})',
        'FREE_DESPITE = frozenset({"", "T2", "A1"})',
        "tests/firmware/visit/test_sales_policy.py::test_every_combination_follows_the_rules",
    ),
    Defect(
        "what is found open after a power cut forgets its clock",
        "firmware/visit/recovery.py",
        'InDoubt(right, "power cut", ledger.clock(right.reference))',
        'InDoubt(right, "power cut")',
        "tests/firmware/test_app_clock.py::test_a_payment_found_open_after_a_power_cut_bears_the_clock_that_it_began_by",
    ),
    Defect(
        "an alarm has no entry in the catalogue",
        "firmware/visit/health.py",
        '"door open": self.door_open is True,',
        '"door ajar": self.door_open is True,',
        "tests/firmware/service/test_alarms.py::test_every_alarm_that_health_can_raise_is_in_the_catalogue_and_no_other",
    ),
    Defect(
        "a payment that a power cut left open is forgotten",
        "firmware/visit/recovery.py",
        "for right in ledger.started.values())",
        "for right in ledger.doubts.values())",
        "tests/laws/test_money_laws.py::test_the_power_may_go_at_any_moment_of_a_visit",
    ),
    Defect(
        "a terminal that refuses every request is told to nobody",
        "firmware/visit/health.py",
        "return replace(self, refuses=True)",
        "return self",
        "tests/firmware/test_machine.py::test_a_terminal_that_refuses_requests_is_an_alarm_until_it_takes_one",
    ),
)
