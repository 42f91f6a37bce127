"""Defects planted in central/rules/cards/."""

from __future__ import annotations

from tests.planted.defect import Defect

RULES, WHO = "tests/central/test_card_rules.py", "tests/central/test_card_eligibility.py"

DEFECTS = (
    Defect(
        "a change of address leads out of Paris",
        "central/rules/cards/eligibility.py",
        "line.reason is CardReason.CHANGE_ADDRESS and not _in_paris(applicant):",
        "line.reason is CardReason.CHANGE_ADDRESS and not applicant.postcode:",
        "tests/central/test_card_eligibility.py::test_who_is_not_is_refused_by_the_name_of_the_member",
    ),
    Defect(
        "a semester that has begun is not due",
        "central/rules/cards/prices.py",
        "semesters = -(-months // SEMESTER)",
        "semesters = months // SEMESTER",
        f"{RULES}::test_a_hired_vehicle_pays_by_the_length_of_its_contract",
    ),
    Defect(
        "every duplicate of a free card is free",
        "central/rules/cards/prices.py",
        "return 0 if card.free and not before else price.cents",
        "return 0 if card.free else price.cents",
        f"{RULES}::test_the_first_duplicate_of_a_free_card_is_free_in_its_period",
    ),
    Defect(
        "a resident's free duplicate comes back each year",
        "central/rules/cards/prices.py",
        'if price.free == "validity" or each.year == day.year]',
        "if each.year == day.year]",
        f"{RULES}::test_the_first_duplicate_of_a_free_card_is_free_in_its_period",
    ),
    Defect(
        "the month that runs is given back",
        "central/rules/cards/periods.py",
        "return begun + 1 if months_later(began_on, begun) <= day else begun",
        "return begun if months_later(began_on, begun) <= day else begun - 1",
        f"{RULES}::test_of_three_years_what_has_not_begun_is_given_back",
    ),
    Defect(
        "a free card that is given up brings money",
        "central/rules/cards/periods.py",
        "return max(0, min(left * rule.cents_per_month, rule.most_cents, paid_cents))",
        "return max(0, min(left * rule.cents_per_month, rule.most_cents))",
        f"{RULES}::test_of_three_years_what_has_not_begun_is_given_back",
    ),
    Defect(
        "the tenth employee brings no card in either reading",
        "central/rules/cards/quotas.py",
        'counted = staff if quota.reading == "per started ten" else max(0, staff - quota.staff_step)',
        "counted = max(0, staff - quota.staff_step)",
        f"{RULES}::test_three_cards_below_ten_employees_then_one_for_each_ten",
    ),
    Defect(
        "a renewed card begins before the old one ends",
        "central/rules/cards/periods.py",
        "starts = max(now, renewed) if renewed else now",
        "starts = now",
        f"{RULES}::test_a_card_is_good_through_the_same_day_of_a_later_month",
    ),
    Defect(
        "a request that waits for its payment cannot be withdrawn",
        "central/rules/cards/states.py",
        "for unpaid in (status.DRAFT, status.EXAMINED, status.TO_PAY):",
        "for unpaid in (status.DRAFT, status.EXAMINED):",
        "tests/central/test_card_money.py::test_a_request_that_is_accepted_is_rejected_or_withdrawn_and_its_money_given_back",
    ),
    Defect(
        "a hired vehicle of a bordering street has four sectors",
        "central/rules/cards/eligibility.py",
        "most = 1 if bordering else MOST_SECTORS_OF_HOME",
        "most = 1 if applicant.case is ResidentCase.BORDERING else MOST_SECTORS_OF_HOME",
        f"{WHO}::test_who_is_not_is_refused_by_the_name_of_the_member",
    ),
    Defect(
        "a card is changed twice in one request",
        "central/rules/cards/eligibility.py",
        "if line.replaces is not None and any(each.replaces == line.replaces for each in before):",
        "if False:",
        f"{WHO}::test_who_is_not_is_refused_by_the_name_of_the_member",
    ),
    Defect(
        "a provisional card is free",
        "central/rules/cards/eligibility.py",
        "if line.gratuity and (line.gratuity not in product.gratuities or line.term is CardTerm.PROVISIONAL):",
        "if line.gratuity and line.gratuity not in product.gratuities:",
        f"{WHO}::test_who_is_not_is_refused_by_the_name_of_the_member",
    ),
    Defect(
        "a request is rejected after its payment",
        "central/rules/cards/requests.py",
        "if status is CardStatus.TO_PAY and accepted and policy.pay_within",
        "if accepted and policy.pay_within",
        f"{RULES}::test_a_request_waits_for_its_payment_for_ever_or_for_a_time",
    ),
    Defect(
        "an engine that an incomplete list does not have is refused",
        "central/rules/cards/eligibility.py",
        "if found is None and (engines.complete or is_blank(line.energy)):",
        "if found is None:",
        f"{WHO}::test_an_engine_that_no_complete_list_has_is_left_to_the_clerk",
    ),
    Defect(
        "an engine that no list has is not told to the clerk",
        "central/rules/cards/eligibility.py",
        "and line.energy not in listed]",
        "and line.energy in listed]",
        f"{WHO}::test_an_engine_that_no_complete_list_has_is_left_to_the_clerk",
    ),
)
