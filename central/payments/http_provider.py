"""Driver of a payment provider over HTTP: JSON, a bearer key, and a time-out after which nothing is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import msgspec
from msgspec import Struct

from central.core.fields import plausible
from central.outgoing.bounded import BoundedTransport
from central.payments.port import OpenedOrder, PaymentOrder, ProviderAwayError, ProviderRefusedError
from central.payments.signature import NotifiedCapture
from firmware.domain.decoding import decode_json

TIMEOUT_S = 5.0
"""For an answer, as a whole."""
LONGEST_ANSWER = 1 << 20
"""Bytes."""
REFUSALS = (400, 404, 409, 410, 422)
"""Statuses that stay what they are, however often it is asked: not those of a key that is wrong for a while, or of haste."""


class OrderAnswer(Struct, frozen=True):
    """The provider's answer to an order."""

    page: str
    captures: tuple[NotifiedCapture, ...]


class RefundAnswer(Struct, frozen=True):
    """The provider's answer to a refund."""

    refunded: int
    """Cents."""


_Answer = TypeVar("_Answer", OrderAnswer, RefundAnswer)


@dataclass(frozen=True)
class HttpProvider:
    """A provider at a base URL."""

    url: str
    key: str = field(repr=False)
    timeout_s: float = TIMEOUT_S

    def open_order(self, order: PaymentOrder) -> OpenedOrder:
        """Open an order, or find the one of this number. Raises ProviderAwayError."""
        answer = self._post("/v1/orders", vars(order), OrderAnswer)
        captures = tuple(each.capture for each in answer.captures)
        if not all(each.order == order.key and plausible(each.at) for each in captures):
            raise ProviderAwayError("the provider answered with captures of something else")
        return OpenedOrder(answer.page, captures)

    def refund(self, transaction: str, cents: int, key: str) -> None:
        """Give money of a capture back. Raises ProviderAwayError, ProviderRefusedError."""
        answer = self._post("/v1/refunds", {"transaction": transaction, "cents": cents, "key": key}, RefundAnswer)
        if answer.refunded != cents:
            raise ProviderRefusedError(f"the provider gave another amount back: {answer.refunded} cents")

    def _post(self, path: str, body: dict[str, object], kind: type[_Answer]) -> _Answer:
        headers = {"Authorization": f"Bearer {self.key}"}
        try:
            transport = BoundedTransport(self.timeout_s, LONGEST_ANSWER)
            with httpx.Client(transport=transport, timeout=self.timeout_s) as client:
                answer = client.post(f"{self.url}{path}", json=body, headers=headers)
            if answer.status_code in REFUSALS:
                raise ProviderRefusedError(f"the provider refuses it: {answer.status_code}")
            answer.raise_for_status()
            return decode_json(msgspec.json.Decoder(kind), answer.content)
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderAwayError(f"the provider does not answer: {type(error).__name__}") from error
