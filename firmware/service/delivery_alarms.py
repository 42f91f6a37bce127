"""Alarms about deliveries to the city, from what the sync process last noted."""

from __future__ import annotations

from datetime import datetime, timedelta

from firmware.service.inspection import DeliveryStatus, unsent

REFUSED = "city refuses"
UNDELIVERED = "sales undelivered"
NEW_GENERATION = "journal begun anew"
CLONE = "station cloned"
LONGEST_WAIT = timedelta(minutes=15)
"""With anything to deliver: longer than a line that is down for a moment, shorter than a control round."""
MOST_WAITING = 200
"""Entries, as long as it may be since the last delivery: some fifty sales."""


def delivery_alarms(delivery: DeliveryStatus, generation: int, seq: int, now: datetime) -> frozenset[str]:
    """The alarms of a station whose newest journal is of this generation and has come to entry `seq`. `now`: aware.

    Of a station that has never reached a city, as on a workbench, nothing is late; it is when too much waits.
    """
    waiting = unsent(delivery, generation, seq)
    late = delivery.at is not None and now - delivery.at > LONGEST_WAIT
    up = {
        REFUSED: bool(delivery.refused),
        UNDELIVERED: waiting is not None and (waiting > MOST_WAITING or (waiting > 0 and late)),
        NEW_GENERATION: generation > 1 and delivery.at is not None and delivery.generation < generation,
        CLONE: delivery.clone,
    }
    return frozenset(name for name, is_up in up.items() if is_up)
