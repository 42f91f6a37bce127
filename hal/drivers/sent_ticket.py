"""Ticket of an ESC/POS printer from `print` to its end: how far it is, and what proves that it was printed.

The theory. A ticket passes these stages. ASKED: it waits for a look that finds the printer able, so that nothing is ever sent
to one that is not. SENT: it left, with `GS ( H` and `GS r 1` behind it, and a look a second watches over it. DONE: everything
was processed; a look begun after that must still find the printer able, for paper may have ended under the last lines. Only
then is it `Printed`.

What proves that everything was processed must not be noise, and the ticket itself must not have met any. `GS ( H` gives a
number back that only this ticket has; several stand behind it in a row, each must come back, once and in its turn. ESC/POS has
no sum over what is sent: a line that adds, loses or doubles bytes every few dozen is seen by the numbers it spoils, and then
the ticket is not believed, whatever came out; a single wrong byte within the ticket is seen by nobody. A printer that has no
`GS ( H` answers `GS r 1` alone, by a byte that a break on the line looks like: so one such answer (READ) proves nothing;
once the line has been calm for a moment it is asked for again (REREAD), both must agree, and the look after them must hear no
third: on a line that makes such bytes by itself nothing is proved. Whether a printer has
`GS ( H` is asked when it is first found able; one that has is believed by nothing else, until it falls silent: then it may be
another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from hal.ports import NEVER, Instant, Ticket
from hal.wire import escpos
from hal.wire.escpos_answers import Echo, PrinterAnswer, Processed

CALM = 0.5
"""Seconds without an answer to `GS r 1` before it is asked for again: noise comes in bursts."""

NUMBERS = "abcd"
"""What the numbers behind a ticket end in: 44 bytes, so that a line which spoils one in twenty spoils one of them."""


class PrintStage(Enum):
    """How far a ticket is."""

    ASKED = "asked"
    SENT = "sent"
    READ = "status read once"
    REREAD = "second status read asked for"
    DONE = "done"


class SentTicket(Struct, frozen=True):
    """The ticket under way."""

    number: str
    data: bytes
    echoes: tuple[str, ...]
    """What `GS ( H` gives back, in this order."""
    heard: tuple[str, ...] = ()
    """What of that has come back."""
    read: int | None = None
    """The last answer to `GS r 1`."""
    calm_at: Instant = NEVER
    """When that has been the last for long enough."""
    stage: PrintStage = PrintStage.ASKED
    until: Instant = NEVER

    @property
    def spoilt(self) -> bool:
        """Whether a number is missing, or came twice: the line to the printer is not to be believed."""
        return self.heard != self.echoes[: len(self.heard)]

    def after(self, answers: Sequence[PrinterAnswer], now: Instant, *, echoing: bool) -> SentTicket:
        """The job after these answers. `echoing`: the printer is known to give numbers back."""
        reads = [answer.byte for answer in answers if isinstance(answer, Processed)]
        if self.stage is PrintStage.ASKED:
            return self
        heard = [answer.characters for answer in answers if isinstance(answer, Echo) and answer.characters in self.echoes]
        job = replace(self, heard=(*self.heard, *heard))
        if job.heard == job.echoes:
            return replace(job, stage=PrintStage.DONE)
        if echoing or not reads:
            return job
        if job.stage is PrintStage.REREAD and reads == [job.read]:
            return replace(job, stage=PrintStage.DONE)
        return replace(job, stage=PrintStage.READ, read=reads[-1], calm_at=now + CALM)


def ticket_to_send(ticket: Ticket, columns: int, count: int) -> SentTicket:
    """The job of this ticket, the `count`th of its driver. Raises ValueError for a ticket that `escpos.encode` refuses."""
    echoes = tuple(f"{count % 1_000:03d}{letter}" for letter in NUMBERS)
    asked = b"".join(escpos.request_echo(echo) for echo in echoes)
    behind = escpos.NO_AUTOMATIC_STATUS + asked + escpos.TRANSMIT_PAPER_STATUS
    return SentTicket(ticket.number, escpos.encode(ticket, columns) + behind, echoes)
