"""The speaker's driver and its lines: every utterance has one end, whatever the engine does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hal.drivers.speaker import GRACE, SLOWEST, EngineSpeaker
from hal.ports import AT_ONCE, NEVER, HeadsetIn, HeadsetOut, NoSpeaker, SpeechEnded, Utterance
from hal.wire.speech import HushOrder, SayOrder, ended_line, engine_message, headset_line, station_message

HELLO = Utterance("fr", ("Tapez votre plaque.", "Touche OK : valider."), 3)
LENGTH = sum(map(len, HELLO.phrases))


def speaking() -> EngineSpeaker:
    speaker = EngineSpeaker()
    speaker.speak(HELLO)
    assert speaker.wake_at == AT_ONCE
    line = speaker.wake(10.0)
    assert engine_message(line) == SayOrder(1, "fr", HELLO.phrases, 3, private=False)
    return speaker


def test_the_engine_says_when_it_is_over() -> None:
    speaker = speaking()
    assert speaker.take() == []
    speaker.receive(ended_line(1)[:5], 11.0)
    speaker.receive(ended_line(1)[5:], 11.0)
    assert speaker.take() == [SpeechEnded()]
    assert speaker.wake_at == NEVER


def test_a_silent_engine_is_given_up_once_it_must_be_over() -> None:
    speaker = speaking()
    assert speaker.wake_at == 10.0 + GRACE + SLOWEST * LENGTH
    assert engine_message(speaker.wake(speaker.wake_at)) == HushOrder(1)
    assert speaker.take() == [SpeechEnded()]
    assert speaker.wake_at == NEVER
    speaker.receive(ended_line(1), 99.0)
    assert speaker.take() == []


def test_the_end_of_what_was_replaced_ends_nothing() -> None:
    speaker = speaking()
    speaker.speak(Utterance("fr", ("Deux.",)))
    speaker.wake(11.0)
    speaker.receive(ended_line(1), 11.1)
    assert speaker.take() == []
    speaker.receive(ended_line(2), 12.0)
    assert speaker.take() == [SpeechEnded()]


def test_hush_ends_at_once_and_nothing_to_hush_is_nothing() -> None:
    speaker = speaking()
    speaker.hush()
    assert speaker.take() == [SpeechEnded()]
    assert engine_message(speaker.wake(11.0)) == HushOrder(1)
    speaker.hush()
    assert speaker.take() == []
    assert speaker.wake_at == NEVER


def test_a_headset_is_told_and_what_the_engine_has_not_is_counted() -> None:
    speaker = speaking()
    speaker.receive(headset_line(True) + headset_line(False) + ended_line(1, 2), 11.0)
    assert speaker.take() == [HeadsetIn(), HeadsetOut(), SpeechEnded()]
    assert speaker.left_out == 2


def test_an_engine_that_starts_tells_what_is_so_and_only_what_is_new_is_an_event() -> None:
    """A station without a headset starts its engine to speak aloud: "none is in" must not end that."""
    speaker = speaking()
    for told, events in ((False, []), (True, [HeadsetIn()]), (True, []), (False, [HeadsetOut()])):
        speaker.receive(headset_line(told), 11.0)
        assert speaker.take() == events


def test_what_is_private_is_sent_as_such() -> None:
    speaker = EngineSpeaker()
    speaker.speak(Utterance("fr", ("A",), private=True))
    assert engine_message(speaker.wake(10.0)) == SayOrder(1, "fr", ("A",), 2, private=True)


def test_the_end_of_what_was_hushed_is_no_end_of_what_is_said_then() -> None:
    """Two keys of one moment: the first interrupts, the second has something said, through which time is to wait."""
    speaker = speaking()
    speaker.hush()
    speaker.speak(Utterance("fr", ("Deux.",)))
    speaker.wake(11.0)
    assert speaker.take() == []
    speaker.receive(ended_line(2), 12.0)
    assert speaker.take() == [SpeechEnded()]


def test_a_station_without_a_speaker_is_over_at_once() -> None:
    speaker = NoSpeaker()
    speaker.speak(HELLO)
    speaker.hush()
    assert list(speaker.take()) == [SpeechEnded()]
    assert list(speaker.take()) == []


@given(st.lists(st.one_of(st.binary(max_size=40), st.just(ended_line(1)), st.just(headset_line(True)), st.just(b"\n"))))
def test_garbage_of_the_engine_never_raises_and_never_ends_twice(pieces: list[bytes]) -> None:
    speaker = speaking()
    for piece in pieces:
        speaker.receive(piece, 11.0)
    speaker.wake(1e6)
    assert [event for event in speaker.take() if event == SpeechEnded()] == [SpeechEnded()]


@given(st.binary(max_size=60))
def test_any_line_is_a_message_or_none(line: bytes) -> None:
    engine_message(line)
    station_message(line)
