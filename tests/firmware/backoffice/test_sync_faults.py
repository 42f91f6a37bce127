"""Journal delivery under faults: silence, losses, forks and garbage; everything arrives once they stop."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.backoffice.sync import Sync
from firmware.journal.marks import CityMark
from firmware.protocol.genesis import Position
from firmware.protocol.messages import Batch, DeliveryReport, batch_in
from tests.firmware.backoffice.deliveries import Numbered, numbers, signer, stated, sync_of

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


def test_beside_the_city_the_journal_is_handed_in_and_left() -> None:
    journal, left = Numbered(3), list[CityMark]()
    sync = Sync(journal, signer(), Position(1, 1, "0" * 64), left.append)
    assert numbers(sync.wake(0.0)) == [2, 3]
    sync.receive(b'{"next":4,"fork":2,"holds":{"generation":1,"seq":9,"hash":"%s"}}' % (b"ab" * 32), 0.0)
    assert (sync.acknowledged, sync.problem) == (3, None)
    assert left == [CityMark(journal.start.hex(), "beside the city", Position(1, 9, "ab" * 32))]


def test_behind_the_city_the_journal_is_left() -> None:
    journal, left = Numbered(3), list[CityMark]()
    sync = Sync(journal, signer(), Position(1, 3, "0" * 64), left.append)
    assert numbers(sync.wake(0.0)) == []
    sync.receive(b'{"next":10}', 0.0)
    assert left == [CityMark(journal.start.hex(), "behind the city", None)]


@pytest.mark.parametrize(("known", "generation", "is_left"), [(0, 2, True), (0, 1, False), (3, 2, False)])
def test_a_new_journal_that_is_not_the_newest_is_left_and_one_that_has_been_sent_from_is_not(
    known: int, generation: int, is_left: bool
) -> None:
    """Else two machines of one name would begin new journals by turns, for ever."""
    left = list[CityMark]()
    sync = Sync(Numbered(3), signer(), Position(1, known, "0" * 64) if known else None, left.append)
    sync.wake(0.0)
    sync.receive(b'{"next":4,"holds":{"generation":%d,"seq":9,"hash":"%s"}}' % (generation, b"ab" * 32), 0.0)
    assert bool(left) is is_left


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


def test_what_the_city_refuses_it_hears_of_with_the_next_question() -> None:
    """The question for publications is answered whatever becomes of the entries."""
    sync = sync_of(Numbered(3))
    sync.wake(0.0)
    sync.receive(b'{"status":401,"detail":"station 75011-0042 is not enrolled"}', 0.0)
    assert sync.report() == DeliveryReport(3, "station 75011-0042 is not enrolled")
    sync.wake(60.0)
    sync.lost(70.0)
    assert sync.refused, "silence is no answer"
    sync.wake(200.0)
    sync.receive(b'{"next":4}', 200.0)
    assert sync.report() == DeliveryReport()
