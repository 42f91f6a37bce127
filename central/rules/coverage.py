"""Coverage: which parking right counts at which place and instant.

The theory. A right says where it was bought; its regime says where it counts. A visitor's counts in the tariff zone that priced
it. One that a plate must be entitled to counts wherever parking is paid or, if the regime has a home, in the sector where it
was bought and in those of the entitlement. It covers a vehicle from the moment it was bought, though it may start later: a
machine starts a right at the next minute that must be paid, so nothing is due in between.

One more right can only turn a refusal into a yes, and nothing here asks in which order rights became known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from central.rules.evidence import HeldRight, Place, RegisteredRight, RightStatus
from firmware.tariff import Tariffs

WITHOUT_TICKET: Mapping[str, date] = {"cmi_s": date(2015, 1, 1), "low_emission": date(2024, 10, 1)}
"""Holdings that let a vehicle stay by themselves, and since which day."""


def counts_at(right: RegisteredRight, holdings: Iterable[HeldRight], place: Place, tariffs: Tariffs) -> bool:
    """Whether a right lets a vehicle stay at a place. One whose payment has not ended counts nowhere yet."""
    return right.status is not RightStatus.STARTED and is_good_at(right, holdings, place, tariffs)


def is_good_at(right: RegisteredRight, holdings: Iterable[HeldRight], place: Place, tariffs: Tariffs) -> bool:
    """Whether a right, once it is paid, is good at a place. A regime that the tariffs do not know is treated as a visitor's."""
    regime = tariffs.regimes.get(right.regime)
    if regime is None or not regime.rights:
        return right.zone == place.zone
    if regime.places == "everywhere":
        return True
    homes = (held.sectors for held in holdings if held.holding in regime.rights)
    return right.sector == place.sector or any(place.sector in sectors for sectors in homes)


def running_right(rights: Iterable[RegisteredRight], at: datetime) -> RegisteredRight | None:
    """The right that covers an instant; of several, the one that ends last."""
    return last_to_end(right for right in rights if right.since <= at < right.end)


def covered_until(rights: Iterable[RegisteredRight], until: datetime) -> datetime:
    """How far rights reach that begin before the one before ends."""
    for right in sorted(rights, key=lambda right: right.since):
        if right.since <= until < right.end:
            until = right.end
    return until


def ticketless_holding(holdings: Iterable[HeldRight], place: Place, day: date) -> HeldRight | None:
    """What a plate holds that needs no ticket at a place on a day; of several, what is valid longest."""
    good = (
        held
        for held in holdings
        if WITHOUT_TICKET.get(held.holding, date.max) <= day and (not held.sectors or place.sector in held.sectors)
    )
    return max(good, key=lambda held: (held.valid_until is None, held.valid_until or held.valid_from), default=None)


def last_to_end(rights: Iterable[RegisteredRight]) -> RegisteredRight | None:
    """The right that ends last, the same one in whatever order they come; None if there is none."""
    return max(rights, key=lambda right: (right.end, right.bought_at, right.station, right.reference), default=None)
