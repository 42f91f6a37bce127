"""The way to the city: at least once, in order, nothing skipped, whatever the city or the network does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from firmware.backoffice.signer import Signer
from firmware.backoffice.sync import Sync
from firmware.protocol.entry import Entry, genesis, position_of
from firmware.protocol.envelope import CONTACT, verified
from firmware.protocol.messages import Batch, ClockQuality, StationStatement, StatusReport, batch_in, statement_in

STATION = "75011-0042"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
REPORT = StatusReport("1.2.3", ClockQuality.SYNCHRONISED, {"tariffs": 3})


@dataclass
class Numbered:
    """A journal of numbered entries, and a clock that moves when somebody looks; `looks` tells in what order."""

    count: int
    looks: list[str] = field(default_factory=list)
    sold_after: str = ""
    """An entry more is written right after this look."""

    def entries_after(self, seq: int, limit: int) -> Sequence[Entry]:
        found = [entry(number) for number in range(seq + 1, self.count + 1)][:limit]
        self._looked("entries")
        return found

    def last(self) -> int:
        last = self.count
        self._looked("last")
        return last

    def wall(self) -> datetime:
        now = AT + timedelta(seconds=len(self.looks))
        self._looked("wall")
        return now

    def _looked(self, what: str) -> None:
        self.looks.append(what)
        self.count += what == self.sold_after


def entry(number: int) -> Entry:
    return Entry(number, b'{"seq":%d,"station":"%s"}' % (number, STATION.encode()), bytes([number % 256]) * 32)


def signer(wall: Callable[[], datetime] = lambda: AT) -> Signer:
    return Signer(STATION, KEY, wall, lambda: REPORT)


def sync_of(journal: Numbered, acknowledged: int = 0) -> Sync:
    return Sync(journal, signer(), acknowledged)


def numbers(request: bytes) -> list[int]:
    return [position_of(sent.body.encode()).seq for sent in batch_in(request).entries]


def stated(request: bytes) -> StationStatement:
    """What the station signed, its signature checked."""
    return statement_in(verified(CONTACT, batch_in(request).envelope, KEY.public_key()))


# --- on the wire --------------------------------------------------------------------------------------------------


def test_a_batch_on_the_wire() -> None:
    request = sync_of(Numbered(2)).wake(0.0)
    base, head = genesis(STATION).hex().encode(), b"02" * 32
    signed = (
        b'{"station":"75011-0042","contact":1,"sent_at":"2026-03-04T09:00:00Z","base":"' + base + b'",'
        b'"last":2,"head":"' + head + b'","held":2,'
        b'"report":{"software":"1.2.3","clock":"synchronised","holding":{"tariffs":3}}}'
    )
    assert request.startswith(b'{"signed":' + signed + b',"signature":"')
    assert request.endswith(
        b'","entries":[{"body":"{\\"seq\\":1,\\"station\\":\\"75011-0042\\"}","hash":"' + b"01" * 32 + b'"},'
        b'{"body":"{\\"seq\\":2,\\"station\\":\\"75011-0042\\"}","hash":"' + head + b'"}]}'
    )
    assert stated(request).last == 2


def test_an_empty_journal_announces_itself_from_where_its_chain_begins() -> None:
    sync = sync_of(Numbered(0))
    assert sync.wake_at == float("-inf")
    request = sync.wake(0.0)
    said = stated(request)
    assert (numbers(request), said.last, said.held) == ([], 0, 0)
    assert said.head == genesis(STATION).hex()


def test_a_heartbeat_names_the_last_entry_acknowledged() -> None:
    request = sync_of(Numbered(7), acknowledged=7).wake(0.0)
    assert (numbers(request), stated(request).last, stated(request).held) == ([], 7, 7)
    assert stated(request).head == "07" * 32


def test_a_long_journal_goes_in_batches_of_a_hundred() -> None:
    sync = sync_of(Numbered(250))
    sizes, still = [], []
    for wanted in (101, 201, 251):
        request = sync.wake(0.0)
        sizes.append(numbers(request))
        still.append(stated(request).held - stated(request).last)
        sync.receive(b'{"next":%d}' % wanted, 0.0)
        assert sync.wake_at == 0.0
    assert sizes == [list(range(1, 101)), list(range(101, 201)), list(range(201, 251))]
    assert still == [150, 50, 0]
    assert (sync.acknowledged, sync.trouble) == (250, None)


@pytest.mark.parametrize("sold_after", ["wall", "entries", "last"])
def test_a_sale_during_the_looks_is_never_hidden_by_the_statement(sold_after: str) -> None:
    """Nothing more to come was true at `sent_at`: an entry written after that look is sent, counted, or dated later."""
    journal = Numbered(1, sold_after=sold_after)
    request = Sync(journal, signer(journal.wall)).wake(0.0)
    assert journal.looks == ["wall", "entries", "last"]
    said = stated(request)
    assert said.sent_at == AT
    assert said.held >= said.last
    assert (said.last, said.held) == {"wall": (2, 2), "entries": (1, 2), "last": (1, 1)}[sold_after]


def test_a_new_entry_leaves_within_a_second_and_silence_is_told_every_minute() -> None:
    journal = Numbered(0)
    sync = sync_of(journal)
    sync.wake(0.0)
    sync.receive(b'{"next":1}', 0.0)
    assert sync.wake(0.0) == b""
    assert sync.wake_at == 1.0
    journal.count = 1
    assert numbers(sync.wake(1.0)) == [1]
    sync.receive(b'{"next":2}', 1.5)
    now, looks = 1.5, 0
    while not (request := sync.wake(now)):
        assert sync.wake_at > now
        now, looks = sync.wake_at, looks + 1
    assert (now, numbers(request)) == (61.5, [])
    assert looks == 60


# --- contacts -----------------------------------------------------------------------------------------------------


def test_contacts_begin_at_one_and_only_grow() -> None:
    sync, contacts = sync_of(Numbered(2)), []
    now = 0.0
    for _ in range(3):
        contacts.append(stated(sync.wake(now)).contact)
        sync.lost(now)
        now = sync.wake_at
    assert contacts == [1, 2, 3]


def test_a_station_that_started_again_goes_on_where_the_city_says_at_once() -> None:
    sync = sync_of(Numbered(2))
    sync.wake(0.0)
    sync.receive(b'{"contact_from":4711,"detail":"contact 1 was used before"}', 0.5)
    assert (sync.wake_at, sync.trouble, sync.acknowledged) == (0.5, None, 0)
    request = sync.wake(0.5)
    assert (stated(request).contact, numbers(request)) == (4711, [1, 2])
    sync.receive(b'{"next":3}', 0.5)
    assert sync.acknowledged == 2


def test_a_city_that_is_never_content_with_the_number_is_not_asked_at_once_for_ever() -> None:
    sync, now, moments = sync_of(Numbered(2)), 0.0, []
    for number in range(1, 6):
        contact = stated(sync.wake(now)).contact
        sync.receive(b'{"contact_from":%d}' % (contact + 1), now)
        moments.append(sync.wake_at)
        assert bool(sync.trouble) == (number > 1)
        now = sync.wake_at
    assert moments == [0.0, 1.0, 3.0, 7.0, 15.0]


def test_the_city_cannot_make_a_station_count_backwards() -> None:
    sync, said = Sync(Numbered(2), speaking := signer()), []
    speaking.count_from(50)
    for answer in (b'{"contact_from":3}', b'{"contact_from":0}', b'{"next":3}'):
        said.append(stated(sync.wake(sync.wake_at)).contact)
        sync.receive(answer, 0.0)
    assert said == [50, 51, 52]


# --- trouble ------------------------------------------------------------------------------------------------------


def test_silence_is_waited_for_ten_seconds_then_twice_as_long_each_time() -> None:
    sync = sync_of(Numbered(1))
    now, pauses = 0.0, []
    for _ in range(9):
        assert numbers(sync.wake(now)) == [1]
        assert sync.wake_at == now + 10.0
        now += 10.0
        assert sync.wake(now) == b""
        assert "does not answer" in str(sync.trouble)
        pauses.append(sync.wake_at - now)
        now = sync.wake_at
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    sync.wake(now)
    sync.receive(b'{"next":2}', now)
    assert (sync.acknowledged, sync.wake_at) == (1, now)
    assert sync.trouble is None
    sync.wake(now + 60.0)
    sync.lost(now + 60.0)
    assert sync.wake_at == now + 61.0


def test_a_lost_request_does_not_wait_for_the_time_out() -> None:
    sync = sync_of(Numbered(1))
    sync.wake(0.0)
    sync.lost(0.5)
    assert sync.wake_at == 1.5
    assert numbers(sync.wake(1.5)) == [1]


def test_send_from_is_obeyed() -> None:
    sync = sync_of(Numbered(9), acknowledged=7)
    assert numbers(sync.wake(0.0)) == [8, 9]
    sync.receive(b'{"send_from":4}', 0.0)
    assert sync.acknowledged == 3
    assert sync.trouble == "the city asks again from entry 4"
    assert numbers(sync.wake(sync.wake_at)) == [4, 5, 6, 7, 8, 9]
    sync.receive(b'{"next":10}', 2.0)
    assert sync.acknowledged == 9
    assert not sync.trouble


def test_a_city_that_lost_entries_gets_them_again_without_a_new_sale() -> None:
    sync = sync_of(Numbered(9), acknowledged=9)
    assert numbers(sync.wake(0.0)) == []
    sync.receive(b'{"next":5}', 0.0)
    assert numbers(sync.wake(sync.wake_at)) == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("answer", [b'{"next":1000}', b'{"send_from":1000}'])
def test_the_city_cannot_make_a_station_skip_entries(answer: bytes) -> None:
    journal = Numbered(3)
    sync = sync_of(journal)
    sync.wake(0.0)
    sync.receive(answer, 0.0)
    journal.count = 5
    assert numbers(sync.wake(1.0)) == [4, 5]


def test_a_fork_stops_the_advance_and_goes_on_being_told() -> None:
    sync = sync_of(Numbered(3), acknowledged=1)
    now = 0.0
    for _ in range(5):
        assert numbers(sync.wake(now)) == [2, 3]
        sync.receive(b'{"fork":2}', now)
        assert (sync.acknowledged, sync.trouble) == (1, "the city holds another entry 2")
        assert sync.wake_at > now
        now = sync.wake_at


def test_a_problem_document_is_told_in_its_own_words() -> None:
    sync = sync_of(Numbered(1))
    sync.wake(0.0)
    sync.receive(b'{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"disk full"}', 0.0)
    assert (sync.acknowledged, sync.trouble, sync.wake_at) == (0, "disk full", 1.0)


DEEP = b'{"x":' + b"[" * 100_000
NONSENSE = [
    DEEP,
    b"{}",
    b"[]",
    b"null",
    b'{"next":0}',
    b'{"next":-4}',
    b'{"next":"2"}',
    b'{"next":2.5}',
    b'{"publications":[]}',
]


@given(st.binary() | st.sampled_from(NONSENSE))
def test_garbage_is_trouble_and_never_raises(data: bytes) -> None:
    sync = sync_of(Numbered(3), acknowledged=1)
    sync.wake(0.0)
    assert sync.receive(data, 0.0) == b""
    assert sync.acknowledged == 1
    assert sync.trouble
    assert sync.wake_at == 1.0


def test_an_answer_nobody_waits_for_changes_nothing() -> None:
    sync = sync_of(Numbered(3))
    sync.wake(0.0)
    sync.wake(10.0)
    sync.receive(b'{"next":4}', 10.5)
    assert sync.acknowledged == 0


@dataclass
class City:
    """It keeps whatever continues what it has, and hears no contact twice."""

    held: list[int] = field(default_factory=list)
    contact: int = 40
    """Of a start of the station before this one."""

    def answer(self, request: bytes) -> bytes:
        said, sent = stated(request), numbers(request)
        assert isinstance(batch_in(request), Batch)
        if said.contact <= self.contact:
            return b'{"contact_from":%d}' % (self.contact + 1)
        self.contact = said.contact
        if said.last > len(self.held) and (not sent or sent[0] > len(self.held) + 1):
            return b'{"send_from":%d}' % (len(self.held) + 1)
        self.held.extend(number for number in sent if number > len(self.held))
        return b'{"next":%d}' % (len(self.held) + 1)


CITY_WITH_A_WILL = st.lists(st.sampled_from(["answers", "loses the request", "loses the answer", "garbles", "forgets"]))


@given(CITY_WITH_A_WILL, st.integers(0, 350), st.integers(0, 350))
def test_once_faults_stop_everything_arrives_in_order(faults: list[str], count: int, cursor: int) -> None:
    sync = sync_of(Numbered(count), acknowledged=min(cursor, count))
    city = City()
    now = 0.0
    for fault in [*faults, *["answers"] * 80]:  # a heartbeat's worth of looks, and some batches
        request = sync.wake(now)
        if request and fault != "loses the request":
            answer = b"{'" if fault == "garbles" else city.answer(request)
            if fault != "loses the answer":
                sync.receive(answer, now)
        if fault == "forgets":
            del city.held[len(city.held) // 2 :]
        now = max(now, sync.wake_at)
    assert city.held == list(range(1, count + 1))
    assert sync.trouble is None
