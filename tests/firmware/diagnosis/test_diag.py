"""A bundle that anybody may read: everything that must not leave is planted in a rich folder, and looked for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import tarfile
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.cli import main
from firmware.diagnosis.diag import JournalExtract, Redaction, counted, files_of, told
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.entry import Entry, EntryContent, body_of
from firmware.protocol.facts import (
    AlarmCleared,
    AlarmRaised,
    Fact,
    InDoubt,
    PaymentRefused,
    PaymentStarted,
    PinRefused,
    RightSold,
    ServiceDone,
    ServiceOpened,
    Started,
    TicketFailed,
    UnexpectedEvent,
)
from firmware.service.people import line_of, new_person
from firmware.station.state_folder import CITY, JOURNAL, KEY, PEOPLE, open_journal, provision
from tests.builders import PARIS, ROOT, right

NOW = datetime(2026, 3, 4, 10, tzinfo=PARIS)
BOOT = "0f" * 16
CARD = "4970101234567890"
LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"


def right_for(plate: str, number: int) -> ParkingRight:
    """A sale whose every value is worth hiding."""
    return right(number, plate=plate, start=NOW, end=NOW + timedelta(hours=1), units=4, cents=600, tariff="2021-08-01")


def facts_about(plates: Iterable[str]) -> list[Fact]:
    """Sales of these plates, and free texts that name them, as nobody should have written them."""
    facts: list[Fact] = [Started("0.1.0", "2021-08-01"), AlarmRaised("terminal silent")]
    for number, plate in enumerate(plates, 1):
        sold = right_for(plate, number)
        facts += [
            PaymentStarted(sold),
            RightSold(sold) if number % 2 else InDoubt(sold, f"asked by {plate}"),
            UnexpectedEvent(f"{plate} came back"),
            UnexpectedEvent(f"lower {plate.lower()}, spaced {' '.join(plate)}, dashed {'-'.join(plate)}"),
            PaymentRefused(sold.reference, f"card of {plate} refused"),
            ServiceDone("07", "keypad test", f"saw ({plate})"),
            AlarmRaised(f"alarm about {plate}"),
            TicketFailed(sold.reference, plate),
        ]
    return facts


def entries(facts: Iterable[Fact]) -> list[Entry]:
    numbered = enumerate(facts, 1)
    return [Entry(seq, body_of(EntryContent(seq, "75011-0042", NOW, float(seq), BOOT, fact)), b"") for seq, fact in numbered]


def bundle(facts: Iterable[Fact], key: bytes = bytes(32), count: int = 500) -> dict[str, bytes]:
    known: JournalExtract = told(entries(facts), count)
    documents = {"facts": list(known.latest), "alarms": list(known.alarms), "counters": counted(known.ledger)}
    return files_of(documents, Redaction(key, known.plates))


def shown(files: Mapping[str, bytes]) -> str:
    return "\n".join(data.decode() for data in files.values())


def fragments(text: str) -> str:
    """The letters and digits alone: no spelling of a plate hides from that."""
    return "".join(re.findall(r"[A-Z0-9]", text.upper()))


SIV = st.from_regex(rf"[{LETTERS}]{{2}}[0-9]{{3}}[{LETTERS}]{{2}}", fullmatch=True)
FNI = st.from_regex(rf"[1-9][0-9]{{1,3}}[{LETTERS}]{{2,3}}(75|92|2A)", fullmatch=True)
FOREIGN = st.from_regex(r"[A-Z0-9]{6,10}", fullmatch=True).filter(lambda plate: bool(re.search("[G-Z].*[G-Z]", plate)))
WORDS = st.from_regex(r"[G-Z]{5,10}", fullmatch=True)
PLATES = st.lists(SIV | FNI | FOREIGN | WORDS, min_size=1, max_size=4, unique=True)


# --- plates -------------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(PLATES)
def test_no_plate_leaves_in_any_text_in_any_spelling(plates: list[str]) -> None:
    always = fragments(" ".join(told_by(bundle(facts_about([])))))
    for value in told_by(bundle(facts_about(plates))):
        assert not [plate for plate in plates if plate in fragments(value) and plate not in always]


def told_by(files: Mapping[str, bytes]) -> list[str]:
    """Every text and every name of a member."""
    return list(strings([json.loads(data) for data in files.values()]))


def strings(tree: object) -> Iterable[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        for name, value in tree.items():
            yield from (name, *strings(value))
    elif isinstance(tree, Iterable):
        for value in tree:
            yield from strings(value)


@settings(max_examples=50, deadline=None)
@given(SIV, SIV, st.binary(min_size=32, max_size=32))
def test_a_bundle_says_of_plates_only_which_are_the_same(one: str, other: str, key: bytes) -> None:
    """Two journals that differ in their plates alone differ in the hashes alone."""
    texts = [shown(bundle(facts_about([plate]), key)) for plate in (one, other)]
    blank = [re.sub(r'plate-[0-9a-f]{12}|"(bytes|sha256)": [^,\n]*', "", text) for text in texts]
    assert blank[0] == blank[1]


def test_a_plate_has_one_hash_in_a_bundle_and_another_in_the_next() -> None:
    facts = facts_about(["AB123CD", "XY987ZT"])
    first, second = (set(re.findall("plate-[0-9a-f]{12}", shown(bundle(facts, bytes([key]) * 32)))) for key in (1, 2))
    assert (len(first), len(second)) == (2, 2)
    assert not first & second


def test_a_plate_of_before_the_last_facts_is_masked_too() -> None:
    facts = [*facts_about(["AB123CD"]), *([Started("0.1.0", "2021-08-01")] * 3), UnexpectedEvent("again ab 123 cd")]
    (last,) = json.loads(bundle(facts, count=1)["facts.json"])
    assert last["fact"]["what"] == "again ‹masked›"


# --- what may pass, and what may not ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "secret",
    [
        CARD,
        "4970 1012 3456 7890",
        "4970-1012-3456-7890",
        "123456",
        "0123456789abcdef",
        "hdt_7_Zm9vYmFyYmF6",
        "a" * 43,
        "ZW-404-KX",
        "zw404kx",
    ],
)
def test_a_secret_in_a_free_text_is_masked(secret: str) -> None:
    facts: list[Fact] = [
        UnexpectedEvent(f"saw {secret} there"),
        ServiceDone("07", "note", secret),
        TicketFailed("75011-0042-1", secret),
    ]
    told_of = [entry["fact"] for entry in json.loads(bundle(facts)["facts.json"])]
    texts = [told_of[0]["what"], told_of[1]["detail"], told_of[2]["printer"]]
    assert not [part for part in re.split(r"[ -]", secret) if len(part) > 2 and part in " ".join(texts)]
    assert re.fullmatch("saw (‹masked› ?)+ there", texts[0])


def test_what_an_engineer_needs_is_left() -> None:
    facts: list[Fact] = [
        RightSold(right_for("AB123CD", 1), clock="free running"),
        AlarmRaised("key A stuck"),
        ServiceDone("07", "keypad test", "missing OK A"),
    ]
    told_of = json.loads(bundle(facts)["facts.json"])
    assert [entry["fact"]["fact"] for entry in told_of] == ["right sold", "alarm raised", "service done"]
    sold = told_of[0]["fact"]
    assert (sold["right"]["reference"], sold["right"]["cents"], sold["clock"]) == ("75011-0042-000001", 600, "free running")
    assert (sold["right"]["start"], told_of[0]["at"], told_of[0]["boot"]) == ("2026-03-04T10:00:00+01:00",) * 2 + (BOOT,)
    assert told_of[1]["fact"]["alarm"] == "key A stuck"
    assert told_of[2]["fact"]["detail"] == "missing OK A"


def test_a_member_nobody_has_thought_about_is_free_text() -> None:
    redaction = Redaction(bytes(32), frozenset())
    assert redaction.tree({"newer": "AB-123-CD", "inside": [{"deep": "4970101234567890"}]}) == {
        "newer": "‹masked›",
        "inside": [{"deep": "‹masked›"}],
    }


def test_a_fact_of_a_newer_software_is_counted_and_not_shown() -> None:
    body = entries([UnexpectedEvent("x")])[0].body.replace(b'"strange"', b'"plate typed"').replace(b'"x"', b'"AB123CD"')
    known = told([Entry(1, body, b"")], 500)
    assert known.unknown == 1
    assert "AB123CD" not in shown(files_of({"facts": list(known.latest)}, Redaction(bytes(32), known.plates)))


def test_a_key_is_not_in_the_repr_of_what_holds_it() -> None:
    assert repr(b"k" * 32) not in repr(Redaction(b"k" * 32, frozenset()))


# --- the command, on a whole folder -------------------------------------------------------------------------------

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
    (folder / PEOPLE).write_text(line_of(new_person("07", NAME, PIN, b"salt of 16 bytes")) + "\n")
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
    assert len(files) == 16
    assert b"AB123CD" not in b"".join(files.values())


def test_a_torn_journal_tells_what_could_be_read_of_it(folder: Path, tmp_path: Path) -> None:
    data = (folder / JOURNAL).read_bytes()
    (folder / JOURNAL).write_bytes(data[: len(data) // 2])
    assert main(["diag", "--state", str(folder), "--out", str(tmp_path / "d.tar.gz")]) == 0
    assert "trouble" in json.loads(unpacked(tmp_path / "d.tar.gz")["horodateur-diag/journal.json"])


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert main(["diag", "--state", str(tmp_path / "none"), "--out", str(tmp_path / "d.tar.gz")]) == 1
    assert not (tmp_path / "d.tar.gz").exists()
