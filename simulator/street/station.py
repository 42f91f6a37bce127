"""One station of a street: a desk, those who come to it, and what goes wrong; its invariants are looked at after each visit."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from random import Random

from firmware.domain.sector import arrondissement_of
from firmware.protocol.facts import InDoubt, RightSold
from hal.ports import Instant
from simulator.desk.city import SharedCity
from simulator.glass import WordGlass
from simulator.invariants.catalogue import GLASS, REFUSALS, Violation, crash_of, violations
from simulator.invariants.gather import GlassReader, JournalCopy, evidence_of, heal
from simulator.setting import Setting, with_card
from simulator.street.agents import StreetAgents
from simulator.street.habits import HABITS, REOPENING, TURNING
from simulator.street.motorist import AT_THE_BANK, MotoristScript, StreetMotorist, wait
from simulator.street.plan import RUSH, StreetPlace, StreetPlan
from simulator.street.steps import do_step, screen_of
from simulator.street.trace import StreetTrace
from simulator.street.troubles import LEVELS, Trouble, faults_of, troubles, troubles_at_the_bank
from simulator.visit_files.play import fresh_desk

LONGEST_IDLE = 60.0
"""Seconds of one step of nobody: no station is further ahead of the others than the longest step."""
CALLED = 0.4
"""The share of visits, while a machine sells nothing to cards, of a technician who has been called."""
UNTOLD = {"nexo": ("yes_after_no",)}
"""Cards of a terminal that debits after it has said no, and has no word for it: only the bank's statement tells."""
LETTERS, DIGITS = "ABCDEFGHJKLMNPQRSTVWXYZ", "0123456789"


@dataclass(frozen=True)
class FoundViolation:
    """An invariant that did not hold: where, when, and everything that had been done there."""

    violation: Violation
    place: StreetPlace
    station: str
    instant: Instant
    at: str
    """Time in Paris, ISO."""
    visits: int
    """Of this station, until then."""
    steps: tuple[str, ...]


class ViolationError(Exception):
    """A street ends at the first violation."""

    def __init__(self, found: FoundViolation) -> None:
        super().__init__(f"{found.violation.invariant} does not hold at {found.station}: {found.violation.found}")
        self.found = found


class StreetStation:
    """A station of a street and its surroundings."""

    def __init__(self, plan: StreetPlan, place: StreetPlace, setting: Setting, city: SharedCity, trace: StreetTrace) -> None:
        """`setting`: as `setting_at` makes it of `place`."""
        self.plan, self.place, self._trace = plan, place, trace
        self.desk = fresh_desk(setting, city)
        self.chance = Random(f"{plan.seed}/{place.number}")
        self.journal = JournalCopy(self.desk)
        self._glass = GlassReader(self.desk, self.journal)
        self._agents = StreetAgents(self.desk, self.journal, self.chance)
        self.visits, self.cards = 0, 0
        self.faults_by_hour: Counter[int] = Counter()
        self.steps: list[str] = []
        self._screen = ""
        self._due: list[tuple[Instant, int, str]] = []
        self._order = count()
        self._plates: list[str] = []
        self._noted_entries = self._noted_debits = 0
        self._faults = faults_of(self.desk, plan.only)
        self._begun = self.desk.time.now
        self._life = self._live()
        self._next = next(self._life)

    @property
    def now(self) -> Instant:
        """Seconds of its own virtual time since the street began."""
        return self.desk.time.now - self._begun

    @property
    def faults(self) -> int:
        """How many have begun."""
        return self.faults_by_hour.total()

    @property
    def over(self) -> bool:
        """Whether the street's time has come to its end here."""
        return self.now >= self.plan.hours * 3600

    def step(self) -> None:
        """One step: of a trouble that is due, or of who stands there. Raises ViolationError."""
        if self._due and self._due[0][0] <= self.now:
            self._do(heappop(self._due)[2])
            return
        self._next = self._life.send(self._do(self._next))

    def finish(self, *, city: bool) -> None:
        """Let everything come to rest, and look at what must hold then. Raises ViolationError."""
        self._due.clear()
        with self._crash_is_found("heal"):
            healed = heal(self.desk)
        self.steps.append("heal")
        self._note()
        evidence = evidence_of(self.desk, self.journal, city=city, healed_s=healed)
        self._require(violations(evidence, resting=city))
        if city:
            self._require(tuple(Violation(REFUSALS, found) for found in self._agents.at_rest()))
        self._trace.note(self.place.number, "rest", self.now)

    def _live(self) -> MotoristScript:
        while True:
            arrival = self.now + self._gap()
            while (left := min(arrival - self.now, LONGEST_IDLE)) > 0.05:
                until_trouble = self._due[0][0] - self.now if self._due else LONGEST_IDLE
                yield wait(min(left, max(0.1, until_trouble)))
            self._plan_troubles()
            yield from self._visit()
            self.visits += 1
            self._look()

    def _gap(self) -> float:
        """Seconds until the next motorist, by the hour of the day."""
        hour = self.desk.clock.wall().hour
        a_second = self.plan.per_day * RUSH[hour] / sum(RUSH) / 3600
        return min(self.chance.expovariate(a_second), 3600.0)

    def _visit(self) -> MotoristScript:
        name = self._habit()
        person = StreetMotorist(self.chance, self._plate(), self._cards(), self._known(), list(self._plates[-20:]))
        yield from HABITS[name].script(person)
        self._plates.append(person.plate)

    def _habit(self) -> str:
        """Of who comes next: by chance, or, where card sales are closed, often somebody to open them again."""
        names = self.plan.habits or tuple(HABITS)
        chosen = self.chance.choices(names, [HABITS[each].share for each in names])[0]
        called = self._called()
        return called if called in names and self.chance.random() < CALLED else chosen

    def _called(self) -> str:
        """The habit of the technician who is called; empty if nobody is."""
        station = self.desk.running.station if self.desk.running else None
        if station is None:
            return ""
        return TURNING if station.context().ledger.stopped else REOPENING if station.machine.health.doubts else ""

    def _plate(self) -> str:
        letters, digits = self.chance.choices(LETTERS, k=4), self.chance.choices(DIGITS, k=3)
        return "".join((*letters[:2], *digits, *letters[2:]))

    def _cards(self) -> tuple[str, ...]:
        untold = UNTOLD.get(self.place.protocol, ())
        return tuple(name for name in self.desk.cards if name not in untold)

    def _known(self) -> tuple[str, ...]:
        return tuple(plate.replace("-", "") for plate, _ in self.desk.setting.plates)

    def _plan_troubles(self) -> None:
        self._expect(troubles(self.chance, LEVELS[self.plan.faults], self._faults))

    def _expect(self, coming: Iterable[Trouble]) -> None:
        for seconds, step in coming:
            heappush(self._due, (self.now + seconds, next(self._order), step))

    def _do(self, step: str) -> str:
        """Do a step, and look at the glass as it was meanwhile. Returns the screen."""
        with self._crash_is_found(step):
            done = do_step(self.desk, step)
        self._glass.look_again()
        screen, before = screen_of(self.desk), self._screen
        self._screen = screen
        if screen in AT_THE_BANK and before not in AT_THE_BANK:
            self._expect(troubles_at_the_bank(self.chance, LEVELS[self.plan.faults], self._faults))
        if done:
            self.steps.append(done)
            self.faults_by_hour[self.desk.clock.wall().hour] += done.startswith(("fault", "power off"))
            self.cards += done.startswith("sd re")
            self._trace.note(self.place.number, round(self.now, 6), done, screen)
        self._require(tuple(Violation(GLASS, found) for found in self._glass.found))
        if screen in AT_THE_BANK:
            self._require(tuple(Violation(REFUSALS, found) for found in self._agents.meanwhile()))
        return screen

    @contextlib.contextmanager
    def _crash_is_found(self, step: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # whatever it is, the street tells it as what it found
            self.steps.append(step)
            raise self._met(crash_of(error)) from error

    def _look(self) -> None:
        """What must hold at every moment, after a visit; and an agent passes."""
        self._require(violations(evidence_of(self.desk, self.journal)))
        self._note()
        self._require(tuple(Violation(REFUSALS, found) for found in self._agents.after_a_visit()))

    def _require(self, found: tuple[Violation, ...]) -> None:
        if found:
            raise self._met(found[0])

    def _met(self, found: Violation) -> ViolationError:
        at = self.desk.clock.wall().isoformat(timespec="seconds")
        station = self.desk.setting.site.station
        return ViolationError(FoundViolation(found, self.place, station, self.now, at, self.visits, tuple(self.steps)))

    def _note(self) -> None:
        """Add what was written and debited since the last time to the trace."""
        self.journal.read()
        self._noted_entries = min(self._noted_entries, len(self.journal.written))
        for each in self.journal.written[self._noted_entries :]:
            self._trace.note(self.place.number, each.generation, each.entry.seq, each.entry.hash.hex())
        debits = self.desk.cabinet.terminal.core.ledger
        for debit in debits[self._noted_debits :]:
            self._trace.note(self.place.number, debit.reference, debit.cents, round(debit.at, 6))
        self._noted_entries, self._noted_debits = len(self.journal.written), len(debits)


def setting_at(place: StreetPlace, shown: Setting, folder: Path) -> Setting:
    """The setting of a station of the street: `shown`, the demonstration's, moved there."""
    shown = replace(with_card(shown, place.protocol), folder=folder)
    arrondissement = arrondissement_of(place.sector)
    station = f"75{arrondissement:03}-{place.number + 1:04}"
    moved = replace(
        shown.site, station=station, sector=place.sector, zone=place.zone, arrondissement=arrondissement, street=place.street
    )
    return replace(shown, site=moved, draw=bytes, glass=WordGlass)


def sales_of(station: StreetStation) -> tuple[RightSold | InDoubt, ...]:
    """The sales and doubts on a station's card."""
    facts = (each.content.fact for each in station.journal.written)
    return tuple(fact for fact in facts if isinstance(fact, RightSold | InDoubt))
