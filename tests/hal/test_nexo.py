"""The nexo codec against messages typed by hand, and its two framings."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.wire.nexo.answers import NexoAsks, NexoError, NexoEvent, NexoFound, NexoPaid, NexoResult, cents_of, decode_message
from hal.wire.nexo.framing import HttpFraming, LengthFraming
from hal.wire.nexo.requests import encode_abort, encode_payment, encode_reversal, encode_status, euros
from tests.hal.nexo_messages import NOON, REFERENCE, SYSTEM, approval, event, failure, found, response

HEADER = '"MessageType":"Request","SaleID":"75011-0042","POIID":"P400-1","ServiceID":"{}","ProtocolVersion":"3.0"'
SALE = (
    '"SaleData":{"SaleTransactionID":{"TransactionID":"T000000042","TimeStamp":"2026-11-28T12:00:00+00:00"},'
    '"SaleTerminalData":{"TerminalEnvironment":"Unattended","SaleCapabilities":["PrinterReceipt"]}}'
)
ABOUT = '"MessageReference":{"MessageCategory":"Payment","ServiceID":"T000000042","SaleID":"75011-0042","POIID":"P400-1"}'


def request(category: str, service_id: str, body: str) -> str:
    header = f'"MessageClass":"Service","MessageCategory":"{category}",{HEADER.format(service_id)}'
    return f'{{"SaleToPOIRequest":{{"MessageHeader":{{{header}}},"{category}Request":{{{body}}}}}}}'


def test_golden_requests() -> None:
    assert encode_payment(SYSTEM, REFERENCE, 240, NOON).decode() == request(
        "Payment",
        REFERENCE,
        f'{SALE},"PaymentTransaction":{{"AmountsReq":{{"Currency":"EUR","RequestedAmount":2.40}}}},'
        '"PaymentData":{"PaymentType":"Normal"}',
    )
    assert encode_abort(SYSTEM, "-1", REFERENCE).decode() == request("Abort", "-1", f'{ABOUT},"AbortReason":"MerchantAbort"')
    assert encode_status(SYSTEM, "-2", "Payment", REFERENCE).decode() == request(
        "TransactionStatus", "-2", f'{ABOUT},"ReceiptReprintFlag":false'
    )
    assert encode_reversal(SYSTEM, "-3", 240, "X@001@2026-11-28", (REFERENCE, NOON)).decode() == request(
        "Reversal",
        "-3",
        '"OriginalPOITransaction":{"POITransactionID":{"TransactionID":"X@001","TimeStamp":"2026-11-28"},'
        f'"SaleID":"75011-0042","POIID":"P400-1"}},"ReversalReason":"Unable2Compl","ReversedAmount":2.40,{SALE}',
    )


def test_golden_answers() -> None:
    paid = NexoPaid(REFERENCE, NexoResult.SUCCESS, "", 240, "EUR", True, "X001@2026-11-28T12:00:09+00:00", "A1B2")
    assert decode_message(response("Payment", REFERENCE, approval()).encode()) == paid
    status = decode_message(response("TransactionStatus", "-2", found("Payment", REFERENCE, approval())).encode())
    assert status == NexoFound("-2", NexoResult.SUCCESS, "", paid)
    refused = decode_message(response("Payment", REFERENCE, failure("Refusal")).encode())
    assert refused == NexoPaid(REFERENCE, NexoResult.FAILURE, "Refusal")
    assert decode_message(event("CardInserted").encode()) == NexoEvent("CardInserted")


def test_no_card_number_comes_in_masked_or_not() -> None:
    assert "4970" not in repr(decode_message(response("Payment", REFERENCE, approval()).encode()))


def test_a_message_that_names_two_references_names_none() -> None:
    message = decode_message(response("Payment", REFERENCE, approval("Z000000001")).encode())
    assert isinstance(message, NexoPaid)
    assert message.reference == ""


def test_a_request_of_the_terminal_is_known_as_one() -> None:
    header = '"MessageClass":"Device","MessageCategory":"Print","MessageType":"Request","DeviceID":"9"'
    message = decode_message(f'{{"SaleToPOIRequest":{{"MessageHeader":{{{header}}},"PrintRequest":[]}}}}'.encode())
    assert isinstance(message, NexoAsks)
    assert message.header.device_id == "9"


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        *(("12", 1200), ("12.0", 1200), ("12.00", 1200), ("1.2e1", 1200), ("0.1", 10), ("2.405", None), ("-1", None)),
        *(("1E+999999999", None), ("1E-999999999", None), ("NaN", None), ("Infinity", None), ("99999999.995", None)),
    ],
)
def test_amounts_are_exact(text: str, cents: int | None) -> None:
    assert cents_of(Decimal(text)) == cents


@given(st.integers(1, 99_999_999))
def test_every_amount_comes_back_as_it_went(cents: int) -> None:
    assert cents_of(euros(cents)) == cents
    message = decode_message(response("Payment", REFERENCE, approval(amount=f"{cents}e-2")).encode())
    assert isinstance(message, NexoPaid)
    assert message.cents == cents


@given(st.binary() | st.text().map(str.encode) | st.just(b"[" * 100_000) | st.just(b'{"SaleToPOIResponse":{}}'))
def test_noise_is_no_message(data: bytes) -> None:
    with pytest.raises(NexoError):
        decode_message(data)


# --- framing ---

OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"


@given(st.lists(st.binary(max_size=50), max_size=5), st.integers(1, 20))
def test_a_length_before_each_message_wherever_reads_are_cut(messages: list[bytes], step: int) -> None:
    framing = LengthFraming()
    stream = b"".join(framing.frame(message) for message in messages)
    assert [each for at in range(0, len(stream), step) for each in framing.feed(stream[at : at + step])] == messages


def test_a_length_that_no_message_has_breaks_the_connection() -> None:
    framing = LengthFraming()
    assert framing.feed(b"\x00\x10\x00\x01rest") == []
    assert framing.broken
    assert framing.end() == []
    assert not framing.broken


@given(st.binary(max_size=50), st.integers(1, 20))
def test_the_answer_to_a_post_is_its_body(body: bytes, step: int) -> None:
    framing = HttpFraming("10.0.0.2:8443")
    for _ in range(2):
        assert framing.free
        assert framing.frame(b"{}").startswith(b"POST /nexo/ HTTP/1.1\r\nHost: 10.0.0.2:8443\r\n")
        assert not framing.free
        stream = OK % (len(body), body)
        assert [each for at in range(0, len(stream), step) for each in framing.feed(stream[at : at + step])] == [body]


def test_an_answer_that_is_an_error_or_empty_is_an_empty_one() -> None:
    framing = HttpFraming("h")
    framing.frame(b"{}")
    assert framing.feed(b"HTTP/1.1 204 No Content\r\n\r\n") == [b""]
    framing.frame(b"{}")
    assert framing.feed(b"HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}") == [b""]
    assert framing.broken


def test_an_answer_may_end_with_the_connection_but_not_before_its_length() -> None:
    framing = HttpFraming("h")
    framing.frame(b"{}")
    assert framing.feed(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc") == []
    assert framing.end() == [b"abc"]
    framing.frame(b"{}")
    assert framing.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") == []
    assert framing.end() == []
    assert framing.free


@given(st.lists(st.binary(max_size=80)))
def test_noise_never_raises(pieces: list[bytes]) -> None:
    for framing in (HttpFraming("h"), LengthFraming()):
        framing.frame(b"{}")
        for piece in pieces:
            framing.feed(piece)
        framing.end()
        assert framing.free
