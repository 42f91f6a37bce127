"""The speech engine: what it is given to say, what it makes of it, and how it is interrupted; the real one where installed."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hal.ports import VOLUMES, Utterance
from hal.speech.engine import Engine, Playing, program_player, serve
from hal.speech.sound import LOUDNESS, RATE, file_of, louder, pcm_of, seconds_of, wav_of
from hal.speech.speakable import speakable
from hal.speech.voices import Voices, nanotts
from hal.wire.speech import EndedAnswer, HeadsetAnswer, ended_line, hush_line, say_line, station_message

SECOND = bytes(2 * RATE)


@pytest.mark.parametrize(
    ("text", "said", "left_out"),
    [
        ("Tapez votre plaque.", "Tapez votre plaque.", 0),
        ("¿Élégant à Łódź ?", "¿Élégant à Łódź ?", 0),
        ("12 €", "12 euro", 0),
        ("停车 ici", "ici", 2),
        ("ﬁn ①", "fin 1", 0),
        ("\N{PILE OF POO}", "", 1),
        ("a\nb\tc", "a b c", 0),
    ],
)
def test_what_an_engine_has_not_is_named_or_left_out_and_counted(text: str, said: str, left_out: int) -> None:
    assert speakable(text) == (said, left_out)


@given(st.text())
def test_any_text_can_be_given_to_an_engine(text: str) -> None:
    said, left_out = speakable(text)
    assert "\n" not in said
    assert 0 <= left_out <= len(text) * 4


def test_every_step_of_the_volume_is_louder_and_none_overflows() -> None:
    assert len(LOUDNESS) == len(VOLUMES)
    assert list(LOUDNESS) == sorted(LOUDNESS)
    loud = struct.pack("<3h", 30000, -30000, 100)
    assert struct.unpack("<3h", louder(loud, 4)) == (32767, -32767, 140)
    assert struct.unpack("<3h", louder(loud, 0)) == (7500, -7500, 25)


def test_a_phrase_is_taken_from_the_folder_if_it_was_rendered_ahead(tmp_path: Path) -> None:
    file = file_of(tmp_path, "Bonjour.", "fr")
    file.parent.mkdir()
    file.write_bytes(wav_of(SECOND))
    voices = Voices(lambda text, language: b"made", tmp_path)
    assert voices.samples("Bonjour.", "fr") == SECOND == pcm_of(file.read_bytes())
    assert voices.samples("Bonjour.", "de") == b"made"
    file.write_bytes(b"damaged")
    assert voices.samples("Bonjour.", "fr") == b"made"


def test_an_engine_that_raises_says_nothing_and_goes_on() -> None:
    def broken(text: str, language: str) -> bytes:
        raise RuntimeError(text)

    assert Voices(broken).samples("Bonjour.", "fr") == b""


class Sounding:
    """A phrase that sounds until somebody ends it."""

    def __init__(self) -> None:
        self.stopped = False

    def fileno(self) -> int:
        return -1

    def stop(self) -> None:
        self.stopped = True


class Room:
    """An engine with somebody who listens."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.played: list[bytes] = []
        self.sounding: list[Sounding] = []
        self.told: list[bytes] = []
        self.deaf = deaf
        self.engine = Engine(Voices(lambda text, language: text.encode().ljust(64, b" ")), self.play, self.told.append)

    def play(self, wav: bytes) -> Playing | None:
        if self.deaf:
            return None
        self.played.append(pcm_of(wav))
        self.sounding.append(Sounding())
        return self.sounding[-1]

    def order(self, number: int, *phrases: str) -> None:
        self.engine.take(say_line(number, Utterance("fr", phrases, 3)))


def test_phrases_sound_one_after_the_other_and_the_end_is_told() -> None:
    room = Room()
    room.order(7, "un", "deux")
    assert [played.split()[0] for played in room.played] == [b"un"]
    room.engine.go_on()
    assert [played.split()[0] for played in room.played] == [b"un", b"deux"]
    assert room.told == []
    room.engine.go_on()
    assert room.told == [ended_line(7)]
    assert all(each.stopped for each in room.sounding)


def test_a_new_utterance_interrupts_and_is_the_only_one_that_ends() -> None:
    room = Room()
    room.order(1, "un", "deux")
    room.order(2, "trois")
    assert room.sounding[0].stopped
    room.engine.go_on()
    assert room.told == [ended_line(2)]


def test_hush_stops_what_it_names_and_nothing_else() -> None:
    room = Room()
    room.order(3, "un")
    room.engine.take(hush_line(2))
    assert not room.sounding[0].stopped
    room.engine.take(hush_line(3))
    assert room.sounding[0].stopped
    assert room.told == [ended_line(3)]


def test_what_cannot_be_played_is_over_at_once_and_what_is_left_out_is_told() -> None:
    room = Room(deaf=True)
    room.order(4, "un", "deux")
    assert room.told == [ended_line(4)]
    room.order(5, "停")
    assert room.told[-1] == ended_line(5, 1)


def test_a_program_plays_and_is_killed(tmp_path: Path) -> None:
    play = program_player(("sleep", "30"))
    playing = play(wav_of(SECOND))
    assert playing
    began = time.monotonic()
    playing.stop()
    assert time.monotonic() - began < 5
    assert program_player(("there is no such program",))(wav_of(SECOND)) is None


def test_the_engine_serves_until_the_station_is_gone() -> None:
    room = Room(deaf=True)
    reading, writing = os.pipe()
    jack, plugged = os.pipe()
    os.write(plugged, struct.pack("llHHi", 0, 0, 5, 2, 1))
    os.write(writing, say_line(1, Utterance("fr", ("un",))))
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as orders:
        serve(room.engine, orders, jack)
    for end in (jack, plugged):
        os.close(end)
    told = [station_message(line.strip()) for line in room.told]
    assert told == [HeadsetAnswer(False), HeadsetAnswer(True), EndedAnswer(1)]  # a pipe has no switches to be asked for


def test_a_headset_that_was_there_before_is_told_and_so_is_a_jack_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel tells of moves: what is so when the process starts has to be asked."""
    room = Room()

    def plugged(device: int, request: int, state: bytearray) -> int:
        state[0] = 1 << 2
        return 0

    monkeypatch.setattr("fcntl.ioctl", plugged)
    (reading, writing), (jack, card) = os.pipe(), os.pipe()
    os.close(card)
    os.write(writing, say_line(1, Utterance("fr", ("un",), private=True)))
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as orders:
        serve(room.engine, orders, jack)
    os.close(jack)
    told = [station_message(line.strip()) for line in room.told]
    assert told[:2] == [HeadsetAnswer(True), HeadsetAnswer(False)]
    assert room.played == []


def test_what_is_private_is_said_in_a_headset_alone() -> None:
    """A process that was started anew knows of no headset, whatever the station believes: a plate is not for the street."""
    room = Room()
    room.engine.take(say_line(1, Utterance("fr", ("A, B",), private=True)))
    assert room.played == []
    assert room.told == [ended_line(1)]
    room.engine.plug(True)
    room.engine.take(say_line(2, Utterance("fr", ("A, B", "1, 2"), private=True)))
    assert len(room.played) == 1
    room.engine.plug(False)
    assert room.sounding[-1].stopped
    assert [station_message(line.strip()) for line in room.told[1:]] == [
        HeadsetAnswer(True),
        HeadsetAnswer(False),
        EndedAnswer(2),
    ]
    room.engine.go_on()
    assert len(room.played) == 1
    room.order(3, "Tapez votre plaque.")
    room.engine.plug(False)
    assert len(room.played) == 2
    assert not room.sounding[-1].stopped


def test_an_engine_that_hangs_in_its_library_ends_and_is_not_waited_for() -> None:
    """No exception comes out of native code; the kernel's alarm ends the process, and the next order begins another."""
    hung = "from hal.speech.__main__ import ending\nending(lambda text, language: exec('while True: pass'), 1)('un', 'fr')"
    done = subprocess.run([sys.executable, "-c", hung], timeout=30, check=False)
    assert done.returncode == -signal.SIGALRM


def test_without_the_jack_s_device_it_speaks_all_the_same(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hal.speech", "--sound", "null", "--jack", str(tmp_path / "none")],
        input=say_line(5, Utterance("fr", ("Bonjour.",), private=True)),
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == ended_line(5)
    assert b"none" in done.stderr


SENTENCES = {
    "fr": "Tapez votre plaque.",
    "en": "Type your plate.",
    "de": "Kennzeichen tippen.",
    "es": "Teclee su matrícula.",
    "it": "Digitare la targa.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_the_real_engine_says_a_sentence_in_as_long_as_a_person_takes(language: str) -> None:
    """Its samples differ from call to call: what is held is how long it speaks, and that it is not silent."""
    pcm = Voices(nanotts()).samples(SENTENCES[language], language)
    assert 0.6 < seconds_of(pcm) < 4
    assert max(abs(sample) for (sample,) in struct.iter_unpack("<h", pcm)) > 3000


def test_the_process_speaks_without_a_sound_card_and_says_that_it_is_over() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hal.speech", "--sound", "null"],
        input=say_line(5, Utterance("fr", ("Bonjour.",))),
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout in (b"", ended_line(5))
