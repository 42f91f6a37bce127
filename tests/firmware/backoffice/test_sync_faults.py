"""Journal delivery under faults: silence, losses, forks and garbage; everything arrives once they stop."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.protocol.messages import Batch, batch_in
from tests.firmware.backoffice.deliveries import Numbered, numbers, stated, sync_of

# --- failures ------------------------------------------------------------------------------------------------------


def test_silence_is_waited_for_ten_seconds_then_twice_as_long_each_time() -> None:
    sync = sync_of(Numbered(1))
    now, pauses = 0.0, []
    for _ in range(9):
        assert numbers(sync.wake(now)) == [1]
        assert sync.wake_at == now + 10.0
        now += 10.0
        assert sync.wake(now) == b""
        assert "does not answer" in str(sync.problem)
        pauses.append(sync.wake_at - now)
        now = sync.wake_at
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    sync.wake(now)
    sync.receive(b'{"next":2}', now)
    assert (sync.acknowledged, sync.wake_at) == (1, now)
    assert sync.problem is None
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
    assert sync.problem == "the city asks again from entry 4"
    assert numbers(sync.wake(sync.wake_at)) == [4, 5, 6, 7, 8, 9]
    sync.receive(b'{"next":10}', 2.0)
    assert sync.acknowledged == 9
    assert not sync.problem


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
        assert (sync.acknowledged, sync.problem) == (1, "the city holds another entry 2")
        assert sync.wake_at > now
        now = sync.wake_at


def test_a_problem_document_is_told_in_its_own_words() -> None:
    sync = sync_of(Numbered(1))
    sync.wake(0.0)
    sync.receive(b'{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"disk full"}', 0.0)
    assert (sync.acknowledged, sync.problem, sync.wake_at) == (0, "disk full", 1.0)


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
def test_garbage_is_a_failure_and_never_raises(data: bytes) -> None:
    sync = sync_of(Numbered(3), acknowledged=1)
    sync.wake(0.0)
    assert sync.receive(data, 0.0) == b""
    assert sync.acknowledged == 1
    assert sync.problem
    assert sync.wake_at == 1.0


def test_an_answer_nobody_waits_for_changes_nothing() -> None:
    sync = sync_of(Numbered(3))
    sync.wake(0.0)
    sync.wake(10.0)
    sync.receive(b'{"next":4}', 10.5)
    assert sync.acknowledged == 0


@dataclass
class CityStub:
    """It keeps whatever continues what it has, and takes no request number twice."""

    held: list[int] = field(default_factory=list)
    request_number: int = 40
    """Of a start of the station before this one."""

    def answer(self, request: bytes) -> bytes:
        said, sent = stated(request), numbers(request)
        assert isinstance(batch_in(request), Batch)
        if said.request_number <= self.request_number:
            return b'{"contact_from":%d}' % (self.request_number + 1)
        self.request_number = said.request_number
        if said.last > len(self.held) and (not sent or sent[0] > len(self.held) + 1):
            return b'{"send_from":%d}' % (len(self.held) + 1)
        self.held.extend(number for number in sent if number > len(self.held))
        return b'{"next":%d}' % (len(self.held) + 1)


CITY_WITH_A_WILL = st.lists(st.sampled_from(["answers", "loses the request", "loses the answer", "garbles", "forgets"]))


@given(CITY_WITH_A_WILL, st.integers(0, 350), st.integers(0, 350))
def test_once_faults_stop_everything_arrives_in_order(faults: list[str], count: int, cursor: int) -> None:
    sync = sync_of(Numbered(count), acknowledged=min(cursor, count))
    city = CityStub()
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
    assert sync.problem is None
