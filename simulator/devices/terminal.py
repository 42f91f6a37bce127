"""Simulated card terminal: a Concert E+ terminal with a screen, a slot and a bank behind it.

Written from the Concert protocol ("protocole caisse", version 2, as Telium terminals speak it in E+ mode), serial 9600:

    till                      terminal
    ENQ           ->
                  <-          ACK            (NAK: busy)
    STX body ETX LRC ->                      body of 34 characters
                  <-          ACK            (NAK: wrong LRC, the till repeats)
    EOT           ->                         the card, the code, the bank: up to two minutes
                  <-          ENQ
    ACK           ->
                  <-          STX body ETX LRC    body of 25 or 80 characters, as the request's flag asked
    ACK           ->                         (NAK: repeated, three sendings in all)
                  <-          EOT

LRC is the exclusive-or of the body and ETX. ENQ, ACK and EOT alone are the usual probe of the line.
Where the manual is silent we chose what is most dangerous for a till: a request acknowledged but without its EOT is carried
out all the same after 3 s; an answer nobody acknowledges is dropped, and its debit stands; a reference seen before is debited
again; during a payment the line gets no answer at all. It has its own power: a power cut in the station changes nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum

from hal.ports import NEVER, Instant
from simulator.devices.terminal_core import CORE_FAULTS, DEBITED, Decision, TerminalCore
from simulator.devices.terminal_frames import Char, TerminalRequest, lrc_of
from simulator.devices.terminal_script import CARDS, CardOutcome

FAULTS = {
    **CORE_FAULTS,
    "mute_after_enq": "Répond à l'appel, puis ignore la demande",
    "mute_after_request": "Prend la demande sans l'acquitter, et la traite",
    "garble": "Altère sa prochaine réponse, deux fois",
    "garble_always": "Altère toutes ses réponses",
    "nak": "Refuse toutes les demandes (NAK)",
    "busy": "Occupé, par la télécollecte aussi : refuse l'appel (NAK)",
    "no_reference": "Ne rend pas notre référence dans ses refus",
}
"""Accepted faults, each with what it does, in French."""
OTHER_REFERENCE = "Z999999999"
_LONGEST_FRAME = 512
_BYTE_TIME_OUT = 3.0
_TRIES = 3
_RESULTS = {CardOutcome.APPROVED: "0", CardOutcome.UNVERIFIED: "9"}
_NOT_PAID = "7"
"""The results that Concert E+ has: one for every way in which nothing was paid."""


class _Line(Enum):
    IDLE = "idle"
    LINKED = "the till has the line"
    TAKEN = "frame acknowledged, EOT awaited"
    PAYING = "a payment is under way: no answer to anything"
    CALLING = "ENQ sent, ACK awaited"
    ANSWERING = "answer sent, ACK awaited"


class ConcertDevice:
    """Card terminal at its end of the serial cable."""

    speaks = "Concert"
    cards: Mapping[str, str] = CARDS
    faults: Mapping[str, str] = FAULTS

    def __init__(self) -> None:
        self.core = TerminalCore()
        self._line = _Line.IDLE
        self._deadline: Instant = NEVER
        self._frame = bytearray()
        self._request: TerminalRequest | None = None
        self._decision: Decision | None = None
        self._named = ""  # as the answer that was sent last names the payment
        self._tries, self._repeats = 0, 0
        self._garbled = 0

    # --- what hands do ---

    def fault(self, name: str, on: bool) -> None:
        """Switch a fault of FAULTS, live. Raises ValueError naming the accepted ones."""
        self.core.fault(name, on, FAULTS)
        if name == "garble":
            self._garbled = 2 if on else 0
        if name == "off" and on:
            self._frame.clear()
            self._leave()

    def carried(self, reference: str) -> str:
        """How its ledger names a till's reference: as it is."""
        return reference

    # --- the wire ---

    @property
    def wake_at(self) -> Instant:
        """Whatever comes first: what the core does, or a time-out of the line."""
        return min(self._deadline, self.core.wake_at)

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take in what the till sends, byte by byte. Never raises."""
        if self.core.dead:
            return b""
        return b"".join(self._receive_byte(byte, now) for byte in data)

    def wake(self, now: Instant) -> bytes:
        """A time has come. What happens while it is mute happens all the same, and is not sent."""
        dead = self.core.dead
        out = b""
        while (at := self.wake_at) <= now:
            if self.core.wake_at <= at:
                self.core.wake(at)
                self._look_at_decision(at)
            else:
                out += self._time_out(at)
        return b"" if dead else out

    def _receive_byte(self, byte: int, now: Instant) -> bytes:
        if self._frame:
            return self._receive_frame_byte(byte, now)
        match self._line, byte:
            case ((_Line.IDLE | _Line.LINKED), Char.ENQ):
                return self._answer_call(now)
            case ((_Line.LINKED | _Line.TAKEN), Char.STX):
                self._frame.append(byte)
                self._deadline = now + _BYTE_TIME_OUT
            case _Line.LINKED, Char.EOT:
                self._enter(_Line.IDLE, NEVER)
            case _Line.TAKEN, Char.EOT:
                self._begin_payment(now)
            case _Line.CALLING, Char.ACK:
                self._tries = 0
                return self._send_answer(now)
            case _Line.ANSWERING, Char.ACK:
                return self._end_answer(now)
            case _Line.ANSWERING, Char.NAK:
                return self._send_answer(now)
        return b""

    def _answer_call(self, now: Instant) -> bytes:
        if "busy" in self.core.faults:
            return bytes([Char.NAK])
        self._enter(_Line.LINKED, now + _BYTE_TIME_OUT)
        return bytes([Char.ACK])

    def _receive_frame_byte(self, byte: int, now: Instant) -> bytes:
        self._deadline = now + _BYTE_TIME_OUT
        self._frame.append(byte)
        if len(self._frame) < 3 or self._frame[-2] != Char.ETX:
            if len(self._frame) > _LONGEST_FRAME:
                self._frame.clear()
            return b""
        body, lrc = bytes(self._frame[1:-2]), byte
        self._frame.clear()
        return self._acknowledge(body, lrc, now)

    def _acknowledge(self, body: bytes, lrc: int, now: Instant) -> bytes:
        """A whole frame is here: acknowledge it or not."""
        if "mute_after_enq" in self.core.faults:
            return b""
        request = TerminalRequest.read(body)
        if "nak" in self.core.faults or lrc != lrc_of(body) or request is None:
            return bytes([Char.NAK])
        self._request = request
        if "mute_after_request" in self.core.faults:
            self._begin_payment(now)
            return b""
        self._enter(_Line.TAKEN, now + _BYTE_TIME_OUT)
        return bytes([Char.ACK])

    # --- the payment ---

    def _enter(self, line: _Line, deadline: Instant) -> None:
        self._line, self._deadline = line, deadline

    def _begin_payment(self, now: Instant) -> None:
        self._enter(_Line.PAYING, NEVER)
        request = self._request
        if request is None or not request.payable:
            self.core.refuse("", 0, now)
            self._look_at_decision(now)
        else:
            self.core.begin(request.private.strip(), int(request.amount), now)

    def _look_at_decision(self, now: Instant) -> None:
        decision = self.core.take()
        if decision is None:
            return
        if decision.outcome is CardOutcome.SILENT:
            self._leave()
            return
        if self._request is not None and decision.outcome in DEBITED:
            self._request = replace(self._request, amount=f"{decision.cents:08d}")
        self._decision, self._tries, self._repeats = decision, 0, int("twice" in self.core.faults)
        self._enter(_Line.CALLING, now)

    def _time_out(self, now: Instant) -> bytes:
        match self._line:
            case _Line.TAKEN:
                self._frame.clear()
                self._begin_payment(now)
            case _Line.CALLING:
                return self._call(now)
            case _Line.ANSWERING:
                return self._send_answer(now)
            case _:
                self._frame.clear()
                self._enter(_Line.IDLE, NEVER)
        return b""

    def _call(self, now: Instant) -> bytes:
        if self._tries == _TRIES:
            return self._give_up(now)
        self._tries += 1
        self._deadline = now + _BYTE_TIME_OUT
        return bytes([Char.ENQ])

    def _send_answer(self, now: Instant) -> bytes:
        if self._tries == _TRIES or self._request is None or self._decision is None:
            return self._give_up(now)
        self._tries += 1
        self._enter(_Line.ANSWERING, now + _BYTE_TIME_OUT)
        result = _RESULTS.get(self._decision.outcome, _NOT_PAID)
        named = self._as_named(self._request, self._decision)
        self._named, body = named.private.strip(), named.answer(result)
        frame = bytes([Char.STX]) + body + bytes([Char.ETX, lrc_of(body) ^ self._spoil()])
        return frame[: len(frame) // 2] if "half" in self.core.faults else frame

    def _as_named(self, request: TerminalRequest, decision: Decision) -> TerminalRequest:
        """The request as its answer names it."""
        if "other_reference" in self.core.faults:
            return replace(request, private=OTHER_REFERENCE)
        blank = "no_reference" in self.core.faults and decision.outcome is not CardOutcome.APPROVED
        return replace(request, private=" " * 10) if blank else request

    def _spoil(self) -> int:
        """What to spoil the next LRC with."""
        if "garble_always" in self.core.faults:
            return 0x55
        if self._garbled == 0:
            return 0
        self._garbled -= 1
        if self._garbled == 0:
            self.core.faults.discard("garble")
        return 0x55

    def _end_answer(self, now: Instant) -> bytes:
        """The till has it; some say it once more."""
        if self._decision is not None and self._decision.outcome is CardOutcome.APPROVED:
            self.core.acknowledged.add(self._named)
        if not self._repeats:
            return self._close(now)
        self._repeats, self._tries = self._repeats - 1, 0
        self._enter(_Line.CALLING, now + _BYTE_TIME_OUT)
        return bytes([Char.EOT])

    def _give_up(self, now: Instant) -> bytes:
        """Nobody acknowledged the answer."""
        if self._decision is not None:
            self.core.give_back_undelivered(self._decision, now)
        return self._close(now)

    def _close(self, now: Instant) -> bytes:
        self.core.close(now)
        if self.core.busy:
            self._enter(_Line.PAYING, NEVER)
            self._look_at_decision(now)
        else:
            self._leave()
        return bytes([Char.EOT])

    def _leave(self) -> None:
        self._request, self._decision = None, None
        self._enter(_Line.IDLE, NEVER)
