"""Journal sync: posts the entries of a station's journals to the city in batches, at least once each.

The theory. Delivery is at least once: a batch is sent until the city says it has it, and the city takes a repeat for a
success. So this side needs no memory worth protecting: `acknowledged` only saves work. Every answer that helps says the same
thing, which number the city wants next, and moves `acknowledged` there, forward or back, but never past what was sent: the
city cannot make this station skip an entry. An answer that takes less than was sent counts as a problem, and each pause after
a problem is twice as long. Nothing is ever dropped.

A station's journals go one after the other, the oldest first. The city takes each, also one that is not the one it holds, and
says so: a newest journal that is behind the city's or beside it is to be left, which is noted for the station (`CityMark`).

What the city may conclude from silence hangs on the order of three looks: at the clock, then at the entries, then at the end
of the journal. So a statement that there is nothing more was true at its `sent_at`: what is sold later is dated later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from firmware.backoffice.retry import Requester
from firmware.backoffice.signer import Signer
from firmware.journal.marks import CityMark
from firmware.protocol.entry import Entry
from firmware.protocol.genesis import Position
from firmware.protocol.messages import CityAnswer, DeliveryReport
from hal.ports import AT_ONCE, Instant


class Entries(Protocol):
    """A journal being read."""

    @property
    def generation(self) -> int:
        """From 1."""

    @property
    def genesis_document(self) -> bytes:
        """What it begins with; empty for a journal of before generations."""

    @property
    def start(self) -> bytes:
        """What the first entry continues from."""

    def entries_after(self, seq: int, limit: int) -> Sequence[Entry]:
        """At most `limit` entries after this one, oldest first."""

    def last(self) -> int:
        """The number of the last entry, 0 for none."""

    def has(self, position: Position) -> bool:
        """Whether this journal has come so far, and by the same entries."""


class Journals(Protocol):
    """A station's journals being read."""

    @property
    def journals(self) -> Sequence[Entries]:
        """The oldest generation first; at least one."""

    def look(self) -> None:
        """Find those that were begun since the last look."""

    def held(self, generation: int) -> int:
        """The number of the last entry of this generation's journal; one more where it is known that some are missing."""


class Sync(Requester):
    """Posts the entries after `acknowledged`, in batches, and an empty batch every minute when there are none."""

    limit = 100
    """Entries in one batch."""
    heartbeat = 60.0
    """Seconds of silence after which the city is told that there is nothing to tell."""
    soon = 1.0
    """Seconds after an entry is written until it is sent: what is written together goes together."""
    time_out = 10.0
    longest = 60.0
    silence = "the city does not answer"

    def __init__(
        self,
        line: Journals,
        signer: Signer,
        acknowledged: Position | None = None,
        leave: Callable[[CityMark], None] = lambda mark: None,
        idle: float = 1.0,
    ) -> None:
        """`acknowledged`: the last entry the city is known to have; `leave` is told of a newest journal that is to be left;
        `idle`: seconds between two looks at the journals, where nobody calls `look`.
        """
        super().__init__(signer, shortest=min(idle, self.soon))
        self._line, self._leave, self._idle = line, leave, idle
        known = [journal for journal in line.journals if acknowledged and journal.has(acknowledged)]
        self._journal = known[0] if known else line.journals[0]
        self._seq = acknowledged.seq if known and acknowledged else 0
        self._sent = self._held = self._seq
        self._silent_until: Instant = AT_ONCE
        self.refused = ""
        """Why the city did not take the last batch that it answered; empty if it did."""
        self.clone = False
        """Whether the city says that two machines hand in under this name."""

    @property
    def acknowledged(self) -> int:
        """The number of the last entry the city has said it has, of the journal that is being sent."""
        return self._seq

    @property
    def position(self) -> Position:
        """The place of that entry in the station's line of journals."""
        return Position(self._journal.generation, self._seq, self._head().hex())

    def look(self, now: Instant) -> None:
        """An entry has been written: send it soon, unless an answer or the end of a pause is waited for."""
        if not (self._in_flight or self.problem):
            self.wake_at = min(self.wake_at, now + self.soon)

    def report(self) -> DeliveryReport:
        """How deliveries go, for a request that the city takes even when it refuses these."""
        later = [journal for journal in self._line.journals if journal.generation > self._journal.generation]
        waiting = self._journal.last() - self._seq + sum(journal.last() for journal in later)
        return DeliveryReport(max(0, waiting), self.refused[:200])

    def request(self, now: Instant) -> bytes:
        """The next batch; nothing while there is none to send."""
        sent_at = self._signer.wall()
        self._go_on()
        batch = self._journal.entries_after(self._seq, self.limit)
        if not batch and now < self._silent_until:
            self.wake_at = min(now + self._idle, self._silent_until)
            return b""
        self._held = self._line.held(self._journal.generation)
        base = self._head()
        self._sent, head = (batch[-1].seq, batch[-1].hash) if batch else (self._seq, base)
        place = {"generation": self._journal.generation, "newest": self._line.journals[-1].generation}
        numbers = {"last": self._sent, "held": self._held}
        genesis = self._journal.genesis_document.decode()
        return self._signer.batch(batch, sent_at=sent_at, base=base, head=head, genesis=genesis, **place, **numbers)

    def read(self, answer: CityAnswer, now: Instant) -> None:
        """Move `acknowledged` to where the city is."""
        wanted = answer.next or answer.send_from
        self.refused = "" if wanted else answer.detail or "the city's answer says nothing of entries"
        if wanted is None:
            self.fail(self.refused, now)
            return
        self.clone = answer.clone
        self._compare(answer)
        self._seq = min(wanted - 1, self._sent)
        if self._seq < self._sent:
            self.fail(f"the city asks again from entry {wanted}", now)
            return
        self._silent_until = now + self.heartbeat
        self.succeed(wake_at=now)

    def _compare(self, answer: CityAnswer) -> None:
        """Say that the newest journal is to be left, if the city holds more than it, or another."""
        generation, holds = self._journal.generation, answer.holds
        if answer.next is None or generation != self._line.journals[-1].generation:
            return
        is_new = self._seq == 0 and holds is not None and holds.generation > generation
        if answer.fork is not None:
            self._leave(CityMark(self._journal.start.hex(), "beside the city", holds))
        elif answer.next > self._held + 1 or is_new:
            self._leave(CityMark(self._journal.start.hex(), "behind the city", holds))

    def _go_on(self) -> None:
        """On to the journal after this one, once the city has all of this one: nothing is written to it any more."""
        self._line.look()
        later = [journal for journal in self._line.journals if journal.generation > self._journal.generation]
        if later and self._seq >= self._journal.last():
            self._journal, self._seq = later[0], 0
            self._silent_until = AT_ONCE
            self._go_on()

    def _head(self) -> bytes:
        """The hash of the last entry acknowledged."""
        known = self._journal.entries_after(self._seq - 1, 1) if self._seq else ()
        return known[0].hash if known else self._journal.start
