"""The journal's way to the city. Knows no clock, no wire, no disk, and nothing of what the entries say.

The theory. Delivery is at least once: a batch is sent until the city says it has it, and the city takes a repeat for a
success. So this side needs no memory worth protecting: `acknowledged` only saves work. Every answer that helps says the
same thing, which number the city wants next, and moves `acknowledged` there, forward or back, but never past what was
sent: the city cannot make this station skip an entry. An answer that takes less than was sent counts as trouble, and
trouble waits twice as long each time. Nothing is ever dropped; a fork only stops the advance, and goes on being told.

What the city may conclude from silence hangs on the order of three looks: at the clock, then at the entries, then at the end
of the journal. So a statement that there is nothing more was true at its `sent_at`: what is sold later is dated later.

`Sync` is an End whose messages are whole request and answer bodies: one request out, one answer in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from firmware.backoffice.signer import Signer
from firmware.protocol.entry import Entry, genesis
from firmware.protocol.messages import CityAnswer, city_answer_in
from hal.ports import AT_ONCE, Instant


class Entries(Protocol):
    """A journal being read."""

    def entries_after(self, seq: int, limit: int) -> Sequence[Entry]:
        """At most `limit` entries after this one, oldest first."""

    def last(self) -> int:
        """The number of the last entry, 0 for none."""


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

    def __init__(self, journal: Entries, signer: Signer, acknowledged: int = 0, idle: float = 1.0) -> None:
        """`acknowledged`: the last entry the city is known to have; `idle`: seconds between two looks at the journal."""
        self.acknowledged = acknowledged
        self.trouble: str | None = None
        """Why the city has not taken the last batch; None when all is well."""
        self.wake_at: Instant = AT_ONCE
        self._journal, self._signer = journal, signer
        self._idle = idle
        self._asking = False
        self._recounted = False
        self._sent = acknowledged
        self._silent_until: Instant = AT_ONCE
        self._pause = idle

    def wake(self, now: Instant) -> bytes:
        """The next batch; nothing while there is none to send, or when what woke us is the city's silence."""
        if self._asking:
            self.lost(now)
            return b""
        sent_at = self._signer.wall()
        batch = self._journal.entries_after(self.acknowledged, self.limit)
        if not batch and now < self._silent_until:
            self.wake_at = min(now + self._idle, self._silent_until)
            return b""
        held = self._journal.last()
        base = self._head()
        self._sent, head = (batch[-1].seq, batch[-1].hash) if batch else (self.acknowledged, base)
        self._asking = True
        self.wake_at = now + self.time_out
        return self._signer.batch(batch, sent_at=sent_at, base=base, last=self._sent, head=head, held=held)

    def receive(self, data: bytes, now: Instant) -> bytes:
        """The city's answer. Anything that is not one is trouble; an answer nobody waits for is ignored."""
        if self._asking:
            self._asking = False
            self._take(answered(data), now)
        return b""

    def lost(self, now: Instant) -> None:
        """The request, or its answer, did not get through: try again later."""
        self._asking = False
        self._put_off("the city does not answer", now)

    def _head(self) -> bytes:
        """The hash of the last entry acknowledged."""
        known = self._journal.entries_after(self.acknowledged - 1, 1) if self.acknowledged else ()
        return known[0].hash if known else genesis(self._signer.station)

    def _take(self, answer: CityAnswer, now: Instant) -> None:
        if answer.contact_from is not None:
            self._count_from(answer.contact_from, now)
            return
        self._recounted = False
        wanted = answer.next or answer.send_from
        if wanted is None:
            forked = f"the city holds another entry {answer.fork}" if answer.fork else None
            self._put_off(forked or answer.detail or "the city's answer says nothing of entries", now)
            return
        self.acknowledged = min(wanted - 1, self._sent)
        if self.acknowledged < self._sent:
            self._put_off(f"the city asks again from entry {wanted}", now)
            return
        self.trouble = None
        self._pause = self._idle
        self._silent_until = now + self.heartbeat
        self.wake_at = now

    def _count_from(self, contact: int, now: Instant) -> None:
        """Say it again under a number the city has not heard, at once; a city that is never content is trouble."""
        self._signer.count_from(contact)
        if self._recounted:
            self._put_off(f"the city counts contacts from {contact}, again", now)
            return
        self._recounted = True
        self.wake_at = now

    def _put_off(self, trouble: str, now: Instant) -> None:
        self.trouble = trouble
        self.wake_at = now + self._pause
        self._pause = min(2 * self._pause, self.longest)


def answered(data: bytes) -> CityAnswer:
    """The city's answer; what is none becomes one that says so."""
    try:
        answer = city_answer_in(data)
    except (ValueError, RecursionError) as error:
        return CityAnswer(detail=f"the city's answer is not one: {error}")
    if answer == CityAnswer():
        return CityAnswer(detail="the city's answer says nothing")
    return answer
