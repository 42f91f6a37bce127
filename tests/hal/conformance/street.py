"""A card terminal's driver and the simulated terminal that it faces, in virtual time, whatever they speak.

The station at this end has a disk that works: what the driver tells is written down at once, unless `records` says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hal.board.open_card import open_card
from hal.ports import NEVER, Approved, Declined, DeviceEvent, Instant, Unanswered
from simulator.desk.terminals import wired_terminal
from simulator.virtual_time import Timer, VirtualTime
from tests.hal.conformance.protocols import Spoken
from tests.hal.nexo_messages import NOON

REFERENCE = "AB12345678"
FIRST_END_WITHIN = 190.0
"""Seconds from the charge to the first end of a payment, whatever happens."""
PaymentEnd = Approved | Declined | Unanswered


class TerminalStreet:
    """A driver, a wire and a terminal; what was said and told."""

    def __init__(self, spoken: Spoken) -> None:
        self.spoken, self.time, self.records = spoken, VirtualTime(), True
        self.sent: list[bytes] = []
        """What the station has sent."""
        self.told: list[tuple[Instant, DeviceEvent]] = []
        self.charged: dict[str, Instant] = {}
        self.promised: dict[str, Instant] = {}
        """By when, at the latest, the driver ever said that each payment ends."""
        self.device, self.wire = wired_terminal(self.time, spoken.wiring, self._tap)
        self.start()

    def start(self) -> None:
        """The station has power again: a driver that knows of no earlier payment."""
        self.wire.drop_unsent()
        self.terminal = open_card(self.spoken.wiring, self.wire, lambda: NOON + timedelta(seconds=self.time.now))
        self.timer = Timer(self.time, lambda: self.terminal.wake_at, self._wake)
        self.wire.on_data = self._receive
        self.timer.watch()

    # --- hands ---

    def fault(self, name: str, on: bool = True) -> None:
        """A fault of the terminal, or `cut`, the cable's."""
        if name == "cut":
            self.wire.line.cut = on
        else:
            self.device.fault(name, on)
        self.wire.look()

    def charge(self, cents: int = 240, reference: str = REFERENCE) -> None:
        self.charged[reference] = self.time.now
        self.do(lambda: self.terminal.charge(cents, reference))

    def do(self, action: Callable[[], None]) -> None:
        """Call the port."""
        action()
        self._after()

    def present(self, card: str) -> bool:
        taken = self.device.core.present(card, self.time.now)
        self.wire.look()
        return taken

    def let_pass(self, seconds: float) -> list[DeviceEvent]:
        """What was told meanwhile."""
        before = len(self.told)
        self.time.run_until(self.time.now + seconds)
        return [event for _, event in self.told[before:]]

    def pay(self, card: str = "approved", cents: int = 240, reference: str = REFERENCE) -> list[PaymentEnd]:
        """Charge, show a card if one is asked for, and all ends that are told in twelve seconds."""
        self.charge(cents, reference)
        self.let_pass(1.0)
        self.present(card)
        self.let_pass(12.0)
        return self.endings(reference)

    # --- eyes ---

    def endings(self, reference: str = REFERENCE) -> list[PaymentEnd]:
        return [event for _, event in self.told if isinstance(event, PaymentEnd) and event.reference == reference]

    def debits(self, reference: str = REFERENCE) -> list[int]:
        """Cents of each debit, and of each reversal below zero."""
        carried = self.device.carried(reference)
        return [debit.cents for debit in self.device.core.ledger if debit.reference == carried]

    def balance(self) -> int:
        """Cents that motorists are without."""
        return sum(debit.cents for debit in self.device.core.ledger)

    @property
    def requests(self) -> int:
        """How often a request for a payment was sent."""
        return sum(self.spoken.request in data for data in self.sent)

    def law(self) -> None:
        """Of every payment: an end, in time; one debit at most; and what is told last agrees with what was debited."""
        for reference, asked_at in self.charged.items():
            told = [at for at, event in self.told if isinstance(event, PaymentEnd) and event.reference == reference]
            assert told, f"{reference} never ended"
            assert told[0] - asked_at <= FIRST_END_WITHIN
            assert told[0] <= self.promised.get(reference, NEVER), f"{reference} ended later than was said"
            debits = self.debits(reference)
            assert len([cents for cents in debits if cents > 0]) <= 1, "charged twice"
            last = self.endings(reference)[-1]
            if isinstance(last, Approved):
                assert debits[:1] == [last.cents], "approved, and another amount debited"
            if isinstance(last, Declined):
                assert sum(debits) == 0, "declined, and debited"

    # --- the loop of the station ---

    def _tap(self, name: str, sender: str, data: bytes) -> None:
        if sender == "station":
            self.sent.append(data)

    def _receive(self, data: bytes) -> None:
        self.wire.write(self.terminal.receive(data, self.time.now))
        self._after()

    def _wake(self) -> None:
        self.wire.write(self.terminal.wake(self.time.now))
        self._after()

    def _after(self) -> None:
        for reference in list(self.charged)[-1:]:
            self.promised[reference] = min(self.promised.get(reference, NEVER), self.terminal.ends_by)
        for event in self.terminal.take():
            self.told.append((self.time.now, event))
            if self.records and isinstance(event, PaymentEnd):
                self.terminal.acknowledge(event.reference)
        self.timer.watch()


def opened(spoken: Spoken) -> TerminalStreet:
    """A terminal that was found ready."""
    street = TerminalStreet(spoken)
    street.let_pass(2.0)
    return street
