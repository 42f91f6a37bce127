"""Sandbox of a payment provider: the far end over HTTP, with a page to pay on, and with what can go wrong.

The theory. It keeps orders in memory, takes no real card, and is told what to do wrong: on its page by whoever pays (pay twice,
another amount, say nothing), and by `faults` on its side (fail, time out). What it could not notify, or was told not to, waits
for `deliver`.
"""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qs

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from central.payments.port import PaymentCapture, PaymentOrder
from central.payments.signature import sign

HOWS = {
    "pay": "Payer",
    "twice": "Payer deux fois",
    "more": "Payer 10 € de trop",
    "less": "Payer 10 € de moins",
    "late": "Payer, et ne pas prévenir la ville",
    "decline": "Carte refusée",
}
"""What can be done on the page."""
OTHER_CENTS = 1000
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Banque de démonstration</title><h1>Banque de démonstration</h1><p>{label} : {euros} €</p><p role="status">{said}</p>
<form method="post">{buttons}</form><p><a href="{back}">Retour à la demande</a></p></html>"""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


@dataclass
class Sandbox:
    """The provider's side: its orders, its captures, what it gave back, and what it does wrong."""

    clock: Callable[[], datetime]
    url: str
    """Where it is reached."""
    notify: str
    """Where the city takes notifications."""
    key: str = field(repr=False)
    secret: bytes = field(repr=False)
    back: str = ""
    """The page of a request, `{order}` in it."""
    faults: set[str] = field(default_factory=set)
    """`fail`: orders are answered 500; `time out`: not in time; `refunds fail`."""
    orders: dict[str, PaymentOrder] = field(default_factory=dict)
    captures: list[PaymentCapture] = field(default_factory=list)
    refunds: dict[str, tuple[str, int]] = field(default_factory=dict)
    waiting: list[PaymentCapture] = field(default_factory=list)
    """Captures the city does not know of yet."""
    delay_s: float = 30.0
    """How long `time out` takes."""

    def capture(self, order: str, cents: int) -> PaymentCapture:
        """Take money."""
        made = PaymentCapture(
            f"tx-{order}-{int(self.clock().timestamp())}-{len(self.captures) + 1}", order, cents, self.clock()
        )
        self.captures.append(made)
        self.waiting.append(made)
        return made

    async def deliver(self) -> int:
        """Notify what waits; how many the city has taken."""
        taken = [each for each in self.waiting if await self._notify(each)]
        self.waiting = [each for each in self.waiting if each not in taken]
        return len(taken)

    async def _notify(self, capture: PaymentCapture) -> bool:
        body = msgspec.json.encode({"type": "payment.captured", **told(capture)})
        headers = sign(self.secret, capture.transaction, self.clock(), body)
        try:
            async with httpx.AsyncClient(timeout=30) as client:
                answer = await client.post(self.notify, content=body, headers=headers | {"content-type": "application/json"})
        except httpx.HTTPError:
            return False
        return answer.is_success

    def app(self) -> Starlette:
        """The provider's HTTP application."""
        return Starlette(
            routes=[
                Route("/v1/orders", self._open, methods=["POST"]),
                Route("/v1/refunds", self._refund, methods=["POST"]),
                Route("/pay/{order}", self._page, methods=["GET"]),
                Route("/pay/{order}", self._pay, methods=["POST"]),
            ]
        )

    async def _open(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        if "time out" in self.faults:
            await asyncio.sleep(self.delay_s)
        if "fail" in self.faults:
            return Response(status_code=HTTPStatus.INTERNAL_SERVER_ERROR)
        order = msgspec.json.decode(await request.body(), type=PaymentOrder)
        known = self.orders.setdefault(order.key, order)
        if known.cents != order.cents:
            return Response(status_code=HTTPStatus.CONFLICT)
        captures = [{"type": "payment.captured", **told(each)} for each in self.captures if each.order == order.key]
        return JSONResponse({"page": f"{self.url}/pay/{order.key}", "captures": captures})

    async def _refund(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        if "refunds fail" in self.faults:
            return Response(status_code=HTTPStatus.INTERNAL_SERVER_ERROR)
        asked = msgspec.json.decode(await request.body(), type=dict[str, str | int])
        given = self.refunds.setdefault(str(asked["key"]), (str(asked["transaction"]), int(asked["cents"])))
        taken = sum(each.cents for each in self.captures if each.transaction == given[0])
        if sum(cents for transaction, cents in self.refunds.values() if transaction == given[0]) > taken:
            del self.refunds[str(asked["key"])]
            return Response(status_code=HTTPStatus.CONFLICT)
        return JSONResponse({"refunded": given[1]})

    async def _page(self, request: Request) -> Response:
        return self._shown(request.path_params["order"], "Rien n’est débité : aucune carte n’est demandée.")

    async def _pay(self, request: Request) -> Response:
        order = self.orders.get(request.path_params["order"])
        how = parse_qs((await request.body()).decode("ascii", "replace")).get("how", [""])[0]
        if order is None or how not in HOWS:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        change = {"more": OTHER_CENTS, "less": -OTHER_CENTS}.get(how, 0)
        for _ in range({"decline": 0, "twice": 2}.get(how, 1)):
            self.capture(order.key, max(1, order.cents + change))
        if how != "late":
            await self.deliver()
        return self._shown(order.key, f"{HOWS[how]} : fait.")

    def _shown(self, key: str, said: str) -> Response:
        order = self.orders.get(key)
        if order is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        buttons = "".join(f'<p><button name="how" value="{how}">{text}</button></p>' for how, text in HOWS.items())
        texts = {"label": html.escape(order.label), "euros": f"{order.cents / 100:.2f}".replace(".", ",")}
        page = PAGE.format(**texts, said=html.escape(said), buttons=buttons, back=html.escape(self.back.format(order=key)))
        return Response(page, media_type="text/html; charset=utf-8", headers=HEADERS)


def told(capture: PaymentCapture) -> dict[str, object]:
    """A capture as JSON members."""
    return {
        "order": capture.order,
        "transaction": capture.transaction,
        "cents": capture.cents,
        "captured_at": capture.at.isoformat(),
    }
