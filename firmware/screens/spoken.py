"""Spoken form of every screen: the picture's own texts, in the order a person wants them, as a person says them.

The theory. What is said is made from the same `View` as the picture, so the two cannot disagree, and a screen that is drawn is
spoken without anybody thinking of it: the middle, largest first as it stands; what the keys do; the strip and the square code
in words; last the zone and the clock. A technician's screens are not spoken.

A plate is personal (EN 301 549, 5.1.3.9): it is spelled in a headset, and on the loudspeaker it is "your plate", or how many
characters of it are typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from firmware.domain.formats import FORMATS
from firmware.domain.plate import grouped, normalise
from firmware.domain.reference import bank_reference
from firmware.domain.short_code import spoken as code_in_groups
from firmware.screens.info import Info
from firmware.screens.reading_order import in_reading_order
from firmware.screens.screen import Screen
from firmware.visit.as_said import as_said, spelled
from firmware.visit.context import Context
from firmware.visit.voice import Voice
from firmware.visit.words import key_name
from hal.ports import Hint, Key, Line, Size, Utterance, View

PLATES = ("plate", "suggestion")
"""Members of a screen, however deep, that hold a plate."""
LONGEST_OF_STRIP = 1
"""Which tick of a strip is the end of the longest stay."""


def utterance_of(screen: Screen, context: Context, voice: Voice, first: str = "") -> Utterance:
    """The whole screen, as it is said when it comes up, or again. `first`: said before it."""
    phrases = Speaking(screen, context, voice).of_view(screen.view(context))
    return Utterance(context.language, tuple(filter(None, (first, *phrases))), voice.volume, voice.private)


def change_of(before: Screen, old: View, speaking: Speaking) -> Utterance:
    """What is new on the same kind of screen: a letter that was typed, another choice and what it means, another price, a key
    that does something else; where nothing of these is, the whole again. `old`: the picture before."""
    new, context = speaking.screen.view(speaking.context), speaking.context
    known = _read(before, old, context)
    changed = [line for line in _read(speaking.screen, new, context) if line not in known]
    if any(line.chosen for line in changed):
        changed = [line for line in changed if line.chosen or line.size is not Size.LARGE]  # without the options beside it
    typed = _typed(before), _typed(speaking.screen)
    phrases = [speaking.of_typing(*typed) if line.cursor else speaking.of_line(line) for line in changed]
    does = {(hint.key, _uncounted(hint)) for hint in old.hints}
    phrases += speaking.of_hints(tuple(hint for hint in new.hints if (hint.key, _uncounted(hint)) not in does))
    said = tuple(phrases) or tuple(speaking.of_view(new))
    return Utterance(context.language, said, speaking.voice.volume, speaking.voice.private)


def _read(screen: Screen, view: View, context: Context) -> tuple[Line, ...]:
    """The lines of a picture as they are read; those of the help are running text."""
    return screen.read(context) if isinstance(screen, Info) else tuple(in_reading_order(view.middle, context))


def _uncounted(hint: Hint) -> str:
    """What a key does, without the count of pages, options or seconds beside it."""
    return re.sub(r"\d+", "", hint.label)


def plates_of(value: object) -> Iterator[str]:
    """Every plate a screen knows, its own and those of the values in it."""
    if isinstance(value, Struct):
        for name, member in msgspec.structs.asdict(value).items():
            if name in PLATES and isinstance(member, str) and member:
                yield member
            else:
                yield from plates_of(member)


def _typed(screen: Screen) -> str:
    return str(getattr(screen, "plate", ""))


class Speaking(Struct, frozen=True):
    """One screen that is spoken, to whoever hears it."""

    screen: Screen
    context: Context
    voice: Voice

    def of_view(self, view: View) -> Iterator[str]:
        """Every phrase of a picture; none of a technician's."""
        if view.near or view.screen.startswith("service"):
            return
        yield from filter(None, map(self.of_line, _read(self.screen, view, self.context)))
        if view.strip and len(view.strip.ticks) > LONGEST_OF_STRIP:
            yield self._said(self.context.say("Au plus jusqu’à {end}", end=view.strip.ticks[LONGEST_OF_STRIP][1]))
        if view.code:
            yield self.context.say("Un code carré, à photographier, est le reçu.")
        yield from self.of_hints(view.hints)
        if view.bands[0] and view.left:
            yield self._said(f"{view.left}, {view.right}")

    def of_line(self, line: Line) -> str:
        """One line, and what stands beside it."""
        text = ", ".join(filter(None, (self._personal(line.text), self._personal(line.beside))))
        return self._said(self.context.say("Choisi : {option}", option=text) if line.chosen else text)

    def of_hints(self, hints: tuple[Hint, ...]) -> Iterator[str]:
        """What each key does; keys without a label share the next one's."""
        shared: list[str] = []
        for hint in hints:
            shared.append(self._key(hint.key))
            if hint.label or hint.key is Key.MAX:
                yield self._said(self._hint(hint, ", ".join(shared)))
                shared = []

    def of_typing(self, before: str, now: str) -> str:
        """What a key changed of the plate: the characters that are new, or that some are gone."""
        if not now.startswith(before) or now == before:
            return self.context.say("Effacé. {typed}", typed=self._plate(now)) if now else self.context.say("Tout est effacé.")
        return spelled(now.removeprefix(before)) if self.voice.private else self._plate(now)

    def _hint(self, hint: Hint, keys: str) -> str:
        if hint.key is Key.LANG:
            return self.context.say("Touche {keys} : {label}", keys=keys, label=_language_names(self.context))
        if hint.key.character:
            return self.context.say("Touches {keys} {label}", keys=keys, label=hint.label)
        if not hint.label:
            return self.context.say("Touche {keys}", keys=keys)
        return self.context.say("Touche {keys} : {label}", keys=keys, label=hint.label)

    def _key(self, key: Key) -> str:
        return key_name(key, self.context)

    def _said(self, text: str) -> str:
        return as_said(text, self.context.language)

    def _personal(self, text: str) -> str:
        """A text with its plates and codes spelled, or kept from those who stand by."""
        for plate in sorted(set(plates_of(self.screen)), key=len, reverse=True):
            text = text.replace(grouped(plate), self._plate(plate))
        for code in self._codes:
            text = text.replace(code, spelled(code))
        return text

    def _plate(self, plate: str) -> str:
        if self.voice.private:
            return spelled(normalise(plate))
        if getattr(self.screen, "plate", None) == plate and self.screen.name == "plate":
            return self.context.say_count("{count} caractère tapé", "{count} caractères tapés", len(plate))
        return self.context.say("votre plaque")

    @property
    def _codes(self) -> tuple[str, ...]:
        """The short code of the receipt and the reference as the bank has it: read letter by letter."""
        right = getattr(self.screen, "right", None)
        if right is None:
            return ()
        code = code_in_groups(self.context.receipts.code(right.reference)).strip()
        return tuple(filter(None, (code, bank_reference(right.reference))))


def _language_names(context: Context) -> str:
    return ", ".join(FORMATS[language].name for language in context.other_languages)
