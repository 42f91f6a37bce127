"""Station clock with faults: the world's time, unless it is behind, reset or unsynchronised."""

from __future__ import annotations

from datetime import datetime, timedelta

from hal.ports import Instant
from hal.time_zone import PARIS
from simulator.virtual_time import VirtualClock

FAULTS = {
    "unsynchronised": "Plus mise à l’heure par le réseau",
    "ahead": "Mise à l’heure par un serveur qui avance d’une heure",
    "behind": "Retardée d’une heure, et plus mise à l’heure",
    "jumps": "Saute une heure en avant, une minute sur deux",
    "reset": "Pile vide : repartie du 1er janvier 2000",
}
EPOCH = datetime(2000, 1, 1, tzinfo=PARIS)
"""What a DS3231 says after its battery was empty."""
BEHIND = timedelta(hours=1)
AHEAD = timedelta(hours=1)
JUMP_S, JUMP_EVERY_S = 3600.0, 60.0


class StationClock:
    """`Clock` that follows the world's clock; unsynchronised while a fault is on."""

    def __init__(self, world: VirtualClock) -> None:
        self._world = world
        self._off: dict[str, timedelta] = {}
        self._jumping_since = world.now()
        self.was_wrong = False
        """Whether it ever showed another time than the world's: what was dated by it may be dated wrongly."""

    def set(self, at: datetime) -> None:
        """Somebody sets it by hand; from then on nobody else keeps it right."""
        self._off = {name: off for name, off in self._off.items() if name == "jumps"}
        self._off["set"] = at - self._world.wall()
        self.was_wrong = True

    def right(self) -> datetime:
        """Wall time of the world, whatever this clock shows."""
        return self._world.wall()

    def fault(self, name: str, on: bool) -> None:
        """Begin or end one of `FAULTS`; the hands turn at once."""
        self.was_wrong |= on
        if not on:
            self._off = {each: off for each, off in self._off.items() if each not in (name, "set")}
        elif name == "reset":
            self._off[name] = EPOCH - self._world.wall()
        else:
            self._off[name] = {"behind": -BEHIND, "ahead": AHEAD}.get(name, timedelta())
            self._jumping_since = self.now()

    def now(self) -> Instant:
        """Virtual seconds, as the world's clock."""
        return self._world.now()

    def wall(self) -> datetime:
        """Wall time it shows, faults included."""
        if not self._off:
            return self._world.wall()
        return self._world.wall(sum(off.total_seconds() for off in self._off.values()) + self._jump())

    def _jump(self) -> float:
        """An hour ahead for a minute, right for the next, and so on."""
        ahead = "jumps" in self._off and (self.now() - self._jumping_since) // JUMP_EVERY_S % 2 == 0
        return JUMP_S if ahead else 0.0

    def synchronised(self) -> bool:
        """A desk is always online; a faulty clock is kept right by nobody, or by who is wrong himself."""
        return not self._off.keys() - {"ahead"}
