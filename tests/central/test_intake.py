"""Intake: repeats, reordering, gaps and forks all end in the same register; nothing is dropped, nothing is half stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, func, insert, select

from central import intake
from central.store import dead_letters, entries, incidents, open_store, rights, stations
from firmware.entry import Recorded, body_of
from firmware.facts import Fact, Raised, RightSold
from firmware.right import Right

STATION = "75011-0042"
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[Engine]:
    """An empty register in memory."""
    store = open_store("sqlite://")
    yield store
    store.dispose()


Text = tuple[str, str]
"""A body and its hash, as they travel."""


def chain(facts: Sequence[Fact | dict[str, str]], station: str = STATION) -> list[Text]:
    """A station's journal, hashed here and not by the code under test."""
    previous, texts = hashlib.sha256(b"horodateur journal " + station.encode()).digest(), []
    for seq, fact in enumerate(facts, 1):
        body = written(seq, fact, station)
        previous = hashlib.sha256(previous + body).digest()
        texts.append((body.decode(), previous.hex()))
    return texts


def written(seq: int, fact: Fact | dict[str, str], station: str) -> bytes:
    if not isinstance(fact, dict):
        return body_of(Recorded(seq, station, NOW - timedelta(hours=1), float(seq), "boot-1", fact))
    place = {"seq": seq, "station": station, "at": "2026-03-04T09:00:00Z", "instant": 1.0, "boot": "boot-1"}
    return json.dumps({**place, "fact": fact}).encode()


def batch(texts: Sequence[Text], more: bool = False) -> bytes:
    return json.dumps({"entries": [{"body": body, "hash": digest} for body, digest in texts], "more": more}).encode()


def take(store: Engine, texts: Sequence[Text], station: str = STATION, more: bool = False) -> tuple[int, object]:
    reply = intake.take(store, station, batch(texts, more), NOW)
    return reply.status, json.loads(reply.body)


def count(store: Engine, table: Table) -> int:
    with store.begin() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def complete_until(store: Engine) -> datetime | None:
    with store.begin() as connection:
        row = connection.execute(select(stations.c.complete_until)).one()
    until: datetime | None = row.complete_until
    return until


FIVE = chain([Raised(str(number)) for number in range(5)])


def test_the_first_batch(store: Engine) -> None:
    assert take(store, FIVE) == (200, {"next": 6})
    with store.begin() as connection:
        rows = connection.execute(select(entries.c.seq, entries.c.body).order_by(entries.c.seq)).all()
    assert [(row.seq, row.body.decode()) for row in rows] == [(seq, body) for seq, (body, _) in enumerate(FIVE, 1)]


def test_a_repeat_is_a_success_and_changes_nothing(store: Engine) -> None:
    take(store, FIVE[:3])
    assert take(store, FIVE[:3]) == (200, {"next": 4})
    assert take(store, FIVE[1:2]) == (200, {"next": 4})
    assert take(store, FIVE[1:]) == (200, {"next": 6})
    assert count(store, entries) == 5


def test_a_gap_is_told_and_nothing_is_stored(store: Engine) -> None:
    take(store, FIVE[:1])
    assert take(store, FIVE[3:]) == (409, {"send_from": 2})
    assert count(store, entries) == 1


def test_an_unknown_station_that_begins_late_is_asked_from_the_start(store: Engine) -> None:
    assert take(store, FIVE[2:]) == (409, {"send_from": 1})


def test_an_empty_batch_is_a_contact(store: Engine) -> None:
    assert take(store, []) == (200, {"next": 1})
    take(store, FIVE)
    assert take(store, []) == (200, {"next": 6})
    assert count(store, stations) == 1


OTHER = chain([Raised("0"), Raised("1"), Raised("another past"), Raised("3"), Raised("4"), Raised("5")])


@pytest.mark.parametrize(("texts", "seq"), [(OTHER[2:3], 3), (OTHER[:3], 3), (OTHER, 3), (OTHER[4:], 5), (OTHER[5:], 6)])
def test_a_fork_is_refused_and_kept_once(store: Engine, texts: Sequence[Text], seq: int) -> None:
    take(store, FIVE)
    for _ in range(3):
        assert take(store, texts) == (409, {"fork": seq})
    with store.begin() as connection:
        rows = connection.execute(select(incidents)).all()
    assert [(row.station, row.seq, row.body.decode()) for row in rows] == [(STATION, seq, OTHER[seq - 1][0])]
    assert count(store, entries) == 5
    assert take(store, FIVE[4:]) == (200, {"next": 6})


def test_two_stations_do_not_meet(store: Engine) -> None:
    there = chain([Raised("x")], "75012-0001")
    assert take(store, FIVE) == (200, {"next": 6})
    assert take(store, there, "75012-0001") == (200, {"next": 2})


# --- what cannot be understood ------------------------------------------------------------------------------------

NAIVE = datetime(2026, 3, 4, 10, 0)  # noqa: DTZ001
RIGHT = Right(
    "75011-0042-000001", "AB123CD", 1, "11D", "visitor", "car", NAIVE, NAIVE + timedelta(hours=1), 4, 600, "2021-08-01"
)


def test_a_fact_of_a_later_software_waits_for_a_person_and_holds_up_nobody(store: Engine) -> None:
    texts = chain([Raised("0"), {"fact": "teleported", "to": "75001"}, Raised("2")])
    assert take(store, texts) == (200, {"next": 4})
    with store.begin() as connection:
        (letter,) = connection.execute(select(dead_letters)).all()
    assert (letter.station, letter.seq) == (STATION, 2)
    assert "teleported" in letter.reason
    assert count(store, entries) == 3


@pytest.mark.parametrize(
    ("right", "reason"),
    [
        (RIGHT, "dates"),
        (Right(**{**vars(RIGHT), "start": NOW, "end": NOW}), "dates"),
        (Right(**{**vars(RIGHT), "start": NOW, "end": datetime(9999, 12, 31, 23, tzinfo=UTC)}), "dates"),
        (Right(**{**vars(RIGHT), "start": NOW, "end": NOW + timedelta(hours=1), "cents": -5}), "numbers"),
        (Right(**{**vars(RIGHT), "start": NOW, "end": NOW + timedelta(hours=1), "units": 2**70}), ""),
    ],
)
def test_a_right_that_cannot_be_waits_for_a_person(store: Engine, right: Right, reason: str) -> None:
    assert take(store, chain([RightSold(right), Raised("1")])) == (200, {"next": 3})
    with store.begin() as connection:
        (letter,) = connection.execute(select(dead_letters)).all()
    assert reason in letter.reason
    assert (count(store, rights), count(store, entries)) == (0, 2)


BODY, HASH = FIVE[0]


@pytest.mark.parametrize(
    ("request_body", "field", "reason"),
    [
        (b"", "", "truncated"),
        (b"\xff\xfe", "", ""),
        (b"[]", "", "Expected `object`"),
        (b"{}", "", "entries"),
        (b'{"entries": 3}', "entries", "Expected `array`"),
        (b'{"entries": [], "extra": 1}', "", "unknown field `extra`"),
        (b'{"entries": [], "more": 1}', "more", "Expected `bool`"),
        (b'{"entries": [{"body": 1, "hash": "' + b"0" * 64 + b'"}]}', "entries[0].body", "Expected `str`"),
        (batch([(BODY, HASH.upper())]), "entries[0].hash", "regex"),
        (batch([(BODY, HASH[:-1])]), "entries[0].hash", "regex"),
        (b'{"entries": [{"body": "\\ud800", "hash": "' + b"0" * 64 + b'"}]}', "", ""),
        (batch([("not json", HASH)]), "entries[0].body", "not the text of an entry"),
        (batch([('{"seq":0,"station":"75011-0042"}', HASH)]), "entries[0].body", ">= 1"),
        (batch(chain([Raised("x")], "75012-0001")), "entries[0].body", "entry of station 75012-0001"),
        (batch([FIVE[0], FIVE[2]]), "entries[1].body", "entry 3 cannot follow entry 1"),
        (batch([FIVE[1], FIVE[0]]), "entries[1].body", "entry 1 cannot follow entry 2"),
        (batch([FIVE[0], (FIVE[1][0], FIVE[2][1])]), "entries[1].hash", "not the hash"),
        (batch([FIVE[0]] * 1001), "entries", "at most 1000"),
    ],
)
def test_what_is_no_batch_is_refused_naming_the_field(store: Engine, request_body: bytes, field: str, reason: str) -> None:
    reply = intake.take(store, STATION, request_body, NOW)
    problem = json.loads(reply.body)
    assert (reply.status, reply.media_type, problem["status"]) == (422, "application/problem+json", 422)
    assert problem["errors"][0]["field"] == field
    assert reason in problem["errors"][0]["reason"]
    assert (count(store, entries), count(store, stations), count(store, incidents)) == (0, 0, 0)


def test_a_body_too_large_is_refused(store: Engine) -> None:
    reply = intake.take(store, STATION, b" " * (1 << 20) + batch([]), NOW)
    assert reply.status == 413


@settings(max_examples=200)
@given(
    st.binary()
    | st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x)).map(lambda x: json.dumps(x).encode())
)
def test_garbage_is_refused_and_never_raises(data: bytes) -> None:
    store = open_store("sqlite://")
    assert intake.take(store, STATION, data, NOW).status == 422
    store.dispose()


# --- how complete -------------------------------------------------------------------------------------------------


def test_the_last_batch_completes_until_now(store: Engine) -> None:
    take(store, FIVE)
    assert complete_until(store) == NOW


def test_a_batch_with_more_behind_it_completes_until_its_last_entry(store: Engine) -> None:
    take(store, FIVE[:3], more=True)
    assert complete_until(store) == NOW - timedelta(hours=1)


def test_neither_gap_nor_fork_nor_old_repeat_completes_anything(store: Engine) -> None:
    take(store, FIVE[:4], more=True)
    for texts in (OTHER[2:3], OTHER[5:], FIVE[:2]):
        take(store, texts)
        assert complete_until(store) == NOW - timedelta(hours=1)


def test_completeness_never_goes_back(store: Engine) -> None:
    take(store, FIVE[:3])
    take(store, FIVE[3:], more=True)
    assert complete_until(store) == NOW


# --- a failing database -------------------------------------------------------------------------------------------


def test_a_batch_that_fails_half_way_leaves_nothing(store: Engine) -> None:
    """Somebody put a stone in the way of the fourth entry."""
    take(store, [])
    with store.begin() as connection:
        stone = {"station": STATION, "seq": 4, "reason": "stone", "received_at": NOW}
        connection.execute(insert(dead_letters).values(stone))
    texts = chain([Raised("0"), Raised("1"), Raised("2"), {"fact": "teleported"}])
    with pytest.raises(Exception, match="UNIQUE"):
        take(store, texts)
    assert count(store, entries) == 0
    assert take(store, texts[:3]) == (200, {"next": 4})
