"""Invariants of the money: I1, I2, I4, I5. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import (
    POWER_CUT,
    UNANSWERED,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    RightSold,
    Started,
    UnexpectedEvent,
)
from simulator.invariants.evidence import InvariantFindings, StationEvidence, net_debits, rights_of

LONGEST_PAYMENT, LONGEST_FOUND = 400.0, 180.0
"""Seconds from its beginning until a payment has an end, and from the start that found it without one: more than the port of
the terminal allows, and the questions after a start."""
ENDED_BY_AN_ANSWER = (UNANSWERED, POWER_CUT)
"""Why a payment is in doubt, where an answer that comes after all says how it ended."""


def no_charge_before_its_intent(evidence: StationEvidence) -> InvariantFindings:
    """I1, at every moment: what was debited had been written down as asked for."""
    asked = {evidence.carried(fact.right.reference) for fact in evidence.facts if isinstance(fact, PaymentStarted)}
    for reference in net_debits(evidence).keys() - asked - _vanished(evidence):
        yield f"{reference} was debited, and no payment was written down as started"


def no_charge_without_right_or_reversal(evidence: StationEvidence) -> InvariantFindings:
    """I1, at rest: each debit that stands is a right, a doubt or told to be looked at; and each payment has an end.

    A terminal may tell a debit under the name of another payment.
    """
    facts, rights = evidence.facts, rights_of(evidence.facts)
    explained = {evidence.carried(reference) for reference, state in rights.items() if state.status != "given back"}
    told = {evidence.named(fact.reference) for fact in facts if isinstance(fact, UnexpectedEvent) and fact.cents is not None}
    unknown = {evidence.carried(reference) for reference in evidence.unknown_here} | _contradicted_unheard(evidence)
    debits = net_debits(evidence)
    nameless = _told_of_nobody(evidence, debits)
    for reference, cents in debits.items():
        if cents > 0 and reference not in explained | told | unknown:
            nameless[cents] -= 1
            if nameless[cents] < 0:
                yield f"{reference} was debited {cents} cents: there is no right, no doubt, no reversal"
    ended = {fact.reference for fact in facts if isinstance(fact, PaymentRefused)} | rights.keys()
    for fact in facts:
        if isinstance(fact, PaymentStarted) and fact.right.reference not in ended | evidence.unknown_here:
            yield f"{fact.right.reference} was started and has no end"


def no_right_without_charge(evidence: StationEvidence) -> InvariantFindings:
    """I2, at every moment: a right that was sold was debited at its price; one that is free was not asked of the bank."""
    debited = {each for each in evidence.debits if each[1] > 0}
    for fact in evidence.facts:
        match fact:
            case RightSold(right) if right.cents and (evidence.carried(right.reference), right.cents) not in debited:
                yield f"{right.reference} was sold for {right.cents} cents, which were not debited"
            case PaymentStarted(right) if not right.cents:
                yield f"{right.reference} is free, and was asked of the bank"


def no_right_whose_money_is_back(evidence: StationEvidence) -> InvariantFindings:
    """I2, at rest: the money of a right that stands was not given back."""
    net = net_debits(evidence)
    for reference, state in rights_of(evidence.facts).items():
        carried = evidence.carried(reference)
        if state.status == "sold" and state.right.cents and net.get(carried, 0) <= 0:
            yield f"{reference} is sold, and its money is back"
        if state.status == "given back" and net.get(carried, 0) > 0 and not _is_told(carried, evidence):
            yield f"{reference} is given back in the journal, and its money is not"


def one_live_charge_per_reference(evidence: StationEvidence) -> InvariantFindings:
    """I5, at every moment: at most one debit that stands under a reference, one start and one sale."""
    standing = Counter[str]()
    for reference, cents in evidence.debits:
        standing[reference] += 1 if cents > 0 else -1
    for reference, count in standing.items():
        if count > 1:
            yield f"{reference} is debited {count} times"
    for kind in (PaymentStarted, RightSold):
        times = Counter(fact.right.reference for fact in evidence.facts if isinstance(fact, kind))
        for reference, count in times.items():
            if count > 1:
                yield f"{reference} stands {count} times as {kind.__name__}"


def sums_agree(evidence: StationEvidence) -> InvariantFindings:
    """I4, at rest: by the day, what the terminal took, what the journal sold and what the register has are one sum."""
    if evidence.city is None:
        return
    net, days = net_debits(evidence), dict[str, Counter[str]]()
    for reference, state in rights_of(evidence.facts).items():
        if state.status == "sold" and reference not in evidence.vanished | evidence.city.waiting:
            day = days.setdefault(state.right.start.date().isoformat(), Counter())
            row = evidence.city.register.get(reference)
            day["journal"] += state.right.cents
            day["register"] += row.cents if row and row.status == "sold" else 0
            day["terminal"] += net.get(evidence.carried(reference), 0) if state.right.cents else 0
    for date, sums in sorted(days.items()):
        if len({sums["journal"], sums["register"], sums["terminal"]}) > 1 and not _other_amounts(evidence):
            yield f"sales of {date} in cents: {dict(sums)}"
    known = rights_of(evidence.facts)
    for reference, row in evidence.city.register.items():
        if row.status == "sold" and (reference not in known or known[reference].status != "sold"):
            yield f"{reference} is sold in the register, and not in the journal"


def doubts_are_told(evidence: StationEvidence) -> InvariantFindings:
    """I1, at every moment: no doubt about a payment that was never started."""
    asked = {fact.right.reference for fact in evidence.facts if isinstance(fact, PaymentStarted)}
    for fact in evidence.facts:
        if isinstance(fact, InDoubt) and fact.right.reference not in asked | evidence.vanished:
            yield f"{fact.right.reference} is in doubt, and was never started"


def what_was_acknowledged_is_no_doubt(evidence: StationEvidence) -> InvariantFindings:
    """I1, at every moment: a debit that the station acknowledged, of what was asked, is a right.

    Where another amount is told of the same payment as well, somebody has to look first. Of a doubt that went with a card that
    was put back the station knows nothing: it tells the debit as one that nobody asked for, and the city has both.
    """
    debited = set(evidence.debits)
    on_the_card = [each.content.fact for each in evidence.written]
    silent = {fact.right.reference for fact in on_the_card if isinstance(fact, InDoubt) and fact.why in ENDED_BY_AN_ANSWER}
    for reference, state in rights_of(evidence.facts).items():
        carried = evidence.carried(reference)
        as_asked = carried in evidence.acknowledged and (carried, state.right.cents) in debited
        if state.status == "provisional" and as_asked and reference in silent and not _is_told_otherwise(state.right, evidence):
            yield f"{reference} is in doubt, and the station acknowledged its debit"


def other_amounts_are_told(evidence: StationEvidence) -> InvariantFindings:
    """I1, at every moment: a debit of another amount than was asked for, which the station acknowledged, is written down."""
    asked = {
        evidence.carried(fact.right.reference): fact.right.cents for fact in evidence.facts if isinstance(fact, PaymentStarted)
    }
    told = {(evidence.named(fact.reference), fact.cents) for fact in evidence.facts if isinstance(fact, UnexpectedEvent)}
    for reference, cents in evidence.debits:
        if (
            cents > 0
            and reference in evidence.acknowledged
            and cents != asked.get(reference, cents)
            and (reference, cents) not in told
        ):
            yield f"{reference} was debited {cents} cents, {asked[reference]} were asked for, and nothing says so"


def payments_end_in_time(evidence: StationEvidence) -> InvariantFindings:
    """I1, while nothing waits to be written: a payment that was begun is sold, refused or in doubt before long."""
    if evidence.station is None or evidence.station.unwritten or evidence.instant is None:
        return
    until: dict[str, float] = {}
    for each in evidence.written:
        match each.content.fact:
            case Started():
                until = dict.fromkeys(until, each.content.instant + LONGEST_FOUND)
            case PaymentStarted(right):
                until[right.reference] = each.content.instant + LONGEST_PAYMENT
            case RightSold(right) | InDoubt(right):
                until.pop(right.reference, None)
            case PaymentRefused(reference):
                until.pop(reference, None)
    for reference, end in until.items():
        if evidence.instant > end:
            yield f"{reference} was started, and has no end {evidence.instant - end:.0f} s after the last moment for one"


def _other_amounts(evidence: StationEvidence) -> bool:
    """Whether a terminal told of debits beside those of sales: its sum is then not that of the sales."""
    return any(isinstance(fact, UnexpectedEvent) and fact.cents is not None for fact in evidence.facts)


def _told_of_nobody(evidence: StationEvidence, debits: Mapping[str, int]) -> Counter[int | None]:
    """The amounts told under names that the terminal's own ledger does not know: only the amount says whose they are."""
    told = (fact for fact in evidence.facts if isinstance(fact, UnexpectedEvent) and fact.cents is not None)
    return Counter(fact.cents for fact in told if evidence.named(fact.reference) not in debits)


def _is_told(carried: str, evidence: StationEvidence) -> bool:
    told = (fact for fact in evidence.facts if isinstance(fact, UnexpectedEvent) and fact.cents is not None)
    return any(evidence.named(fact.reference) == carried for fact in told)


def _is_told_otherwise(right: ParkingRight, evidence: StationEvidence) -> bool:
    told = (fact for fact in evidence.facts if isinstance(fact, UnexpectedEvent) and fact.cents not in (None, right.cents))
    return any(evidence.named(fact.reference) == evidence.carried(right.reference) for fact in told)


def _vanished(evidence: StationEvidence) -> set[str]:
    return {evidence.carried(reference) for reference in evidence.vanished}


def _contradicted_unheard(evidence: StationEvidence) -> set[str]:
    """Payments that the terminal refused and debited after all, when nobody was there to hear it: only the bank knows."""
    refused = {evidence.carried(fact.reference) for fact in evidence.facts if isinstance(fact, PaymentRefused)}
    return refused & evidence.unheard
