"""Simulated card terminal: one that speaks Caisse-AP over IP, with a screen, a slot and a bank behind it.

Written from the protocol of the Association du Paiement, version 3, TCP port 8888:

    till                      terminal
    connects      ->
    fields        ->                         CZ CJ CA CB CD CE, each tag, length, value; CZ first
                                             the card, the code, the bank: up to two minutes
                  <-          fields         those of the request, CB with zeros before it, and AE, AF, CC, CI, AC, AA, AB, AI
                  <-          closes

Where the protocol is silent we chose what is most dangerous for a till: a payment whose connection is lost goes on, and its
debit stands; nobody is let in meanwhile; a reference seen before is debited again.
"""

from __future__ import annotations

from collections.abc import Mapping

from hal.ports import Instant
from simulator.devices.terminal_core import CORE_FAULTS, Decision, TerminalCore
from simulator.devices.terminal_script import CARDS as ALL_CARDS
from simulator.devices.terminal_script import CardOutcome

CARDS = {name: says for name, says in ALL_CARDS.items() if name != "yes_after_no"}
"""A terminal that has answered closes: it cannot contradict itself."""
FAULTS = {
    **CORE_FAULTS,
    "hangs_up": "Raccroche dès qu'il a la demande, et la traite",
    "maintenance": "Télécollecte : refuse les paiements",
    "format": "Refuse toutes les demandes (erreur de format)",
}
"""Accepted faults, each with what it does, in French."""
MANDATORY = ("CZ", "CJ", "CA", "CB", "CD", "CE")
_NOT_COMPLETED, _NOT_UNDERSTOOD, _UNKNOWN_ACTION, _CURRENCY = "07", "09", "12", "13"
_REPORTS = {
    CardOutcome.REFUSED: "04",
    CardOutcome.WRONG_PIN: "04",
    CardOutcome.REMOVED: "07",
    CardOutcome.CANCELLED: "06",
    CardOutcome.NO_CARD: "08",
    CardOutcome.ABORTED: "11",
}


class CaisseApDevice:
    """Card terminal at its end of the network: a `ListeningEnd`."""

    speaks = "Caisse-AP"
    cards: Mapping[str, str] = CARDS
    faults: Mapping[str, str] = FAULTS

    def __init__(self) -> None:
        self.core = TerminalCore()
        self._connected, self._over = False, False
        self._received = ""
        self._request: dict[str, str] | None = None

    # --- what hands do ---

    def fault(self, name: str, on: bool) -> None:
        """Switch a fault of FAULTS, live. Raises ValueError naming the accepted ones."""
        self.core.fault(name, on, FAULTS)

    def carried(self, reference: str) -> str:
        """How its ledger names a till's reference: the digits of CJ, which has no room for letters; nothing for none."""
        return f"{int(reference, 36) % 10**12:012d}" if reference else ""

    # --- the connection ---

    @property
    def listens(self) -> bool:
        """Not while the payment of a lost connection goes on."""
        return "off" not in self.core.faults and (self._connected or not self.core.busy)

    @property
    def hangs_up(self) -> bool:
        """It has answered, or does as if."""
        return self._over

    def connected(self) -> None:
        """A till is there."""
        self._connected, self._over = True, False
        self._received, self._request = "", None

    def disconnected(self) -> None:
        """The till is gone, or we closed: a payment under way goes on."""
        self._connected = False

    @property
    def wake_at(self) -> Instant:
        """When the core wants waking."""
        return self.core.wake_at

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take in what the till sends. Never raises."""
        if self.core.dead or self._request is not None:
            return b""
        self._received += data.decode("latin-1")
        fields = fields_of(self._received)
        if fields is None:
            return self._answer({}, _NOT_UNDERSTOOD)
        if not fields.keys() >= set(MANDATORY):
            return b""
        return self._begin(fields, now)

    def wake(self, now: Instant) -> bytes:
        """A time has come. What happens while it is mute happens all the same, and is not sent."""
        dead = self.core.dead
        self.core.wake(now)
        decision = self.core.take()
        if decision is None or decision.outcome is CardOutcome.SILENT:
            return b""
        said = b"" if dead else self._answer_decision(decision)
        if not said or "half" in self.core.faults:
            self.core.give_back_undelivered(decision, now)
        self.core.close(now)
        return said

    # --- the payment ---

    def _begin(self, fields: dict[str, str], now: Instant) -> bytes:
        self._request = fields
        if "format" in self.core.faults or not fields["CB"].isdigit() or not 2 <= len(fields["CB"]) <= 12:
            return self._answer(fields, _NOT_UNDERSTOOD)
        if "maintenance" in self.core.faults:
            return self._answer(fields, _NOT_COMPLETED)
        if fields["CD"] != "0" or not int(fields["CB"]):
            return self._answer(fields, _UNKNOWN_ACTION)
        if fields["CE"] != "978":
            return self._answer(fields, _CURRENCY)
        self.core.begin(fields["CJ"], int(fields["CB"]), now)
        self._over = "hangs_up" in self.core.faults
        return b""

    def _answer_decision(self, decision: Decision) -> bytes:
        if not self._connected or self._request is None:
            return b""
        answer = {**self._request, "CB": f"{decision.cents:012d}"}
        if decision.outcome is CardOutcome.APPROVED:
            card = ("00B", "2") if decision.contactless else ("001", "1")
            answer |= {"AE": "10", "CC": card[0], "CI": card[1], "AC": f"{len(self.core.ledger):06d}"}
            answer |= {"AA": "497511######1234", "AB": "2812", "AI": "A0000000421010"}
        elif decision.outcome is CardOutcome.UNVERIFIED:
            answer |= {"AE": "11"}  # taken into account: the protocol has no other word that is neither yes nor no
        else:
            answer |= {"AE": "01", "AF": _REPORTS[decision.outcome]}
        return self._say(answer)

    def _answer(self, fields: dict[str, str], report: str) -> bytes:
        """Refuse a request without asking for a card."""
        self._request = fields
        return self._say({**fields, "AE": "01", "AF": report})

    def _say(self, answer: dict[str, str]) -> bytes:
        self._over = True
        if "other_reference" in self.core.faults:
            answer["CA"] = "77"  # no answer has a reference of ours: that of another till is as near as it comes
        said = "".join(f"{tag}{len(value):03d}{value}" for tag, value in answer.items()).encode("latin-1")
        if "half" in self.core.faults:
            return said[: len(said) // 2]
        return 2 * said if "twice" in self.core.faults else said


def fields_of(text: str) -> dict[str, str] | None:
    """The whole fields of what has arrived; None for what is no row of fields, or does not begin with CZ."""
    fields: dict[str, str] = {}
    while len(text) >= 5:
        tag, length = text[:2], text[2:5]
        if not (length.isascii() and length.isdigit()) or not (fields or tag == "CZ"):
            return None
        if len(text) < 5 + int(length):
            break
        fields[tag], text = text[5 : 5 + int(length)], text[5 + int(length) :]
    return fields
