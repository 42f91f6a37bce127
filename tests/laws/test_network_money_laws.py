"""Laws of the money where the card terminal is on the network: the same visits, with what can happen to a connection."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simulator.devices.caisse_ap_terminal import CaisseApDevice
from tests.laws.gestures import BOUGHT, FAULTS, Gesture, do, visits_of
from tests.laws.test_money_laws import all_is_well, heal, station

EXAMPLES = 30
"""Random visits. They are the same in every run."""
OTHER_FAULT = st.sampled_from([each for each in FAULTS if each[0] != "card"]).map(lambda fault: Gesture("fault", fault))
NETWORK_FAULT = st.sampled_from(sorted(CaisseApDevice.faults)).map(lambda name: Gesture("fault", ("card", name)))
NETWORK_CARD = st.sampled_from(["approved", "contactless", *sorted(CaisseApDevice.cards)]).map(
    lambda name: Gesture("card", (name,))
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(visits_of(NETWORK_CARD, OTHER_FAULT | NETWORK_FAULT))
@example([BOUGHT, Gesture("card", ("late",)), Gesture("cut", (), 125.0), Gesture("wait", (), 125.0)])
@example([Gesture("fault", ("card", "hangs_up")), BOUGHT, Gesture("card", ("approved",)), Gesture("wait", (), 20.0)])
@example([Gesture("fault", ("card", "half")), BOUGHT, Gesture("card", ("approved",)), Gesture("wait", (), 20.0)])
@example([Gesture("fault", ("card", "ten_times")), BOUGHT, Gesture("card", ("late",)), Gesture("wait", (), 125.0)])
def test_whatever_happens_to_a_terminal_on_the_network_the_money_is_accounted_for(gestures: list[Gesture]) -> None:
    with station("caisse-ap") as desk:
        for gesture in gestures:
            do(desk, gesture)
        heal(desk)
        all_is_well(desk)
