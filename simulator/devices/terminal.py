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

from dataclasses import dataclass, replace
from enum import Enum

from hal.ports import NEVER, Instant
from simulator.devices.terminal_frames import Char, TerminalRequest, lrc_of
from simulator.devices.terminal_script import ABSENT, CARDS, FAULTS, IDLE_TEXT, Script, ScriptStep, amount_text, script_for

__all__ = ["CARDS", "FAULTS", "ConcertDevice", "Debit", "TerminalRequest"]

_LONGEST_FRAME = 512
_BYTE_TIME_OUT = 3.0
_CARD_TIME_OUT = 30.0
_TRIES = 3
_TEXT_STAYS = 4.0
_DEBITED = ("0", "9")
"""The results after which the money has moved. Of `9` the manual says nothing: we chose what is most dangerous for a till."""


class _Phase(Enum):
    IDLE = "idle"
    LINKED = "the till has the line"
    TAKEN = "frame acknowledged, EOT awaited"
    CARD = "waiting for a card"
    WORKING = "following a card's script"
    CALLING = "ENQ sent, ACK awaited"
    ANSWERING = "answer sent, ACK awaited"


@dataclass(frozen=True)
class Debit:
    """Debit of a motorist's account, as the bank sees it."""

    reference: str
    cents: int
    at: Instant


class ConcertDevice:
    """Card terminal at its end of the serial cable."""

    def __init__(self) -> None:
        self.display: tuple[str, str] = IDLE_TEXT
        """The two lines of its own screen."""
        self.faults: set[str] = set()
        self.ledger: list[Debit] = []
        """Every debit, in order: the truth that money invariants compare with."""
        self._phase = _Phase.IDLE
        self._deadline: Instant = NEVER
        self._clear_at: Instant = NEVER
        self._frame = bytearray()
        self._request: TerminalRequest | None = None
        self._script: list[ScriptStep] = []
        self._result = ""
        self._then: Script | None = None
        self._tries = 0
        self._garbled = 0
        self._card_taken = False

    # --- what hands do ---

    def fault(self, name: str, on: bool) -> None:
        """Switch a fault of FAULTS, live. Raises ValueError naming the accepted ones."""
        if name not in FAULTS:
            raise ValueError(f"the terminal has no fault {name!r}: one of {', '.join(FAULTS)}")
        (self.faults.add if on else self.faults.discard)(name)
        if name == "garble":
            self._garbled = 2 if on else 0

    def present(self, card: str, now: Instant) -> bool:
        """Hold a card of CARDS to it; False, and nothing happens, when it asks for none. ValueError on an unknown card."""
        if card not in CARDS:
            raise ValueError(f"no card {card!r}: one of {', '.join(CARDS)}")
        if self._phase is not _Phase.CARD:
            return False
        self._card_taken = True
        self._follow(script_for(card), now)
        return True

    # --- the wire ---

    @property
    def wake_at(self) -> Instant:
        """Whatever comes first: the end of a step, a time-out, its text turning back to idle."""
        return min(self._deadline, self._clear_at)

    def receive(self, data: bytes, now: Instant) -> bytes:
        """Take in what the till sends, byte by byte. Never raises."""
        if self._dead:
            return b""
        return b"".join(self._receive_byte(byte, now) for byte in data)

    def wake(self, now: Instant) -> bytes:
        """A time has come. What happens while it is mute happens all the same, and is not sent."""
        dead = self._dead
        if self._clear_at <= now:
            self._clear_at = NEVER
            if self._phase in (_Phase.IDLE, _Phase.LINKED):
                self.display = IDLE_TEXT
        out = b""
        while self._deadline <= now:
            out += self._time_out(self._deadline)
        return b"" if dead else out

    @property
    def _dead(self) -> bool:
        """Whether nothing passes in either direction."""
        return "mute" in self.faults or ("mute_after_card" in self.faults and self._card_taken)

    def _receive_byte(self, byte: int, now: Instant) -> bytes:
        if self._frame:
            return self._receive_frame_byte(byte, now)
        match self._phase, byte:
            case ((_Phase.IDLE | _Phase.LINKED), Char.ENQ):
                return self._answer_call(now)
            case ((_Phase.LINKED | _Phase.TAKEN), Char.STX):
                self._frame.append(byte)
                self._deadline = now + _BYTE_TIME_OUT
            case _Phase.LINKED, Char.EOT:
                self._enter(_Phase.IDLE, NEVER)
            case _Phase.TAKEN, Char.EOT:
                self._begin_payment(now)
            case _Phase.CALLING, Char.ACK:
                self._tries = 0
                return self._send_answer(now)
            case _Phase.ANSWERING, Char.ACK:
                return self._close(now)
            case _Phase.ANSWERING, Char.NAK:
                return self._send_answer(now)
        return b""

    def _answer_call(self, now: Instant) -> bytes:
        if "busy" in self.faults:
            return bytes([Char.NAK])
        self._enter(_Phase.LINKED, now + _BYTE_TIME_OUT)
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
        if "mute_after_enq" in self.faults:
            return b""
        request = TerminalRequest.read(body)
        if "nak" in self.faults or lrc != lrc_of(body) or request is None:
            return bytes([Char.NAK])
        self._request = request
        if "mute_after_request" in self.faults:
            self._begin_payment(now)
            return b""
        self._enter(_Phase.TAKEN, now + _BYTE_TIME_OUT)
        return bytes([Char.ACK])

    # --- the payment ---

    def _enter(self, phase: _Phase, deadline: Instant) -> None:
        self._phase, self._deadline = phase, deadline

    def _begin_payment(self, now: Instant) -> None:
        request = self._request
        if request is None or not request.payable:
            self._follow(Script((), "7"), now)
            return
        self._clear_at = NEVER
        self.display = ("INSEREZ CARTE", amount_text(int(request.amount)))
        self._enter(_Phase.CARD, now + _CARD_TIME_OUT * self._slowness)

    @property
    def _slowness(self) -> float:
        return 5.0 if "slow" in self.faults else 1.0

    def _follow(self, script: Script, now: Instant) -> None:
        self._script, self._result, self._then = list(script.steps), script.result, script.then
        self._enter(_Phase.WORKING, now)
        self._next_step(now)

    def _next_step(self, now: Instant) -> None:
        if self._script:
            step = self._script.pop(0)
            self.display = (step.shows, self.display[1])
            self._deadline = now + step.seconds * self._slowness
        elif not self._result:
            self._leave(now)
        else:
            self._decide(now)

    def _decide(self, now: Instant) -> None:
        """The bank, or the motorist, has decided: the money moves now, the till hears of it later."""
        request = self._request
        if request is not None and self._result in _DEBITED:
            if "ten_times" in self.faults:
                self._request = request = replace(request, amount=f"{10 * int(request.amount):08d}"[-8:])
            self.ledger.append(Debit(request.private.strip(), int(request.amount), now))
            self.display = ("PAIEMENT ACCEPTE" if self._result == "0" else "NON VERIFIE", self.display[1])
        self._tries = 0
        self._enter(_Phase.CALLING, now)

    def _time_out(self, now: Instant) -> bytes:
        match self._phase:
            case _Phase.TAKEN:
                self._frame.clear()
                self._begin_payment(now)
            case _Phase.CARD:
                self._follow(ABSENT, now)
            case _Phase.WORKING:
                self._next_step(now)
            case _Phase.CALLING:
                return self._call(now)
            case _Phase.ANSWERING:
                return self._send_answer(now)
            case _:
                self._frame.clear()
                self._enter(_Phase.IDLE, NEVER)
        return b""

    def _call(self, now: Instant) -> bytes:
        if self._tries == _TRIES:
            return self._close(now)
        self._tries += 1
        self._deadline = now + _BYTE_TIME_OUT
        return bytes([Char.ENQ])

    def _send_answer(self, now: Instant) -> bytes:
        if self._tries == _TRIES or self._request is None:
            return self._close(now)
        self._tries += 1
        self._enter(_Phase.ANSWERING, now + _BYTE_TIME_OUT)
        blank = "no_reference" in self.faults and self._result != "0"
        request = replace(self._request, private=" " * 10) if blank else self._request
        body = request.answer(self._result)
        return bytes([Char.STX]) + body + bytes([Char.ETX, lrc_of(body) ^ self._spoil()])

    def _spoil(self) -> int:
        """What to spoil the next LRC with."""
        if "garble_always" in self.faults:
            return 0x55
        if self._garbled == 0:
            return 0
        self._garbled -= 1
        if self._garbled == 0:
            self.faults.discard("garble")
        return 0x55

    def _close(self, now: Instant) -> bytes:
        if self._then is not None:
            self._follow(self._then, now)
        else:
            self._leave(now)
        return bytes([Char.EOT])

    def _leave(self, now: Instant) -> None:
        self._request, self._card_taken = None, False
        self._clear_at = now + _TEXT_STAYS
        self._enter(_Phase.IDLE, NEVER)
