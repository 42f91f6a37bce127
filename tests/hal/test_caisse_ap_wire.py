"""Caisse-AP codec: requests and answers, whole, cut, doubled and damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.wire.caisse_ap import CaisseApAnswer, CaisseApRequest, Unread, decode_answer, encode_request, reference_digits
from tests.hal.caisse_ap_rig import ACCEPTED, DIGITS, ECHO, REFERENCE, REFUSED, REQUEST


def test_a_request_is_its_fields_version_first() -> None:
    assert encode_request(CaisseApRequest("01", 240, REFERENCE)) == REQUEST
    assert b"CB00205CD" in encode_request(CaisseApRequest("01", 5, REFERENCE)), "two digits at least"


@pytest.mark.parametrize(
    ("till", "cents", "reference"),
    [
        *(("1", 1, "A"), ("é1", 1, "A"), ("01", 0, "A"), ("01", 100_000_000, "A"), ("01", 1, ""), ("01", 1, "ABCDEFGHIJK")),
        *(("01", 1, "a-b"), ("01", 1, "É"), ("01", 1, "٣")),
    ],
)
def test_a_request_whose_fields_do_not_fit_is_none(till: str, cents: int, reference: str) -> None:
    with pytest.raises(ValueError, match=r"till|amount|reference"):
        encode_request(CaisseApRequest(till, cents, reference))


def test_the_digits_of_a_reference_tell_sales_that_follow_each_other_apart() -> None:
    assert reference_digits(REFERENCE) == DIGITS
    assert reference_digits("31PA0100SE") == "481853519102"
    assert reference_digits("A") == "000000000010"
    assert len(reference_digits("ZZZZZZZZZZ")) == 12


def test_an_answer_is_read_and_of_the_card_nothing_is_kept() -> None:
    answer = decode_answer(ACCEPTED)
    assert answer == CaisseApAnswer("01", 240, "0", "978", "10", "", True, "123456")
    assert not any(text in repr(answer) for text in ("497511", "1234AB", "2812", "A000042"))
    assert decode_answer(REFUSED) == CaisseApAnswer("01", 240, "0", "978", "01", "04", None, "")


@pytest.mark.parametrize(
    ("fields", "contactless"),
    [
        *((b"CI0012", True), (b"CI0011", False), (b"CI0013", False), (b"CI0010", None), (b"", None), (b"CC00300B", True)),
        *((b"CC00300D", True), (b"CC003001", False), (b"CC003002", False), (b"CC003009", None), (b"CC000", None)),
        *((b"CI0011CC00300B", False),),
    ],
)
def test_how_the_card_was_read(fields: bytes, contactless: bool | None) -> None:
    answer = decode_answer(ECHO + b"AE00210" + fields)
    assert isinstance(answer, CaisseApAnswer)
    assert answer.contactless is contactless


@pytest.mark.parametrize(
    ("data", "unread"),
    [
        *((b"", Unread.INCOMPLETE), (b"C", Unread.INCOMPLETE), (ECHO, Unread.INCOMPLETE), (ACCEPTED[:-1], Unread.INCOMPLETE)),
        *((ACCEPTED + REFUSED, Unread.DAMAGED), (ACCEPTED + b"AE00201", Unread.DAMAGED), (b"\x00", Unread.DAMAGED)),
        *((b"CZ-040300", Unread.DAMAGED), (b"cz0040300", Unread.DAMAGED), (b"AE00\xb2x", Unread.DAMAGED)),
        *((b"HTTP/1.1 200 OK", Unread.DAMAGED), (b"CZ9994" + b"0" * 5000, Unread.DAMAGED)),
    ],
)
def test_what_is_no_whole_answer(data: bytes, unread: Unread) -> None:
    assert decode_answer(data) is unread


@given(st.integers(0, len(ACCEPTED)))
def test_an_answer_cut_anywhere_is_incomplete_or_ends_with_a_field(cut: int) -> None:
    answer = decode_answer(ACCEPTED[:cut])
    assert answer is Unread.INCOMPLETE or isinstance(answer, CaisseApAnswer)


@given(st.binary(max_size=200) | st.text("ACEZB012", max_size=60).map(str.encode))
def test_noise_never_raises(data: bytes) -> None:
    decode_answer(data)
    decode_answer(ECHO + data)
