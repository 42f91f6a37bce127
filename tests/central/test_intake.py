"""Intake: repeats, reordering, gaps and forks all end in the same register; nothing is dropped, nothing is half stored."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from central.core.city import City
from central.db.tables import dead_letters, entries, incidents, journals, statements
from central.intake import intake
from central.rules.journals import place_in
from firmware.protocol.envelope import STATEMENT, EnvelopeError, envelope_in, open_envelope
from firmware.protocol.facts import UnexpectedEvent
from tests.central.signing_station import (
    NOW,
    STATION,
    THERE,
    EntryText,
    SigningStation,
    StatementFields,
    all_of,
    chain,
    city_of,
    count,
    key_of,
    station_row,
)


@pytest.fixture
def city(store: Engine) -> City:
    """Two stations were enrolled yesterday."""
    return city_of(store, STATION, THERE)


@pytest.fixture
def station(city: City) -> SigningStation:
    """The first station's."""
    return SigningStation(city)


FIVE = chain([UnexpectedEvent(str(number)) for number in range(5)])


def test_the_first_batch(station: SigningStation) -> None:
    assert station.hand_in(FIVE) == (200, {"next": 6})
    rows = all_of(station.city, entries)
    assert [(row.seq, row.body.decode(), row.hash.hex()) for row in rows] == [(n, *text) for n, text in enumerate(FIVE, 1)]
    assert {row.received_at for row in rows} == {NOW}


def test_a_repeat_is_a_success_and_changes_nothing(station: SigningStation) -> None:
    station.hand_in(FIVE[:3])
    assert station.hand_in(FIVE[:3]) == (200, {"next": 4})
    assert station.hand_in(FIVE[1:2]) == (200, {"next": 4})
    assert station.hand_in(FIVE[1:]) == (200, {"next": 6})
    assert [row.body.decode() for row in all_of(station.city, entries)] == [body for body, _ in FIVE]


def test_a_gap_is_told_and_nothing_is_stored(station: SigningStation) -> None:
    station.hand_in(FIVE[:1])
    assert station.hand_in(FIVE[3:]) == (409, {"send_from": 2})
    assert count(station.city, entries) == 1


def test_a_station_that_begins_late_is_asked_from_the_start(station: SigningStation) -> None:
    assert station.hand_in(FIVE[2:]) == (409, {"send_from": 1})


def number_of(text: EntryText) -> int:
    """The sequence number in an entry's body."""
    return int(json.loads(text[0])["seq"])


OTHER = chain(
    [
        UnexpectedEvent("0"),
        UnexpectedEvent("1"),
        UnexpectedEvent("another past"),
        UnexpectedEvent("3"),
        UnexpectedEvent("4"),
        UnexpectedEvent("5"),
    ]
)


@pytest.mark.parametrize(("texts", "seq"), [(OTHER[2:3], 3), (OTHER[:3], 3), (OTHER, 3), (OTHER[4:], 5), (OTHER[5:], 6)])
def test_a_fork_is_taken_as_a_branch_and_told_once(station: SigningStation, texts: Sequence[EntryText], seq: int) -> None:
    station.hand_in(FIVE)
    last = number_of(texts[-1])
    assert station.hand_in(texts) == (200, {"next": last + 1, "fork": seq})
    for _ in range(2):
        assert station.hand_in(texts) == (200, {"next": last + 1})
    rows = all_of(station.city, incidents)
    assert [(row.station, row.seq, row.body.decode()) for row in rows] == [(STATION, seq, OTHER[seq - 1][0])]
    here = [(place_in(row.seq), row.body.decode()) for row in all_of(station.city, entries)]
    assert here == [((0, number_of(text)), text[0]) for text in FIVE] + [
        ((1, number_of(text)), text[0]) for text in texts if number_of(text) >= seq
    ]
    assert station.hand_in(FIVE[4:]) == (200, {"next": 6})


def test_two_stations_do_not_meet(station: SigningStation) -> None:
    assert station.hand_in(FIVE) == (200, {"next": 6})
    assert SigningStation(station.city, THERE).hand_in(chain([UnexpectedEvent("x")], THERE)) == (200, {"next": 2})


# --- without entries ----------------------------------------------------------------------------------------------


def test_an_empty_batch_is_a_heartbeat(station: SigningStation) -> None:
    assert station.hand_in([]) == (200, {"next": 1})
    station.hand_in(FIVE)
    assert station.hand_in([], last=5, head=FIVE[4][1]) == (200, {"next": 6})
    assert (count(station.city, entries), count(station.city, statements)) == (5, 1)


def test_what_a_station_says_it_holds_is_kept_though_it_is_asked_for_earlier_entries(station: SigningStation) -> None:
    station.hand_in(FIVE[:2])
    assert station.hand_in(FIVE[3:]) == (409, {"send_from": 3})
    assert [(row.next, row.held) for row in all_of(station.city, journals)] == [(3, 5)]


def test_an_empty_batch_that_is_ahead_of_the_city_is_a_gap(station: SigningStation) -> None:
    station.hand_in(FIVE[:2], held=5)
    assert station.hand_in([], last=5, head=FIVE[4][1]) == (409, {"send_from": 3})


@pytest.mark.parametrize("seq", [3, 5])
def test_a_station_whose_past_was_changed_is_found_out_though_it_sells_nothing(station: SigningStation, seq: int) -> None:
    station.hand_in(FIVE)
    assert station.hand_in([], last=seq, head=OTHER[seq - 1][1]) == (200, {"next": seq + 1, "fork": seq})
    (incident,) = all_of(station.city, incidents)
    assert (incident.seq, incident.hash.hex()) == (seq, OTHER[seq - 1][1])
    assert json.loads(incident.body)["head"] == OTHER[seq - 1][1]


# --- what is signed -----------------------------------------------------------------------------------------------


def test_the_statement_is_kept_as_proof_of_what_was_handed_in(station: SigningStation) -> None:
    station.hand_in(FIVE[:3])
    station.hand_in(FIVE[:3])
    station.hand_in(FIVE)
    first, second = all_of(station.city, statements)
    assert (first.last, second.last) == (3, 5)
    for row in (first, second):
        proof = json.dumps({"signed": 0, "signature": row.signature}).replace("0", row.document.decode(), 1).encode()
        document = open_envelope(STATEMENT, envelope_in(proof), key_of(STATION).public_key())
        assert json.loads(document)["head"] == FIVE[row.last - 1][1]
    with pytest.raises(EnvelopeError):
        open_envelope(STATEMENT, envelope_in(proof), key_of(THERE).public_key())


@pytest.mark.parametrize(
    ("texts", "said", "field"),
    [
        (FIVE, {"last": 4}, "signed.last"),
        (FIVE, {"last": 6}, "signed.last"),
        (FIVE, {"head": FIVE[3][1]}, "signed.head"),
        (FIVE, {"held": 4}, "signed.held"),
        ([], {"head": FIVE[0][1]}, "signed.head"),
        ([], {"last": 1, "held": 0}, "signed.held"),
    ],
)
def test_entries_that_were_not_signed_for_leave_nothing_not_even_the_request_number(
    station: SigningStation, texts: Sequence[EntryText], said: StatementFields, field: str
) -> None:
    status, problem = station.hand_in(texts, **said)
    assert (status, problem["errors"][0]["field"]) == (422, field)  # type: ignore[index]
    station.request_number -= 1
    assert station.hand_in(FIVE) == (200, {"next": 6})


BODY, HASH = FIVE[0]
SIGNED = '"signed": {}, "signature": "' + "A" * 86 + '"'


def unsigned(texts: Sequence[EntryText]) -> bytes:
    return f'{{{SIGNED}, "entries": {json.dumps([{"body": body, "hash": digest} for body, digest in texts])}}}'.encode()


@pytest.mark.parametrize(
    ("request_body", "field", "reason"),
    [
        (b"", "", "truncated"),
        (b"\xff\xfe", "", ""),
        (b"[]", "", "Expected `object`"),
        (b"{}", "", "signed"),
        (b'{"entries": []}', "", "signed"),
        (f'{{{SIGNED}, "entries": 3}}'.encode(), "entries", "Expected `array`"),
        (f'{{{SIGNED}, "entries": [], "extra": 1}}'.encode(), "", "unknown field `extra`"),
        (b'{"signed": {}, "signature": "short", "entries": []}', "signature", "86"),
        (unsigned([(BODY, HASH.upper())]), "entries[0].hash", "regex"),
        (unsigned([(BODY, HASH[:-1])]), "entries[0].hash", "regex"),
        (unsigned([("\ud800", HASH)]), "", ""),
        (unsigned([("not json", HASH)]), "entries[0].body", "not the text of an entry"),
        (unsigned([('{"seq":0,"station":"75011-0042"}', HASH)]), "entries[0].body", ">= 1"),
        (unsigned(chain([UnexpectedEvent("x")], THERE)), "entries[0].body", "entry of station 75012-0001"),
        (unsigned([FIVE[0], FIVE[2]]), "entries[1].body", "entry 3 cannot follow entry 1"),
        (unsigned([FIVE[1], FIVE[0]]), "entries[1].body", "entry 1 cannot follow entry 2"),
        (unsigned([FIVE[0], (FIVE[1][0], FIVE[2][1])]), "entries[1].hash", "not the hash"),
        (unsigned([FIVE[0]] * 1001), "entries", "at most 1000"),
    ],
)
def test_what_is_no_batch_is_refused_naming_the_field(city: City, request_body: bytes, field: str, reason: str) -> None:
    before = station_row(city)
    reply = intake.take(city, STATION, request_body, NOW)
    problem = json.loads(reply.body)
    assert (reply.status, reply.media_type, problem["status"]) == (422, "application/problem+json", 422)
    assert problem["errors"][0]["field"] == field
    assert reason in problem["errors"][0]["reason"]
    assert (count(city, entries), count(city, incidents), station_row(city)) == (0, 0, before)


def test_a_body_too_large_is_refused(city: City) -> None:
    assert intake.take(city, STATION, b" " * (1 << 20) + unsigned([]), NOW).status == 413


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.binary()
    | st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x)).map(lambda x: json.dumps(x).encode())
)
def test_garbage_is_refused_and_never_raises(city: City, data: bytes) -> None:
    assert intake.take(city, STATION, data, NOW).status == 422


# --- what cannot be understood ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "reason"),
    [({"fact": "teleported", "to": "75001"}, "teleported"), ({"fact": "alarm raised", "alarm": "a\0b"}, "character 0")],
)
def test_a_fact_that_is_not_understood_waits_for_a_person_and_holds_up_nobody(
    station: SigningStation, fact: dict[str, str], reason: str
) -> None:
    texts = chain([UnexpectedEvent("0"), fact, UnexpectedEvent("2")])
    assert station.hand_in(texts) == (200, {"next": 4})
    (letter,) = all_of(station.city, dead_letters)
    assert (letter.station, letter.seq, letter.received_at) == (STATION, 2, NOW)
    assert reason in letter.reason
    assert [row.body.decode() for row in all_of(station.city, entries)] == [body for body, _ in texts]
