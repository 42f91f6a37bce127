"""Trial of an image: a fresh card starts, sells, loses its power three times during a sale, and loses no payment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hal.time_zone import PARIS
from tests.image import evidence, oracle
from tests.image.emulator import running
from tests.image.street import EmulatedStreet, TrialError
from tests.image.system import judge

FIRST = datetime(2027, 3, 3, 10, tzinfo=PARIS)
"""What the clock says at the first start: a Wednesday morning, later than any program on the card, or systemd would not believe
it. A clock with a battery goes on meanwhile."""
BETWEEN = timedelta(minutes=30)
Truth = Callable[[], object]


@dataclass
class Trial:
    """Card, surroundings and progress of a trial."""

    card: Path
    folder: Path
    """Where consoles and what was found on the card are kept."""
    bill: str
    """The bill of materials beside the image."""
    street: EmulatedStreet
    tell: Callable[[str], None]
    starts: int = 0
    cuts: int = 0

    def run(self) -> None:
        """Run the trial. Raises TrialError."""
        with self._switched_on():
            self._sell("AB123CD")
            self.tell(judge(self.street.report(), self.bill))
            self._pay("CD234EF")
            self._cut("the bank has debited", lambda: len(self.street.terminal.core.ledger) == 2, "")
        with self._switched_on():
            self._pay("EF345GH")
            self._see_paid("EF345GH")
            self._cut("the glass says paid", lambda: True, "EF345GH")
        with self._switched_on():
            self._pay("GH456JK")
            self._see_paid("GH456JK")
            self.street.press("OK")
            self._cut("a ticket is half out", lambda: self.street.printer.current.rows, "GH456JK")
        with self._switched_on():
            facts = self._cut("the station is idle", lambda: True, "")
        if unsettled := list(evidence.open_debits(self.street, facts)):
            raise TrialError(f"debited, and neither a right nor in doubt: {', '.join(unsettled)}")
        self.tell(f"{len(self.street.terminal.core.ledger)} debits, {len(facts)} facts, nothing lost")

    @contextmanager
    def _switched_on(self) -> Iterator[None]:
        """Start the computer, up to the idle screen."""
        at = FIRST + self.starts * BETWEEN
        self.starts += 1
        with running(self.card, self.folder / "emulator", f"start-{self.starts}", at) as emulator:
            self.street.plug(emulator)
            took = self.street.sees(self._one_of(oracle.idle), "the idle screen", 600)
            self.tell(f"start {self.starts}: idle after {took:.0f} s")
            yield

    # --- a motorist ---

    def _sell(self, plate: str) -> None:
        self._pay(plate)
        self._see_paid(plate)
        self.street.press("OK")
        self.street.until(lambda: evidence.printed(self.street), "a ticket", 300)
        self.street.sees(self._one_of(oracle.idle), "the idle screen again", 300)
        self.tell(f"sold to {plate}: {evidence.printed(self.street)[-1]}")

    def _pay(self, plate: str) -> None:
        for key in _keys(plate):
            self.street.press(key)
        self.street.until(lambda: self.street.present(), "the terminal asking for a card")

    def _see_paid(self, plate: str) -> None:
        self.street.sees(self._one_of(lambda at: oracle.paid(at, _keys(plate))), "that it is paid")

    def _one_of(self, picture: Callable[[datetime], bytes]) -> Callable[[bytes], bool]:
        """Whether the display shows what it must in one of the minutes a slow emulator may be in."""
        return lambda seen: any(seen == picture(at) for at in oracle.around(self.street.now))

    # --- a power cut ---

    def _cut(self, when: str, truth: Truth, plate: str) -> evidence.Facts:
        """Cut the power at that moment; the facts the card then holds. `plate`: it was told that it is paid."""
        self.street.until(truth, when)
        self.street.cut()
        self.cuts += 1
        facts = evidence.journal_of(self.card, self.folder / f"cut-{self.cuts}")
        missing = list(evidence.lost(self.street, facts))
        if plate and not evidence.sold(facts, plate):
            missing.append(f"the right of {plate}, which the glass called paid")
        if missing:
            raise TrialError(f"cut when {when}: lost {'; '.join(missing)}")
        self.tell(f"cut when {when}: {len(facts)} facts, none lost")
        return facts


def _keys(plate: str) -> tuple[str, ...]:
    """Keys of a visit: plate, a car for two hours, OK."""
    return (*plate, "OK", "OK", "OK")
