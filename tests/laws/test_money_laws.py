"""Laws of the money, over the whole station in virtual time: real drivers, simulated devices, faults, and power that goes."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from central.db.tables import entries, rights
from firmware.domain.parking_right import ParkingRight
from firmware.journal.journal_file import JournalReader, verify
from firmware.protocol.facts import Fact, InDoubt, PaymentRefused, PaymentStarted, RightSold, UnexpectedEvent
from firmware.station.state_folder import JOURNAL
from firmware.visit.offers import card_reference
from firmware.visit.sales_policy import fault_code
from hal.drivers.display import Oled
from hal.ports import NEVER, View
from simulator.desk.desk import Desk
from simulator.setting import demonstration
from tests.builders import PARIS
from tests.laws.glass import check_glass, facts

EXAMPLES = 60
"""Random visits. They are the same in every run."""
LONGEST_HEALING = 1500.0
"""Seconds: the slowest card on the slowest terminal, and every time-out after it."""

AT = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)


# --- a station under watch ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def station() -> Iterator[Desk]:
    """A desk whose devices are found, and whose glass is read before it is lit."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Desk(demonstration(Path(folder), AT))) as desk:
        show = Oled.show

        def watched(display: Oled, view: View) -> None:
            check_glass(desk, view)
            show(display, view)

        with patch.object(Oled, "show", watched):
            desk.advance(3.0)
            yield desk


# --- healing, and the accounts ------------------------------------------------------------------------------------


def heal(desk: Desk) -> None:
    """Every fault off, the power on, and time until nobody has anything left to do."""
    for device, names in desk.faults.items():
        for name in names:
            desk.fault(device, name, False)
    desk.power(True)
    give_up = desk.time.now + LONGEST_HEALING
    desk.advance(5.0)
    while not at_rest(desk) and desk.time.now < give_up:
        desk.advance(5.0)


def at_rest(desk: Desk) -> bool:
    """Idle and selling (but to cards while payments are in doubt), the city up to date, the terminal with nothing in mind."""
    state, running = desk.state(), desk.running
    selling = state["screen"] == "idle" and running is not None and fault_code(running.station.context()) in ("", "T2")
    return selling and state["unsent"] == 0 and desk.cabinet.terminal.wake_at == NEVER


def accounts_are_right(desk: Desk) -> None:
    told = facts(desk)
    rights = [fact.right for fact in told if isinstance(fact, RightSold)]
    given = [card_reference(right.reference) for right in rights if right.cents == 0]
    sold = [card_reference(right.reference) for right in rights if right.cents > 0]
    doubted = {card_reference(fact.right.reference) for fact in told if isinstance(fact, InDoubt)}
    refused = {card_reference(fact.reference) for fact in told if isinstance(fact, PaymentRefused)}
    asked = {card_reference(fact.right.reference): fact.right.cents for fact in told if isinstance(fact, PaymentStarted)}
    debited = [(debit.reference, debit.cents) for debit in desk.cabinet.terminal.core.ledger]
    assert {reference for reference, _ in debited} <= set(sold) | doubted, "debited, and no right"
    assert set(sold) <= {reference for reference, _ in debited}, "a right, and no debit"
    assert len(debited) == len({reference for reference, _ in debited}), "debited twice"
    assert len(sold + given) == len({*sold, *given}), "sold twice, or a number used twice"
    assert not {*given} & {*asked}, "the bank was asked for nothing"
    unasked = {(fact.reference, fact.cents) for fact in told if isinstance(fact, UnexpectedEvent)}
    as_asked = set(asked.items())
    assert set(debited) <= as_asked | unasked, "another amount than asked, and nobody told"
    assert set(asked) == set(sold) | doubted | refused, "a payment without an end"


def the_city_knows_the_same(desk: Desk) -> None:
    head = verify(desk.setting.folder / JOURNAL)
    with contextlib.closing(JournalReader(desk.setting.folder / JOURNAL)) as reader, desk.city.store.begin() as store:
        mine = [(entry.seq, entry.body, entry.hash) for entry in reader.entries()]
        theirs = store.execute(select(entries.c.seq, entries.c.body, entries.c.hash).order_by(entries.c.seq)).all()
        present = select(rights.c.reference, rights.c.status, rights.c.plate, rights.c.cents, rights.c.end)
        register = store.execute(present.where(rights.c.known_until.is_(None)))
        known = {row.reference: tuple(row) for row in register}
    assert [tuple(row) for row in theirs] == mine
    assert (head.seq, head.hash) == (mine[-1][0], mine[-1][2])
    assert known == {
        right.reference: (right.reference, status, right.plate, right.cents, right.end)
        for status, right in register_of(facts(desk)).values()
    }


def register_of(told: list[Fact]) -> dict[str, tuple[str, ParkingRight]]:
    """What the city should hold: told here once more, in as few words as it can be."""
    held: dict[str, tuple[str, ParkingRight]] = {}
    for fact in told:
        match fact:
            case RightSold(right):
                held[right.reference] = ("sold", right)
            case InDoubt(right):
                held.setdefault(right.reference, ("provisional", right))
            case PaymentRefused(reference) if held.get(reference, ("",))[0] == "provisional":
                held[reference] = ("promised", held[reference][1])
    return held


def all_is_well(desk: Desk) -> None:
    """After healing: idle and selling, everything accounted for, here and at the city."""
    assert at_rest(desk), desk.state()
    accounts_are_right(desk)
    the_city_knows_the_same(desk)


# --- random visits ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gesture:
    """One thing a hand, or fate, does."""

    verb: str
    what: tuple[str, ...] = ()
    seconds: float = 0.0


BROKEN = ("card", "card cable", "printer", "printer cable", "network", "disk")
FAULTS = [*((device, name) for device in BROKEN for name in Desk.faults[device]), ("keypad", "bounce"), ("clock", "jumps")]
SECONDS = st.sampled_from([0.01, 0.07, 0.3, 1.0, 2.5, 6.0, 20.0, 125.0])
CARDS = st.sampled_from(["approved", "contactless", "approved", "contactless", *sorted(Desk.cards)])
BUY = st.sampled_from(["AB12C OK OK", "AB12C 2 OK", "AB12C 6 OK", "AB12C OK MAX OK", "CM724HS OK OK"]).map(
    lambda visit: Gesture("keys", (*visit.split()[0], "OK", *visit.split()[1:]))
)
"""One hour, or more of what is left; two; six; whatever is left to prolong; and a free day for who has the right to it."""
CARD = CARDS.map(lambda name: Gesture("card", (name,)))
FAULT = st.sampled_from(FAULTS).map(lambda fault: Gesture("fault", fault))
REPAIR = st.sampled_from(FAULTS).map(lambda fault: Gesture("repair", fault))
WAIT = SECONDS.map(lambda seconds: Gesture("wait", (), seconds))
CUT = SECONDS.map(lambda seconds: Gesture("cut", (), seconds))
KEYS = st.lists(st.sampled_from(["OK", "CANCEL", "CORRECT", "LANG", "MAX", "A", "1"]), min_size=1, max_size=3)
TYPE = KEYS.map(lambda keys: Gesture("keys", tuple(keys)))
ANY = st.one_of(BUY, CARD, FAULT, FAULT, REPAIR, WAIT, WAIT, CUT, TYPE)
SALE = st.tuples(st.lists(FAULT, max_size=1), BUY, st.lists(ANY, max_size=1), CARD, st.lists(ANY, min_size=1, max_size=4))
VISITS = st.lists(SALE, min_size=1, max_size=2).map(
    lambda sales: [step for faults, buy, between, card, then in sales for step in (*faults, buy, *between, card, *then)]
)


def do(desk: Desk, gesture: Gesture) -> None:
    match gesture.verb, gesture.what:
        case "keys", keys:
            for key in keys:
                desk.press(key)
        case "card", (name,):
            desk.advance(0.3)
            desk.card(name)
        case "fault", (device, name):
            desk.fault(device, name, True)
        case "repair", (device, name):
            desk.fault(device, name, False)
        case "wait", ():
            desk.advance(gesture.seconds)
        case "cut", ():
            desk.advance(gesture.seconds)
            desk.power(False)
            desk.advance(gesture.seconds)
            desk.power(True)
        case _:
            raise ValueError(gesture)


BOUGHT = Gesture("keys", (*"AB12C", "OK", "OK", "OK"))
"""Plate, the light car, one hour; of a plate that is covered, one hour more."""
GIVEN = Gesture("keys", (*"CM724HS", "OK", "OK", "OK"))
"""A free day."""


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(VISITS)
@example([BOUGHT, Gesture("card", ("late",)), Gesture("wait", (), 125.0), Gesture("keys", ("OK",)), Gesture("wait", (), 125.0)])
@example([BOUGHT, Gesture("card", ("approved",)), Gesture("cut", (), 2.5), BOUGHT, Gesture("card", ("contactless",))])
@example([GIVEN, Gesture("cut", (), 2.5), GIVEN, Gesture("wait", (), 20.0), BOUGHT, Gesture("card", ("approved",))])
@example([Gesture("fault", ("card", "mute_after_request")), BOUGHT, Gesture("card", ("approved",)), Gesture("wait", (), 125.0)])
@example([BOUGHT, Gesture("fault", ("disk", "full")), Gesture("card", ("approved",)), Gesture("wait", (), 20.0)])
@example(
    [
        BOUGHT,
        Gesture("card", ("late",)),
        Gesture("wait", (), 125.0),
        Gesture("fault", ("disk", "full")),
        Gesture("wait", (), 125.0),
    ]
)
@example([Gesture("fault", ("card", "ten_times")), BOUGHT, Gesture("card", ("late",)), Gesture("wait", (), 125.0)])
@example([BOUGHT, Gesture("keys", ("CANCEL",)), Gesture("card", ("approved",)), Gesture("wait", (), 6.0)])
@example(
    [BOUGHT, Gesture("card", ("yes_after_no",)), Gesture("wait", (), 6.0), Gesture("keys", ("OK",)), Gesture("wait", (), 6.0)]
)
@example([BOUGHT, Gesture("card", ("unverified",)), Gesture("wait", (), 6.0)])
@example([Gesture("fault", ("card", "garble_always")), BOUGHT, Gesture("card", ("approved",)), Gesture("wait", (), 20.0)])
def test_whatever_happens_the_money_is_accounted_for(gestures: list[Gesture]) -> None:
    with station() as desk:
        for gesture in gestures:
            do(desk, gesture)
        heal(desk)
        all_is_well(desk)


def test_a_visit_is_the_same_in_every_run() -> None:
    told = []
    for _ in range(2):
        with station() as desk:
            for gesture in (
                Gesture("fault", ("network", "lossy")),
                BOUGHT,
                Gesture("card", ("approved",)),
                Gesture("cut", (), 6.0),
            ):
                do(desk, gesture)
            heal(desk)
            told.append((desk.time.now, facts(desk), [debit.at for debit in desk.cabinet.terminal.core.ledger]))
    assert told[0] == told[1]


# --- the power cut at every moment of a visit ---------------------------------------------------------------------

FIRST_KEY, LAST_LOOK = 3.0, 9.5
STEP = 0.05


def begin_a_visit(desk: Desk) -> None:
    """Hands that go on whatever the station does: plate, car, one hour, a contactless card, a ticket."""
    for number, key in enumerate((*"AB12C", "OK", "OK", "OK")):
        at(desk, FIRST_KEY + 0.15 * number, partial(desk.cabinet.press, key))
    at(desk, 4.9, partial(desk.cabinet.present, "contactless"))
    at(desk, 6.4, partial(desk.cabinet.press, "OK"))


def at(desk: Desk, instant: float, hand: Callable[[], object]) -> None:
    def act() -> None:
        hand()

    desk.time.at(instant, act)


def moments() -> list[float]:
    """Every 50 ms, and just before and at every transfer on the lines of the terminal and the printer."""
    with station() as desk:
        begin_a_visit(desk)
        desk.time.run_until(LAST_LOOK)
        names = [type(fact).__name__ for fact in facts(desk)]
        said = [transfer for transfer in desk.wire() if transfer["line"] in ("card", "printer")]
    assert names == ["Started", "PaymentStarted", "RightSold", "TicketPrinted"]
    steps = {FIRST_KEY + STEP * number for number in range(round((LAST_LOOK - FIRST_KEY) / STEP))}
    instants = {float(str(transfer["instant"])) for transfer in said if float(str(transfer["instant"])) > FIRST_KEY}
    return sorted(steps | {at - 0.0002 for at in instants} | {at + 0.0002 for at in instants})


def test_the_power_may_go_at_any_moment_of_a_visit() -> None:
    ends = set()
    for moment in moments():
        with station() as desk:
            begin_a_visit(desk)
            desk.time.run_until(moment)
            desk.power(False)
            desk.advance(2.0)
            heal(desk)
            all_is_well(desk)
            ends.add(
                tuple(type(fact).__name__ for fact in facts(desk) if isinstance(fact, RightSold | InDoubt | PaymentRefused))
            )
    assert {(), ("InDoubt",), ("InDoubt", "RightSold"), ("RightSold",)} <= ends
