"""Delivery of a station's line of journals: the oldest first and whole, then the next; what each request says of the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from firmware.backoffice.pull import Pull
from firmware.backoffice.sync import Sync
from firmware.protocol.envelope import PULL, envelope_in, open_envelope
from firmware.protocol.genesis import Position, first_hash
from firmware.protocol.messages import DeliveryReport, pull_in
from tests.firmware.backoffice.deliveries import KEY, STATION, Numbered, numbers, signer, stated


def journal(generation: int, count: int) -> Numbered:
    document = b'{"generation":%d}' % generation if generation > 1 else b""
    return Numbered(count, generation=generation, genesis_document=document, start=first_hash(STATION, document))


@dataclass
class Journals:
    """A line of journals; `begun` is found at the next look."""

    journals: Sequence[Numbered]
    begun: Sequence[Numbered] = ()

    def look(self) -> None:
        self.journals, self.begun = (*self.journals, *self.begun), ()

    def held(self, generation: int) -> int:
        return next(each.count for each in self.journals if each.generation == generation)


def test_the_older_journal_goes_first_and_whole() -> None:
    sync = Sync(Journals((journal(1, 150), journal(2, 2))), signer())
    sent = []
    for wanted in (101, 151, 3):
        request = sync.wake(0.0)
        said = stated(request)
        sent.append((said.generation, numbers(request)[0], numbers(request)[-1], said.held, said.newest))
        sync.receive(b'{"next":%d}' % wanted, 0.0)
    assert sent == [(1, 1, 100, 150, 2), (1, 101, 150, 150, 2), (2, 1, 2, 2, 2)]
    assert sync.position == Position(2, 2, "02" * 32)


def test_a_request_names_the_genesis_of_the_journal_it_carries() -> None:
    sync = Sync(Journals((journal(1, 1), journal(2, 1))), signer())
    first = stated(sync.wake(0.0))
    assert (first.genesis, first.base, first.first_hash.hex()) == ("", first_hash(STATION, b"").hex(), first.base)
    sync.receive(b'{"next":2}', 0.0)
    second = stated(sync.wake(0.0))
    assert (second.genesis, second.base) == ('{"generation":2}', second.first_hash.hex())


def test_a_journal_that_is_begun_meanwhile_is_gone_on_with() -> None:
    line = Journals((journal(1, 1),))
    sync = Sync(line, signer())
    sync.wake(0.0)
    sync.receive(b'{"next":2}', 0.0)
    assert sync.wake(0.0) == b""
    line.begun = (journal(2, 1),)
    said = stated(sync.wake(1.0))
    assert (said.generation, said.last) == (2, 1)


def test_from_the_cursor_the_journals_before_it_are_not_sent_again() -> None:
    sync = Sync(Journals((journal(1, 5), journal(2, 5))), signer(), Position(2, 3, "03" * 32))
    request = sync.wake(0.0)
    assert (stated(request).generation, numbers(request)) == (2, [4, 5])


def test_a_cursor_of_no_journal_here_offers_everything_again() -> None:
    sync = Sync(Journals((journal(1, 2), journal(2, 2))), signer(), Position(1, 9, "09" * 32))
    assert numbers(sync.wake(0.0)) == [1, 2]


@pytest.mark.parametrize("answer", [b'{"next":9}', b'{"next":3,"fork":2}'])
def test_of_an_older_journal_nothing_is_left_any_more(answer: bytes) -> None:
    left: list[object] = []
    sync = Sync(Journals((journal(1, 2), journal(2, 1))), signer(), None, left.append)
    sync.wake(0.0)
    sync.receive(answer, 0.0)
    assert left == []
    assert stated(sync.wake(0.0)).generation == 2


def test_what_waits_in_all_journals_is_reported_with_the_question_for_publications() -> None:
    shared = signer()
    sync = Sync(Journals((journal(1, 4), journal(2, 3))), shared, Position(1, 1, "01" * 32))
    pull = Pull(shared, lambda envelope: None, sync.report)
    asked = pull_in(open_envelope(PULL, envelope_in(pull.wake(0.0)), KEY.public_key()))
    assert asked.delivery == DeliveryReport(waiting=6)
