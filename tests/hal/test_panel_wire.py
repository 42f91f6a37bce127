"""The codec of the front panel's link, on both interpreters: whole, cut, doubled, and with every single bit turned."""

from __future__ import annotations

import json
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hal.panel_firmware import write_firmware
from hal.wire import panel as wire
from simulator.devices.panel import interpreter
from tests.hal.micropython import needs_micropython

SERVER = """
import json
import sys
from binascii import hexlify, unhexlify
from hal.wire.panel import PanelFrames, decode, encode, stuff, unstuff

while True:
    line = sys.stdin.readline()
    if not line:
        break
    what, *given = json.loads(line)
    if what == "encode":
        answer = encode(given[0], given[1], bytes.fromhex(given[2])).hex()
    elif what == "unstuff":
        answer = unstuff(bytes.fromhex(given[0])).hex()
    else:
        answer = [(kind, seq, payload.hex()) for kind, seq, payload in PanelFrames().take(bytes.fromhex(given[0]))]
    print(json.dumps(answer))
"""


class OtherInterpreter:
    """The codec on MicroPython, asked over pipes."""

    def __init__(self, folder: Path) -> None:
        write_firmware(folder)
        (folder / "server.py").write_text(SERVER, "utf-8")
        command = [*interpreter(), str(folder / "server.py")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *question: object) -> object:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer: object = json.loads(self.process.stdout.readline())
        return answer


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OtherInterpreter]:
    found = OtherInterpreter(tmp_path_factory.mktemp("codec"))
    yield found
    found.process.communicate()


def taken(data: bytes) -> list[tuple[int, int, bytes]]:
    return wire.PanelFrames().take(data)


frames = st.tuples(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=60))


def test_a_frame_as_it_was_measured() -> None:
    assert wire.encode(0x10, 0, b"hi\0").hex() == "021003686905e92a395400"


@given(st.binary(max_size=600))
@example(bytes(range(1, 255)))
@example(bytes(range(1, 256)) * 2)
def test_stuffing_takes_every_zero_out_and_gives_it_back(data: bytes) -> None:
    stuffed = bytes(wire.stuff(data))
    assert 0 not in stuffed
    assert len(stuffed) <= len(data) + 1 + len(data) // 254
    assert wire.unstuff(stuffed) == data


@given(st.lists(frames, max_size=5), st.data())
def test_frames_are_taken_wherever_they_are_cut(sent: list[tuple[int, int, bytes]], data: st.DataObject) -> None:
    line = b"".join(wire.encode(*frame) for frame in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(line)), max_size=6)))
    pieces = [line[start:end] for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    reader = wire.PanelFrames()
    assert [frame for piece in pieces for frame in reader.take(piece)] == sent
    assert reader.damaged == 0


@given(st.binary(max_size=400), frames)
def test_after_any_noise_the_next_frame_is_found(noise: bytes, frame: tuple[int, int, bytes]) -> None:
    assert taken(noise + b"\0" + wire.encode(*frame))[-1] == frame


@needs_micropython
@settings(deadline=None)
@given(frames, st.binary(max_size=100))
def test_both_interpreters_write_and_read_the_same(
    other: OtherInterpreter, frame: tuple[int, int, bytes], noise: bytes
) -> None:
    kind, seq, payload = frame
    whole = wire.encode(*frame)
    assert other.ask("encode", kind, seq, payload.hex()) == whole.hex()
    line = noise + b"\0" + whole + whole[:5] + b"\0" + whole
    assert other.ask("take", line.hex()) == [[k, s, p.hex()] for k, s, p in taken(line)]
    assert other.ask("unstuff", noise.hex()) == wire.unstuff(noise).hex()


def session() -> list[tuple[int, int, bytes]]:
    """Frames of a sale's length: a greeting, a plate, heartbeats, a tone."""
    keys = [(wire.KEY, seq, struct.pack(wire.KEY_FORM, 70_000 + 90 * seq, seq % 44, wire.PRESSED)) for seq in range(12)]
    return [
        (wire.HELLO, 0, struct.pack(wire.HELLO_FORM, 77, wire.PROTOCOL)),
        (wire.STATUS, 0, struct.pack(wire.STATUS_FORM, 77, 1, b"12345678", b"abcdefgh", 1, 4000, 0, 0)),
        *keys,
        (wire.BEEP, 1, b"\0"),
        (wire.PING, 0, b"\x01\0"),
        (wire.PONG, 0, struct.pack(wire.PONG_FORM, 1, 71_000)),
        (wire.ACK, 12, b""),
    ]


def test_no_single_bit_of_a_session_makes_a_frame_that_was_not_sent() -> None:
    sent = session()
    line = b"".join(wire.encode(*frame) for frame in sent)
    for bit in range(8 * len(line)):
        damaged = bytearray(line)
        damaged[bit // 8] ^= 1 << bit % 8
        found = taken(bytes(damaged))
        assert len(sent) - 2 <= len(found) < len(sent)
        rest = iter(sent)
        assert all(frame in rest for frame in found), f"bit {bit} made a frame"


@needs_micropython
def test_nor_on_the_board(other: OtherInterpreter) -> None:
    sent = session()[2:5]
    line = b"".join(wire.encode(*frame) for frame in sent)
    for bit in range(8 * len(line)):
        damaged = bytearray(line)
        damaged[bit // 8] ^= 1 << bit % 8
        found = other.ask("take", bytes(damaged).hex())
        assert isinstance(found, list)
        assert len(found) < len(sent)
        assert all((kind, seq, bytes.fromhex(payload)) in sent for kind, seq, payload in found)


# --- delivery ---------------------------------------------------------------------------------------------------------


class Pair:
    """Two ends, and a line between them that does to each transfer what it is told."""

    def __init__(self) -> None:
        self.ends = wire.PanelChannel(), wire.PanelChannel()
        self.frames = wire.PanelFrames(), wire.PanelFrames()
        self.got: list[bytes] = []

    def carry(self, fate: str) -> None:
        for sender in (0, 1):
            data = self.ends[sender].output()
            data = {"lost": b"", "doubled": data * 2, "cut": data[: len(data) // 2], "noise": b"\x07" + data}.get(fate, data)
            before = self.frames[1 - sender].damaged
            for kind, seq, payload in self.frames[1 - sender].take(data):
                if self.ends[1 - sender].accept(kind, seq):
                    self.got.append(payload)
            if self.frames[1 - sender].damaged > before:
                self.ends[1 - sender].ask_again()


@given(st.lists(st.sampled_from(("whole", "lost", "doubled", "cut", "noise")), max_size=40), st.integers(0, 300))
def test_whatever_the_line_does_each_frame_is_taken_once_and_in_order(fates: list[str], count: int) -> None:
    pair = Pair()
    sent = [number.to_bytes(2, "little") for number in range(count)]
    for payload in sent:
        pair.ends[0].send(wire.KEY, payload)
    for fate in fates:
        pair.carry(fate)
        pair.ends[0].pass_time(20)
    for _ in range(count + 10):
        pair.carry("whole")
        pair.ends[0].pass_time(wire.RESEND)
    assert pair.got == sent
    assert pair.ends[0].waiting == 0
    assert pair.ends[0].left == -1


def test_a_lost_frame_is_asked_for_again_before_its_time() -> None:
    pair = Pair()
    for payload in (b"a", b"b"):
        pair.ends[0].send(wire.KEY, payload)
    first, second = (wire.encode(wire.KEY, seq, payload) for seq, payload in enumerate((b"a", b"b")))
    assert pair.ends[0].output() == first + second
    assert not pair.ends[1].accept(wire.KEY, 1), "the second came without the first"
    assert pair.ends[1].output() == wire.encode(wire.AGAIN, 0)
    assert not pair.ends[0].accept(wire.AGAIN, 0)
    assert pair.ends[0].output() == first + second


def test_no_more_than_a_window_is_on_its_way() -> None:
    channel = wire.PanelChannel()
    for number in range(10):
        channel.send(wire.KEY, bytes([number]))
    assert len(taken(channel.output())) == wire.WINDOW
    assert channel.output() == b""
    channel.pass_time(wire.RESEND - 1)
    assert channel.output() == b""
    channel.pass_time(1)
    assert [seq for _, seq, _ in taken(channel.output())] == [0, 1, 2, 3]
    channel.accept(wire.ACK, 3)
    assert [seq for _, seq, _ in taken(channel.output())] == [4, 5, 6]


def test_an_acknowledgement_of_what_was_never_sent_is_ignored() -> None:
    channel = wire.PanelChannel()
    channel.send(wire.KEY, b"a")
    channel.output()
    channel.accept(wire.ACK, 2)
    assert channel.waiting == 1


def test_an_unknown_type_is_acknowledged() -> None:
    channel = wire.PanelChannel()
    assert channel.accept(0xEE, 0)
    assert channel.output() == wire.encode(wire.ACK, 1)


def test_a_new_session_tells_what_nobody_heard() -> None:
    channel = wire.PanelChannel()
    channel.send(wire.KEY, b"a")
    channel.send(wire.LOG, b"b")
    assert channel.reset() == [wire.KEY, wire.LOG]
    assert channel.output() == b""
