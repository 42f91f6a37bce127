"""Pull of publications: at start and every five minutes; one that is refused is reported and keeps no other out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from firmware.backoffice.publication_store import PublicationStoreError
from firmware.backoffice.pull import Pull
from firmware.backoffice.signer import Signer
from firmware.protocol.envelope import PULL, Envelope, envelope_in, open_envelope
from firmware.protocol.messages import CityAnswer, ClockQuality, StatusReport, pull_in
from firmware.protocol.messages import PullRequest as Asked

STATION = "75011-0042"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


class Kept:
    """A publication store that takes what it was not told to refuse."""

    def __init__(self, *refused: bytes) -> None:
        self.taken: list[bytes] = []
        self.refused = set(refused)

    def accept(self, envelope: Envelope) -> None:
        document = bytes(envelope.signed)
        if document in self.refused:
            raise PublicationStoreError(document.decode(), "", "is not newer")
        self.taken.append(document)

    @property
    def report(self) -> StatusReport:
        return StatusReport("1.2.3", ClockQuality.UNKNOWN, {"tariffs": len(self.taken)})


def pull_of(kept: Kept) -> Pull:
    return Pull(Signer(STATION, KEY, lambda: AT, lambda: kept.report), kept.accept)


def asked(request: bytes) -> Asked:
    """What the station signed, its signature checked."""
    return pull_in(open_envelope(PULL, envelope_in(request), KEY.public_key()))


def answer(*documents: bytes) -> bytes:
    return msgspec.json.encode(CityAnswer(publications=tuple(Envelope(msgspec.Raw(each), "A" * 86) for each in documents)))


def test_it_asks_at_start_and_every_five_minutes_for_what_is_newer() -> None:
    kept = Kept()
    pull = pull_of(kept)
    assert pull.wake_at == float("-inf")
    assert asked(pull.wake(0.0)) == Asked(STATION, 1, {"tariffs": 0})
    pull.receive(answer(b"1", b"2"), 0.5)
    assert (kept.taken, pull.problem, pull.wake_at) == ([b"1", b"2"], None, 300.5)
    assert asked(pull.wake(300.5)) == Asked(STATION, 2, {"tariffs": 2})
    pull.receive(answer(), 301.0)
    assert (pull.problem, pull.wake_at) == (None, 601.0)


def test_silence_is_waited_for_then_twice_as_long_each_time_up_to_the_five_minutes() -> None:
    pull, now, pauses = pull_of(Kept()), 0.0, []
    for _ in range(9):
        assert pull.wake(now)
        assert pull.wake_at == now + 120.0
        now += 120.0
        assert pull.wake(now) == b""
        assert "does not say" in str(pull.problem)
        pauses.append(pull.wake_at - now)
        now = pull.wake_at
    assert pauses == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0, 300.0]
    pull.wake(now)
    pull.receive(answer(), now)
    assert (pull.problem, pull.wake_at) == (None, now + 300.0)


def test_one_that_is_refused_is_told_and_asked_for_again_and_keeps_no_good_one_out() -> None:
    kept = Kept(b"2")
    pull = pull_of(kept)
    pull.wake(0.0)
    pull.receive(answer(b"1", b"2", b"3"), 0.0)
    assert kept.taken == [b"1", b"3"]
    assert (pull.problem, pull.wake_at) == ("2: is not newer", 5.0)
    kept.refused.clear()
    assert asked(pull.wake(5.0)).have == {"tariffs": 2}
    pull.receive(answer(b"2"), 5.0)
    assert (kept.taken, pull.problem, pull.wake_at) == ([b"1", b"3", b"2"], None, 305.0)


def test_a_problem_document_is_told_in_its_own_words() -> None:
    pull = pull_of(Kept())
    pull.wake(0.0)
    pull.receive(b'{"type":"about:blank","status":401,"detail":"station 75011-0042 is revoked"}', 0.0)
    assert (pull.problem, pull.wake_at) == ("station 75011-0042 is revoked", 5.0)


def test_it_shares_its_numbers_with_whoever_else_speaks_for_the_station() -> None:
    kept = Kept()
    signer = Signer(STATION, KEY, lambda: AT, lambda: kept.report)
    one, other = Pull(signer, kept.accept), Pull(signer, kept.accept)
    assert [asked(each.wake(0.0)).request_number for each in (one, other)] == [1, 2]
    one.receive(b'{"contact_from":9}', 0.0)
    assert (one.wake_at, one.problem) == (0.0, None)
    assert asked(one.wake(0.0)).request_number == 9
    other.lost(0.0)
    assert asked(other.wake(5.0)).request_number == 10


def test_a_city_that_is_never_content_with_the_number_is_not_asked_at_once_for_ever() -> None:
    pull, now, moments = pull_of(Kept()), 0.0, []
    for _ in range(6):
        number = asked(pull.wake(now)).request_number
        pull.receive(b'{"contact_from":%d,"detail":"used before"}' % (number + 1), now)
        moments.append(pull.wake_at - now)
        now = pull.wake_at
    assert moments == [0.0, 5.0, 10.0, 20.0, 40.0, 80.0]


NONSENSE = [b"{}", b"null", b'{"publications":{}}', b'{"publications":[{}]}', b'{"next":4}', b'{"x":' + b"[" * 100_000]
SHORT = json.dumps({"publications": [{"signed": {}, "signature": "A"}]}).encode()


@given(st.binary() | st.sampled_from([*NONSENSE, SHORT]))
def test_garbage_is_a_failure_and_never_raises(data: bytes) -> None:
    kept = Kept()
    pull = pull_of(kept)
    pull.wake(0.0)
    assert pull.receive(data, 0.0) == b""
    assert (kept.taken, pull.wake_at) == ([], 5.0)
    assert pull.problem


def test_an_answer_nobody_waits_for_is_ignored() -> None:
    kept = Kept()
    pull = pull_of(kept)
    pull.wake(0.0)
    pull.wake(120.0)
    pull.receive(answer(b"1"), 121.0)
    assert kept.taken == []
    assert pull.problem


@pytest.mark.parametrize("failure", ["lost", "refused"])
def test_after_a_failure_a_good_answer_makes_it_patient_again(failure: str) -> None:
    kept = Kept(b"1")
    pull = pull_of(kept)
    pull.wake(0.0)
    if failure == "lost":
        pull.lost(0.0)
    else:
        pull.receive(answer(b"1"), 0.0)
    assert pull.wake(5.0)
    pull.receive(answer(), 5.0)
    assert (pull.problem, pull.wake_at) == (None, 305.0)
    pull.wake(305.0)
    pull.lost(305.0)
    assert pull.wake_at == 310.0
