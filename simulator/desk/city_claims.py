"""What the city says that it has of a station, kept after each request that it has answered: invariants look back on it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from central.core.city import City
from central.db.prepared import fetch
from central.db.tables import journals, stations
from hal.cable import End
from hal.ports import Instant

KEPT = 5_000
"""Claims, the latest: three days of a heartbeat a minute."""
_BESIDE = stations.outerjoin(journals, journals.c.station == stations.c.station)
_CLAIMED = (
    select(stations.c.complete_until, journals.c.number, journals.c.next)
    .select_from(_BESIDE)
    .where(stations.c.station == bindparam("of"))
)
"""A row for each journal; one without, for a station that has none."""


@dataclass(frozen=True)
class CityClaim:
    """What the city believed of a station at one moment."""

    at: datetime
    """By the world's clock."""
    complete_until: datetime | None
    """Whatever the station wrote before this is here, says the city."""
    wanted: Mapping[int, int]
    """The entry that it wants next, by the number of the journal."""


class ClaimsEnd:
    """City end of a station's line that keeps what the city claims after each answer."""

    def __init__(self, far: End, city: City, station: str, wall: Callable[[], datetime]) -> None:
        self.claims = deque[CityClaim](maxlen=KEPT)
        self._far, self._city, self._station, self._wall = far, city, station, wall

    @property
    def wake_at(self) -> Instant:
        """As the city's end."""
        return self._far.wake_at

    def receive(self, data: bytes, now: Instant) -> bytes:
        """One request, one answer; then a look at what the city has."""
        answer = self._far.receive(data, now)
        claim = self._read()
        if not self.claims or (claim.complete_until, claim.wanted) != (self.claims[-1].complete_until, self.claims[-1].wanted):
            self.claims.append(claim)
        return answer

    def wake(self, now: Instant) -> bytes:
        """As the city's end."""
        return self._far.wake(now)

    def _read(self) -> CityClaim:
        with self._city.store.begin() as connection:
            rows = fetch(connection, _CLAIMED, {"of": self._station})
        wanted = {number: following for _, number, following in rows if number is not None}
        return CityClaim(self._wall(), rows[0][0] if rows else None, wanted)
