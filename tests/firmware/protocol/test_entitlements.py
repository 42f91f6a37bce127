"""Entitlement copy: lookup by any spelling of a plate, each right on its days, no plate in the file; whole or refused."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.protocol.entitlements import (
    NO_ENTITLEMENTS,
    DatedHolding,
    EntitlementCopy,
    EntitlementError,
    body_of,
    copy_in,
    entitlement_copy,
)
from firmware.tariff import Holding
from tests.builders import PARIS

NOW = datetime(2026, 3, 4, 10, tzinfo=PARIS)
BEGUN = datetime(2026, 1, 1, tzinfo=PARIS)
OVER = datetime(2027, 1, 1, tzinfo=PARIS)
KEY = bytes(range(32))
RESIDENT = Holding("resident", frozenset({"11A", "11C", "11D", "3B"}))
ELECTRIC = Holding("low_emission")
HELD = {
    "AB-123-CD": (DatedHolding(RESIDENT, BEGUN, OVER), DatedHolding(ELECTRIC, BEGUN, None)),
    "1234 aa 75": (DatedHolding(ELECTRIC, BEGUN, OVER),),
}
COPY = entitlement_copy("11D", KEY, HELD)

AB123CD = bytes.fromhex("ee49029e7b23ccd4cdc35c0ea424bc2f")
"""printf AB123CD | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f, the first 16 bytes."""
ONE = {
    "hash": base64.b64encode(AB123CD).decode(),
    "rights": [{"right": "cmi_s", "since": "2026-01-01T00:00:00Z", "until": None}],
}


def document() -> dict[str, object]:
    read = json.loads(body_of(COPY))
    assert isinstance(read, dict)
    return read


# --- looking up -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plate", ["AB-123-CD", "AB123CD", "ab 123 cd"])
def test_a_plate_is_found_however_it_is_written(plate: str) -> None:
    assert COPY.holdings(plate, NOW) == (RESIDENT, ELECTRIC)


@pytest.mark.parametrize("plate", ["AB-123-CE", "A", "", "BA-123-CD", "é€"])
def test_any_other_plate_holds_nothing(plate: str) -> None:
    assert COPY.holdings(plate, NOW) == ()


def test_no_rights() -> None:
    assert NO_ENTITLEMENTS.holdings("AB-123-CD", NOW) == ()


def test_a_right_that_ends_at_midnight_ends_at_midnight() -> None:
    midnight = datetime(2026, 3, 5, tzinfo=PARIS)
    copy = entitlement_copy("11D", KEY, {"AB-123-CD": [DatedHolding(RESIDENT, BEGUN, midnight)]})
    assert copy.holdings("AB-123-CD", midnight - timedelta(seconds=1)) == (RESIDENT,)
    assert copy.holdings("AB-123-CD", midnight) == ()
    assert copy.holdings("AB-123-CD", midnight.astimezone(UTC)) == ()


def test_a_right_that_begins_is_not_held_a_second_before() -> None:
    assert COPY.holdings("AB-123-CD", BEGUN - timedelta(seconds=1)) == ()
    assert COPY.holdings("AB-123-CD", BEGUN) == (RESIDENT, ELECTRIC)


def test_a_right_without_an_end_goes_on() -> None:
    assert COPY.holdings("AB-123-CD", OVER) == (ELECTRIC,)


def test_a_plate_is_known_by_a_keyed_hash_of_sixteen_bytes() -> None:
    assert set(entitlement_copy("11D", KEY, {"AB-123-CD": HELD["AB-123-CD"]}).plates) == {AB123CD}
    assert set(entitlement_copy("11D", KEY[::-1], {"AB-123-CD": HELD["AB-123-CD"]}).plates) != {AB123CD}


# --- as it is published ---------------------------------------------------------------------------------------------


def test_it_is_read_as_others_write_it() -> None:
    copy = copy_in(
        json.dumps({"format": 2, "sector": "11D", "key": base64.b64encode(KEY).decode(), "plates": [ONE]}).encode(), "copy"
    )
    assert copy.sector == "11D"
    assert copy.holdings("AB-123-CD", NOW) == (Holding("cmi_s"),)


MOMENTS = st.datetimes(timezones=st.just(UTC))
RIGHTS = st.lists(
    st.builds(
        DatedHolding,
        st.builds(
            Holding, st.sampled_from(["resident", "cmi_s", "pro_mobile"]), st.frozensets(st.sampled_from(["1A", "11D", "20Z"]))
        ),
        MOMENTS,
        st.none() | MOMENTS,
    ),
    min_size=1,
)


@given(
    held=st.dictionaries(st.text("ABCDEFGHJK0123456789", min_size=1, max_size=10), RIGHTS),
    key=st.binary(min_size=32, max_size=32),
)
def test_what_is_published_is_read_back(held: dict[str, list[DatedHolding]], key: bytes) -> None:
    copy = entitlement_copy("11D", key, held)
    read = copy_in(body_of(copy), "copy")
    assert read == copy
    for plate, rights in held.items():
        for at in (each.since for each in rights):
            assert read.holdings(plate, at) == tuple(each.holding for each in rights if each.at(at))


def test_no_plate_is_in_it_and_no_key_in_what_is_said_of_it() -> None:
    text = body_of(COPY).decode("ascii").upper()
    assert not any(part in text for part in ("AB-123", "AB123", "123CD", "1234AA"))
    assert base64.b64encode(b"AB123CD").decode().rstrip("=").upper() not in text
    assert repr(COPY) == "EntitlementCopy(sector='11D')"


def test_its_order_says_nothing_of_the_plates() -> None:
    assert body_of(entitlement_copy("11D", KEY, dict(reversed(HELD.items())))) == body_of(COPY)


def test_what_could_not_be_read_back_is_not_published() -> None:
    naive = DatedHolding(ELECTRIC, datetime(2026, 1, 1), None)  # noqa: DTZ001 - what must not be
    for bad in (
        NO_ENTITLEMENTS,
        entitlement_copy("eleven", KEY, HELD),
        entitlement_copy("11D\n", KEY, HELD),
        EntitlementCopy("11D", KEY, {b"short": (DatedHolding(ELECTRIC, BEGUN, None),)}),
        entitlement_copy("11D", KEY, {"A": [naive]}),
    ):
        with pytest.raises(EntitlementError, match=r"the copy: \$"):
            body_of(bad)


# --- what is no copy ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "value", "where"),
    [
        ("format", 1, "$.format"),
        ("format", 3, "$.format"),
        ("sector", "21A", "$.sector"),
        ("sector", "11D\n", "$.sector"),
        ("key", "AAAA", "$.key"),
        ("key", "not base64!", "$.key"),
        ("plates", {}, "$.plates"),
        ("plates", [{**ONE, "hash": "AAAA"}], "$.plates[0].hash"),
        ("plates", [{**ONE, "hash": "A" * 32}], "$.plates[0].hash"),
        ("plates", [{**ONE, "rights": []}], "$.plates[0].rights"),
        (
            "plates",
            [{**ONE, "rights": [{"right": "", "since": "2026-01-01T00:00:00Z", "until": None}]}],
            "$.plates[0].rights[0].right",
        ),
        ("plates", [{**ONE, "rights": [{"right": "cmi_s", "until": None}]}], "$.plates[0].rights[0]"),
        ("plates", [{**ONE, "rights": [{"right": "cmi_s", "since": "2026-01-01T00:00:00Z"}]}], "$.plates[0].rights[0]"),
        (
            "plates",
            [{**ONE, "rights": [{"right": "cmi_s", "since": "2026-01-01T00:00:00", "until": None}]}],
            "$.plates[0].rights[0].since",
        ),
        (
            "plates",
            [{**ONE, "rights": [{"right": "cmi_s", "since": "2026-01-01T00:00:00Z", "until": "2026-06-01"}]}],
            "$.plates[0].rights[0].until",
        ),
        ("plates", [{**ONE, "plate": "AB123CD"}], "$.plates[0]"),
        ("plates", [ONE, ONE], "$.plates[1].hash"),
        ("signed_by", "nobody", "$"),
    ],
)
def test_a_wrong_member_is_named(member: str, value: object, where: str) -> None:
    with pytest.raises(EntitlementError) as caught:
        copy_in(json.dumps({**document(), member: value}).encode(), "rights 7")
    assert (caught.value.file, caught.value.place) == ("rights 7", where)
    assert str(caught.value) == f"rights 7: {where}: {caught.value.reason}"
    assert "AB123CD" not in str(caught.value)


@pytest.mark.parametrize("member", ["format", "sector", "key", "plates"])
def test_a_missing_member_is_named(member: str) -> None:
    with pytest.raises(EntitlementError, match=member):
        copy_in(json.dumps({name: value for name, value in document().items() if name != member}).encode(), "rights 7")


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        ('"sector":"11D"', '"sector":"11D","sector":"11D"'),
        ('"until":null', '"until":"2026-01-01T00:00:00Z","until":null'),
        ('"plates":[', '"plates":[],"plates":['),
    ],
)
def test_a_key_that_is_given_twice_is_refused(once: str, twice: str) -> None:
    text = body_of(entitlement_copy("11D", KEY, {"AB-123-CD": [DatedHolding(ELECTRIC, BEGUN, None)]})).decode()
    assert text.count(once) == 1
    with pytest.raises(EntitlementError, match="given twice"):
        copy_in(text.replace(once, twice).encode(), "rights 7")


def test_a_text_that_ends_too_soon_is_refused_wherever_it_ends() -> None:
    whole = body_of(COPY)
    for length in range(len(whole)):
        with pytest.raises(EntitlementError):
            copy_in(whole[:length], "rights 7")


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b"null", b'{"format": 2,}'])
def test_what_is_no_copy_at_all(data: bytes) -> None:
    with pytest.raises(EntitlementError, match="rights 7: "):
        copy_in(data, "rights 7")
