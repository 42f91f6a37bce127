"""Progress of a build: each step when it begins, how long it lasts while it does, and what it took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from workshop.common.progress import duration

SayLine = Callable[[str], None]
"""Shows a line to whoever waits for the build."""
TICK_S = 30.0
"""Between two words of a step that lasts."""


@contextmanager
def timed_step(title: str, steps: Sequence[str], say: SayLine) -> Iterator[None]:
    """Say which of these steps begins, every half minute that it lasts, and at its end what it took."""
    place = f"[{steps.index(title) + 1}/{len(steps)}]"
    began, ended = time.monotonic(), Event()
    say(f"{place} {title} …")
    telling = Thread(target=tell_time, args=(place, ended, say, lambda: time.monotonic() - began), daemon=True)
    telling.start()
    try:
        yield
    finally:
        ended.set()
        telling.join()
    say(f"{place} {title}: {duration(time.monotonic() - began)}")


def tell_time(place: str, ended: Event, say: SayLine, lasted: Callable[[], float]) -> None:
    """Say how long it has lasted, until it has ended."""
    while not ended.wait(TICK_S):
        say(f"{place} … {duration(lasted())}")
