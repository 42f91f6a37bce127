"""State machine of a visit: the current screen, and the next one after an event.

The machine is a value: `feed` returns the next machine and the effects, in order. It adds to the screens only what is true on
all of them:

- LANG changes the language and nothing else (an idle station begins its pages again), but where a technician tries every
  key; French comes back after a visit;
- INFO explains the screen, where the screen can be interrupted;
- a key is answered by a tone: accepted if anything changed, ignored if nothing did;
- an answer of the bank that no screen awaits any more still becomes a fact, and a screen that said otherwise follows it;
- what the terminal tells of a payment's progress reaches only the screen that awaits its end;
- an approval that sells nothing (another amount, another currency, what was bought already, no payment of ours) is written
  down as it was said; where the terminal can, it is given back (`firmware/station/terminal_inquiries.py`);
- money that was returned takes the right it bought away, and a screen that said otherwise says so;
- alarms are raised and cleared as the devices speak, and the door's movements written down;
- a letter or digit that ends a visit begins the next plate; what is typed while a visit ends is taken whole or not at all
  (`firmware/screens/not_taken.py`);
- patience restarts when, and only when, the screen changes; while something is being said it waits;
- whoever asks for it has every screen spoken (`firmware/screens/voice_control.py`), and shown in large text meanwhile, page
  after page (`firmware/screens/large_text.py`); a screen then waits as much longer as its pages take.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from firmware.domain.formats import FRENCH
from firmware.protocol.facts import AlarmCleared, AlarmRaised, DoorMoved, RightGivenBack, RightSold
from firmware.screens.idle import Idle
from firmware.screens.info import Info
from firmware.screens.large_text import PAGE_SECONDS, Reading, extra_patience, large_pages, stays_on_page
from firmware.screens.not_taken import BURST, NotTaken
from firmware.screens.payment_ended import after_given_back
from firmware.screens.plate import PlateEntry
from firmware.screens.question import StillThere
from firmware.screens.screen import Move, NoticeScreen, Screen, VisitOver
from firmware.screens.service.session import ServiceScreen
from firmware.screens.voice_control import REPEAT, Scene, after_call, after_move, calls_voice, explained, may_speak
from firmware.visit.answers import (
    can_sell,
    is_to_return,
    late_answer_effects,
    not_reversed_effects,
    reversal_effects,
    unknown_reversal_effects,
    with_unexpected,
)
from firmware.visit.brightness import lit
from firmware.visit.context import Context
from firmware.visit.effects import Beep, Effect, Record
from firmware.visit.events import DebitReturning, Event, InternalEvent
from firmware.visit.health import Health
from firmware.visit.offers import card_reference
from firmware.visit.sales_policy import may_give_free_right
from firmware.visit.voice import Voice
from hal.ports import (
    NEVER,
    Approved,
    Declined,
    DoorClosed,
    DoorOpened,
    HeadsetIn,
    HeadsetOut,
    Instant,
    Key,
    KeyHeld,
    KeyPressed,
    NotReversed,
    Progress,
    Reason,
    Reversed,
    SpeechEnded,
    Tone,
    Unanswered,
    View,
)

Effects = tuple[Effect, ...]


@dataclass(frozen=True)
class Machine:
    """The state of a visit: screen, language, device health."""

    screen: Screen = field(default_factory=Idle)
    since: Instant = 0.0
    """When the screen came up."""
    language: str = FRENCH
    health: Health = field(default_factory=Health)
    voice: Voice = field(default_factory=Voice)
    untaken: Instant = -NEVER
    """When a letter or digit was last pressed that nothing took, and no other key since: what follows is the rest of it."""
    reading: Reading = field(default_factory=Reading)

    @cached_property
    def deadline(self) -> Instant:
        """When the screen is to be told that time is up: never while something is being said."""
        longer = extra_patience(self.screen, self.reading.pages)
        return NEVER if self.voice.speaking else self.since + self.screen.patience + longer

    @property
    def page_due(self) -> Instant:
        """When the next page of large text is to come up."""
        return self.reading.since + PAGE_SECONDS if self.reading.pages > 1 else NEVER

    @property
    def wake_at(self) -> Instant:
        """When something is due on the display, whether time is up or a page is to turn."""
        return min(self.deadline, self.page_due)

    def page_turned(self, now: Instant) -> Machine:
        """The same with the next page up."""
        return replace(self, reading=self.reading.turned(now))

    def view(self, context: Context) -> View:
        """What the display shows: the screen, or while it is spoken one of its pages in large text."""
        pages = self._pages(context)
        return lit(pages[self.reading.page % len(pages)], self.health, context.now)

    def _pages(self, context: Context) -> tuple[View, ...]:
        view = self.screen.view(context := self.own_context(context))
        return large_pages(view, context) if self.voice.on and may_speak(self.screen) else (view,)

    def own_context(self, context: Context) -> Context:
        """The context in this visit's language, with its knowledge of the devices."""
        if context.health is self.health and context.language == self.language:
            return context
        return replace(context, language=self.language, health=self.health)

    def feed(self, event: Event, now: Instant, context: Context) -> tuple[Machine, Effects]:
        """The next machine after this event, and the effects to perform, in order. `now` is monotonic."""
        if calls_voice(event, self.screen):
            moved, effects = self._call_voice(event, now, context)
        else:
            moved, effects = self._move(event, now, context)
            moved, effects = self._speak(event, moved, effects, context) if self.voice.on else (moved, effects)
        return self._read_on(event, moved, now, context), effects

    def _read_on(self, event: Event, moved: Machine, now: Instant, context: Context) -> Machine:
        """The machine after a move with the page that is to be read then."""
        if not (self.voice.on or moved.voice.on):
            return moved
        same = moved.voice.on and self.voice.on and moved.language == self.language and event != REPEAT
        stays = same and stays_on_page(event, self.screen, moved.screen)
        pages = len(moved._pages(context))
        return replace(moved, reading=moved.reading.of(pages) if stays else Reading(pages=pages, since=now))

    def _call_voice(self, event: Event, now: Instant, context: Context) -> tuple[Machine, Effects]:
        """Speech begins, is repeated, or is over: then patience begins."""
        ended = isinstance(event, SpeechEnded)
        shown = self if ended or isinstance(event, HeadsetIn | HeadsetOut) else self._show(explained(self.screen), now)
        voice, effects = after_call(event, shown._scene(context))
        return replace(shown, voice=voice, since=now if ended and self.voice.speaking else shown.since), effects

    def _speak(self, event: Event, moved: Machine, effects: Effects, context: Context) -> tuple[Machine, Effects]:
        """What is said of a move, after its effects; + and − that mean nothing else are no ignored keys."""
        ignored = Beep(Tone.IGNORED) in effects
        voice, said = after_move(event, self._scene(context), moved._scene(context), ignored=ignored)
        if ignored and voice.volume != self.voice.volume:
            effects = tuple(Beep(Tone.ACCEPTED) if effect == Beep(Tone.IGNORED) else effect for effect in effects)
        return replace(moved, voice=voice), (*effects, *said)

    def _scene(self, context: Context) -> Scene:
        return Scene(self.screen, self.own_context(context), self.voice)

    def _move(self, event: Event, now: Instant, context: Context) -> tuple[Machine, Effects]:
        """The next machine after any other event, before anything is said of it."""
        context = self.own_context(context)
        if event == KeyPressed(Key.LANG) and not self.screen.every_key:
            shown = self._show(self.screen.from_first_page(), now) if isinstance(self.screen, Idle) else self
            return replace(shown, language=context.other_languages[0]), (Beep(Tone.ACCEPTED),)
        alarmed, alarms = self._update_health(event, context)
        screen, effects = _split(alarmed._dispatch(event, alarmed.own_context(context)))
        changed = (screen != self.screen and not _is_not_taken(self.screen, screen)) or bool(effects)
        shown, begun = alarmed._show(screen, now)._begin_plate(screen, context)
        if self._begins_with_a_rest(event, shown, now):
            return alarmed._not_taking(now), (Beep(Tone.IGNORED), *alarms)
        followed = self._noting_untaken(event, shown, now, context, changed=changed)
        return followed, (*_tone(event, changed=changed), *alarms, *effects, *begun)

    def _begins_with_a_rest(self, event: Event, shown: Machine, now: Instant) -> bool:
        """Whether a key would begin a plate whose first letters or digits were not taken."""
        typed = isinstance(event, KeyPressed) and bool(event.key.character)
        return typed and isinstance(shown.screen, PlateEntry) and not _types_plate(self.screen) and now < self.untaken + BURST

    def _not_taking(self, now: Instant) -> Machine:
        """This machine, which says that what is typed is not taken; a notice to somebody else stays up."""
        shown = self if isinstance(self.screen, NoticeScreen) else self._show(NotTaken(), now)
        return replace(shown, untaken=now)

    def _noting_untaken(self, event: Event, shown: Machine, now: Instant, context: Context, *, changed: bool) -> Machine:
        """That machine, which knows whether a letter or digit was not taken, and says so where the visit ends meanwhile."""
        if isinstance(event, KeyPressed):
            lifts = isinstance(self.screen, Info | StillThere) and not isinstance(shown.screen, PlateEntry)
            lost = bool(event.key.character) and (lifts or not changed or isinstance(shown.screen, Idle))
            return replace(shown, untaken=now if lost else -NEVER)
        ends = isinstance(shown.screen, Idle) and not isinstance(self.screen, Idle | NotTaken | ServiceScreen)
        cut = ends and now < self.untaken + BURST and may_give_free_right(shown.own_context(context))
        return replace(shown, screen=NotTaken(), since=now) if cut else shown

    def _begin_plate(self, over: Screen, context: Context) -> tuple[Machine, Effects]:
        """This idle machine, or the next plate where a letter or digit ended the visit."""
        if not isinstance(over, VisitOver) or over.typed is None:
            return self, ()
        screen, effects = _split(self.screen.on(KeyPressed(over.typed), self.own_context(context)))
        return self._show(screen, self.since), effects

    def _update_health(self, event: Event, context: Context) -> tuple[Machine, Effects]:
        if isinstance(event, InternalEvent):
            return self, ()
        health = self.health.after(event)
        raised = [Record(AlarmRaised(alarm)) for alarm in sorted(health.alarms - self.health.alarms)]
        cleared = [Record(AlarmCleared(alarm)) for alarm in sorted(self.health.alarms - health.alarms)]
        return replace(self, health=health), (*_door_effects(event, context), *raised, *cleared)

    def _dispatch(self, event: Event, context: Context) -> Move:
        match event:
            case Approved():
                screen, effects = _split(self._on_answer(event, context))
                return screen, *with_unexpected(event, effects, context)
            case Declined(reference, Reason.REVERSED) | Reversed(reference):
                return self._on_reversed(reference, context)
            case Declined() | Unanswered():
                return self._on_answer(event, context)
            case NotReversed(reference):
                screen, effects = _split(self.screen.on(event, context) if reference == self._awaited else self.screen)
                return screen, *(*not_reversed_effects(event, context), *effects)
            case Progress(reference) if reference != self._awaited:
                return self.screen
            case KeyPressed(Key.INFO) if not isinstance(self.screen, Info) and self.screen.explain(context):
                return Info(self.screen)
        return self.screen.on(event, context)

    def _on_answer(self, answer: Approved | Declined | Unanswered, context: Context) -> Move:
        if not answer.reference or answer.reference != self._awaited:
            return self._follow(late_answer_effects(answer, context), context)
        if is_to_return(answer, context):
            return self.screen.on(DebitReturning(answer.reference), context)
        # A yes that cannot be to this price, or buys what was bought already, buys nothing, and leaves open what was paid.
        sells = can_sell(answer, context)
        return self.screen.on(answer if sells else Approved(answer.reference, 0), context)

    def _on_reversed(self, reference: str, context: Context) -> Move:
        """Money was returned: of a debit that sold nothing, of the payment that is awaited or in doubt, or of a right sold."""
        returned = reversal_effects(reference, context)
        screen, effects = _split(self._on_answer(Declined(reference, Reason.REVERSED), context))
        if not (returned or effects):
            return screen, *unknown_reversal_effects(reference, context)
        given_back = [each.fact for each in returned if isinstance(each, Record) and isinstance(each.fact, RightGivenBack)]
        return after_given_back(screen, given_back[0].reference) if given_back else screen, *(*returned, *effects)

    def _follow(self, effects: Effects, context: Context) -> Move:
        """The effects of a late answer; where it sold a right, the screen follows that fact once it is written down."""
        facts = [effect.fact for effect in effects if isinstance(effect, Record)]
        sold = next((fact.right for fact in facts if isinstance(fact, RightSold)), None)
        screen, more = _split(self.screen.on_sold(sold, context)) if sold else (self.screen, ())
        return screen, *(*effects, *more)

    @property
    def _awaited(self) -> str:
        return card_reference(self.screen.awaits)

    def _show(self, screen: Screen, now: Instant) -> Machine:
        if isinstance(screen, VisitOver):
            return replace(self, screen=Idle(rounds=screen.rounds), since=now, language=FRENCH, voice=self.voice.after_visit())
        return self if screen == self.screen else replace(self, screen=screen, since=now)


def _door_effects(event: Event, context: Context) -> Effects:
    """A fact for a door that is not as it was (what is recorded may wait for the journal); at a start, not as last recorded."""
    if not isinstance(event, DoorOpened | DoorClosed):
        return ()
    is_open, was_open = isinstance(event, DoorOpened), context.health.door_open
    before = context.ledger.door_open if was_open is None else was_open
    return (Record(DoorMoved(is_open)),) if is_open != before else ()


def _is_not_taken(before: Screen, after: Screen) -> bool:
    """Whether all that happened is that one more letter or digit was not taken."""
    return isinstance(before, NotTaken) and isinstance(after, NotTaken)


def _types_plate(screen: Screen) -> bool:
    """Whether a letter or digit goes on with a plate, here or under the help."""
    return isinstance(screen.before if isinstance(screen, Info) else screen, PlateEntry)


def _split(move: Move) -> tuple[Screen, Effects]:
    screen, *effects = (move,) if isinstance(move, Screen) else move
    return screen, tuple(effects)


def _tone(event: Event, *, changed: bool) -> Effects:
    match event:
        case KeyPressed():
            return (Beep(Tone.ACCEPTED if changed else Tone.IGNORED),)
        case KeyHeld() if changed:
            return (Beep(Tone.ACCEPTED),)
    return ()
