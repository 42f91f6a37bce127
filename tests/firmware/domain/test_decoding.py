"""JSON from outside: a member given twice is refused, however it is written and however deep; nothing else is for that."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.domain import decoding
from firmware.domain.decoding import StrictStruct, decode_json
from firmware.domain.errors import FieldError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 60), 1 << 60) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
anything = msgspec.json.Decoder()


class Inner(StrictStruct, frozen=True):
    amount: int


class Outer(StrictStruct, frozen=True):
    inner: Inner
    sealed: msgspec.Raw
    name: str = ""


outer = msgspec.json.Decoder(Outer)


@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_what_says_each_member_once_is_read_however_it_is_written(value: object, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    assert decode_json(anything, text) == anything.decode(text)


@pytest.mark.parametrize("space", ["", " ", "\n"])
@pytest.mark.parametrize(
    ("text", "twice"),
    [
        ('{"inner":{"amount":1},"sealed":{},"inner":{"amount":2}}', "inner"),
        ('{"inner":{"amount":1,"amount":1},"sealed":{}}', "amount"),
        ('{"inner":{"amount":1},"sealed":{},"name":"a","name":"a"}', "name"),
        (r'{"inner":{"amount":1},"sealed":{},"name":"a","n\u0061me":"b"}', "name"),
    ],
)
def test_what_says_one_twice_is_refused_by_its_name(space: str, text: str, twice: str) -> None:
    with pytest.raises(FieldError) as refused:
        decode_json(outer, text.replace(":", f":{space}").encode())
    assert (refused.value.field, refused.value.reason) == (twice, "given twice")


@pytest.mark.parametrize(
    "text", [b'{"inner":{"amount":1},"sealed":{}}\n', b'{"inner":{"amount":1},"sealed":{},"name":""}   \n']
)
def test_a_file_that_we_have_written_is_decoded_without_a_second_look(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends in a new line, or is padded to the length that a disk writes at once."""
    monkeypatch.setattr(decoding, "doubled_member", lambda data: pytest.fail("looked at member by member"))
    assert decode_json(outer, text) == Outer(Inner(1), msgspec.Raw(b"{}"))


def test_a_large_document_is_looked_at_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "REWRITTEN", 8)
    assert decode_json(outer, b'{"inner": {"amount": 1}, "sealed": {}}') == Outer(Inner(1), msgspec.Raw(b"{}"))
    with pytest.raises(FieldError, match="amount: given twice"):
        decode_json(outer, b'{"inner": {"amount": 1, "amount": 2}, "sealed": {}}')


def test_a_sealed_part_is_refused_by_whoever_opens_it() -> None:
    found = decode_json(outer, b'{"inner":{"amount":1},"sealed":{"amount":1,"amount":2},"name":""}')
    with pytest.raises(FieldError, match="amount: given twice"):
        decode_json(anything, bytes(found.sealed))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"[" * 100_000, "nested too deeply"),
        (b'{"inner":' * 100_000, "nested too deeply"),
        (b"", "truncated"),
        (b"{", "truncated"),
        (b'{"a":"\xff"}', "utf-8"),
    ],
)
def test_what_is_no_json_is_a_value_error(text: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decode_json(anything, text)
