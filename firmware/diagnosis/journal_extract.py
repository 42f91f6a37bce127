"""Extract of a journal for a diagnostic bundle: last entries, alarm history, plates, ledger."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from firmware.diagnosis.redaction import Tree, plain_tree
from firmware.ledger.ledger import Ledger
from firmware.protocol.entry import Entry, EntryContent, content_in, position_of
from firmware.protocol.facts import AlarmCleared, AlarmRaised, Fact, InDoubt, PaymentStarted, RightSold, Started

HISTORY = 300
"""Alarms raised and cleared that are kept: months of an ordinary station."""


@dataclass(frozen=True)
class JournalExtract:
    """The extract of one journal."""

    latest: tuple[Tree, ...]
    """The last entries, oldest first."""
    alarms: tuple[Tree, ...]
    """When alarms were raised and cleared, and when the station started, oldest first."""
    plates: frozenset[str]
    ledger: Ledger
    unknown: int
    """Entries this software cannot read: of a newer one, or damaged."""


def read_extract(entries: Iterable[Entry], facts: int) -> JournalExtract:
    """Read the extract of a journal in one pass. `facts`: how many of the last entries it keeps."""
    latest: deque[Tree] = deque(maxlen=facts)
    alarms: deque[Tree] = deque(maxlen=HISTORY)
    plates: set[str] = set()
    ledger, unknown = Ledger(), 0
    for entry in entries:
        try:
            recorded = content_in(entry.body, entry.personal)
        except ValueError:
            unknown += 1
            latest.append({"seq": entry.seq, "about": "unreadable", **_place(entry)})
            continue
        ledger = ledger.after(recorded.fact)
        plates |= _plates(recorded.fact)
        latest.append(_builtin(recorded))
        if isinstance(recorded.fact, AlarmRaised | AlarmCleared | Started):
            alarms.append(_builtin(recorded))
    return JournalExtract(tuple(latest), tuple(alarms), frozenset(plates), ledger, unknown)


def _place(entry: Entry) -> Mapping[str, Tree]:
    try:
        return {"seq": position_of(entry.body).seq}
    except ValueError:
        return {}


def _plates(fact: Fact) -> frozenset[str]:
    match fact:
        case PaymentStarted(right) | RightSold(right) | InDoubt(right):
            return frozenset({right.plate})
    return frozenset()


def _builtin(recorded: EntryContent) -> Tree:
    tree: Tree = msgspec.to_builtins(recorded)
    return tree


def ledger_document(ledger: Ledger) -> Tree:
    """The document on the ledger: counters, and how many payments are open; no plate, no reference."""
    return {
        "counters": plain_tree(ledger.counters),
        "payments started": len(ledger.started),
        "payments in doubt": len(ledger.doubts),
        "debits to give back": len(ledger.reversals.owed),
        "stays remembered": len(ledger.stays),
        "stopped": ledger.stopped,
        "door_open": ledger.door_open,
    }
