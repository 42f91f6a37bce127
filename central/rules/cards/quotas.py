"""How many cards an establishment holds at most (14-3° articles 3 and 9).

The theory. "3 for any establishment of less than 10 employees, one more card beyond, within one for each tranche of 10 further
employees" can be read two ways. `per started ten`: the tenth employee begins the first tranche, 10 -> 4, 20 -> 5. `per full
ten`: ten employees *further* are needed, 10 -> 3, 20 -> 4. Which one holds stands in the data, and both are tested.
"""

from __future__ import annotations

from central.rules.cards.products import CardQuota


def most_cards(quota: CardQuota | None, staff: int, individual: bool) -> int | None:
    """How many cards; None: as many as there are vehicles."""
    if quota is None:
        return None
    if individual and quota.individual is not None:
        return quota.individual
    if quota.staff_step is None:
        return quota.establishment
    counted = staff if quota.reading == "per started ten" else max(0, staff - quota.staff_step)
    return quota.establishment + counted // quota.staff_step
