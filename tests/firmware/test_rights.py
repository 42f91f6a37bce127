"""The station's copy of rights: found by any spelling of a plate, written without one, refused when it is not whole."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.rights import NO_RIGHTS, RightsCopy, RightsError, load_rights, rights_copy, write_rights
from firmware.tariff import Holding

KEY = bytes(range(32))
RESIDENT = Holding("resident", frozenset({"11A", "11C", "11D", "3B"}))
ELECTRIC = Holding("low_emission")
HELD = {"AB-123-CD": (RESIDENT, ELECTRIC), "1234 aa 75": (ELECTRIC,)}
COPY = rights_copy(7, "11D", KEY, HELD)

AB123CD = bytes.fromhex("ee49029e7b23ccd4cdc35c0ea424bc2f")
"""printf AB123CD | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f, the first 16 bytes."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rights.json"


def written(path: Path) -> dict[str, object]:
    write_rights(COPY, path)
    document = json.loads(path.read_bytes())
    assert isinstance(document, dict)
    return document


# --- looking up -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plate", ["AB-123-CD", "AB123CD", "ab 123 cd"])
def test_a_plate_is_found_however_it_is_written(plate: str) -> None:
    assert COPY.holdings(plate) == (RESIDENT, ELECTRIC)


@pytest.mark.parametrize("plate", ["AB-123-CE", "A", "", "BA-123-CD", "é€"])
def test_any_other_plate_holds_nothing(plate: str) -> None:
    assert COPY.holdings(plate) == ()


def test_no_rights() -> None:
    assert NO_RIGHTS.holdings("AB-123-CD") == ()


def test_a_plate_is_known_by_a_keyed_hash_of_sixteen_bytes() -> None:
    assert set(rights_copy(7, "11D", KEY, {"AB-123-CD": (RESIDENT,)}).plates) == {AB123CD}
    assert set(rights_copy(7, "11D", KEY[::-1], {"AB-123-CD": (RESIDENT,)}).plates) != {AB123CD}


# --- the file -------------------------------------------------------------------------------------------------------


def test_the_file_is_as_others_write_it(path: Path) -> None:
    document = {
        "format": 1,
        "version": 7,
        "sector": "11D",
        "key": base64.b64encode(KEY).decode(),
        "plates": [{"hash": base64.b64encode(AB123CD).decode(), "rights": [{"right": "resident", "sectors": ["11D"]}]}],
    }
    path.write_text(json.dumps(document))
    copy = load_rights(path)
    assert (copy.version, copy.sector) == (7, "11D")
    assert copy.holdings("AB-123-CD") == (Holding("resident", frozenset({"11D"})),)


RIGHTS = st.lists(
    st.builds(
        Holding, st.sampled_from(["resident", "cmi_s", "pro_mobile"]), st.frozensets(st.sampled_from(["1A", "11D", "20Z"]))
    ),
    min_size=1,
)


@given(
    held=st.dictionaries(st.text("ABCDEFGHJK0123456789", min_size=1, max_size=10), RIGHTS),
    key=st.binary(min_size=32, max_size=32),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, held: dict[str, list[Holding]], key: bytes
) -> None:
    path = tmp_path_factory.mktemp("copy") / "rights.json"
    copy = rights_copy(3, "11D", key, held)
    write_rights(copy, path)
    read = load_rights(path)
    assert read == copy
    assert all(read.holdings(plate) == tuple(holdings) for plate, holdings in held.items())


def test_no_plate_is_in_the_file_and_no_key_in_what_is_said_of_it(path: Path) -> None:
    write_rights(COPY, path)
    text = path.read_text("ascii").upper()
    assert not any(part in text for part in ("AB-123", "AB123", "123CD", "1234AA"))
    assert base64.b64encode(b"AB123CD").decode().rstrip("=").upper() not in text
    assert repr(COPY) == "RightsCopy(version=7, sector='11D')"


def test_the_file_is_for_its_owner_and_says_nothing_by_its_order(path: Path) -> None:
    document = written(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["rights.json"]
    write_rights(rights_copy(7, "11D", KEY, dict(reversed(HELD.items()))), path)
    assert json.loads(path.read_bytes()) == document


def test_a_copy_that_could_not_be_read_back_is_not_written(path: Path) -> None:
    write_rights(COPY, path)
    before = path.read_bytes()
    for bad in (NO_RIGHTS, rights_copy(8, "eleven", KEY, HELD), RightsCopy(8, "11D", KEY, {b"short": (ELECTRIC,)})):
        with pytest.raises(RightsError, match=r"rights\.json: \$"):
            write_rights(bad, path)
    assert path.read_bytes() == before


def test_a_disk_that_fails_leaves_the_old_copy(path: Path) -> None:
    write_rights(COPY, path)
    path.with_name("rights.json.new").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_rights(rights_copy(8, "11D", KEY, HELD), path)
    assert load_rights(path) == COPY


# --- files that are not one -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "value", "where"),
    [
        ("format", 2, "$.format"),
        ("version", 0, "$.version"),
        ("version", "7", "$.version"),
        ("sector", "21A", "$.sector"),
        ("key", "AAAA", "$.key"),
        ("key", "not base64!", "$.key"),
        ("plates", {}, "$.plates"),
        ("plates", [{"hash": "AAAA", "rights": [{"right": "resident"}]}], "$.plates[0].hash"),
        ("plates", [{"hash": "A" * 22 + "==", "rights": []}], "$.plates[0].rights"),
        ("plates", [{"hash": "A" * 22 + "==", "rights": [{"right": ""}]}], "$.plates[0].rights[0].right"),
        ("plates", [{"hash": "A" * 22 + "==", "rights": [{"right": "resident", "until": 1}]}], "$.plates[0].rights[0]"),
        ("plates", [{"hash": "A" * 22 + "==", "rights": [{"right": "cmi_s"}], "plate": "AB123CD"}], "$.plates[0]"),
        ("plates", [{"hash": "A" * 22 + "==", "rights": [{"right": "cmi_s"}]}] * 2, "$.plates[1].hash"),
        ("signed_by", "nobody", "$"),
    ],
)
def test_a_wrong_member_is_named(path: Path, member: str, value: object, where: str) -> None:
    path.write_text(json.dumps({**written(path), member: value}))
    with pytest.raises(RightsError) as caught:
        load_rights(path)
    assert (caught.value.file, caught.value.where) == (str(path), where)
    assert str(caught.value) == f"{path}: {where}: {caught.value.reason}"
    assert "AB123CD" not in str(caught.value)


@pytest.mark.parametrize("member", ["format", "version", "sector", "key", "plates"])
def test_a_missing_member_is_named(path: Path, member: str) -> None:
    document = written(path)
    del document[member]
    path.write_text(json.dumps(document))
    with pytest.raises(RightsError, match=member):
        load_rights(path)


def test_a_file_that_ends_too_soon_is_refused_wherever_it_ends(path: Path) -> None:
    write_rights(COPY, path)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(RightsError):
            load_rights(path)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b"null", b'{"format": 1,}'])
def test_what_is_no_copy_at_all(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(RightsError, match=r"rights\.json: "):
        load_rights(path)


def test_no_file_is_for_the_caller_to_decide(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_rights(path)
    path.mkdir()
    with pytest.raises(RightsError, match="cannot be read"):
        load_rights(path)
