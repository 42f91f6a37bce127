"""Where entries belong among the journals that the city holds: continued, repeated, missing some, or branching off.

The theory. A run of entries is a line of hashes, from the one it continues from to its last, and so is each journal that begins
alike. Where both have the same hash under the same number they are one and the same up to there; so one number says it all, the
last at which they agree:

    the run's last                  a repeat: nothing is new
    the journal's last              what follows is new, and continues it
    another one                     after it two journals go on: a branch
    none, and the run begins later  a gap: nobody can tell yet
    none, and the run does not      a branch as well, of which what came before is not here

A branch whose past is not here is completed when that is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.intake.batches import JournalRun, ReceivedEntry
from central.register.journals import HeldLine

_NOWHERE = -1


@dataclass(frozen=True)
class Gap:
    """A gap: the run begins after what is wanted."""

    send_from: int
    """The entry wanted."""


@dataclass(frozen=True)
class Continuation:
    """The run repeats or continues a journal."""

    number: int
    fresh: Sequence[ReceivedEntry]
    """The entries that continue it; none of a repeat."""


@dataclass(frozen=True)
class Divergence:
    """The run is of another journal than those that are here, from one entry on."""

    number: int
    """The journal it differs from."""
    seq: int
    """The first entry that is another."""
    branch_of: int | None
    """The journal that has what came before, if that is here."""
    fresh: Sequence[ReceivedEntry]
    """The entries of the run from `seq` on."""


@dataclass(frozen=True)
class FoundPast:
    """The run has what came before a branch whose past is not here."""

    number: int
    """Of the branch."""
    begins: int
    """Its first own entry, once these are taken."""
    branch_of: int | None
    """Whose entries come before that."""
    fresh: Sequence[ReceivedEntry]


def place_run(run: JournalRun, lines: Sequence[HeldLine], current: int | None) -> Continuation | Gap | Divergence:
    """Where a well-formed run belongs. `lines`: the journals that begin alike, at least one; `current`: rather than another."""
    points = _points(run)
    agreed = {line.number: _agreed(points, line) for line in lines}
    best = max(lines, key=lambda line: _rank(line, agreed[line.number], current))
    at = agreed[best.number]
    if at != _NOWHERE and at in (run.last, best.next - 1):
        return Continuation(best.number, _from(run.entries, best.next))
    if at != _NOWHERE:
        owner = min(line.number for line in lines if agreed[line.number] == at)
        return Divergence(owner, at + 1, owner if at else None, _from(run.entries, at + 1))
    if behind := [line.next for line in lines if line.next <= min(points)]:
        return Gap(max(behind))
    seq = run.entries[0].seq if run.entries else run.last
    return Divergence(best.number, seq, None, run.entries)


def find_pasts(run: JournalRun, lines: Sequence[HeldLine]) -> list[FoundPast]:
    """What the run has of entries that came before branches."""
    points = _points(run)
    return [
        _found_past(run, branch, lines)
        for branch in lines
        if branch.lacks_its_past
        and min(points) < branch.begins
        and points.get(branch.begins, b"") == branch.hashes.get(branch.begins)
    ]


def _found_past(run: JournalRun, branch: HeldLine, lines: Sequence[HeldLine]) -> FoundPast:
    """The entries before a branch that no other journal has; those that one has are its past as well."""
    points = _points(run)
    before = {line.number: at for line in lines if _NOWHERE < (at := _agreed(points, line)) < branch.begins}
    owner = max(before, key=lambda number: (before[number], -number), default=None)
    begins = run.entries[0].seq if owner is None else before[owner] + 1
    fresh = [entry for entry in _from(run.entries, begins) if entry.seq < branch.begins]
    return FoundPast(branch.number, begins, owner if begins > 1 else None, fresh)


def _rank(line: HeldLine, at: int, current: int | None) -> tuple[int, bool, bool, int]:
    """Greater for the journal that a run rather belongs to: what it has of any of them is here, and not to be stored again."""
    return at, at == line.next - 1, line.number == current, -line.number


def _points(run: JournalRun) -> dict[int, bytes]:
    """The hashes of a run, by number."""
    if not run.entries:
        return {run.last: run.head}
    return {run.entries[0].seq - 1: run.base} | {entry.seq: entry.hash for entry in run.entries}


def _agreed(points: Mapping[int, bytes], line: HeldLine) -> int:
    return max((seq for seq, digest in points.items() if line.hashes.get(seq) == digest), default=_NOWHERE)


def _from(entries: Sequence[ReceivedEntry], seq: int) -> list[ReceivedEntry]:
    return [entry for entry in entries if entry.seq >= seq]
