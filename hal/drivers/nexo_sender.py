"""What is said to a nexo terminal beside tasks: login, probe, payment, question, abort, refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from hal.drivers.nexo_line import NexoExchange, NexoLine, ServiceIds
from hal.drivers.nexo_states import NexoPayment
from hal.ports import Instant
from hal.wire.nexo.answers import NexoHeader
from hal.wire.nexo.requests import (
    SaleSystem,
    encode_abort,
    encode_diagnosis,
    encode_login,
    encode_payment,
    encode_refusal,
    encode_status,
)

REPLY_WITHIN = 10.0
"""Seconds for any answer but that to a payment."""


class NexoSender:
    """Encodes each request with a number of its own, and notes on the line what answer is awaited."""

    def __init__(self, line: NexoLine, system: SaleSystem, ids: ServiceIds, wall: Callable[[], datetime]) -> None:
        self._line, self._system, self._ids, self._wall = line, system, ids, wall

    def log_in(self, now: Instant) -> bytes:
        """LoginRequest."""
        exchange = self._exchange(now, "Login")
        return self._line.say(encode_login(self._system, exchange.service_id, self._wall()), exchange)

    def probe(self, now: Instant) -> bytes:
        """DiagnosisRequest."""
        exchange = self._exchange(now, "Diagnosis")
        return self._line.say(encode_diagnosis(self._system, exchange.service_id), exchange)

    def pay(self, payment: NexoPayment) -> bytes:
        """PaymentRequest: its ServiceID is the reference."""
        return self._line.say(encode_payment(self._system, payment.reference, payment.cents, self._wall()), None)

    def status(self, reference: str, now: Instant) -> bytes:
        """TransactionStatusRequest: a number of its own, the payment's inside."""
        exchange = self._exchange(now, "TransactionStatus", reference)
        return self._line.say(encode_status(self._system, exchange.service_id, "Payment", exchange.about), exchange)

    def abort(self, reference: str, now: Instant) -> bytes:
        """AbortRequest."""
        exchange = self._exchange(now, "Abort")
        return self._line.say(encode_abort(self._system, exchange.service_id, reference), exchange)

    def refuse(self, asked: NexoHeader, now: Instant) -> bytes:
        """NotAllowed, to what the terminal asks of us."""
        return self._line.say(encode_refusal(self._system, asked), self._exchange(now, "Refusal"))

    def _exchange(self, now: Instant, category: str, about: str = "") -> NexoExchange:
        return NexoExchange(self._ids.next(), category, about, now + REPLY_WITHIN)
