"""Laws of reconciliation: whatever was sold and whatever a statement says, each difference is named and none is invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from central.operations.reconciliation import DayQuestion, apply_resolutions, reconcile_day
from central.register.statement_csv import StatementFile
from central.rules.differences import Reconciliation
from central.rules.statement import LineKind, StatementLine
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentStarted, RightSold
from tests.central import register_rows
from tests.central.signing_station import MINUTE, NOW, STATION, SigningStation, chain, city_of, right
from tests.central.statements import bank, line

ENDINGS = ("sold", "refused", "doubt", "promised", "started")
ON_STATEMENT = ("right", "absent", "wrong amount", "currency", "twice", "reversed", "more back")
NAMED = {
    ("sold", "right"): "",
    ("sold", "absent"): "NO_DEBIT",
    ("sold", "reversed"): "REVERSED",
    ("refused", "right"): "DEBITED_REFUSED",
    ("promised", "right"): "DEBITED_REFUSED",
    ("refused", "absent"): "",
    ("promised", "absent"): "",
    ("refused", "reversed"): "",
    ("promised", "reversed"): "",
    ("refused", "more back"): "CREDIT_DIFFERS, DEBITED_REFUSED",
    ("promised", "more back"): "CREDIT_DIFFERS, DEBITED_REFUSED",
}
"""What each visit is named, by how it ended at the station and on the statement; of a doubt, and of a wrong debit, below."""


@dataclass(frozen=True)
class StatedVisit:
    """A sale as a station ended it, and what the statement makes of it."""

    ending: str
    stated: str
    cents: int

    @property
    def named(self) -> str:
        """The differences it is; empty for none, `resolved` for what a complete statement resolves."""
        wrong = {"wrong amount": "AMOUNT", "currency": "CURRENCY", "twice": "DEBITED_TWICE", "more back": "CREDIT_DIFFERS"}.get(
            self.stated
        )
        return NAMED.get((self.ending, self.stated), wrong or "resolved")


def facts_of(number: int, visit: StatedVisit) -> Sequence[Fact]:
    """What a station writes of a visit."""
    it = right(number, cents=visit.cents)
    refused = PaymentRefused(it.reference, "declined")
    endings: dict[str, Sequence[Fact]] = {
        "sold": [RightSold(it)],
        "refused": [refused],
        "doubt": [InDoubt(it, "unanswered")],
        "promised": [InDoubt(it, "unanswered"), refused],
        "started": [],
    }
    return [PaymentStarted(it), *endings[visit.ending]]


def lines_of(number: int, visit: StatedVisit) -> Sequence[StatementLine]:
    """What a statement says of a visit."""
    good = line(0, bank(number), visit.cents)
    return {
        "right": [good],
        "absent": [],
        "wrong amount": [replace(good, cents=visit.cents + 1)],
        "currency": [replace(good, currency="CHF")],
        "twice": [good, good],
        "reversed": [good, replace(good, kind=LineKind.REVERSAL, at=good.at + MINUTE)],
        "more back": [good, replace(good, kind=LineKind.REVERSAL, cents=visit.cents + 1)],
    }[visit.stated]


visits = st.builds(StatedVisit, st.sampled_from(ENDINGS), st.sampled_from(ON_STATEMENT), st.integers(1, 9999))


def question(lines: Sequence[StatementLine]) -> DayQuestion:
    numbered = tuple(replace(each, line=number) for number, each in enumerate(lines, 2))
    return DayQuestion(date(2026, 3, 4), StatementFile("s.csv", "0" * 64, numbered), len(numbered))


def told(found: Reconciliation) -> Counter[tuple[str, str]]:
    """Each visit by its reference, and what is said of it."""
    named = [(each.reference or each.bank, each.kind.name) for each in found.differences]
    return Counter([*named, *((each.payment.reference, "resolved") for each in found.resolutions)])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(visits, max_size=8), st.lists(st.integers(500, 520), max_size=2, unique=True), st.randoms(use_true_random=False)
)
def test_each_difference_is_named_none_is_invented_and_what_is_resolved_is_gone(
    store: Engine, sold: list[StatedVisit], unknown: list[int], chance: Random
) -> None:
    register_rows.delete_all(store)
    station = SigningStation(city_of(store, STATION))
    numbered = list(enumerate(sold, 1))
    station.hand_in(chain([fact for number, visit in numbered for fact in facts_of(number, visit)]))
    lines = [each for number, visit in numbered for each in lines_of(number, visit)]
    lines += [line(0, bank(number)) for number in unknown]
    chance.shuffle(lines)
    asked = question(lines)
    named = Counter((right(number).reference, each) for number, visit in numbered for each in visit.named.split(", ") if each)
    named += Counter((bank(number), "UNKNOWN_DEBIT") for number in unknown)
    found = reconcile_day(store, asked)
    assert told(found) == named
    assert len(apply_resolutions(store, asked, found.resolutions, "somebody", NOW + MINUTE)) == len(found.resolutions)
    after = reconcile_day(store, asked)
    assert told(after) == Counter({each: count for each, count in named.items() if each[1] != "resolved"})
    assert apply_resolutions(store, asked, found.resolutions, "somebody", NOW + 2 * MINUTE) == ()
    assert not reconcile_day(store, replace(asked, file=None, complete=None)).differences
    if after.is_equal and lines:
        (total,) = after.totals
        assert total.acquirer == total.register
