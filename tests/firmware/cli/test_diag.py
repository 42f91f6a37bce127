"""`horodateur diag` on a rich folder: a bundle without secrets, and with whatever can still be read."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from firmware.cli import main
from firmware.journal.journal_file import JournalReader
from firmware.protocol.facts import (
    AlarmCleared,
    Fact,
    PinRefused,
    ServiceOpened,
    UnexpectedEvent,
)
from firmware.service.people import new_person, people_line
from firmware.station.state_folder import CITY, JOURNAL, KEY, PEOPLE, open_journal, provision
from tests.builders import ROOT, new_journal
from tests.firmware.diagnosis.bundles import BOOT, CARD, NOW, facts_about, fragments, strings

PIN, NAME, CITY_LINE = "280419", "Camille Lefebvre", "ghwVPHKd3JrSoY1JO5BMl_ijyt1OMO1d3YQkPnd_6Jw"
PLATES_SOLD = ("AB123CD", "ZW404KX", "1234WWT75", "MAXIMUS")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "home of Camille" / "state"
    folder.parent.mkdir()
    provision(folder, "75011-0042")
    (folder / CITY).write_text(CITY_LINE + "\n")
    shutil.copy(ROOT / "board" / "demo-station.toml", folder / "station.toml")
    text = (
        (folder / "station.toml")
        .read_text()
        .replace("http://127.0.0.1:8080/central", "https://us:passw0rdX@city.example/t0kenQ")
    )
    (folder / "station.toml").write_text(text.replace("12 rue Oberkampf", "12 rue (ZW-404-KX)"))
    (folder / "board").write_text("paris-v1\n")
    (folder / PEOPLE).write_text(people_line(new_person("07", NAME, PIN, b"salt of 16 bytes")) + "\n")
    (folder / "published").mkdir()
    (folder / "published" / "rights-3.json").write_text('{"AB123CD": "not a publication"}')
    journal = open_journal(folder, "75011-0042", BOOT)
    more: list[Fact] = [
        PinRefused("07", NOW),
        ServiceOpened("07"),
        UnexpectedEvent(f"card {CARD}, key {CITY_LINE}"),
        AlarmCleared("terminal silent"),
    ]
    for seq, fact in enumerate([*facts_about(PLATES_SOLD), *more]):
        journal.append(fact, NOW, float(seq))
    journal.close()
    return folder


def unpacked(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {member.name: taken.read() for member in tar if (taken := tar.extractfile(member))}


def spellings(secret: bytes) -> Iterable[bytes]:
    yield from (secret, secret.hex().encode(), base64.b64encode(secret)[:-2], base64.urlsafe_b64encode(secret).rstrip(b"="))


def test_nothing_secret_of_a_rich_folder_is_in_the_bundle(folder: Path, tmp_path: Path) -> None:
    assert main(["diag", "--state", str(folder), "--out", str(tmp_path / "d.tar.gz")]) == 0
    everything = b"\n".join(unpacked(tmp_path / "d.tar.gz").values())
    person = json.loads((folder / PEOPLE).read_text())
    secrets = [CARD, PIN, "Camille", "Lefebvre", CITY_LINE, "passw0rdX", "t0kenQ", person["hash"], person["salt"], str(folder)]
    planted = [
        *(secret.encode() for secret in secrets),
        *(plate.encode() for plate in PLATES_SOLD),
        *spellings((folder / KEY).read_bytes()),
    ]
    assert [secret for secret in planted if secret.upper() in everything.upper()] == []
    for plate in PLATES_SOLD:
        assert plate not in fragments(
            " ".join(strings([json.loads(data) for data in unpacked(tmp_path / "d.tar.gz").values()]))
        )


def test_the_manifest_lists_every_file_with_its_hash(folder: Path, tmp_path: Path) -> None:
    main(["diag", "--state", str(folder), "--out", str(tmp_path / "d.tar.gz")])
    files = {name.partition("/")[2]: data for name, data in unpacked(tmp_path / "d.tar.gz").items()}
    listed = json.loads(files.pop("manifest.json"))["files"]
    assert {name: file["sha256"] for name, file in listed.items()} == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items()
    }
    assert {"facts.json", "alarms.json", "counters.json", "clock.json", "disk.json", "selftest.json"} <= files.keys()


def test_it_changes_nothing_in_the_folder(folder: Path, tmp_path: Path) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    main(["diag", "--state", str(folder), "--out", str(tmp_path / "d.tar.gz")])
    after = {
        file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and not file.name.endswith(("-wal", "-shm"))
    }
    assert {file: data for file, data in before.items() if file in after} == after


def test_a_bundle_is_never_written_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "d.tar.gz").write_bytes(b"precious")
    assert main(["diag", "--state", str(folder), "--out", str(tmp_path / "d.tar.gz")]) == 1
    assert (tmp_path / "d.tar.gz").read_bytes() == b"precious"


@pytest.mark.parametrize("broken", ["station.toml", "board", KEY, CITY, PEOPLE, JOURNAL])
def test_what_is_broken_is_told_and_the_rest_is_there(folder: Path, tmp_path: Path, broken: str) -> None:
    (folder / broken).write_bytes(b"\xff broken AB123CD")
    assert main(["diag", "--state", str(folder), "--out", str(tmp_path / "d.tar.gz")]) == 0
    files = unpacked(tmp_path / "d.tar.gz")
    assert len(files) == 18
    assert b"AB123CD" not in b"".join(files.values())


def test_a_torn_journal_tells_what_could_be_read_of_it(folder: Path, tmp_path: Path) -> None:
    data = (folder / JOURNAL).read_bytes()
    (folder / JOURNAL).write_bytes(data[: len(data) // 2])
    assert main(["diag", "--state", str(folder), "--out", str(tmp_path / "d.tar.gz")]) == 0
    assert "error" in json.loads(unpacked(tmp_path / "d.tar.gz")["horodateur-diag/journal.json"])


@pytest.mark.parametrize("first", ["whole", "torn", "gone"])
def test_every_generation_is_told_and_the_newest_s_end(folder: Path, tmp_path: Path, first: str) -> None:
    end = entries_of(folder / JOURNAL)
    new_journal(folder / "journal-2.db", "75011-0042", 2)
    if first == "torn":
        (folder / JOURNAL).write_bytes(b"torn")
    if first == "gone":
        (folder / JOURNAL).unlink()
    assert main(["diag", "--state", str(folder), "--out", str(tmp_path / "d.tar.gz")]) == 0
    files = unpacked(tmp_path / "d.tar.gz")
    told = json.loads(files["horodateur-diag/journal.json"])
    assert (told["generation"], told["seq"]) == (2, 0)
    assert [older.get("seq", "torn") for older in told["older"]] == {"whole": [end], "torn": ["torn"], "gone": []}[first]
    assert (len(json.loads(files["horodateur-diag/facts.json"])) == end) == (first == "whole")
    names = [file["name"] for file in json.loads(files["horodateur-diag/folder.json"])["files"]]
    assert "journal-2.db" in names


def entries_of(journal: Path) -> int:
    with contextlib.closing(JournalReader(journal)) as reader:
        return reader.last()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert main(["diag", "--state", str(tmp_path / "none"), "--out", str(tmp_path / "d.tar.gz")]) == 1
    assert not (tmp_path / "d.tar.gz").exists()
