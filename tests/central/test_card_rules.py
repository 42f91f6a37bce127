"""Every price, number, duplicate, refund and date of the counter, as tables typed from seeds 002 and 000."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from central.cards.counter import DATA, load_catalogue
from central.rules.cards.application import CardApplication, CardLine, CardReason, ResidentCase
from central.rules.cards.eligibility import check_application
from central.rules.cards.periods import may_renew, months_begun, new_period, refund_cents
from central.rules.cards.prices import PricedCard, duplicate_cents, hire_cents, price_lines
from central.rules.cards.products import CardDispatch, CardGratuity, CardQuota, CardTerm, catalogue_in
from central.rules.cards.quotas import most_cards
from central.rules.cards.requests import CardEvent, CardPolicy, CardRequest, apply_to_card_request, status_at
from central.rules.cards.states import CARD_TRANSITIONS, CardEventKind, CardStatus
from central.rules.cards_page import cards_page
from firmware.domain.errors import FieldError
from hal.shipped import ROOT
from tests.central.card_rows import line, resident
from tests.central.register_rows import DAY, PARIS, TEN

CATALOGUE = load_catalogue()
TODAY = date(2026, 3, 4)
EDITION = CATALOGUE.on(TODAY)
YEAR, THREE, MONTH = CardTerm.ONE_YEAR, CardTerm.THREE_YEARS, CardTerm.PROVISIONAL


def cents(product: str, asked: CardLine, card: PricedCard | None = None, day: date = TODAY) -> int:
    application = CardApplication(product, resident().applicant, (asked,))
    return price_lines(EDITION, application, {7: card} if card else {}, day)[0].cents


PRICES = [
    ("resident", YEAR, None, 45_00, "14-2° article 3"),
    ("resident", THREE, None, 90_00, "14-2° article 3"),
    ("resident", MONTH, None, 10_00, "14-2° article 3"),
    ("resident", YEAR, CardGratuity.ZERO_TAX, 0, "14-2° article 3"),
    ("resident", THREE, CardGratuity.ZERO_TAX, 0, "14-2° article 3"),
    ("resident", THREE, CardGratuity.LOW_EMISSION, 0, "14-2° article 3"),
    ("pro_sedentary", YEAR, None, 45_00, "14-3° article 7; seed 000: PRO S (45 €)"),
    ("pro_sedentary", YEAR, CardGratuity.LOW_EMISSION, 0, "14-3° article 7"),
    ("pro_sedentary", MONTH, None, 10_00, "14-3° article 7"),
    ("pro_mobile", YEAR, None, 240_00, "14-3° article 13"),
    ("pro_mobile", YEAR, CardGratuity.LOW_EMISSION, 0, "14-3° article 13"),
    ("pro_mobile", MONTH, None, 10_00, "14-3° article 13"),
    ("pro_public", YEAR, None, 2500_00, "14-3° article 16"),
    ("pro_public", YEAR, CardGratuity.LOW_EMISSION, 0, "14-3° article 16"),
    ("pro_public", MONTH, None, 10_00, "14-3° article 16"),
    ("low_emission", THREE, None, 0, "14-2° article 4; seed 000: Gratuit"),
    ("electric_charging", YEAR, None, 120_00, "seed 000: Recharge électrique véhicule privé (120 €)"),
]


@pytest.mark.parametrize(("product", "term", "gratuity", "expected", "source"), PRICES)
def test_a_card_costs_what_its_article_says(
    product: str, term: CardTerm, gratuity: CardGratuity | None, expected: int, source: str
) -> None:
    assert cents(product, line(term=term, gratuity=gratuity)) == expected, source


HIRE = {1: 10_00, 2: 22_50, 6: 22_50, 7: 45_00, 12: 45_00, 13: 67_50, 18: 67_50, 19: 90_00, 24: 90_00, 25: 90_00, 36: 90_00}


@pytest.mark.parametrize(("months", "expected"), HIRE.items())
def test_a_hired_vehicle_pays_by_the_length_of_its_contract(months: int, expected: int) -> None:
    product = EDITION.named("resident")
    assert hire_cents(product.hire, months)[0] == expected, "14-2° article 3"
    assert cents("resident", line(term=CardTerm.HIRE, hire_months=months)) == expected


@pytest.mark.parametrize("months", [0, 37])
def test_no_contract_of_no_month_or_of_more_than_three_years(months: int) -> None:
    hired = resident(line(term=CardTerm.HIRE, hire_months=months), case=ResidentCase.HIRE)
    with pytest.raises(FieldError, match="hire_months"):
        check_application(CATALOGUE, hired, TODAY)


CHANGES = ("resident", "pro_sedentary", "pro_mobile", "pro_public")


@pytest.mark.parametrize("product", CHANGES)
@pytest.mark.parametrize("reason", [CardReason.CHANGE_VEHICLE, CardReason.CHANGE_ADDRESS])
def test_a_change_costs_ten_euros(product: str, reason: CardReason) -> None:
    assert cents(product, line(term=None, reason=reason, replaces=7), PricedCard(False)) == 10_00


IN_2026, IN_2025 = date(2026, 1, 1), date(2025, 12, 31)
DUPLICATES = [
    # product, card free, days of the duplicates before it, cents; 14-2° article 6, 14-3° article 21
    ("resident", False, (), 5_00),
    ("resident", True, (), 0),
    ("resident", True, (IN_2025,), 5_00),
    ("resident", True, (IN_2026,), 5_00),
    ("pro_sedentary", False, (), 5_00),
    ("pro_sedentary", True, (), 0),
    ("pro_sedentary", True, (IN_2025,), 0),
    ("pro_sedentary", True, (IN_2026,), 5_00),
    ("pro_sedentary", True, (IN_2025, IN_2026), 5_00),
    ("pro_mobile", True, (IN_2025,), 0),
    ("pro_mobile", True, (IN_2026,), 5_00),
    ("pro_public", True, (IN_2025,), 0),
    ("pro_public", True, (IN_2026,), 5_00),
    ("low_emission", True, (), 0),
    ("low_emission", True, (IN_2025,), 0),
    ("low_emission", True, (IN_2026,), 5_00),
]


@pytest.mark.parametrize(("product", "free", "before", "expected"), DUPLICATES)
def test_the_first_duplicate_of_a_free_card_is_free_in_its_period(
    product: str, free: bool, before: tuple[date, ...], expected: int
) -> None:
    card = PricedCard(free, before)
    assert duplicate_cents(EDITION.named(product), card, TODAY) == expected
    assert cents(product, line(term=None, reason=CardReason.DUPLICATE, replaces=7), card) == expected


POSTAGE = {CardDispatch.SIMPLE: 0, CardDispatch.TRACKED: 1_00, CardDispatch.REGISTERED: 2_00}


@pytest.mark.parametrize(("dispatch", "expected"), POSTAGE.items())
def test_each_card_is_sent_at_the_price_of_its_dispatch(dispatch: CardDispatch, expected: int) -> None:
    asked = resident(line("AA111AA"), line("BB222BB"), dispatch=dispatch)
    prices = price_lines(EDITION, asked, {}, TODAY)
    assert [(each.postage_cents, each.total_cents) for each in prices] == [(expected, 4500 + expected)] * 2, "14-2° article 7"
    given_up = resident(line(term=None, reason=CardReason.RENOUNCE, replaces=7), dispatch=dispatch)
    assert price_lines(EDITION, given_up, {7: PricedCard(False)}, TODAY)[0].total_cents == 0, "nothing is sent"


REFUNDS = [
    # months of the card, paid, given up on, refund; from 2024-03-10; 14-2° article 5
    (36, 90_00, date(2024, 3, 1), 60_00),
    (36, 90_00, date(2024, 3, 10), 60_00),
    (36, 90_00, date(2025, 3, 9), 60_00),
    (36, 90_00, date(2025, 3, 10), 57_50),
    (36, 90_00, date(2025, 4, 9), 57_50),
    (36, 90_00, date(2025, 4, 10), 55_00),
    (36, 90_00, date(2026, 3, 9), 30_00),
    (36, 90_00, date(2026, 3, 10), 27_50),
    (36, 90_00, date(2027, 1, 10), 2_50),
    (36, 90_00, date(2027, 2, 9), 2_50),
    (36, 90_00, date(2027, 2, 10), 0),
    (36, 90_00, date(2027, 3, 10), 0),
    (36, 0, date(2024, 3, 10), 0),
    (12, 45_00, date(2024, 3, 10), 0),
    (30, 90_00, date(2024, 3, 10), 0),
    (1, 10_00, date(2024, 3, 10), 0),
]


@pytest.mark.parametrize(("months", "paid", "day", "expected"), REFUNDS)
def test_of_three_years_what_has_not_begun_is_given_back(months: int, paid: int, day: date, expected: int) -> None:
    assert refund_cents(EDITION.named("resident").refund, months, date(2024, 3, 10), day, paid) == expected


@pytest.mark.parametrize("product", ["pro_sedentary", "pro_mobile", "pro_public", "low_emission"])
def test_no_card_of_a_professional_is_refunded(product: str) -> None:
    refund = EDITION.named(product).refund
    assert refund_cents(refund, 36, date(2024, 3, 10), date(2024, 3, 10), 90_00) == 0, "14-3° article 22"


def test_months_are_counted_from_the_first_day_to_the_end_of_short_months() -> None:
    first = date(2024, 1, 31)
    begun = [months_begun(first, day) for day in (date(2024, 1, 30), first, date(2024, 2, 28), date(2024, 2, 29))]
    assert begun == [0, 1, 1, 2]
    assert months_begun(first, date(2024, 3, 30)) == 2
    assert months_begun(first, date(2024, 3, 31)) == 3


QUOTAS = [
    # staff, per started ten, per full ten; 14-3° article 9
    (0, 3, 3),
    (9, 3, 3),
    (10, 4, 3),
    (19, 4, 3),
    (20, 5, 4),
    (29, 5, 4),
    (100, 13, 12),
]


@pytest.mark.parametrize(("staff", "started", "full"), QUOTAS)
def test_three_cards_below_ten_employees_then_one_for_each_ten(staff: int, started: int, full: int) -> None:
    quota = EDITION.named("pro_mobile").quota
    assert isinstance(quota, CardQuota)
    assert (quota.reading, most_cards(quota, staff, False)) == ("per started ten", started)
    other = CardQuota(source=quota.source, establishment=3, individual=1, staff_step=10, reading="per full ten")
    assert most_cards(other, staff, False) == full
    assert most_cards(quota, staff, True) == 1, "VRP and health professionals, in person"
    assert most_cards(EDITION.named("pro_sedentary").quota, staff, False) == 1, "14-3° article 3"
    assert most_cards(EDITION.named("resident").quota, staff, False) is None


PERIODS = [
    # months, paid at, renewed, last day
    (12, datetime(2018, 9, 28, 11, 22, tzinfo=PARIS), None, date(2019, 9, 28)),  # seed 000
    (36, datetime(2026, 3, 4, 10, 0, tzinfo=PARIS), None, date(2029, 3, 4)),
    (1, datetime(2026, 1, 31, 10, 0, tzinfo=PARIS), None, date(2026, 2, 28)),
    (12, datetime(2024, 2, 29, 10, 0, tzinfo=PARIS), None, date(2025, 2, 28)),
    (12, datetime(2026, 3, 4, 10, 0, tzinfo=PARIS), datetime(2026, 4, 11, tzinfo=PARIS), date(2027, 4, 11)),
    (12, datetime(2026, 3, 4, 10, 0, tzinfo=PARIS), datetime(2026, 2, 11, tzinfo=PARIS), date(2027, 3, 4)),
]


@pytest.mark.parametrize(("months", "at", "renewed", "last"), PERIODS)
def test_a_card_is_good_through_the_same_day_of_a_later_month(
    months: int, at: datetime, renewed: datetime | None, last: date
) -> None:
    period = new_period(months, at, PARIS, renewed)
    assert period.valid_from == max(at, renewed or at)
    assert period.valid_until == datetime.combine(last + DAY, datetime.min.time(), PARIS)


def test_a_card_is_renewed_in_its_last_two_months() -> None:
    until = datetime(2026, 6, 1, tzinfo=PARIS)  # its last day is 31 May
    assert not may_renew(until, datetime(2026, 3, 30, 23, 59, tzinfo=PARIS), PARIS)
    assert may_renew(until, datetime(2026, 3, 31, 0, 0, tzinfo=PARIS), PARIS)


# --- the data and the states ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("months = 12", "months = 37", "$.edition[0].product[0].terms[0].months"),
        ("cents = 4500", "cents = -1", "$.edition[0].product[0].terms[0].cents"),
        ('activities = "mobile"', 'activities = "other"', "$.edition.product.pro_mobile.activities"),
        ('id = "pro_mobile"', 'id = "resident"', "$.edition.product.id"),
        ("up_to_months = 24", "up_to_months = 1", "$.edition.product.resident.hire"),
        ("home = true", "hone = true", "$.edition[0].product[0]"),
        ("[edition.product]]", "[edition.product", ""),
    ],
)
def test_data_that_cannot_be_is_refused_by_its_place(old: str, new: str, place: str) -> None:
    products = (DATA / "products.toml").read_text("utf-8")
    assert old in products
    with pytest.raises(FieldError) as refused:
        catalogue_in(products.replace(old, new, 1), (DATA / "annexes.toml").read_text("utf-8"))
    assert refused.value.field == place


def happened(*kinds: CardEventKind, total: int = 4500) -> CardRequest:
    request = CardRequest(TEN, total)
    for seq, kind in enumerate(kinds):
        request = apply_to_card_request(request, CardEvent(kind, TEN + seq * DAY, "somebody", "because"), CardPolicy())
    return request


def test_each_event_is_taken_where_the_diagram_has_an_arrow_and_nowhere_else() -> None:
    event = CardEventKind
    ways = {
        CardStatus.DRAFT: happened(),
        CardStatus.EXAMINED: happened(event.SUBMITTED),
        CardStatus.TO_PAY: happened(event.SUBMITTED, event.ACCEPTED),
        CardStatus.PAID: happened(event.SUBMITTED, event.ACCEPTED, event.PAID),
        CardStatus.SENT: happened(event.SUBMITTED, event.ACCEPTED, event.PAID, event.SENT),
        CardStatus.REJECTED: happened(event.SUBMITTED, event.REJECTED),
    }
    for status, request in ways.items():
        assert status_at(request, CardPolicy(), TEN + 9 * DAY) is status
        for kind in event:
            arrows = {arrow.after for arrow in CARD_TRANSITIONS if (arrow.before, arrow.cause) == (status, kind)}
            now = CardEvent(kind, TEN + 9 * DAY, "somebody", "because")
            if arrows:
                assert status_at(apply_to_card_request(request, now, CardPolicy()), CardPolicy(), now.at) in arrows
            else:
                with pytest.raises(FieldError, match="state"):
                    apply_to_card_request(request, now, CardPolicy())


def test_what_costs_nothing_is_settled_when_it_is_accepted() -> None:
    free = happened(CardEventKind.SUBMITTED, CardEventKind.ACCEPTED, total=0)
    assert status_at(free, CardPolicy(), TEN + 9 * DAY) is CardStatus.PAID


def test_a_request_waits_for_its_payment_for_ever_or_for_a_time() -> None:
    waiting = happened(CardEventKind.SUBMITTED, CardEventKind.ACCEPTED)
    assert status_at(waiting, CardPolicy(None), TEN + 4000 * DAY) is CardStatus.TO_PAY
    assert status_at(waiting, CardPolicy(), TEN + 160 * DAY) is CardStatus.TO_PAY, "seed 000: five months"
    assert status_at(waiting, CardPolicy(), TEN + 185 * DAY) is CardStatus.REJECTED
    policy = CardPolicy(pay_within=timedelta(days=30))
    assert status_at(waiting, policy, TEN + 31 * DAY - timedelta(seconds=1)) is CardStatus.TO_PAY
    assert status_at(waiting, policy, TEN + 31 * DAY) is CardStatus.REJECTED
    paid = happened(CardEventKind.SUBMITTED, CardEventKind.ACCEPTED, CardEventKind.PAID)
    assert status_at(paid, policy, TEN + 400 * DAY) is CardStatus.PAID, "never after the payment"


@pytest.mark.parametrize("kind", [CardEventKind.ASKED, CardEventKind.REJECTED])
def test_a_rejection_and_a_question_say_why(kind: CardEventKind) -> None:
    with pytest.raises(FieldError, match="reason"):
        apply_to_card_request(happened(CardEventKind.SUBMITTED), CardEvent(kind, TEN + DAY, "clerk", " "), CardPolicy())


def test_the_page_is_the_one_that_the_code_draws() -> None:
    assert (ROOT / "docs" / "cards.md").read_text("utf-8") == cards_page(CATALOGUE), "make docs"
