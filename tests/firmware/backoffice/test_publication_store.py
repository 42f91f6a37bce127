"""Publication store: takes only what the city signed for this station, never an older version; in force to the second."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from firmware.backoffice.publication_store import PublicationStore, PublicationStoreError
from firmware.protocol.envelope import PUBLICATION, STATEMENT, Envelope, envelope_in, message_of, sign_envelope
from tests.builders import CITY_KEY
from tests.firmware.backoffice.publications import (
    DAY,
    NOW,
    PROVISIONED,
    RESIDENT,
    SECOND,
    SHIPPED,
    SITE,
    address,
    found_in,
    names,
    published,
    rights,
    store_in,
    tariffs,
)


@pytest.fixture
def publication_store(tmp_path: Path) -> PublicationStore:
    return store_in(tmp_path)


# --- what is taken ------------------------------------------------------------------------------------------------


def test_nothing_published_is_as_provisioned(publication_store: PublicationStore) -> None:
    assert publication_store.active_config(PROVISIONED, NOW) == PROVISIONED
    assert (publication_store.versions, publication_store.rejected) == ({}, ())


def test_each_kind_is_kept_as_it_came_and_is_in_force(publication_store: PublicationStore, tmp_path: Path) -> None:
    prices = published(3, tariffs(5), "tariffs")
    for envelope in (prices, published(8, rights(), "rights"), published(1, address("1 rue Neuve"))):
        publication_store.accept(envelope, NOW)
    assert names(tmp_path) == ["configuration-1.json", "rights-8.json", "tariffs-3.json"]
    assert (tmp_path / "published" / "tariffs-3.json").read_bytes() == message_of(prices)
    assert (tmp_path / "published" / "rights-8.json").stat().st_mode & 0o777 == 0o600
    for found in (publication_store.active_config(PROVISIONED, NOW), found_in(tmp_path)):
        assert found.tariffs.start_step_minutes == 5
        assert found.rights.holdings("AB123CD", NOW) == (RESIDENT,)
        assert (found.site.address, found.site.nearest) == ("1 rue Neuve", SITE.nearest)
    assert publication_store.versions == {"tariffs": 3, "rights": 8, "configuration": 1}


def test_what_a_configuration_does_not_say_is_as_provisioned_and_not_as_the_one_before(
    publication_store: PublicationStore,
) -> None:
    publication_store.accept(published(1, address("1 rue Neuve")), NOW)
    publication_store.accept(published(2, b'{"street":"rotative"}'), NOW)
    site = publication_store.active_config(PROVISIONED, NOW).site
    assert (site.address, site.street, site.sector) == (SITE.address, "rotative", "11D")


# --- what is refused ----------------------------------------------------------------------------------------------

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
GOOD = published(2, address("1 rue Neuve"))
REFUSED: dict[str, tuple[Envelope, str]] = {
    "by another key": (published(2, address("x"), key=STRANGER), "not signed for publication"),
    "for another purpose": (sign_envelope(STATEMENT, bytes(GOOD.signed), CITY_KEY), "not signed for publication"),
    "changed": (Envelope(msgspec.Raw(bytes(GOOD.signed).replace(b"Neuve", b"Vieux")), GOOD.signature), "not signed for"),
    "for another station": (published(2, address("x"), audience="75011-0043"), "is for '75011-0043', and not for '75011-0042'"),
    "for another sector": (published(2, rights(sector="11C"), "rights", audience="11C"), "is for '11C', and not for '11D'"),
    "a copy of another sector": (published(2, rights(sector="11C"), "rights"), "made for 11C; this station stands in 11D"),
    "of no kind known here": (
        sign_envelope(
            PUBLICATION, msgspec.json.encode({**msgspec.json.decode(bytes(GOOD.signed)), "kind": "firmware"}), CITY_KEY
        ),
        "Invalid enum value 'firmware'",
    ),
    "without a version": (sign_envelope(PUBLICATION, bytes(GOOD.signed).replace(b'"version":2,', b""), CITY_KEY), "`version`"),
    "version 0": (
        sign_envelope(PUBLICATION, bytes(GOOD.signed).replace(b'"version":2,', b'"version":0,'), CITY_KEY),
        "`int` >= 1",
    ),
    "a naive date": (
        sign_envelope(PUBLICATION, bytes(GOOD.signed).replace(b"10:00:00Z", b"10:00:00"), CITY_KEY),
        "effective_from",
    ),
    "prices with a gap": (published(2, b'{"edition":1}', "tariffs"), "tariffs 2: "),
    "prices said twice": (published(2, SHIPPED.replace(b"{", b'{"time_zone":"UTC",', 1), "tariffs"), "given twice"),
    "rights said twice": (
        published(2, rights().replace(b'"until":null', b'"until":"2026-01-01T00:00:00Z","until":null'), "rights"),
        "given twice",
    ),
    "a street of no kind": (published(2, b'{"street":"private"}'), "configuration 2: Invalid enum value 'private'"),
    "an unknown member": (published(2, b'{"zone":2}'), "configuration 2: Object contains unknown field `zone`"),
    "nested without end": (Envelope(msgspec.Raw(b"[" * 100_000 + b"]" * 100_000), GOOD.signature), "not signed for"),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_is_not_the_city_s_word_for_this_station_changes_nothing(
    publication_store: PublicationStore, tmp_path: Path, wrong: str
) -> None:
    publication_store.accept(published(1, address("1 rue d’avant")), NOW)
    envelope, reason = REFUSED[wrong]
    with pytest.raises(PublicationStoreError) as caught:
        publication_store.accept(envelope, NOW)
    assert reason in str(caught.value)
    assert names(tmp_path) == ["configuration-1.json"]
    assert found_in(tmp_path).site.address == "1 rue d’avant"
    assert publication_store.versions == {"configuration": 1}


@pytest.mark.parametrize("version", [1, 4, 5])
def test_no_way_leads_back_to_an_older_version(publication_store: PublicationStore, tmp_path: Path, version: int) -> None:
    publication_store.accept(published(5, address("5 rue Neuve")), NOW)
    for again in (publication_store, store_in(tmp_path)):
        with pytest.raises(PublicationStoreError, match=f"configuration {version}: is not newer than configuration 5"):
            again.accept(published(version, address("old"), since=NOW + DAY), NOW)
    assert found_in(tmp_path, NOW + 2 * DAY).site.address == "5 rue Neuve"
    publication_store.accept(published(version, rights(), "rights"), NOW)  # each kind counts for itself


def test_a_station_that_was_given_no_key_of_the_city_believes_nothing(tmp_path: Path) -> None:
    store_in(tmp_path).accept(published(1, address("1 rue Neuve")), NOW)
    publication_store = PublicationStore(tmp_path / "published", SITE, None)
    with pytest.raises(PublicationStoreError, match=r"central\.pub: this station was given no key of the city"):
        publication_store.accept(published(2, address("2 rue Neuve")), NOW)
    assert publication_store.active_config(PROVISIONED, NOW) == PROVISIONED
    assert len(publication_store.rejected) == 1


MESSAGE = message_of(GOOD)


@given(at=st.integers(0, len(MESSAGE) - 1), bit=st.integers(0, 7))
def test_no_flipped_bit_is_ever_accepted(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    folder = tmp_path_factory.mktemp("station")
    turned = MESSAGE[:at] + bytes([MESSAGE[at] ^ (1 << bit)]) + MESSAGE[at + 1 :]
    with pytest.raises((PublicationStoreError, ValueError)):
        store_in(folder).accept(envelope_in(turned), NOW)
    (folder / "published").mkdir()
    (folder / "published" / "configuration-2.json").write_bytes(turned)
    assert found_in(folder) == PROVISIONED


# --- when it is in force ------------------------------------------------------------------------------------------


def test_what_comes_later_waits_in_the_store_and_is_in_force_to_the_second(
    publication_store: PublicationStore, tmp_path: Path
) -> None:
    change = NOW + DAY
    publication_store.accept(published(1, tariffs(5), "tariffs"), NOW)
    publication_store.accept(published(2, tariffs(10), "tariffs", since=change), NOW)
    for look in (publication_store.active_config, store_in(tmp_path).active_config):
        before = look(PROVISIONED, change - SECOND)
        assert (before.tariffs.start_step_minutes, before.until) == (5, change)
        after = look(PROVISIONED, change)
        assert (after.tariffs.start_step_minutes, after.until) == (10, None)


def test_a_greater_version_that_holds_earlier_overtakes_the_one_that_waits(
    publication_store: PublicationStore, tmp_path: Path
) -> None:
    publication_store.accept(published(1, address("1 rue"), since=NOW + DAY), NOW)
    publication_store.accept(published(2, address("2 rue"), since=NOW), NOW)
    assert names(tmp_path) == ["configuration-2.json"]
    assert found_in(tmp_path, NOW + 2 * DAY).site.address == "2 rue"


def test_only_what_can_still_be_in_force_is_kept(publication_store: PublicationStore, tmp_path: Path) -> None:
    for version, since in ((1, NOW - DAY), (2, NOW), (3, NOW + DAY), (4, NOW + 3 * DAY)):
        publication_store.accept(published(version, address(f"{version} rue"), since=since), NOW)
    assert names(tmp_path) == ["configuration-2.json", "configuration-3.json", "configuration-4.json"]
    publication_store.accept(published(5, address("5 rue"), since=NOW + 4 * DAY), NOW + 2 * DAY)
    assert names(tmp_path) == ["configuration-3.json", "configuration-4.json", "configuration-5.json"]


def test_a_running_station_sees_what_another_process_has_put_there(publication_store: PublicationStore, tmp_path: Path) -> None:
    assert publication_store.active_config(PROVISIONED, NOW).site == SITE
    store_in(tmp_path).accept(published(1, address("1 rue Neuve")), NOW)
    assert publication_store.active_config(PROVISIONED, NOW + SECOND).site == SITE, (
        "it looks every other second, not at each key"
    )
    assert publication_store.active_config(PROVISIONED, NOW + 2 * SECOND).site.address == "1 rue Neuve"
    store_in(tmp_path).accept(published(2, address("2 rue Neuve")), NOW)
    assert publication_store.active_config(PROVISIONED, NOW - DAY).site == SITE, (
        "a clock set back looks at once: neither was in force then"
    )
    assert publication_store.active_config(PROVISIONED, NOW).site.address == "2 rue Neuve"
