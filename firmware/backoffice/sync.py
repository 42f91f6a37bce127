"""Journal sync: posts entries to the city in batches, at least once each.

The theory. Delivery is at least once: a batch is sent until the city says it has it, and the city takes a repeat for a
success. So this side needs no memory worth protecting: `acknowledged` only saves work. Every answer that helps says the same
thing, which number the city wants next, and moves `acknowledged` there, forward or back, but never past what was sent: the
city cannot make this station skip an entry. An answer that takes less than was sent counts as a problem, and each pause after
a problem is twice as long. Nothing is ever dropped; a fork only stops the advance, and goes on being told.

What the city may conclude from silence hangs on the order of three looks: at the clock, then at the entries, then at the end
of the journal. So a statement that there is nothing more was true at its `sent_at`: what is sold later is dated later.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from firmware.backoffice.retry import Requester
from firmware.backoffice.signer import Signer
from firmware.protocol.entry import Entry, genesis
from firmware.protocol.messages import CityAnswer
from hal.ports import AT_ONCE, Instant


class Entries(Protocol):
    """A journal being read."""

    def entries_after(self, seq: int, limit: int) -> Sequence[Entry]:
        """At most `limit` entries after this one, oldest first."""

    def last(self) -> int:
        """The number of the last entry, 0 for none."""


class Sync(Requester):
    """Posts the entries after `acknowledged`, in batches, and an empty batch every minute when there are none."""

    limit = 100
    """Entries in one batch."""
    heartbeat = 60.0
    """Seconds of silence after which the city is told that there is nothing to tell."""
    time_out = 10.0
    longest = 60.0
    silence = "the city does not answer"

    def __init__(self, journal: Entries, signer: Signer, acknowledged: int = 0, idle: float = 1.0) -> None:
        """`acknowledged`: the last entry the city is known to have; `idle`: seconds between two looks at the journal."""
        super().__init__(signer, shortest=idle)
        self.acknowledged = acknowledged
        self._journal, self._idle = journal, idle
        self._sent = acknowledged
        self._silent_until: Instant = AT_ONCE

    def request(self, now: Instant) -> bytes:
        """The next batch; nothing while there is none to send."""
        sent_at = self._signer.wall()
        batch = self._journal.entries_after(self.acknowledged, self.limit)
        if not batch and now < self._silent_until:
            self.wake_at = min(now + self._idle, self._silent_until)
            return b""
        held = self._journal.last()
        base = self._head()
        self._sent, head = (batch[-1].seq, batch[-1].hash) if batch else (self.acknowledged, base)
        return self._signer.batch(batch, sent_at=sent_at, base=base, last=self._sent, head=head, held=held)

    def read(self, answer: CityAnswer, now: Instant) -> None:
        """Move `acknowledged` to where the city is."""
        wanted = answer.next or answer.send_from
        if wanted is None:
            forked = f"the city holds another entry {answer.fork}" if answer.fork else None
            self.fail(forked or answer.detail or "the city's answer says nothing of entries", now)
            return
        self.acknowledged = min(wanted - 1, self._sent)
        if self.acknowledged < self._sent:
            self.fail(f"the city asks again from entry {wanted}", now)
            return
        self._silent_until = now + self.heartbeat
        self.succeed(wake_at=now)

    def _head(self) -> bytes:
        """The hash of the last entry acknowledged."""
        known = self._journal.entries_after(self.acknowledged - 1, 1) if self.acknowledged else ()
        return known[0].hash if known else genesis(self._signer.station)
