"""The voice of a visit: whether the screens are spoken, to whom, how loud, and whether anything is being said now."""

from __future__ import annotations

from msgspec import Struct

from hal.ports import DEFAULT_VOLUME


class Voice(Struct, frozen=True):
    """Spoken output, at one instant."""

    on: bool = False
    """The screens are spoken: INFO was held, or a headset plugged in."""
    private: bool = False
    """A headset is in: only its wearer hears, so a plate may be spoken."""
    volume: int = DEFAULT_VOLUME
    speaking: bool = False
    """Something is being said: time-outs wait until it is over."""

    def after_visit(self) -> Voice:
        """For the next motorist: silent where no headset is in, and as loud as ever (EN 301 549, 5.1.3.13)."""
        return Voice(on=self.private, private=self.private, speaking=self.speaking)
