"""Notices in the register: proposed, issued, sent, paid, withdrawn; whatever is wrong is refused and leaves nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from central.core.city import City
from central.db.notice_tables import letter_codes, notice_events, notice_proposals, notices
from central.notices.answers import NoticeAnswer
from central.notices.issue import ProposedNotice
from central.notices.numbers import allocate_number
from central.notices.payments import NoticePayment, record_payment
from central.notices.public import find_public_notice
from central.notices.steps import read_notice
from central.rules.notices import NoticeEventKind, NoticeState
from central.rules.verdict import AllowedBecause
from firmware.domain.errors import FieldError
from tests.central.notice_rows import FOUR, THREE, code_of, complete, control, issue, pay, propose, send, step
from tests.central.register_rows import DAY, HOUR, MINUTE, PARIS, TEN, ask, enrol, entitle, right, sell


def rows(city: City) -> tuple[int, int, int]:
    """How many proposals, notices and events there are."""
    with city.store.begin() as connection:
        counts = [connection.scalar(select(func.count()).select_from(t)) for t in (notice_proposals, notices, notice_events)]
    return counts[0] or 0, counts[1] or 0, counts[2] or 0


# --- issue --------------------------------------------------------------------------------------------------------


def test_a_control_that_nothing_contradicts_makes_a_notice(city: City) -> None:
    notice = issue(city)
    assert (notice.due_cents, notice.reduced_cents, notice.state) == (7500, 5250, NoticeState.ISSUED)
    assert notice.number == "21750001600019" + "26" + "0" + "063" + "000" + "000"
    assert notice.key == f"{int(notice.number) % 97:02}"
    assert notice.covers_until == datetime(2026, 3, 5, 10, 0, tzinfo=PARIS), "six paid hours, the night not counted"
    assert (notice.receipt_cents, notice.receipt_reference, notice.agent) == (0, None, "A-1")


def test_as_long_as_a_sale_may_be_on_its_way_the_notice_is_only_proposed(city: City) -> None:
    complete(city, THREE)
    check = control(city)
    waiting = propose(city, check, THREE + MINUTE)
    assert isinstance(waiting, ProposedNotice)
    assert (waiting.state, rows(city)) == ("proposed", (1, 0, 0))
    assert waiting.conclusive_from > THREE + MINUTE
    assert isinstance(propose(city, check, THREE + MINUTE), ProposedNotice)
    complete(city, THREE + timedelta(seconds=1))
    assert isinstance(propose(city, check, FOUR), NoticeAnswer)
    assert rows(city) == (1, 1, 0)


def test_a_sale_that_arrives_before_the_data_is_complete_makes_no_notice(city: City) -> None:
    complete(city, THREE)
    check = control(city)
    propose(city, check, THREE + MINUTE)
    sell(city.store, replace(right(start=THREE - MINUTE), known_from=FOUR))
    complete(city)
    with pytest.raises(FieldError, match="check: the register holds a right"):
        propose(city, check)
    assert rows(city) == (1, 0, 0)


def test_one_control_makes_one_notice_however_often_it_is_asked_for(city: City) -> None:
    complete(city)
    check = control(city)
    first, again = propose(city, check), propose(city, check, FOUR + HOUR, agent="A-2", device=9)
    assert isinstance(first, NoticeAnswer)
    assert isinstance(again, NoticeAnswer)
    assert (first.number, first.agent) == (again.number, again.agent)


def test_the_last_receipt_is_deducted_and_named(city: City) -> None:
    sell(city.store, earlier := right(start=TEN), paid := replace(right(start=TEN + 2 * HOUR, minutes=90), cents=600))
    notice = issue(city)
    assert (notice.receipt_cents, notice.receipt_reference, notice.receipt_at) == (600, paid.reference, paid.bought_at)
    assert (notice.due_cents, notice.reduced_cents) == (6900, 4830)
    assert notice.covers_until == TEN + 8 * HOUR, "six hours from the receipt of noon"
    assert earlier.reference != notice.receipt_reference


@pytest.mark.parametrize(
    ("sector", "vehicle", "due", "reduced"),
    [
        ("11D", "car", 7500, 5250),
        ("15A", "car", 5000, 3500),
        ("11D", "two_wheeler", 3750, 2625),
        ("15A", "two_wheeler", 2500, 1750),
    ],
)
def test_the_charges_of_today(city: City, sector: str, vehicle: str, due: int, reduced: int) -> None:
    complete(city, FOUR, sector)
    notice = propose(city, control(city, sector=sector), vehicle=vehicle)
    assert isinstance(notice, NoticeAnswer)
    assert (notice.due_cents, notice.reduced_cents) == (due, reduced)


@pytest.mark.parametrize(("sector", "cents", "due", "reduced"), [("11D", 600, 4400, 3080), ("15A", 360, 3140, 2198)])
def test_the_examples_of_2018(city: City, sector: str, cents: int, due: int, reduced: int) -> None:
    at = datetime(2018, 3, 5, 15, 0, tzinfo=PARIS)
    paid = right(start=at - 3 * HOUR, minutes=90, sector=sector, zone=1 if sector == "11D" else 2)
    sell(city.store, replace(paid, cents=cents))
    check = control(city, at=at, sector=sector)
    enrol(city.store, "75011-0099", at + HOUR, sector, enrolled_at=at - DAY)
    notice = propose(city, check, at + HOUR)
    assert isinstance(notice, NoticeAnswer)
    assert (notice.due_cents, notice.reduced_cents) == (due, reduced)
    assert notice.reduced_until == at + HOUR + 96 * HOUR
    assert notice.covers_until == at + 3 * HOUR


@pytest.mark.parametrize("holding", ["resident", "pro_sedentary", "pro_mobile"])
def test_a_resident_who_has_not_paid_owes_the_charge_of_a_visitor(city: City, holding: str) -> None:
    entitle(city.store, "AB123CD", holding, [] if holding == "pro_mobile" else ["11D"])
    notice = issue(city)
    assert (notice.due_cents, notice.reduced_cents) == (7500, 5250), "2017 DVD 14-2° article 9, 14-3° article 23"


def test_what_was_allowed_is_unknown_or_of_an_unknown_class_makes_no_notice(city: City) -> None:
    sell(city.store, right("ZZ999ZZ", THREE))
    allowed = ask(city, "ZZ999ZZ", THREE + MINUTE)
    complete(city)
    refused = control(city)
    for check, vehicle, field in ((allowed.id, "car", "check"), (10**9, "car", "check"), (refused, "tank", "vehicle")):
        with pytest.raises(FieldError) as error:
            propose(city, check, vehicle=vehicle)
        assert error.value.field == field
    assert rows(city) == (0, 0, 0)


# --- a second notice ----------------------------------------------------------------------------------------------


def test_a_notice_covers_the_vehicle_and_its_check_says_so(city: City) -> None:
    notice = issue(city)
    later = ask(city, at=notice.covers_until - MINUTE)
    assert (later.allowed, later.because, later.until) == (True, AllowedBecause.NOTICE, notice.covers_until)
    assert not ask(city, at=notice.covers_until).allowed
    assert not ask(city, at=THREE + 2 * HOUR, sector="15A").allowed, "another tariff zone"
    before = ask(city, at=THREE + MINUTE, now=FOUR + HOUR, known_at=FOUR - MINUTE)
    assert before.then is not None
    assert (before.allowed, before.then.allowed) == (True, False), "nobody knew of it before it was issued"


def test_no_second_notice_before_the_stay_is_over_whichever_control_came_first(city: City) -> None:
    earlier, inside = control(city, at=THREE - HOUR), control(city, at=THREE + HOUR)
    notice = issue(city)
    complete(city, notice.covers_until + HOUR)
    for check in (earlier, inside):
        with pytest.raises(FieldError, match="check: another notice covers the vehicle until 2026-03-05T10:00"):
            propose(city, check, FOUR + HOUR)
    then = control(city, at=notice.covers_until)
    assert isinstance(propose(city, then, notice.covers_until + HOUR), NoticeAnswer)


def test_receipt_at_noon_control_at_three_no_second_notice_before_six(city: City) -> None:
    sell(city.store, right(start=TEN + 2 * HOUR, minutes=90))
    at_six = TEN + 8 * HOUR
    before = control(city, at=at_six - MINUTE)
    notice = issue(city)
    assert notice.covers_until == at_six
    complete(city, at_six + HOUR)
    with pytest.raises(FieldError, match="another notice"):
        propose(city, before, at_six + HOUR)
    assert isinstance(propose(city, control(city, at=at_six), at_six + HOUR), NoticeAnswer)


def test_a_withdrawn_notice_covers_nothing(city: City) -> None:
    notice = issue(city)
    step(city, notice.number, NoticeEventKind.WITHDRAWN, FOUR, "a wrong plate was read")
    assert not ask(city, at=FOUR + MINUTE).allowed


def test_a_second_notice_within_a_week_on_a_plate_that_holds_something_waits_for_a_reason(city: City) -> None:
    entitle(city.store, "AB123CD", "resident", ["15A"])
    first, second = issue(city), issue(city, at=THREE + DAY)
    with pytest.raises(FieldError, match="reason: another notice within a week"):
        send(city, second.number, FOUR + DAY)
    assert send(city, second.number, FOUR + DAY, "parked in another sector, photos looked at").state is NoticeState.SENT
    with pytest.raises(FieldError, match="reason"):
        send(city, first.number, FOUR + DAY)
    step(city, second.number, NoticeEventKind.CANCELLED, FOUR + DAY, "moved the car")
    assert send(city, first.number, FOUR + DAY).state is NoticeState.SENT


def test_a_week_later_or_on_a_plate_that_holds_nothing_nobody_needs_to_look(city: City) -> None:
    entitle(city.store, "AB123CD", "resident", ["15A"])
    issue(city)
    issue(city, "ZZ999ZZ")
    assert send(city, issue(city, at=THREE + 7 * DAY).number, FOUR + 7 * DAY).state is NoticeState.SENT
    assert send(city, issue(city, "ZZ999ZZ", THREE + DAY).number, FOUR + DAY).state is NoticeState.SENT


# --- late sales ---------------------------------------------------------------------------------------------------


def test_a_late_sale_withdraws_a_notice_that_was_not_sent(city: City) -> None:
    notice = issue(city)
    sell(city.store, replace(right(start=THREE - MINUTE), known_from=FOUR + HOUR))
    with pytest.raises(FieldError, match="state: the notice is withdrawn: it cannot be sent"):
        send(city, notice.number, FOUR + 2 * HOUR)
    assert read_notice(city, notice.number, FOUR + 2 * HOUR).state is NoticeState.WITHDRAWN
    assert rows(city) == (1, 1, 1)


def test_a_late_sale_proposes_the_cancellation_of_a_sent_one_and_all_that_was_paid_is_given_back(city: City) -> None:
    notice = issue(city)
    send(city, notice.number)
    pay(city, notice.number, 5250, FOUR + DAY, "TX-1")
    sell(city.store, replace(right(start=THREE - MINUTE), known_from=FOUR + 2 * DAY))
    proposed = read_notice(city, notice.number, FOUR + 3 * DAY)
    assert (proposed.state, proposed.cancellation_proposed) == (NoticeState.PAID_REDUCED, True)
    assert read_notice(city, notice.number, FOUR + 3 * DAY) == proposed, "proposed once"
    cancelled = step(city, notice.number, NoticeEventKind.CANCELLED, FOUR + 4 * DAY, "a right was found")
    assert (cancelled.state, cancelled.surplus_cents, cancelled.cancellation_proposed) == (NoticeState.REFUND_DUE, 5250, False)
    refund = NoticePayment(5250, FOUR + 5 * DAY, "R-1", kind=NoticeEventKind.REFUNDED)
    with pytest.raises(FieldError, match="cents: 5250 are to be given back"):
        record_payment(city, notice.number, replace(refund, cents=5251), "cashier", FOUR + 5 * DAY)
    assert record_payment(city, notice.number, refund, "cashier", FOUR + 5 * DAY).state is NoticeState.REFUNDED


# --- payments -----------------------------------------------------------------------------------------------------


def test_the_same_payment_twice_is_one_and_another_under_its_reference_is_refused(city: City) -> None:
    notice, other = issue(city), issue(city, "ZZ999ZZ")
    first = pay(city, notice.number, 5250, FOUR, "TX-1")
    assert pay(city, notice.number, 5250, FOUR, "TX-1", FOUR + HOUR) == first
    for number, cents, at in ((notice.number, 5251, FOUR), (notice.number, 5250, FOUR - MINUTE), (other.number, 5250, FOUR)):
        with pytest.raises(FieldError, match="reference: is that of"):
            pay(city, number, cents, at, "TX-1", FOUR + HOUR)
    assert rows(city) == (2, 2, 1)


@pytest.mark.parametrize(
    ("payment", "field"),
    [
        (NoticePayment(0, FOUR, "TX"), "cents"),
        (NoticePayment(-1, FOUR, "TX"), "cents"),
        (NoticePayment(1, FOUR - MINUTE, "TX"), "at"),
        (NoticePayment(1, FOUR + HOUR + MINUTE, "TX"), "at"),
        (NoticePayment(1, FOUR, "TX", "98"), "key"),
        (NoticePayment(1, FOUR, "TX", kind=NoticeEventKind.REFUNDED), "state"),
    ],
)
def test_a_payment_that_cannot_be_leaves_nothing(city: City, payment: NoticePayment, field: str) -> None:
    notice = issue(city)
    with pytest.raises(FieldError) as error:
        record_payment(city, notice.number, payment, "cashier", FOUR + HOUR)
    assert (error.value.field, rows(city)) == (field, (1, 1, 0))


def test_a_notice_that_is_not_there_is_told_so(city: City) -> None:
    with pytest.raises(LookupError):
        pay(city, "0" * 26, 100, FOUR, "TX-1")


# --- numbers ------------------------------------------------------------------------------------------------------


def test_after_a_thousand_the_next_device_number_serves(city: City) -> None:
    notice = issue(city)
    with city.store.begin() as connection:
        template = dict(connection.execute(select(notices)).mappings().one())
        connection.execute(letter_codes.delete())
        connection.execute(notices.delete())
        connection.execute(notices.insert().values({**template, "number": f"{notice.number[:20]}007999"}))
        day = THREE.date()
        assert allocate_number(connection, city.authority, day, 7)[20:] == "008000"
        assert allocate_number(connection, city.authority, day, 6)[20:] == "006000"
        connection.execute(notices.delete())
        connection.execute(notices.insert().values({**template, "number": f"{notice.number[:20]}999999"}))
        with pytest.raises(FieldError, match="device: no number is left"):
            allocate_number(connection, city.authority, day, 999)


# --- the public ---------------------------------------------------------------------------------------------------


def test_whoever_has_number_and_plate_reads_it_and_nobody_else(city: City) -> None:
    notice, other = issue(city), issue(city, "ZZ999ZZ")
    found = find_public_notice(city, notice.number, "ab-123-cd", code_of(city, notice.number), FOUR)
    assert found is not None
    assert (found.number, found.due_cents) == (notice.number, 7500)
    right, others = code_of(city, notice.number), code_of(city, other.number)
    for number, plate, code in (
        (notice.number, "ZZ999ZZ", right),
        (other.number, "AB123CD", others),
        ("9" * 26, "AB123CD", right),
        (notice.number, "", right),
        (notice.number, "AB123CD", ""),
        (notice.number, "AB123CD", others),
        (notice.number, "AB123CD", notice.key),
    ):
        assert find_public_notice(city, number, plate, code, FOUR) is None
