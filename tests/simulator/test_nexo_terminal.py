"""Simulated nexo terminal: nothing that arrives makes it raise or debit. How drivers get on with it: tests/hal/conformance."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.devices.nexo_frames import HttpFrames, LengthFrames
from simulator.devices.nexo_terminal import NexoDevice


@given(st.lists(st.binary(max_size=60)), st.sampled_from([HttpFrames, LengthFrames]))
def test_noise_never_raises_at_the_terminal(pieces: list[bytes], frames: type[HttpFrames | LengthFrames]) -> None:
    device = NexoDevice(frames)
    device.connected()
    for piece in pieces:
        device.receive(piece, 0.0)
    assert device.core.ledger == []
