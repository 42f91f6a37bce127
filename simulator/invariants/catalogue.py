"""Catalogue of the invariants: name, sentence, function, and when it is checked. `docs/laws.md` is its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hal.errors import error_text
from simulator.invariants import claims, journals, knowledge, money, prices, reports, service, stays
from simulator.invariants.evidence import InvariantFindings, StationEvidence


@dataclass(frozen=True)
class Invariant:
    """One thing that holds whatever happens."""

    name: str
    says: str
    holds: tuple[Callable[[StationEvidence], InvariantFindings], ...] = ()
    """Looked at after each visit and each fault."""
    at_rest: tuple[Callable[[StationEvidence], InvariantFindings], ...] = ()
    """Looked at once faults have stopped and nothing is left to do."""


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold."""

    invariant: str
    found: str


CRASH, GLASS, REFUSALS = "I0", "I9", "I11"
"""Looked at when they happen: each step, each view before it is shown, each plate check when it is answered."""
INVARIANTS = (
    Invariant(CRASH, "No process ends by an error that nobody expects."),
    Invariant(
        "I1",
        "No charge without a right or a completed reversal.",
        (
            money.no_charge_before_its_intent,
            money.doubts_are_told,
            money.what_was_acknowledged_is_no_doubt,
            money.other_amounts_are_told,
            money.payments_end_in_time,
        ),
        (money.no_charge_without_right_or_reversal,),
    ),
    Invariant(
        "I2",
        "No right without a charge, unless it is free.",
        (money.no_right_without_charge,),
        (money.no_right_whose_money_is_back,),
    ),
    Invariant(
        "I3",
        "The city's journal is the station's, and the register is what it says.",
        (),
        (journals.city_has_the_same, journals.city_invents_nothing),
    ),
    Invariant("I4", "Terminal, station and city have one sum for each station and day.", (), (money.sums_agree,)),
    Invariant("I5", "At most one live charge under a reference.", (money.one_live_charge_per_reference,)),
    Invariant(
        "I6", "No hole in the sequence, and the chain is valid.", (journals.no_hole_in_the_sequence, journals.journals_continue)
    ),
    Invariant(
        "I7",
        "No plate can be read after its deadline, and none is gone while its right runs.",
        (journals.no_plate_before_its_deadline,),
        (journals.no_plate_after_its_deadline,),
    ),
    Invariant("I8", "Once faults stop, everything is delivered and sold again in time.", (), (journals.synchronised_in_time,)),
    Invariant(GLASS, "The screen never says paid before the durable record, and never denies what is sold."),
    Invariant("I10", "No queue grows without bound.", (journals.no_unbounded_queue,)),
    Invariant(
        REFUSALS,
        "No agent is told that he may conclude, of a vehicle that a station sold a right, or is selling one; and none that a "
        "vehicle has a right that no station sold.",
    ),
    Invariant(
        "I12",
        "What the city calls complete is complete, and what it has taken it does not ask for again.",
        (),
        (claims.complete_is_complete, claims.nothing_to_come_is_complete, claims.taken_is_kept),
    ),
    Invariant("I13", "Whoever prolongs goes on where the stay has come to.", (stays.stays_go_on, stays.stays_are_known)),
    Invariant(
        "I14",
        "What a station counts, whether it asks for cards, the alarms that are up, its door and its tickets are what its "
        "journal says.",
        (
            reports.tickets_have_an_end,
            reports.tickets_are_counted,
            reports.alarms_are_written,
            reports.collections_add_up,
            reports.doubts_of_long_close_card_sales,
        ),
        (
            reports.counters_are_the_journals,
            reports.doubts_close_card_sales,
            reports.alarms_are_told,
            reports.door_is_told,
        ),
    ),
    Invariant(
        "I15",
        "A right costs and lasts what the tariff says, from now on, and is of a regime that its plate has there.",
        (prices.rights_are_priced, prices.rights_begin_later, prices.ends_keep_their_clock, prices.regimes_are_held),
    ),
    Invariant("I16", "What a station knows is what its journals add up to.", (knowledge.station_knows_its_journals,)),
    Invariant(
        "I17",
        "The service menu opens to nobody who has to wait after wrong PINs, and once to a one-time code.",
        (service.menu_opens_after_its_wait, service.waits_are_the_journals, service.codes_open_once),
    ),
)
NAMES = tuple(invariant.name for invariant in INVARIANTS)


def crash_of(error: Exception) -> Violation:
    """Whatever a process ended by, as what was found."""
    return Violation(CRASH, f"{type(error).__name__}: {error_text(error)}")


def violations(evidence: StationEvidence, *, resting: bool = False) -> tuple[Violation, ...]:
    """What does not hold, by the order of the catalogue. `resting`: look also at what holds only once nothing is left to do."""
    return tuple(
        Violation(each.name, found)
        for each in INVARIANTS
        for function in (*each.holds, *(each.at_rest if resting else ()))
        for found in function(evidence)
    )
