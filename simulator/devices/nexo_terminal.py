"""Simulated card terminal: nexo Retailer 3.x in JSON, over HTTP or with a length before each message.

Written from "nexo Sale to POI Protocol" as terminal makers publish it. Login first; Diagnosis at any time; one Payment at a
time, answered when it has ended; Abort has no answer of its own; TransactionStatus says Success and repeats the answer, or
Failure with InProgress or NotFound; Reversal gives back what a POITransactionID names, once: told again, it is answered alike.

Where it says nothing we chose what is most dangerous for a till: a ServiceID seen before is debited again; an answer that
could not be delivered is not said again, and its debit stands, unless the terminal `reverses`, which a status then tells.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from hal.ports import AT_ONCE, Instant
from simulator.devices.nexo_bodies import ERRORS, NEXO_FAULTS, SUCCESS, NexoAsked, NexoFields, failure, member, response_to
from simulator.devices.nexo_frames import LengthFrames, NexoFrames
from simulator.devices.terminal_core import DEBITED, Debit, Decision, TerminalCore
from simulator.devices.terminal_script import CARDS, CardOutcome


class NexoDevice:
    """Card terminal at its end of the connection. `frames`: makes the framing of a new connection."""

    speaks = "nexo Retailer"
    cards: Mapping[str, str] = CARDS
    faults: Mapping[str, str] = NEXO_FAULTS

    def __init__(self, frames: Callable[[], NexoFrames] = LengthFrames) -> None:
        self.core = TerminalCore()
        self.hangs_up = False
        self._make, self._frames = frames, frames()
        self._connection, self._up, self._logged_in = 0, False, False
        self._payment: NexoAsked | None = None
        self._answers: dict[str, tuple[NexoFields, dict[str, object]]] = {}
        self._debits: dict[str, Debit] = {}
        self._reversed: set[str] = set()
        self._unsaid: list[bytes] = []
        self._card_told = False

    # --- what hands do ---

    def carried(self, reference: str) -> str:
        """How its ledger names a till's reference: as it is."""
        return reference

    def fault(self, name: str, on: bool) -> None:
        """Switch a fault of NEXO_FAULTS, live. Raises ValueError naming the accepted ones."""
        if name in ("off", "forgets") and on:
            self._restart(remembers=name == "off")
        self.core.fault(name, on, NEXO_FAULTS)
        if name == "maintenance":
            self._event("BeginMaintenance" if on else "EndMaintenance")

    def _restart(self, *, remembers: bool) -> None:
        """Its login is lost; it remembers the payments of before, and that it did not end the one under way, or none."""
        if self._payment is not None and self.core.busy:
            self._remember(self._payment, failure("Aborted"))
        if not remembers:
            self._answers.clear()
        self._payment, self._logged_in = None, False
        self.core.restart()

    # --- the connection ---

    @property
    def listens(self) -> bool:
        """Not without power."""
        return "off" not in self.core.faults

    def connected(self) -> None:
        """The till has dialled."""
        self._connection += 1
        self._frames, self._up, self.hangs_up = self._make(), True, False

    def disconnected(self) -> None:
        """The till has hung up."""
        self._up, self._unsaid = False, []

    @property
    def wake_at(self) -> Instant:
        """Whatever comes first: what the core does, an event to be told."""
        if self._unsaid or (self.core.card_taken and not self._card_told):
            return AT_ONCE
        return self.core.wake_at

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take in what the till sends. Never raises."""
        messages = self._frames.take(data)
        said = b"" if self.core.dead else b"".join(self._on_message(message, now) for message in messages)
        return said + self.wake(now)

    def wake(self, now: Instant) -> bytes:
        """A time has come. What happens while it is mute happens all the same, and is not sent."""
        dead = self.core.dead
        self.core.wake(now)
        if self.core.card_taken != self._card_told:
            self._card_told = self.core.card_taken
            self._event("CardInserted" if self._card_told else "CardRemoved")
        decision = self.core.take()
        if decision is not None:
            self._decide(decision, now, reachable=not dead)
        unsaid, self._unsaid = self._unsaid, []
        return b"" if dead or not self._up else b"".join(unsaid)

    # --- requests ---

    def _on_message(self, message: bytes, now: Instant) -> bytes:
        asked = self._asked(message)
        if asked is None or asked.header.get("MessageType") != "Request":
            return self._on_reply(message, now)
        category = asked.header.get("MessageCategory", "")
        silent = f"mute_{'status' if category == 'TransactionStatus' else category.lower()}" in self.core.faults
        if category == "Abort":
            if not silent and self._payment is not None and _about(asked) == self._payment.service_id:
                self.core.abort(now)
            return self._frames.say(b"")
        body = self._answer(category, asked, now)
        return b"" if body is None or silent else self._frames.say(response_to(asked.header, body))

    def _asked(self, message: bytes) -> NexoAsked | None:
        try:
            request = json.loads(message)["SaleToPOIRequest"]
            header = request["MessageHeader"]
            return NexoAsked(header, request[f"{header['MessageCategory']}Request"], self._connection)
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    def _on_reply(self, message: bytes, now: Instant) -> bytes:
        """The till refuses to confirm: the payment is off."""
        if b"InputResponse" in message and b"Failure" in message:
            self.core.abort(now)
        return self._frames.say(b"")

    def _answer(self, category: str, asked: NexoAsked, now: Instant) -> dict[str, object] | None:
        if "nak" in self.core.faults:
            return failure("MessageFormat")
        if category == "Diagnosis":
            status = "Maintenance" if "maintenance" in self.core.faults else "Busy" if "busy" in self.core.faults else "OK"
            return {**SUCCESS, "POIStatus": {"GlobalStatus": status}}
        if category == "Login":
            self._logged_in = True
            return dict(SUCCESS)
        if not self._logged_in:
            return failure("LoggedOut")
        match category:
            case "Payment":
                return self._begin(asked, now)
            case "TransactionStatus":
                return self._status(asked)
            case "Reversal":
                return self._reverse(asked, now)
        return failure("UnavailableService")

    def _begin(self, asked: NexoAsked, now: Instant) -> dict[str, object] | None:
        if self.core.busy or self.core.faults & {"busy", "maintenance"}:
            return failure("Busy")
        try:
            amounts = member(member(asked.body, "PaymentTransaction"), "AmountsReq")
            cents = round(100 * float(str(amounts["RequestedAmount"])))
        except (KeyError, TypeError, ValueError):
            return failure("MessageFormat")
        self._payment = asked
        self._answers.pop(asked.service_id, None)
        self.core.begin(asked.service_id, cents // 2 if "partial" in self.core.faults else cents, now)
        if "asks" in self.core.faults and self._frames.speaks_freely:
            header: NexoFields = {"MessageClass": "Device", "MessageCategory": "Input", "MessageType": "Request"}
            request = {
                "MessageHeader": {**header, "DeviceID": "1"},
                "InputRequest": {"InputData": {"InputCommand": "GetConfirmation"}},
            }
            self._unsaid.append(self._frames.say(json.dumps({"SaleToPOIRequest": request}).encode()))
        return None

    def _status(self, asked: NexoAsked) -> dict[str, object]:
        about = _about(asked)
        if self._payment is not None and self._payment.service_id == about and self.core.busy:
            return failure("InProgress")
        if about not in self._answers or "unsure" in self.core.faults:
            return failure("NotFound")
        header, body = self._answers[about]
        repeated = {"MessageHeader": header, "RepeatedResponseMessageBody": body}
        return {**SUCCESS, "RepeatedMessageResponse": repeated}

    def _reverse(self, asked: NexoAsked, now: Instant) -> dict[str, object]:
        name = str(member(member(asked.body, "OriginalPOITransaction"), "POITransactionID").get("TransactionID"))
        debit = self._debits.get(name)
        if debit is not None and name not in self._reversed:
            self._reversed.add(name)
            self.core.give_back(debit, now)
        body = failure("NotFound") if debit is None else {**SUCCESS, "ReversedAmount": debit.cents / 100}
        self._remember(asked, body)
        return body

    # --- the end of a payment ---

    def _decide(self, decision: Decision, now: Instant, *, reachable: bool) -> None:
        asked = self._payment
        if asked is None or decision.outcome is CardOutcome.SILENT:
            self._payment = None
            return
        body = self._paid(decision, asked)
        self._remember(asked, body)
        ours = self._frames.speaks_freely or asked.connection == self._connection
        delivered = reachable and self._up and ours and "mute_after_request" not in self.core.faults
        said = self._spoilt(asked, body) if delivered else []
        self._unsaid += said
        if (not said or "half" in self.core.faults) and self.core.give_back_undelivered(decision, now):
            header, _ = self._answers[asked.service_id]
            self._answers[asked.service_id] = (header, {"ReversalResponse": dict(SUCCESS)})
        self.core.close(now)

    def _paid(self, decision: Decision, asked: NexoAsked) -> dict[str, object]:
        name = {"TransactionID": f"T{len(self.core.ledger):06d}", "TimeStamp": "2026-11-28T12:00:00+01:00"}
        common = {"SaleData": asked.body.get("SaleData"), "POIData": {"POITransactionID": name}}
        if decision.outcome not in DEBITED:
            read = self.core.card_taken or decision.outcome is CardOutcome.REMOVED
            card = {"PaymentResult": {"PaymentInstrumentData": _card(decision)}} if read else {}
            return {**failure(ERRORS[decision.outcome]), **common, **card}
        self._debits[name["TransactionID"]] = self.core.ledger[-1]
        amounts = {"Currency": "EUR", "AuthorizedAmount": decision.cents / 100}
        result = {
            "AmountsResp": amounts,
            "PaymentAcquirerData": {"ApprovalCode": "A1B2C3"},
            "PaymentInstrumentData": _card(decision),
        }
        response = {"Response": {"Result": "Partial" if "partial" in self.core.faults else "Success"}}
        if decision.outcome is CardOutcome.UNVERIFIED:
            return {**response, **common}
        return {**response, **common, "PaymentResult": result}

    def _spoilt(self, asked: NexoAsked, body: dict[str, object]) -> list[bytes]:
        """The answer, as this terminal sends it."""
        faults = self.core.faults
        if "other_reference" in faults:
            asked = replace(asked, header={**asked.header, "ServiceID": "Z999999999"})
        message = response_to(asked.header, body)
        said = self._frames.say(message[::-1] if "garble" in faults else message)
        if "half" in faults:
            self.hangs_up = True
            return [said[: len(said) // 2]]
        return [said, self._frames.say(message)] if "twice" in faults else [said]

    def _remember(self, asked: NexoAsked, body: dict[str, object]) -> None:
        category = asked.header.get("MessageCategory", "")
        self._answers[asked.service_id] = ({**asked.header, "MessageType": "Response"}, {f"{category}Response": body})

    def _event(self, name: str) -> None:
        if self._up and self._frames.speaks_freely:
            header = {"MessageClass": "Event", "MessageCategory": "Event", "MessageType": "Notification"}
            body = {"MessageHeader": header, "EventNotification": {"EventToNotify": name}}
            self._unsaid.append(self._frames.say(json.dumps({"SaleToPOIRequest": body}).encode()))


def _card(decision: Decision) -> dict[str, object]:
    """The card that was read, as an answer names it, whatever the answer is."""
    return {"CardData": {"MaskedPan": "497010******1234", "EntryMode": ["Contactless" if decision.contactless else "ICC"]}}


def _about(asked: NexoAsked) -> str:
    """The ServiceID of the transaction that a message names."""
    return str(member(asked.body, "MessageReference").get("ServiceID"))
