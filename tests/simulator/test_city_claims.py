"""What the city claims to have of a station is kept after each of its answers."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec

from firmware.protocol.envelope import Envelope
from firmware.protocol.messages import Batch, Sent, batch_in
from simulator.desk.altered_request import ALTERATIONS, alter
from simulator.setting import demonstration
from simulator.visit_files.play import fresh_desk
from tests.builders import NOW


def test_what_the_city_claims_is_kept_after_each_answer(tmp_path: Path) -> None:
    with contextlib.closing(fresh_desk(demonstration(tmp_path, NOW))) as desk:
        desk.advance(200.0)
        claims = desk.city_claims
        assert len(claims) > 1
        assert claims[-1].wanted[0] > 1
        assert claims[-1].complete_until
        assert timedelta() <= claims[-1].at - claims[-1].complete_until < timedelta(seconds=1)
        assert [claim.at for claim in claims] == sorted(claim.at for claim in claims)


def test_a_batch_is_altered_and_what_was_signed_is_not() -> None:
    envelope = Envelope(msgspec.Raw(b'{"a":1}'), "A" * 86)
    entries = tuple(Sent(f'{{"seq":{seq},"instant":3.0}}', f"{seq:064x}", "AAAA") for seq in range(1, 5))
    sent = msgspec.json.encode(Batch(envelope.signed, envelope.signature, entries))
    seen = {alter(sent, Random(seed)) for seed in range(200)}
    assert sent not in seen
    assert len(seen) >= len(ALTERATIONS)
    assert {bytes(batch_in(each).signed) for each in seen} == {b'{"a":1}'}


def test_what_is_no_batch_with_entries_passes() -> None:
    for data in (b"{}", b"no JSON", b'{"signed":{},"signature":"","entries":[]}'):
        assert alter(data, Random(1)) == data


def test_the_city_takes_nothing_that_was_altered(tmp_path: Path) -> None:
    with contextlib.closing(fresh_desk(demonstration(tmp_path, NOW))) as desk:
        desk.advance(60.0)
        assert desk.running
        desk.fault("network", "altered", True)
        desk.fault("door", "open", True)
        desk.advance(30.0)
        assert desk.running.sync.report().waiting
        assert desk.running.sync.report().refused
        desk.fault("network", "altered", False)
        desk.advance(120.0)
        assert not desk.running.sync.report().waiting
