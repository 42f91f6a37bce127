"""Redaction of a diagnostic bundle: no plate, card number, name, PIN or key is left in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.diagnosis.journal_extract import JournalExtract, ledger_document, read_extract
from firmware.diagnosis.redaction import Redaction, bundle_files
from firmware.protocol.entry import Entry, EntryContent, body_of
from firmware.protocol.facts import (
    AlarmRaised,
    Fact,
    RightSold,
    ServiceDone,
    Started,
    TicketFailed,
    UnexpectedEvent,
)
from tests.firmware.diagnosis.bundles import BOOT, CARD, NOW, facts_about, fragments, right_for, strings

LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"


def entries(facts: Iterable[Fact]) -> list[Entry]:
    numbered = enumerate(facts, 1)
    return [Entry(seq, body_of(EntryContent(seq, "75011-0042", NOW, float(seq), BOOT, fact)), b"") for seq, fact in numbered]


def bundle(facts: Iterable[Fact], key: bytes = bytes(32), count: int = 500) -> dict[str, bytes]:
    known: JournalExtract = read_extract(entries(facts), count)
    documents = {"facts": list(known.latest), "alarms": list(known.alarms), "counters": ledger_document(known.ledger)}
    return bundle_files(documents, Redaction(key, known.plates))


def shown(files: Mapping[str, bytes]) -> str:
    return "\n".join(data.decode() for data in files.values())


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
    known = read_extract([Entry(1, body, b"")], 500)
    assert known.unknown == 1
    assert "AB123CD" not in shown(bundle_files({"facts": list(known.latest)}, Redaction(bytes(32), known.plates)))


def test_a_key_is_not_in_the_repr_of_what_holds_it() -> None:
    assert repr(b"k" * 32) not in repr(Redaction(b"k" * 32, frozenset()))
