"""Laws of the money, over the whole station in virtual time: real drivers, simulated devices, faults, and power that goes."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, example, given, settings
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
from simulator.setting import Setting, demonstration, with_card
from tests.builders import PARIS
from tests.laws.gestures import BOUGHT, GIVEN, VISITS, Gesture, do
from tests.laws.glass import check_glass, facts

EXAMPLES = 60
"""Random visits. They are the same in every run."""
LONGEST_HEALING = 1500.0
"""Seconds: the slowest card on the slowest terminal, and every time-out after it."""

AT = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)


# --- a station under watch ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def station(protocol: str = "concert") -> Iterator[Desk]:
    """A desk whose devices are found, and whose glass is read before it is lit."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Desk(setting_in(folder, protocol))) as desk:
        show = Oled.show

        def watched(display: Oled, view: View) -> None:
            check_glass(desk, view)
            show(display, view)

        with patch.object(Oled, "show", watched):
            desk.advance(3.0)
            yield desk


def setting_in(folder: str, protocol: str) -> Setting:
    return with_card(demonstration(Path(folder), AT), protocol)


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
    selling = (
        state["screen"] in ("idle", "resting") and running is not None and fault_code(running.station.context()) in ("", "T2")
    )
    return selling and state["unsent"] == 0 and desk.cabinet.terminal.wake_at == NEVER


def accounts_are_right(desk: Desk) -> None:
    def carried(reference: str) -> str:
        """A sale as the terminal's ledger names it."""
        return desk.cabinet.terminal.carried(card_reference(reference))

    told = facts(desk)
    rights = [fact.right for fact in told if isinstance(fact, RightSold)]
    given = [carried(right.reference) for right in rights if right.cents == 0]
    sold = [carried(right.reference) for right in rights if right.cents > 0]
    doubted = {carried(fact.right.reference) for fact in told if isinstance(fact, InDoubt)}
    refused = {carried(fact.reference) for fact in told if isinstance(fact, PaymentRefused)}
    asked = {carried(fact.right.reference): fact.right.cents for fact in told if isinstance(fact, PaymentStarted)}
    debited = [(debit.reference, debit.cents) for debit in desk.cabinet.terminal.core.ledger]
    assert {reference for reference, _ in debited} <= set(sold) | doubted, "debited, and no right"
    assert set(sold) <= {reference for reference, _ in debited}, "a right, and no debit"
    assert len(debited) == len({reference for reference, _ in debited}), "debited twice"
    assert len(sold + given) == len({*sold, *given}), "sold twice, or a number used twice"
    assert not {*given} & {*asked}, "the bank was asked for nothing"
    strange = [fact for fact in told if isinstance(fact, UnexpectedEvent)]
    unasked = {(desk.cabinet.terminal.carried(fact.reference), fact.cents) for fact in strange}
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


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
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
    """Hands that go on whatever the station does: plate, car, two hours, a contactless card, a ticket."""
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
