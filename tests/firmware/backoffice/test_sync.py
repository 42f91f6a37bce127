"""Journal delivery: batches in order, heartbeats, request numbers."""

from __future__ import annotations

import pytest

from firmware.backoffice.sync import Sync
from firmware.protocol.genesis import first_hash
from tests.firmware.backoffice.deliveries import AT, STATION, Numbered, numbers, signer, stated, sync_of

# --- on the wire --------------------------------------------------------------------------------------------------


def test_a_batch_on_the_wire() -> None:
    request = sync_of(Numbered(2)).wake(0.0)
    base, head = first_hash(STATION, b"").hex().encode(), b"02" * 32
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
    assert said.head == first_hash(STATION, b"").hex()


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
    assert (sync.acknowledged, sync.problem) == (250, None)


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


# --- request numbers -----------------------------------------------------------------------------------------------------


def test_request_numbers_begin_at_one_and_only_grow() -> None:
    sync, numbers = sync_of(Numbered(2)), []
    now = 0.0
    for _ in range(3):
        numbers.append(stated(sync.wake(now)).request_number)
        sync.lost(now)
        now = sync.wake_at
    assert numbers == [1, 2, 3]


def test_a_station_that_started_again_goes_on_where_the_city_says_at_once() -> None:
    sync = sync_of(Numbered(2))
    sync.wake(0.0)
    sync.receive(b'{"contact_from":4711,"detail":"contact 1 was used before"}', 0.5)
    assert (sync.wake_at, sync.problem, sync.acknowledged) == (0.5, None, 0)
    request = sync.wake(0.5)
    assert (stated(request).request_number, numbers(request)) == (4711, [1, 2])
    sync.receive(b'{"next":3}', 0.5)
    assert sync.acknowledged == 2


def test_a_city_that_is_never_content_with_the_number_is_not_asked_at_once_for_ever() -> None:
    sync, now, moments = sync_of(Numbered(2)), 0.0, []
    for number in range(1, 6):
        number = stated(sync.wake(now)).request_number
        sync.receive(b'{"contact_from":%d}' % (number + 1), now)
        moments.append(sync.wake_at)
        assert bool(sync.problem) == (number > 1)
        now = sync.wake_at
    assert moments == [0.0, 1.0, 3.0, 7.0, 15.0]


def test_the_city_cannot_make_a_station_count_backwards() -> None:
    sync, said = Sync(Numbered(2), speaking := signer()), []
    speaking.count_from(50)
    for answer in (b'{"contact_from":3}', b'{"contact_from":0}', b'{"next":3}'):
        said.append(stated(sync.wake(sync.wake_at)).request_number)
        sync.receive(answer, 0.0)
    assert said == [50, 51, 52]


def test_told_that_there_is_more_it_sends_soon_and_disturbs_no_pause() -> None:
    journal = Numbered(0)
    sync = Sync(journal, signer(), idle=60.0)
    sync.wake(0.0)
    sync.receive(b'{"next":1}', 0.0)
    assert sync.wake(0.0) == b""
    assert sync.wake_at == 60.0
    sync.look(7.0)
    assert sync.wake_at == 8.0
    sync.wake(8.0)
    sync.look(59.0)
    assert sync.wake(60.0)
    sync.look(60.5)
    assert sync.wake_at == 70.0, "an answer is waited for"
    sync.lost(61.0)
    sync.look(61.1)
    assert sync.wake_at == 62.0, "a pause is over when it is over"
