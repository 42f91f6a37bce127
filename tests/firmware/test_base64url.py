"""base64url without padding: one text for the same bytes, and no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.domain.base64url import base64url_decode, base64url_encode


@given(st.binary(max_size=80))
def test_bytes_come_back_from_a_text_without_padding(data: bytes) -> None:
    text = base64url_encode(data)
    assert base64url_decode(text) == data
    assert not set(text) & set("+/=")


@pytest.mark.parametrize("text", ["A", "AB", "AA==", "+A", "/w", "-_8=", "A A", "é", "AAA\n"])
def test_a_text_that_is_not_how_its_bytes_are_written_is_refused(text: str) -> None:
    """`AB` holds the byte of `AA` and spare bits: two texts for one signature would be one too many."""
    with pytest.raises(ValueError, match=r".*"):
        base64url_decode(text)
