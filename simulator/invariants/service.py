"""Invariant of the service menu, I17: it opens to nobody who must wait after wrong PINs, and once to a one-time code. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from firmware.protocol.facts import Fact, PinRefused, ServiceOpened
from simulator.invariants.evidence import InvariantFindings, StationEvidence

FREE = 2
"""Wrong PINs that cost nothing."""
WAITS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
"""What the third, the fourth… costs a person; and the machine, but for the last."""
MACHINE = ""
"""Stands for everybody."""
ROUNDING = timedelta(seconds=1)
CountedTries = dict[str, tuple[int, datetime]]
"""By person, and for the machine: how many since the last right one, and when the last was."""


def menu_opens_after_its_wait(evidence: StationEvidence) -> InvariantFindings:
    """I17, at every moment: no PIN opens the menu while its person or the machine has to wait.

    What was refused then may be a one-time code, which waits for nothing. Of a wrong clock nothing is said.
    """
    wrong: CountedTries = {}
    for each in evidence.written if not evidence.clock_was_wrong else ():
        match each.content.fact:
            case ServiceOpened(person, ""):
                until = waits_until(wrong, person)
                if until and each.content.at < until - ROUNDING:
                    yield f"entry {each.entry.seq}, {each.content.fact}, opened before {until.isoformat()}"
        wrong = _wrong_after(wrong, each.content.fact)


def waits_are_the_journals(evidence: StationEvidence) -> InvariantFindings:
    """I17, at every moment: whoever typed wrong PINs waits as long as the journal says, and everybody for the machine."""
    station = evidence.station
    if station is None or station.ledger is None or station.unwritten or evidence.clock_was_wrong:
        return
    wrong: CountedTries = {}
    for each in evidence.written:
        wrong = _wrong_after(wrong, each.content.fact)
    for person in sorted({*wrong, MACHINE}):
        until, waits = waits_until(wrong, person), station.ledger.lockout.wait(person, evidence.wall)
        wanted = max(until - evidence.wall, timedelta()) if until else timedelta()
        if abs(waits - wanted) > ROUNDING:
            yield f"{person or 'everybody'} waits {waits} for a PIN, and by the journal {wanted}"


def codes_open_once(evidence: StationEvidence) -> InvariantFindings:
    """I17, at every moment: a one-time code, named by its person and its end, has opened the menu once."""
    used = set[tuple[str, str]]()
    for each in evidence.written:
        match each.content.fact:
            case ServiceOpened(person, code) if code:
                if (person, code) in used:
                    yield f"the code of {person} until {code} has opened the menu twice"
                used.add((person, code))


def waits_until(wrong: CountedTries, person: str) -> datetime | None:
    """Until when no PIN of this person is tried; None: no wrong ones were typed that cost anything."""
    untils = [
        at + waits[min(count - FREE, len(waits)) - 1]
        for who, waits in {person: WAITS, MACHINE: WAITS[:-1]}.items()
        for count, at in ([wrong[who]] if who in wrong else [])
        if count > FREE
    ]
    return max(untils, default=None)


def _wrong_after(wrong: CountedTries, fact: Fact) -> CountedTries:
    """The wrong PINs that count after a fact."""
    match fact:
        case PinRefused(person, at):
            return wrong | {who: (wrong[who][0] + 1 if who in wrong else 1, at) for who in (person, MACHINE)}
        case ServiceOpened(person):
            return {who: count for who, count in wrong.items() if who not in (person, MACHINE)}
    return wrong
