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
- patience restarts when, and only when, the screen changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from firmware.protocol.facts import AlarmCleared, AlarmRaised, DoorMoved, RightGivenBack, RightSold
from firmware.screens.idle import Idle
from firmware.screens.info import Info
from firmware.screens.payment_ended import after_given_back
from firmware.screens.screen import Move, Screen, VisitOver
from firmware.visit.answers import (
    can_sell,
    is_to_return,
    late_answer_effects,
    not_reversed_effects,
    reversal_effects,
    unknown_reversal_effects,
    with_unexpected,
)
from firmware.visit.context import FRENCH, Context
from firmware.visit.effects import Beep, Effect, Record
from firmware.visit.events import DebitReturning, Event, InternalEvent
from firmware.visit.health import Health
from firmware.visit.offers import card_reference
from hal.ports import (
    Approved,
    Declined,
    DoorClosed,
    DoorOpened,
    Instant,
    Key,
    KeyHeld,
    KeyPressed,
    NotReversed,
    Progress,
    Reason,
    Reversed,
    Tone,
    Unanswered,
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

    @property
    def deadline(self) -> Instant:
        """When the screen is to be told that time is up."""
        return self.since + self.screen.patience

    def own_context(self, context: Context) -> Context:
        """The context in this visit's language, with its knowledge of the devices."""
        return replace(context, language=self.language, health=self.health)

    def feed(self, event: Event, now: Instant, context: Context) -> tuple[Machine, Effects]:
        """The next machine after this event, and the effects to perform, in order. `now` is monotonic."""
        context = self.own_context(context)
        if event == KeyPressed(Key.LANG) and not self.screen.every_key:
            shown = self._show(self.screen.from_first_page(), now) if isinstance(self.screen, Idle) else self
            return replace(shown, language=_next_language(context)), (Beep(Tone.ACCEPTED),)
        alarmed, alarms = self._update_health(event, context)
        screen, effects = _split(alarmed._dispatch(event, alarmed.own_context(context)))
        tone = _tone(event, changed=screen != self.screen or bool(effects))
        return alarmed._show(screen, now), (*tone, *alarms, *effects)

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
            return replace(self, screen=Idle(rounds=screen.rounds), since=now, language=FRENCH)
        return self if screen == self.screen else replace(self, screen=screen, since=now)


def _door_effects(event: Event, context: Context) -> Effects:
    """A fact for a door that is not as last recorded: somebody may have come while there was no power."""
    if not isinstance(event, DoorOpened | DoorClosed):
        return ()
    is_open = isinstance(event, DoorOpened)
    return (Record(DoorMoved(is_open)),) if is_open != context.ledger.door_open else ()


def _split(move: Move) -> tuple[Screen, Effects]:
    if isinstance(move, Screen):
        return move, ()
    screen, *effects = move
    return screen, tuple(effects)


def _tone(event: Event, *, changed: bool) -> Effects:
    match event:
        case KeyPressed():
            return (Beep(Tone.ACCEPTED if changed else Tone.IGNORED),)
        case KeyHeld() if changed:
            return (Beep(Tone.ACCEPTED),)
    return ()


def _next_language(context: Context) -> str:
    languages = list(context.catalogues)
    return languages[(languages.index(context.language) + 1) % len(languages)]
