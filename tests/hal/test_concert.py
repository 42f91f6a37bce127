"""Concert E+, held to bytes typed from its field tables."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.wire.concert import (
    AnswerError,
    ConcertAnswer,
    ConcertMessage,
    ConcertReader,
    ConcertRequest,
    Damaged,
    Signal,
    decode_answer,
    encode_request,
    lrc,
)

SHORT_ANSWER = b"\x02010000002401978T000000042\x03\x51"
ANSWER = ConcertAnswer(till="01", result="0", cents=240, mode="1", currency="978", reference="T000000042")
REPORT = b"THE-CARD-NUMBER-IS-HERE".ljust(55)
LONG_BODY = b"010000002401" + REPORT + b"978T000000042"


def messages(*chunks: bytes) -> list[ConcertMessage]:
    reader = ConcertReader()
    return [word for chunk in chunks for word in reader.feed(chunk)]


def test_the_example_of_the_field_tables() -> None:
    assert encode_request(ConcertRequest("01", 240, "", long_answer=True)) == b"\x020100000240110978          A010B010\x03\x01"


def test_our_request_carries_our_reference_and_asks_for_no_card_number() -> None:
    # From the example: flag 1 -> 0 turns LRC 01 into 00, the reference (exclusive or: 62) turns it into 62.
    assert encode_request(ConcertRequest("01", 240, "T000000042")) == b"\x020100000240010978T000000042A010B010\x03\x62"


def test_a_short_reference_is_padded() -> None:
    assert encode_request(ConcertRequest("07", 99_999_999, "A1"))[1:35] == b"0799999999010978A1        A010B010"


@pytest.mark.parametrize(
    ("till", "cents", "reference"),
    [
        ("1", 240, "A"),
        ("é1", 240, "A"),
        ("²1", 240, "A"),
        ("01", 0, "A"),
        ("01", -1, "A"),
        ("01", 100_000_000, "A"),
        ("01", 240, "ABCDEFGHIJK"),
        ("01", 240, "A B"),
        ("01", 240, "É"),
        ("01", 240, "A\x03"),
    ],
)
def test_what_does_not_fit_its_place_is_refused(till: str, cents: int, reference: str) -> None:
    with pytest.raises(ValueError, match=r"till|amount|reference"):
        encode_request(ConcertRequest(till, cents, reference))


def test_a_short_answer() -> None:
    assert decode_answer(b"010000002401978T000000042") == ANSWER


def test_a_refusal_without_reference() -> None:
    answer = decode_answer(b"047000001001978          ")
    assert (answer.till, answer.result, answer.cents, answer.reference) == ("04", "7", 100, "")


def test_a_padded_reference_is_stripped() -> None:
    assert decode_answer(b"010000002401978A1        ").reference == "A1"


def test_the_report_of_a_long_answer_leaves_no_trace() -> None:
    answer = decode_answer(LONG_BODY)
    assert answer == ANSWER
    assert "CARD" not in repr(answer)
    assert set(answer.__struct_fields__) == {"till", "result", "cents", "mode", "currency", "reference"}
    reader = ConcertReader()
    assert reader.feed(b"\x02" + LONG_BODY + b"\x03" + bytes([lrc(LONG_BODY)])) == [ANSWER]
    assert "CARD" not in repr(vars(reader))


@pytest.mark.parametrize(
    "body",
    [b"", LONG_BODY[:-1], LONG_BODY + b" ", b"0100000A2401978T000000042", b"010000002401978T00000\xff042"],
    ids=["empty", "79 characters", "81 characters", "amount", "not ASCII"],
)
def test_what_is_no_answer_is_an_error_that_quotes_nothing(body: bytes) -> None:
    with pytest.raises(AnswerError) as error:
        decode_answer(body)
    assert "CARD" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__context__ is None


def test_an_answer_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        ANSWER.cents = 1  # type: ignore[misc]


def test_signals_are_heard_between_garbage() -> None:
    assert messages(b"xx\x05\x00\x06\xff\x15z\x04\x03") == [Signal.ENQ, Signal.ACK, Signal.NAK, Signal.EOT]


def test_the_check_character_may_look_like_a_signal() -> None:
    # 'T000000012' in place of 'T000000042' turns LRC 51 into 54; result 'a' then turns it into 05, which is ENQ.
    assert messages(b"\x0201a000002401978T000000012\x03\x05")[0] == ConcertAnswer("01", "a", 240, "1", "978", "T000000012")


def test_a_wrong_check_character_is_damage() -> None:
    assert messages(SHORT_ANSWER[:-1] + b"\x50") == [Damaged()]


def test_a_frame_of_another_length_is_damage() -> None:
    assert messages(b"\x02AB\x03\x00") == [Damaged()]


@pytest.mark.parametrize("broken_by", [b"\x05", b"\x04"])
def test_a_frame_cut_short_does_not_swallow_what_follows(broken_by: bytes) -> None:
    assert messages(SHORT_ANSWER[:9] + broken_by + SHORT_ANSWER) == [Signal(broken_by), ANSWER]


def test_a_frame_begun_again_counts_once() -> None:
    assert messages(SHORT_ANSWER[:9] + SHORT_ANSWER) == [ANSWER]


def test_a_frame_without_end_is_dropped() -> None:
    assert messages(b"\x02" + b"0" * 81 + b"\x06") == [Signal.ACK]


@given(st.binary(), st.sets(st.integers(0, 200)))
def test_where_the_bytes_are_cut_changes_nothing(noise: bytes, cuts: set[int]) -> None:
    stream = noise + b"\x05" + SHORT_ANSWER + b"\x04" + noise
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    pieces = [stream[start:end] for start, end in pairwise(edges)]
    assert messages(*pieces) == messages(stream)


@given(st.integers(0, len(SHORT_ANSWER) * 8 - 1))
def test_one_flipped_bit_is_never_taken_for_an_answer(bit: int) -> None:
    frame = bytearray(SHORT_ANSWER)
    frame[bit // 8] ^= 1 << bit % 8
    assert not [word for word in messages(bytes(frame)) if isinstance(word, ConcertAnswer)]


@given(st.binary(max_size=400))
def test_whatever_comes_the_next_whole_exchange_is_heard(noise: bytes) -> None:
    # EOT ends any frame under way; at worst it is itself eaten as the check character of a frame that had just ended.
    assert messages(noise, b"\x04\x05", SHORT_ANSWER)[-2:] == [Signal.ENQ, ANSWER]


@given(st.integers(1, 99_999_999), st.from_regex(r"[A-Z0-9]{1,10}", fullmatch=True))
def test_every_request_has_its_fields_in_their_places(cents: int, reference: str) -> None:
    frame = encode_request(ConcertRequest("01", cents, reference))
    check = 0
    for byte in frame[1:]:
        check ^= byte
    assert (len(frame), frame[0], frame[35], check) == (37, 0x02, 0x03, 0)
    assert (int(frame[3:11]), frame[11:17], frame[17:27].decode().rstrip()) == (cents, b"010978", reference)
