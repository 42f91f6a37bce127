"""The journal's way to the city. Knows no clock, no wire, no disk, and nothing of what the entries say.

The theory. Delivery is at least once: a batch is sent until the city says it has it, and the city takes a repeat for a
success. So this side needs no memory worth protecting: `acknowledged` only saves work. Every answer that helps says the
same thing, which number the city wants next, and moves `acknowledged` there, forward or back, but never past what was
sent: the city cannot make this station skip an entry. An answer that takes less than was sent counts as trouble, and
trouble waits twice as long each time. Nothing is ever dropped; a fork only stops the advance, and goes on being told.

`Sync` is an End whose messages are whole request and answer bodies: one request out, one answer in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from firmware.entry import Answer, Entry, batch_of
from hal.ports import AT_ONCE, Instant

_answer = msgspec.json.Decoder(Answer)


class Sync:
    """Posts the entries after `acknowledged`, in batches, and an empty batch every minute when there are none."""

    limit = 100
    """Entries in one batch."""
    time_out = 10.0
    """Seconds the city has to answer."""
    heartbeat = 60.0
    """Seconds of silence after which the city is told that there is nothing to tell."""
    longest = 60.0
    """Seconds between two tries, at most."""

    def __init__(self, entries_after: Callable[[int, int], Sequence[Entry]], acknowledged: int = 0, idle: float = 1.0) -> None:
        """`entries_after(seq, limit)` reads the journal; `idle`: seconds between two looks at it."""
        self.acknowledged = acknowledged
        self.trouble: str | None = None
        """Why the city has not taken the last batch; None when all is well."""
        self.wake_at: Instant = AT_ONCE
        self._entries_after = entries_after
        self._idle = idle
        self._asking = False
        self._sent = acknowledged
        self._silent_until: Instant = AT_ONCE
        self._pause = idle

    def wake(self, now: Instant) -> bytes:
        """The next batch; nothing while there is none to send, or when what woke us is the city's silence."""
        if self._asking:
            self.lost(now)
            return b""
        entries = self._entries_after(self.acknowledged, self.limit + 1)
        if not entries and now < self._silent_until:
            self.wake_at = min(now + self._idle, self._silent_until)
            return b""
        batch = entries[: self.limit]
        self._sent = batch[-1].seq if batch else self.acknowledged
        self._asking = True
        self.wake_at = now + self.time_out
        return batch_of(batch, more=len(entries) > self.limit)

    def receive(self, data: bytes, now: Instant) -> bytes:
        """The city's answer. Anything that is not one is trouble; an answer nobody waits for is ignored."""
        if self._asking:
            self._asking = False
            self._take(_answered(data), now)
        return b""

    def lost(self, now: Instant) -> None:
        """The request, or its answer, did not get through: try again later."""
        self._asking = False
        self._put_off("the city does not answer", now)

    def _take(self, answer: Answer, now: Instant) -> None:
        wanted = answer.next or answer.send_from
        if wanted is None:
            self._put_off(f"the city holds another entry {answer.fork}" if answer.fork else str(answer.detail), now)
            return
        self.acknowledged = min(wanted - 1, self._sent)
        if self.acknowledged < self._sent:
            self._put_off(f"the city asks again from entry {wanted}", now)
            return
        self.trouble = None
        self._pause = self._idle
        self._silent_until = now + self.heartbeat
        self.wake_at = now

    def _put_off(self, trouble: str, now: Instant) -> None:
        self.trouble = trouble
        self.wake_at = now + self._pause
        self._pause = min(2 * self._pause, self.longest)


def _answered(data: bytes) -> Answer:
    try:
        answer = _answer.decode(data)
    except ValueError as error:
        return Answer(detail=f"the city's answer is not one: {error}")
    if answer == Answer():
        return Answer(detail="the city's answer says nothing")
    return answer
