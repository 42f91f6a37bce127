"""The engine's process: lines in, sound out, one utterance at a time; a new line interrupts what is being said.

Each phrase is played by a program of its own (`aplay`), so that an interruption is a signal and takes effect at once. While
one sounds the next is made.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import struct
import subprocess
from collections.abc import Callable
from typing import BinaryIO, Protocol

from hal.speech.sound import louder, wav_of
from hal.speech.voices import Voices
from hal.wire.speech import HushOrder, SayOrder, SpeechLines, ended_line, engine_message, headset_line

INPUT_EVENT = struct.Struct("llHHi")
"""An event of the kernel's input devices: seconds, microseconds, type, code, value."""
SWITCH, HEADPHONE_INSERT = 5, 2
SWITCHES_NOW = 0x8008451B
"""EVIOCGSW of eight bytes: the kernel's request for the state of an input device's switches, a bit for each."""


class Playing(Protocol):
    """One phrase that sounds."""

    def fileno(self) -> int:
        """Readable once it is over."""

    def stop(self) -> None:
        """End it, if it is not over, and forget it."""


Player = Callable[[bytes], Playing | None]
"""Begins to play a WAV file; None where it cannot be played."""


class ProgramPlaying:
    """A phrase that a program plays; the kernel's handle of its process tells the end."""

    def __init__(self, command: tuple[str, ...], wav: bytes) -> None:
        """Raises OSError where there is no such program."""
        sound = os.memfd_create("phrase")
        try:
            os.write(sound, wav)
            os.lseek(sound, 0, os.SEEK_SET)
            self._process = subprocess.Popen(command, stdin=sound, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        finally:
            os.close(sound)
        self._handle = os.pidfd_open(self._process.pid)

    def fileno(self) -> int:
        """The handle of the process."""
        return self._handle

    def stop(self) -> None:
        """Kill the program, and wait for it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        os.close(self._handle)


def program_player(command: tuple[str, ...]) -> Player:
    """Plays a WAV file on the standard input of a program."""

    def play(wav: bytes) -> Playing | None:
        try:
            return ProgramPlaying(command, wav)
        except OSError:
            return None

    return play


class Engine:
    """What is being said, and what of it is left."""

    def __init__(self, voices: Voices, play: Player, tell: Callable[[bytes], None]) -> None:
        self._voices, self._play, self._tell = voices, play, tell
        self._lines = SpeechLines()
        self._saying: SayOrder | None = None
        self._left: list[str] = []
        self._made: bytes | None = None
        self._headset = False
        self.playing: Playing | None = None

    def plug(self, plugged: bool) -> None:
        """A headset is in, or none: tell it, and say nothing further that is private where none is."""
        self._headset = plugged
        self._tell(headset_line(plugged))
        if self._saying and not self._may_say(self._saying):
            self._end()

    def take(self, data: bytes) -> None:
        """Lines of the station: the last one counts."""
        for line in self._lines.feed(data):
            match engine_message(line):
                case SayOrder() as wanted:
                    self._silence()
                    self._saying, self._left = wanted, list(wanted.phrases) if self._may_say(wanted) else []
                    self.go_on()
                case HushOrder(number) if self._saying and self._saying.say == number:
                    self._end()

    def go_on(self) -> None:
        """A phrase is over, or the first: play the next, and make the one after it meanwhile; tell the end."""
        self._stop_playing()
        while self._saying and (self._made is not None or self._left):
            wav, self._made = self._made or self._next(self._saying), None
            self.playing = self._play(wav) if wav else None
            if self.playing:
                self._made = self._next(self._saying) if self._left else None
                return
        self._end()

    def _may_say(self, wanted: SayOrder) -> bool:
        return self._headset or not wanted.private

    def _next(self, wanted: SayOrder) -> bytes:
        pcm = self._voices.samples(self._left.pop(0), wanted.language)
        return wav_of(louder(pcm, wanted.volume)) if pcm else b""

    def _end(self) -> None:
        saying = self._saying
        self._silence()
        if saying:
            self._tell(ended_line(saying.say, self._voices.left_out))
            self._voices.left_out = 0

    def _silence(self) -> None:
        self._stop_playing()
        self._saying, self._left, self._made = None, [], None

    def _stop_playing(self) -> None:
        if self.playing:
            self.playing.stop()
            self.playing = None


def utterance_wav(order: bytes, voices: Voices) -> bytes:
    """The sound of one order, whole; of what is no order, silence."""
    message = engine_message(order.strip())
    if not isinstance(message, SayOrder):
        return wav_of(b"")
    return wav_of(b"".join(louder(voices.samples(phrase, message.language), message.volume) for phrase in message.phrases))


def serve(engine: Engine, orders: BinaryIO, jack: int | None = None) -> None:
    """Run until the station closes its end. `jack`: a descriptor of the input device whose switch a headset closes."""
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        if jack is not None:
            selector.register(jack, selectors.EVENT_READ)
            engine.plug(plugged_now(jack))
        while True:
            playing = engine.playing
            if playing:
                selector.register(playing, selectors.EVENT_READ)
            ready = {key.fileobj for key, _ in selector.select()}
            if playing:
                selector.unregister(playing)
            if jack in ready and jack is not None and not _watch(jack, engine):
                selector.unregister(jack)
            if orders in ready:
                data = os.read(orders.fileno(), 65536)
                if not data:
                    return
                engine.take(data)
            elif playing in ready:
                engine.go_on()


def plugged_now(jack: int) -> bool:
    """Whether a headset is in: no event says it of one that was there before. False where the device cannot be asked."""
    switches = bytearray(8)
    with contextlib.suppress(OSError):
        fcntl.ioctl(jack, SWITCHES_NOW, switches)
    return bool(switches[HEADPHONE_INSERT // 8] >> HEADPHONE_INSERT % 8 & 1)


def _watch(jack: int, engine: Engine) -> bool:
    """Take what the jack tells; whether it is still there: a sound card that is gone has no headset."""
    try:
        data = os.read(jack, 4096)
    except OSError:
        data = b""
    for at in range(0, len(data) - INPUT_EVENT.size + 1, INPUT_EVENT.size):
        _, _, kind, code, value = INPUT_EVENT.unpack_from(data, at)
        if (kind, code) == (SWITCH, HEADPHONE_INSERT):
            engine.plug(value == 1)
    if not data:
        engine.plug(False)
    return bool(data)
