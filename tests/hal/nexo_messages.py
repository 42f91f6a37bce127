"""nexo messages of a terminal, typed by hand, and a connection that says what it is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hal.drivers.nexo import NexoTerminal
from hal.link import LinkedEnd
from hal.ports import DeviceEvent, Instant, TerminalIs
from hal.wire.nexo.framing import LengthFraming
from hal.wire.nexo.requests import SaleSystem

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
REFERENCE = "T000000042"
SYSTEM = SaleSystem("75011-0042", "P400-1", version="1.2.3")


class FakeLink:
    """A link that notes what is done to it."""

    def __init__(self) -> None:
        self.dialled = self.hung_up = 0

    def attach(self, end: LinkedEnd) -> None:
        pass

    def dial(self) -> None:
        self.dialled += 1

    def hang_up(self) -> None:
        self.hung_up += 1

    def write(self, data: bytes) -> None:
        raise AssertionError("bytes leave by wake")


def framed(message: str) -> bytes:
    return len(message).to_bytes(4, "big") + message.encode()


def response(category: str, service_id: str, body: str) -> str:
    """`body`: JSON of the response."""
    header = f'"MessageClass":"Service","MessageCategory":"{category}","MessageType":"Response","ServiceID":"{service_id}"'
    return f'{{"SaleToPOIResponse":{{"MessageHeader":{{{header}}},"{category}Response":{body}}}}}'


def approval(reference: str = REFERENCE, amount: str = "2.40", result: str = "Success") -> str:
    """Body of a PaymentResponse."""
    return (
        f'{{"Response":{{"Result":"{result}"}},"SaleData":{{"SaleTransactionID":{{"TransactionID":"{reference}",'
        '"TimeStamp":"2026-11-28T12:00:00+00:00"}},"POIData":{"POITransactionID":{"TransactionID":"X001",'
        '"TimeStamp":"2026-11-28T12:00:09+00:00"}},"PaymentResult":{"PaymentType":"Normal","AmountsResp":{"Currency":"EUR",'
        f'"AuthorizedAmount":{amount}}},"PaymentAcquirerData":{{"ApprovalCode":"A1B2"}},"PaymentInstrumentData":{{"CardData":'
        '{"MaskedPan":"497010******1234","EntryMode":["Contactless"]}}}}'
    )


def failure(error: str) -> str:
    return f'{{"Response":{{"Result":"Failure","ErrorCondition":"{error}","AdditionalResponse":"Approved"}}}}'


def found(category: str, service_id: str, body: str) -> str:
    """Body of a TransactionStatusResponse that repeats another."""
    header = f'"MessageClass":"Service","MessageCategory":"{category}","MessageType":"Response","ServiceID":"{service_id}"'
    repeated = f'{{"MessageHeader":{{{header}}},"RepeatedResponseMessageBody":{{"{category}Response":{body}}}}}'
    return f'{{"Response":{{"Result":"Success"}},"RepeatedMessageResponse":{repeated}}}'


def event(name: str) -> str:
    header = '"MessageClass":"Event","MessageCategory":"Event","MessageType":"Notification"'
    return f'{{"SaleToPOIRequest":{{"MessageHeader":{{{header}}},"EventNotification":{{"EventToNotify":"{name}"}}}}}}'


def asked_of_us(category: str) -> str:
    """What a terminal asks of the till."""
    header = f'"MessageClass":"Device","MessageCategory":"{category}","MessageType":"Request","DeviceID":"7"'
    return f'{{"SaleToPOIRequest":{{"MessageHeader":{{{header}}},"{category}Request":{{}}}}}}'


class NexoTalk:
    """A driver, and the terminal's side of its connection by hand. `now` passes with `wake`."""

    def __init__(self, answer_within: float = 120.0) -> None:
        self.link, self.now = FakeLink(), 0.0
        self.terminal = NexoTerminal(self.link, LengthFraming(), SYSTEM, lambda: NOON, answer_within)

    def wake(self, seconds: Instant = 0.0) -> list[tuple[str, dict[str, object]]]:
        """Let time pass: category and message of all that was said."""
        end, said = self.now + seconds, b""
        while self.terminal.wake_at <= end:
            self.now = max(self.now, self.terminal.wake_at)
            said += self.terminal.wake(self.now)
        self.now = end
        return requests_in(said)

    def connect(self) -> list[tuple[str, dict[str, object]]]:
        self.terminal.connected()
        return self.wake()

    def hear(self, message: str) -> list[tuple[str, dict[str, object]]]:
        self.terminal.receive(framed(message), self.now)
        return self.wake()

    def take(self) -> list[DeviceEvent]:
        return list(self.terminal.take())

    def answer(self, asked: list[tuple[str, dict[str, object]]], body: str) -> list[tuple[str, dict[str, object]]]:
        """Answer the last thing said."""
        category, message = asked[-1]
        return self.hear(response(category, service_id(message), body))


SUCCESS = '{"Response":{"Result":"Success"}}'


def requests_in(said: bytes) -> list[tuple[str, dict[str, object]]]:
    found_in = []
    while said:
        length = int.from_bytes(said[:4], "big")
        [(_, message)] = json.loads(said[4 : 4 + length]).items()
        found_in.append((message["MessageHeader"]["MessageCategory"], message))
        said = said[4 + length :]
    return found_in


def service_id(message: dict[str, object]) -> str:
    header = message["MessageHeader"]
    assert isinstance(header, dict)
    return str(header["ServiceID"])


def ready() -> NexoTalk:
    """Connected, logged in, probed."""
    talk = NexoTalk()
    assert talk.wake() == []
    talk.answer(talk.answer(talk.connect(), SUCCESS), '{"Response":{"Result":"Success"},"POIStatus":{"GlobalStatus":"OK"}}')
    assert talk.take() == [TerminalIs(True)]
    return talk


def charged() -> NexoTalk:
    """The request has left."""
    talk = ready()
    talk.terminal.charge(240, REFERENCE)
    assert [category for category, _ in talk.wake()] == ["Payment"]
    return talk


def lost() -> tuple[NexoTalk, list[tuple[str, dict[str, object]]]]:
    """The connection was lost after the request; dialled again, its question is out."""
    talk = charged()
    talk.terminal.disconnected()
    assert talk.wake() == []
    return talk, talk.connect()
