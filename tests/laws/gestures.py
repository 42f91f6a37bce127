"""What hands, and fate, do to a station in the laws of the money."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from simulator.desk.desk import Desk


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
BUY = st.sampled_from(["AB12C OK 1 OK", "AB12C OK OK", "AB12C OK 6 OK", "AB12C OK MAX OK", "CM724HS OK OK"]).map(
    lambda visit: Gesture("keys", (*visit.split()[0], "OK", *visit.split()[1:]))
)
"""One hour; two, or what is left; six; whatever is left to prolong; and a free day for who has the right to it."""
CARD = CARDS.map(lambda name: Gesture("card", (name,)))
FAULT = st.sampled_from(FAULTS).map(lambda fault: Gesture("fault", fault))
WAIT = SECONDS.map(lambda seconds: Gesture("wait", (), seconds))
CUT = SECONDS.map(lambda seconds: Gesture("cut", (), seconds))
KEYS = st.lists(st.sampled_from(["OK", "CANCEL", "CORRECT", "LANG", "MAX", "A", "1"]), min_size=1, max_size=3)
TYPE = KEYS.map(lambda keys: Gesture("keys", tuple(keys)))


def visits_of(card: st.SearchStrategy[Gesture], fault: st.SearchStrategy[Gesture]) -> st.SearchStrategy[list[Gesture]]:
    """One sale or two, with faults, power cuts and impatience anywhere in them."""
    repair = fault.map(lambda gesture: Gesture("repair", gesture.what))
    anything = st.one_of(BUY, card, fault, fault, repair, WAIT, WAIT, CUT, TYPE)
    sale = st.tuples(
        st.lists(fault, max_size=1), BUY, st.lists(anything, max_size=1), card, st.lists(anything, min_size=1, max_size=4)
    )
    return st.lists(sale, min_size=1, max_size=2).map(
        lambda sales: [step for faults, buy, between, card, then in sales for step in (*faults, buy, *between, card, *then)]
    )


VISITS = visits_of(CARD, FAULT)


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


BOUGHT = Gesture("keys", (*"AB12C", "OK", "OK", "1", "OK"))
"""Plate, the light car, one hour; of a plate that is covered, one hour more."""
GIVEN = Gesture("keys", (*"CM724HS", "OK", "OK", "OK"))
"""A free day."""
