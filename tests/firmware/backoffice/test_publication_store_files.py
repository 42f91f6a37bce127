"""Publication store: damaged files, and that one still blocks older versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from firmware.backoffice.publication_store import PublicationStore, PublicationStoreError
from firmware.protocol.envelope import message_of
from tests.builders import CITY_KEY
from tests.firmware.backoffice.publications import (
    DAY,
    NOW,
    PROVISIONED,
    SITE,
    address,
    found_in,
    published,
    rights,
    store_in,
    tariffs,
)


@pytest.fixture
def publication_store(tmp_path: Path) -> PublicationStore:
    return store_in(tmp_path)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def exchanged(file: Path) -> None:
    """Good, and yet not what its name says."""
    file.write_bytes(message_of(published(1, tariffs(30), "tariffs")))


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [cut_short, emptied, exchanged, a_folder])
def test_a_damaged_file_is_named_and_the_next_lower_one_serves(
    publication_store: PublicationStore, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    publication_store.accept(published(2, tariffs(5), "tariffs"), NOW)
    publication_store.accept(published(3, tariffs(10), "tariffs", since=NOW + DAY), NOW)
    damage(tmp_path / "published" / "tariffs-3.json")
    again = store_in(tmp_path)
    assert again.active_config(PROVISIONED, NOW + 2 * DAY).tariffs.start_step_minutes == 5
    assert again.versions == {"tariffs": 2}
    (told,) = again.rejected
    assert told.startswith(f"{tmp_path}/published/tariffs-3.json: ")


def test_a_damaged_file_opens_no_way_back_and_is_healed_by_the_same_version(
    publication_store: PublicationStore, tmp_path: Path
) -> None:
    publication_store.accept(published(3, address("3 rue Neuve")), NOW)
    emptied(tmp_path / "published" / "configuration-3.json")
    again = store_in(tmp_path)
    with pytest.raises(PublicationStoreError, match="configuration 2: is not newer than configuration 3"):
        again.accept(published(2, address("2 rue Neuve")), NOW)
    assert again.active_config(PROVISIONED, NOW).site == SITE
    again.accept(published(3, address("3 rue Neuve")), NOW)
    assert (again.rejected, again.versions) == ((), {"configuration": 3})
    assert found_in(tmp_path).site.address == "3 rue Neuve"


def test_a_station_that_was_moved_starts_counting_anew(publication_store: PublicationStore, tmp_path: Path) -> None:
    publication_store.accept(published(50, rights(), "rights"), NOW)
    moved = PublicationStore(tmp_path / "published", replace(SITE, sector="11C"), CITY_KEY.public_key())
    assert "is for '11D', and not for '11C'" in moved.rejected[0]
    moved.accept(published(3, rights(sector="11C"), "rights", audience="11C"), NOW)
    assert moved.versions == {"rights": 3}


def test_what_else_lies_in_the_folder_is_no_publication(tmp_path: Path) -> None:
    folder = tmp_path / "published"
    folder.mkdir()
    for name in ("tariffs-0.json", "tariffs-1.json~", "tariffs-01.json", "firmware-1.json", "notes.txt", "tariffs-1.json.new"):
        (folder / name).write_bytes(message_of(published(1, tariffs(5), "tariffs")))
    publication_store = store_in(tmp_path)
    assert (publication_store.versions, publication_store.rejected) == ({}, ())
    assert publication_store.active_config(PROVISIONED, NOW) == PROVISIONED
