"""Defects planted in central/rules/notices.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a warning that is told after a decision is refused, and its rebate lost",
        "central/rules/notices.py",
        "return other not in (NoticeEventKind.REFUNDED, NoticeEventKind.CORRECTED)",
        "return True",
        "tests/central/test_notice_rules.py::test_a_warning_that_becomes_known_late_gives_its_rebate",
    ),
    Defect(
        "whoever paid the whole increase before the warning was told gets nothing back",
        "central/rules/notices.py",
        "state = state_at(notice, event.at if told_late else now)",
        "state = state_at(notice, now)",
        "tests/central/test_notice_rules.py::test_a_warning_that_becomes_known_late_gives_its_rebate",
    ),
    Defect(
        "a notice is increased on the last day of its delay",
        "central/rules/notices.py",
        "if notice.day(at) > deadlines.payable_until:",
        "if notice.day(at) >= deadlines.payable_until:",
        "tests/central/test_notice_rules.py::test_each_deadline_at_both_of_its_edges",
    ),
    Defect(
        "an order is enforced while the rebate still holds",
        "central/rules/notices.py",
        "if event.kind is NoticeEventKind.ENFORCED and not (deadlines.rebate_until and day > deadlines.rebate_until):",
        "if event.kind is NoticeEventKind.ENFORCED and not deadlines.rebate_until:",
        "tests/central/test_notice_rules.py::test_nothing_is_enforced_before_the_month_of_the_rebate_is_over_and_nothing_is_warned_twice",
    ),
    Defect(
        "more is given back than was paid too much",
        "central/rules/notices.py",
        "not 0 < event.cents <= surplus",
        "not 0 < event.cents <= balance_at(notice, now).paid_cents",
        "tests/central/test_notice_rules.py::test_what_is_too_much_is_to_be_given_back_and_no_more",
    ),
    Defect(
        "a corrected amount counts only from the day of the correction",
        "central/rules/notices.py",
        "    notice = notice.corrected(at)\n    paid =",
        "    paid =",
        "tests/central/test_court_rules.py::test_what_was_paid_before_settles_at_the_price_it_ought_to_have_had",
    ),
    Defect(
        "a cheque settles the reduced amount",
        "central/rules/notices.py",
        "notice.cents(NoticeEventKind.PAID, each) - notice.cents_by_cheque(each) >= reduced",
        "notice.cents(NoticeEventKind.PAID, each) >= reduced",
        "tests/central/test_notice_rules.py::test_a_cheque_pays_the_whole_amount",
    ),
    Defect(
        "money that becomes known late makes a notice dearer",
        "central/rules/notices.py",
        "return min(reached, key=lambda each: each.price_cents, default=None)",
        "return next(reached, None)",
        "tests/central/test_notice_rules.py::test_a_payment_that_becomes_known_late_makes_nothing_dearer",
    ),
)
