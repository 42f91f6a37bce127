"""Journal of a card after a power cut, read without mounting it by other programs than those that wrote it."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from firmware.domain.parking_right import ParkingRight
from firmware.journal.journal_file import JournalReader, verify
from firmware.protocol.facts import Fact, InDoubt, PaymentStarted, RightSold
from firmware.station.state_folder import JOURNAL
from firmware.visit.offers import card_reference
from simulator.devices.paper import CodeRow
from tests.image.emulator import region_of
from tests.image.street import EmulatedStreet, TrialError
from workshop.common.pieces import CHUNK

STATE = 4
Facts = tuple[Fact, ...]
FILES = (JOURNAL, f"{JOURNAL}-wal")


def journal_of(card: Path, folder: Path) -> Facts:
    """Every fact, in order, once the chain was verified. `folder`: new. Raises TrialError or JournalError."""
    folder.mkdir()
    copy = folder / "state.img"
    _copied(card, copy)
    checked = subprocess.run(["e2fsck", "-fy", str(copy)], capture_output=True, text=True, check=False)
    if checked.returncode > 1:  # 1: its own journal was played back, as the station's kernel would have done
        raise TrialError(f"e2fsck: {checked.stdout}")
    for name in FILES:
        subprocess.run(["debugfs", "-R", f"dump /{name} {folder / name}", str(copy)], capture_output=True, check=True)
    verify(folder / JOURNAL)
    with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
        return tuple(reader.facts())


def _copied(card: Path, copy: Path) -> None:
    region = region_of(card, STATE)
    with card.open("rb") as source, copy.open("wb") as target:
        source.seek(region.start)
        for start in range(0, region.size, CHUNK):
            data = source.read(min(CHUNK, region.size - start))
            if any(data):
                target.seek(start)
                target.write(data)
        target.truncate(region.size)


def lost(street: EmulatedStreet, facts: Facts) -> Iterator[str]:
    """Payments and tickets missing from the journal, a sentence each."""
    begun = _by_reference(facts, PaymentStarted)
    ended = {**_by_reference(facts, InDoubt), **_by_reference(facts, RightSold)}
    for debit in street.terminal.core.ledger:
        right = begun.get(debit.reference)
        if right is None or right.cents != debit.cents:
            yield f"a debit of {debit.cents} cents for {debit.reference}, which never began"
    for receipt in printed(street):
        if not any(right.reference == receipt and card_reference(receipt) in ended for right in ended.values()):
            yield f"the ticket {receipt}, of a right that was never sold"


def open_debits(street: EmulatedStreet, facts: Facts) -> Iterator[str]:
    """Debits that are neither a right sold nor in doubt: after a start there must be none."""
    ended = {**_by_reference(facts, InDoubt), **_by_reference(facts, RightSold)}
    yield from (debit.reference for debit in street.terminal.core.ledger if debit.reference not in ended)


def sold(facts: Facts, plate: str) -> bool:
    """Whether the journal has a right of this plate."""
    return any(isinstance(fact, RightSold) and fact.right.plate == plate for fact in facts)


def printed(street: EmulatedStreet) -> tuple[str, ...]:
    """References in the codes of tickets printed whole."""
    codes = (row.data for ticket in street.printer.tickets if ticket.cut for row in ticket.rows if isinstance(row, CodeRow))
    return tuple(code.split("|")[1] for code in codes)


def _by_reference(facts: Facts, kind: type[PaymentStarted] | type[RightSold] | type[InDoubt]) -> Mapping[str, ParkingRight]:
    return {card_reference(fact.right.reference): fact.right for fact in facts if isinstance(fact, kind)}
