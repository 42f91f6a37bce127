"""The voice of a visit: what starts it, what is said, what interrupts it, and that time waits while it speaks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from firmware.machine import Machine
from firmware.screens.duration import Duration
from firmware.screens.idle import Idle
from firmware.screens.info import Info
from firmware.screens.large_text import PAGE_SECONDS
from firmware.screens.not_taken import NotTaken
from firmware.screens.payment import Authorising, PaymentFailed, Presenting
from firmware.screens.plate import PlateEntry
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen
from firmware.screens.service.login import open_login
from firmware.visit.effects import Beep, Effect, Hush, Speak
from firmware.visit.events import TimedOut
from firmware.visit.offers import card_reference
from firmware.visit.voice import Voice
from hal.ports import (
    DEFAULT_VOLUME,
    NEVER,
    Declined,
    HeadsetIn,
    HeadsetOut,
    Key,
    KeyHeld,
    KeyPressed,
    PrinterIs,
    PrinterState,
    Progress,
    Reason,
    SpeechEnded,
    Step,
    Tone,
    Utterance,
)
from tests.firmware.screens_shown import HERE, LENGTH, RIGHT, VEHICLE, on

ON, PRIVATE = Voice(on=True), Voice(on=True, private=True)
HELD = KeyHeld(Key.INFO)


def said(effects: tuple[Effect, ...]) -> Utterance | None:
    spoken = [effect.utterance for effect in effects if isinstance(effect, Speak)]
    assert len(spoken) <= 1
    return spoken[0] if spoken else None


def text(effects: tuple[Effect, ...]) -> str:
    utterance = said(effects)
    return " / ".join(utterance.phrases) if utterance else ""


def test_info_held_starts_it_and_the_help_it_opened_is_gone() -> None:
    helped, effects = on(PlateEntry("AB")).feed(KeyPressed(Key.INFO), 6.0, HERE)
    assert isinstance(helped.screen, Info)
    assert said(effects) is None
    spoken, effects = helped.feed(HELD, 7.0, HERE)
    assert spoken.screen == PlateEntry("AB")
    assert spoken.voice == Voice(on=True, speaking=True)
    assert text(effects).startswith("Aide vocale. Touche aide tenue : répéter.")


def test_held_again_it_repeats_the_screen() -> None:
    repeated, effects = on(LENGTH, voice=ON).feed(HELD, 7.0, HERE)
    assert text(effects).startswith("Fin 12 heures 1, 12 euros / ")
    assert repeated.screen == LENGTH


def test_a_headset_starts_it_and_pulled_out_ends_it_at_once() -> None:
    private, effects = on(Idle()).feed(HeadsetIn(), 6.0, HERE)
    assert private.voice == Voice(on=True, private=True, speaking=True)
    assert "Tapez votre plaque" in text(effects)
    _, letter = on(PlateEntry("A"), voice=PRIVATE).feed(KeyPressed(Key.B), 6.0, HERE)
    _, aloud = on(PlateEntry("A"), voice=ON).feed(KeyPressed(Key.B), 6.0, HERE)
    assert [getattr(said(each), "private", None) for each in (effects, letter, aloud)] == [True, True, False]
    silent, effects = private.feed(HeadsetOut(), 7.0, HERE)
    assert silent.voice == Voice(speaking=True)
    assert effects == (Hush(),)
    assert silent.feed(SpeechEnded(), 7.0, HERE)[0].voice == Voice()


def test_time_waits_while_it_speaks_and_begins_when_it_is_over() -> None:
    """EN 301 549, 9.2.2.1: nobody runs out of time listening."""
    speaking = on(LENGTH, voice=structs.replace(ON, speaking=True))
    assert speaking.deadline == NEVER
    over, effects = speaking.feed(SpeechEnded(), 100.0, HERE)
    assert effects == ()
    assert over.deadline == 100.0 + Duration.patience + 10 * PAGE_SECONDS
    late, _ = over.feed(SpeechEnded(), 110.0, HERE)
    assert late.deadline == over.deadline


def test_any_key_interrupts_what_is_being_said() -> None:
    speaking = on(Presenting(RIGHT), voice=structs.replace(ON, speaking=True))
    _, effects = speaking.feed(KeyPressed(Key.Z), 6.0, HERE)
    assert effects == (Beep(Tone.IGNORED), Hush())


def test_a_key_that_does_nothing_is_said_to_once_nothing_else_is() -> None:
    _, effects = on(Presenting(RIGHT), voice=ON).feed(KeyPressed(Key.Z), 6.0, HERE)
    assert effects[0] == Beep(Tone.IGNORED)
    assert text(effects) == "Touche sans effet ici."


def test_plus_and_minus_set_the_volume_where_they_mean_nothing_else() -> None:
    louder, effects = on(Idle(), voice=ON).feed(KeyPressed(Key.PLUS), 6.0, HERE)
    assert louder.voice.volume == DEFAULT_VOLUME + 1
    assert effects[0] == Beep(Tone.ACCEPTED)
    assert text(effects) == f"Volume {DEFAULT_VOLUME + 2}"
    utterance = said(effects)
    assert utterance
    assert utterance.volume == DEFAULT_VOLUME + 1
    for _ in range(9):
        louder, _ = louder.feed(KeyPressed(Key.MINUS), 6.0, HERE)
    assert louder.voice.volume == 0
    longer, _ = on(LENGTH, voice=ON).feed(KeyPressed(Key.PLUS), 6.0, HERE)
    assert longer.voice.volume == DEFAULT_VOLUME
    assert longer.screen != LENGTH


def test_the_next_motorist_finds_it_silent_and_as_loud_as_ever() -> None:
    loud = Voice(on=True, volume=4)
    over, effects = on(LENGTH, voice=loud, language="de").feed(KeyPressed(Key.CANCEL), 6.0, HERE)
    assert isinstance(over.screen, Idle)
    assert text(effects) == "Vorgang beendet."
    assert over.voice == Voice(speaking=True)
    kept, _ = on(LENGTH, voice=structs.replace(loud, private=True)).feed(KeyPressed(Key.CANCEL), 6.0, HERE)
    assert kept.voice == Voice(on=True, private=True, speaking=True)


def test_a_countdown_is_said_once_and_a_step_at_the_terminal_each_time() -> None:
    asked, effects = on(LENGTH, voice=ON).feed(TimedOut(), 25.0, HERE)
    assert isinstance(asked.screen, StillThere)
    assert text(effects).startswith("Encore là ? 20")
    _, effects = asked.feed(TimedOut(), 26.0, HERE)
    assert said(effects) is None
    paying = on(Authorising(RIGHT, waited=17), voice=ON)
    _, effects = paying.feed(Progress(reference_of(paying), Step.ENTERING_PIN), 6.0, HERE)
    assert text(effects).startswith("Tapez votre code")


def test_a_refusal_is_said_though_it_sounds_like_a_key_that_does_nothing() -> None:
    """EN 301 549, 5.1.3.15: it comes of the terminal, with a tone of its own, and stops what is being said."""
    for asked in (Presenting(RIGHT), Authorising(RIGHT, waited=17)):
        paying = on(asked, voice=structs.replace(ON, speaking=True))
        refused, effects = paying.feed(Declined(reference_of(paying), Reason.BANK), 6.0, HERE)
        assert isinstance(refused.screen, PaymentFailed)
        assert Beep(Tone.IGNORED) in effects
        assert "La banque a refusé" in text(effects)


def test_letters_that_are_not_taken_are_said_to() -> None:
    """A tone alone says that something is wrong, and not what: the screen that comes up does."""
    shown, _ = on(StillThere(LENGTH, 4), voice=ON).feed(KeyPressed(Key.B), 6.0, HERE)
    lost, effects = replace(shown, screen=Idle()).feed(KeyPressed(Key.C), 6.2, HERE)
    assert isinstance(lost.screen, NotTaken)
    assert Beep(Tone.IGNORED) in effects
    assert "Plaque non prise" in text(effects)


def test_what_a_device_changes_on_the_screen_is_said() -> None:
    """Nobody pressed anything: the key OK now buys without a ticket."""
    shown = on(LENGTH, voice=ON)
    after, effects = shown.feed(PrinterIs(PrinterState.OUT), 6.0, HERE)
    assert after.screen == shown.screen
    assert text(effects) == "Touche OK : sans ticket"
    _, effects = after.feed(PrinterIs(PrinterState.OUT), 6.0, HERE)
    assert said(effects) is None


def test_another_choice_is_said_with_what_it_means_and_without_its_neighbour() -> None:
    _, effects = on(VEHICLE, voice=ON).feed(KeyPressed(Key.PLUS), 6.0, HERE)
    assert text(effects).startswith("Choisi : 3 Voiture lourde")
    assert "plus de 1,6 tonnes" in text(effects)
    assert "Deux-roues" not in text(effects)


def reference_of(machine: Machine) -> str:
    return card_reference(machine.screen.awaits)


def test_a_language_names_itself_and_says_the_screen() -> None:
    shown, effects = on(PlateEntry("AB1"), voice=PRIVATE), ()
    for language, name in (("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("it", "Italiano"), ("fr", "Français")):
        shown, effects = shown.feed(KeyPressed(Key.LANG), 6.0, HERE)  # type: ignore[assignment]
        utterance = said(effects)
        assert utterance
        assert utterance.language == language
        assert utterance.phrases[:2] == (name, "A, B, 1")


@pytest.mark.parametrize(("voice", "heard"), [(PRIVATE, "B"), (ON, "2 caractères tapés")])
def test_typing_is_heard_letter_by_letter_in_a_headset_alone(voice: Voice, heard: str) -> None:
    typed, effects = on(PlateEntry("A"), voice=voice).feed(KeyPressed(Key.B), 6.0, HERE)
    assert text(effects) == heard
    _, effects = typed.feed(KeyPressed(Key.CORRECT), 6.0, HERE)
    assert text(effects).startswith("Effacé. ")
    _, effects = on(PlateEntry("AB"), voice=voice).feed(KeyHeld(Key.CORRECT), 6.0, HERE)
    assert text(effects).startswith("Tout est effacé.")


def test_a_technicians_keys_are_held_without_a_voice() -> None:
    move = open_login(HERE)
    login = move if isinstance(move, Screen) else move[0]
    machine, effects = on(login).feed(HELD, 6.0, HERE)
    assert machine.voice == Voice()
    assert said(effects) is None


def test_a_station_nobody_asked_to_speak_is_silent() -> None:
    machine = on(Idle())
    for key in (Key.A, Key.B, Key.OK, Key.CORRECT, Key.LANG, Key.PLUS):
        machine, effects = machine.feed(KeyPressed(key), 6.0, HERE)
        assert said(effects) is None
    assert machine.voice == Voice()
