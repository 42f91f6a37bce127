"""A sale of 2019 and its ticket, as lines."""

from __future__ import annotations

from typing import Unpack

from firmware.domain.parking_right import ParkingRight
from firmware.tariff import Quote
from tests import builders
from tests.builders import RightMembers, context, paris, right

HERE = context(now=paris("2019-05-06T14:29:41"))
RIGHT = right(
    813,
    start=paris("2019-05-06T14:30"),
    end=paris("2019-05-06T16:00"),
    units=6,
    cents=600,
    tariff="2018-01-01",
)
REMINDER = "Le forfait est dû en cas de paiement insuffisant."
PLACING = "À placer à l’avant du véhicule, bien lisible de l’extérieur."


def right_of(offer: Quote, **changes: Unpack[RightMembers]) -> ParkingRight:
    """The right that paying this offer buys: the station's 813th sale."""
    changes.setdefault("reference", RIGHT.reference)
    return builders.right_of(offer, **changes)
