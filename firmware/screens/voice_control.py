"""Spoken output of a visit: what starts it, what is said after a move, what interrupts it. Pure.

- INFO held starts it, and held again repeats the screen; a headset that is plugged in starts it too, one pulled out ends it;
- a screen that comes up is spoken whole, whatever brought it; on the same screen only what a key or a device changed; a
  countdown is spoken once;
- any key interrupts; one that does nothing is said to;
- + and − set the volume wherever they mean nothing else;
- a language is named in itself;
- the end of a visit is said, and leaves the next motorist a silent station.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from firmware.domain.formats import FORMATS
from firmware.screens.idle import Idle
from firmware.screens.info import Info
from firmware.screens.screen import Screen
from firmware.screens.spoken import Speaking, change_of, utterance_of
from firmware.visit.context import Context
from firmware.visit.effects import Effect, Hush, Speak
from firmware.visit.events import Event, TimedOut
from firmware.visit.voice import Voice
from hal.ports import VOLUMES, HeadsetIn, HeadsetOut, Key, KeyHeld, KeyPressed, SpeechEnded, Utterance

LOUDER = {Key.PLUS: 1, Key.MINUS: -1}
REPEAT = KeyHeld(Key.INFO)


class Scene(Struct, frozen=True):
    """A screen as somebody in front of it has it: in a language, with or without a voice."""

    screen: Screen
    context: Context
    voice: Voice

    def says(self, utterance: Utterance) -> tuple[Voice, tuple[Effect, ...]]:
        """The voice while this is said, and the effect that says it; nothing where there are no words."""
        return (replace(self.voice, speaking=True), (Speak(utterance),)) if utterance.phrases else (self.voice, ())

    def says_all(self, first: str = "") -> tuple[Voice, tuple[Effect, ...]]:
        """The whole screen."""
        return self.says(utterance_of(self.screen, self.context, self.voice, first))

    def says_only(self, phrase: str) -> tuple[Voice, tuple[Effect, ...]]:
        """One phrase."""
        return self.says(Utterance(self.context.language, (phrase,), self.voice.volume))


def calls_voice(event: Event, screen: Screen) -> bool:
    """Whether this event is about speech and reaches no screen."""
    return isinstance(event, HeadsetIn | HeadsetOut | SpeechEnded) or (event == REPEAT and may_speak(screen))


def may_speak(screen: Screen) -> bool:
    """A technician's screens are not spoken: their keys are tried by holding them."""
    return not screen.name.startswith("service")


def explained(screen: Screen) -> Screen:
    """The screen that INFO, pressed before it was held, has covered with its help."""
    return screen.before if isinstance(screen, Info) and screen.page == 0 else screen


def after_call(event: Event, scene: Scene) -> tuple[Voice, tuple[Effect, ...]]:
    """The voice after a call for speech, and what it says."""
    voice = scene.voice
    match event:
        case SpeechEnded():
            return replace(voice, speaking=False), ()
        case HeadsetOut():
            return replace(voice, on=False, private=False), (Hush(),) if voice.speaking else ()
    started = replace(voice, on=True, private=voice.private or isinstance(event, HeadsetIn))
    welcome = "" if voice.on else scene.context.say("Aide vocale. Touche aide tenue : répéter. Plus et moins : volume.")
    return replace(scene, voice=started).says_all(welcome)


def after_move(event: Event, before: Scene, after: Scene, *, ignored: bool) -> tuple[Voice, tuple[Effect, ...]]:
    """The voice after a move of the visit, and what it says of it; `ignored`: a key that changed nothing."""
    said = _said_of_move(event, before, after, ignored=ignored)
    interrupts = isinstance(event, KeyPressed) and before.voice.speaking
    return said if said[1] or not interrupts else (said[0], (Hush(),))


def _said_of_move(event: Event, before: Scene, after: Scene, *, ignored: bool) -> tuple[Voice, tuple[Effect, ...]]:
    if before.context.language != after.context.language and not _is_over(before, after):
        return after.says_all(FORMATS[after.context.language].name)
    if _is_over(before, after):
        return replace(after, context=before.context).says_only(before.context.say("Visite terminée."))
    if type(before.screen) is not type(after.screen):
        return after.says_all()
    if ignored:
        return _ignored_key(event, after)
    old = before.screen.view(before.context)
    if old == after.screen.view(after.context) or isinstance(event, TimedOut):
        return after.voice, ()
    return after.says(change_of(before.screen, old, Speaking(after.screen, after.context, after.voice)))


def _is_over(before: Scene, after: Scene) -> bool:
    return isinstance(after.screen, Idle) and not isinstance(before.screen, Idle)


def _ignored_key(event: Event, scene: Scene) -> tuple[Voice, tuple[Effect, ...]]:
    step = LOUDER.get(event.key, 0) if isinstance(event, KeyPressed) else 0
    if step:
        volume = min(max(scene.voice.volume + step, VOLUMES[0]), VOLUMES[-1])
        louder = replace(scene, voice=replace(scene.voice, volume=volume))
        return louder.says_only(scene.context.say("Volume {volume}", volume=volume + 1))
    if scene.voice.speaking or not isinstance(event, KeyPressed):
        return scene.voice, ()
    return scene.says_only(scene.context.say("Touche sans effet ici."))
