"""Ticket printer driver: an ESC/POS printer on a serial line.

What this driver alone knows: which question is open, whether a ticket is on its way, and when silence means something. What
the bytes say is `hal.wire.escpos`'s; what is on a ticket is the caller's; baud rate and flow control are the cable's.

The theory. The four answers to `DLE EOT` do not say which question they answer, so questions are put one at a time, each
once the last is answered: a *look* is four questions. An answer that is lost voids the whole look, and the next one starts
a second later, when a late answer is no longer about. Two void looks in a row mean SILENT.

How a ticket is followed, and what proves it printed, is `hal.drivers.sent_ticket`'s.

What it does not do: send a ticket twice, recover a jammed cutter (`DLE ENQ`), or tell why a healthy printer kept a ticket.

Manuals: see `hal.wire.escpos`.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from hal.drivers.sent_ticket import PrintStage, SentTicket, ticket_to_send
from hal.ports import AT_ONCE, NEVER, DeviceEvent, Instant, NotPrinted, Printed, PrinterIs, PrinterState, Ticket
from hal.wire import escpos
from hal.wire.escpos_answers import Cleared, Echo, RealTimeStatus, decode_answers, printer_state

ANSWER_TIME = 1.0
"""Seconds given to a real-time answer. The question waits behind what is left of a ticket: 4800 baud at least."""

WATCH = 1.0
"""Seconds between two looks while a ticket is on its way."""

QUIET = 1.0
"""Seconds of silence after a void look."""

IDLE = 30.0
"""Seconds between two looks otherwise."""

PATIENCE = 20.0
"""Seconds a ticket may take, from `print` to the last answer."""


PROBE = "echo"
"""What `GS ( H` gives back of no ticket."""


class _Look(Struct, frozen=True):
    """Questions being put, and the answers so far."""

    until: Instant
    proving: bool
    """Begun after the ticket was DONE: it may say `Printed`."""
    answers: tuple[int, ...] = ()


class _Clearing(Struct, frozen=True):
    """The printer was told to forget."""

    until: Instant


class _Quiet(Struct, frozen=True):
    """A look was void: an answer that comes now is late, and belongs to it."""

    until: Instant


class EscPosPrinter:
    """`Printer` on a serial line: an `End`, and an `EventSource` of `PrinterIs`, `Printed` and `NotPrinted`."""

    def __init__(self, columns: int, *, leftover: bool = True) -> None:
        """`columns`: characters of font A on a line, one of `escpos.COLUMNS`. Raises ValueError otherwise.

        `leftover`: whether the printer may hold part of a ticket, as after a power cut. Assumed unless one knows better: the
        first thing done is then to throw it away, or the next motorist would be handed a stranger's plate.
        """
        if columns not in escpos.COLUMNS:
            raise ValueError(f"printer: columns = {columns}; a paper is one of {escpos.COLUMNS} columns wide")
        self._columns = columns
        self._events: list[DeviceEvent] = []
        self._state: PrinterState | None = None
        self._job: SentTicket | None = None
        self._awaited: _Look | _Clearing | _Quiet | None = None
        self._wanted = True
        self._next_look = NEVER
        self._void_looks = 0
        self._leftover = leftover  # in the printer's buffers
        self._spoilt = leftover  # on the paper in its slot
        self._unexplained = b""
        self._echoes: bool | None = None
        """Whether it gives numbers back: None before it was asked, False until it has."""
        self._jobs = 0

    # --- the port

    def print(self, ticket: Ticket) -> None:
        """Begin printing; see `Printer.print`. Raises ValueError too for a ticket that `escpos.encode` refuses."""
        if self._job:
            raise ValueError(f"ticket {ticket.number} must wait: {self._job.number} is being printed")
        self._job = ticket_to_send(ticket, self._columns, self._jobs + 1)
        self._jobs += 1
        self._wanted = True

    def look(self) -> None:
        """Query the printer's state; see `Printer.look`."""
        self._wanted = True

    def take(self) -> Sequence[DeviceEvent]:
        """The events since the last call."""
        events, self._events = self._events, []
        return events

    # --- the end of the cable

    @property
    def wake_at(self) -> Instant:
        """When a look is due, an answer is late, or a ticket takes too long."""
        if self._wanted:
            return AT_ONCE
        return min(self._awaited.until if self._awaited else self._next_look, self._job.until if self._job else NEVER)

    def wake(self, now: Instant) -> bytes:
        """Put the question that is due; conclude from the answer that is late."""
        wanted, self._wanted = self._wanted, False
        if self._job and self._job.until == NEVER:
            self._job = replace(self._job, until=now + PATIENCE)
        if self._job and now >= self._job.until:
            # Able at every look, or it would have ended before: the printer answers and yet does not print.
            self._end(NotPrinted(self._job.number, PrinterState.OFFLINE))
        if self._awaited:
            return self._on_timeout(self._awaited, now) if now >= self._awaited.until else b""
        return self._begin_look(now) if wanted or now >= self._next_look else b""

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take in answers; noise and answers to no question are ignored."""
        answers, self._unexplained = decode_answers(self._unexplained + data)
        if any(isinstance(answer, Echo) for answer in answers):
            self._echoes = True
        if self._job:
            self._follow(self._job.after(answers, now, echoing=bool(self._echoes)))
        statuses = [answer.byte for answer in answers if isinstance(answer, RealTimeStatus)]
        match self._awaited:
            case _Look() as look if statuses:
                return self._take_answer(look, statuses[0], now)  # one a call: no other question had been put yet
            case _Clearing() if Cleared() in answers:
                return self._finish_clearing(False, now)
        return b""

    # --- looks

    def _begin_look(self, now: Instant) -> bytes:
        done = self._job is not None and self._job.stage is PrintStage.DONE
        self._awaited = _Look(now + ANSWER_TIME, proving=done)
        if self._job and self._job.stage is PrintStage.READ and now >= self._job.calm_at:
            self._job = replace(self._job, stage=PrintStage.REREAD)
            return escpos.TRANSMIT_PAPER_STATUS + escpos.STATUS_REQUESTS[0]
        return escpos.STATUS_REQUESTS[0]

    def _take_answer(self, look: _Look, status: int, now: Instant) -> bytes:
        answers = (*look.answers, status)
        if len(answers) < len(escpos.STATUS_REQUESTS):
            self._awaited = replace(look, until=now + ANSWER_TIME, answers=answers)
            return escpos.STATUS_REQUESTS[len(answers)]
        self._void_looks = 0
        return self._conclude(printer_state(*answers), look.proving, now)

    def _on_timeout(self, awaited: _Look | _Clearing | _Quiet, now: Instant) -> bytes:
        match awaited:
            case _Look():
                return self._void_look(awaited, now)
            case _Clearing():
                # A printer that answers, but not to this, does not know the command. A silent one may yet hold its part.
                return self._finish_clearing(self._state is PrinterState.SILENT, now)
            case _Quiet():
                return self._begin_look(now)

    def _void_look(self, look: _Look, now: Instant) -> bytes:
        self._void_looks += 1
        if self._void_looks >= 2:
            return self._conclude(PrinterState.SILENT, look.proving, now)
        self._awaited = _Quiet(now + QUIET)
        return b""

    def _conclude(self, state: PrinterState, proving: bool, now: Instant) -> bytes:
        """End a look: report a changed state, and do what the ticket under way needs next."""
        self._awaited = None
        if state is PrinterState.SILENT:
            self._echoes = None
        if state is not self._state:
            self._state = state
            self._events.append(PrinterIs(state))
        if self._job and not state.prints:
            self._end(NotPrinted(self._job.number, state))
        elif self._job and self._job.stage is PrintStage.DONE and proving:
            self._end(Printed(self._job.number))
        self._next_look = now + (WATCH if self._job else IDLE)
        if self._leftover:
            self._awaited = _Clearing(now + ANSWER_TIME)
            return escpos.CLEAR_BUFFERS
        return self._prepare(state) + self._continue_job(now)

    def _prepare(self, state: PrinterState) -> bytes:
        """What is sent to a printer that is able, before any ticket: the cut that is due, the question whether it echoes."""
        if not state.prints:
            return b""
        cut, self._spoilt = escpos.CUT_OFF if self._spoilt else b"", False
        if self._echoes is not None:
            return cut
        self._echoes = False
        return cut + escpos.request_echo(PROBE)

    # --- the ticket

    def _follow(self, job: SentTicket) -> None:
        """The ticket after what the printer said; a look that may prove it is wanted as soon as it is DONE."""
        if self._job and job.stage is PrintStage.DONE and self._job.stage is not PrintStage.DONE:
            self._wanted = True
        self._job = job
        if job.spoilt:
            self._end(NotPrinted(job.number, PrinterState.OFFLINE))

    def _continue_job(self, now: Instant) -> bytes:
        if self._job and self._job.stage is PrintStage.ASKED:
            self._job = replace(self._job, stage=PrintStage.SENT)
            return self._job.data
        if self._job and self._job.stage is PrintStage.DONE:
            return self._begin_look(now)
        return b""

    def _end(self, ending: Printed | NotPrinted) -> None:
        """The one place where a ticket ends."""
        if isinstance(ending, NotPrinted) and self._job and self._job.stage is not PrintStage.ASKED:
            self._leftover = self._spoilt = True
        self._job = None
        self._events.append(ending)

    def _finish_clearing(self, leftover: bool, now: Instant) -> bytes:
        self._awaited, self._leftover = None, leftover
        return self._begin_look(now) if self._job or now >= self._next_look else b""
