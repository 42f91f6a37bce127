"""What people do on the counter's pages, for its tests: they sign in, fill the form in, add documents, submit."""

from __future__ import annotations

import httpx

from central.access.tokens import Scope
from tests.central.api_client import Client
from tests.central.browser_client import BrowserClient
from tests.central.card_rows import PDF

FORM = {
    "name": "Anne Dupont",
    "address": "15 rue de la Roquette",
    "postcode": "75011",
    "sectors": "11d, 11C",
    "case": "1",
    "0.plate": "ab-123-cd",
    "0.reason": "add",
    "0.term": "1 year",
    "0.category": "M1",
    "1.plate": " ",
    "dispatch": "tracked",
}


def browser(client: Client, scope: Scope, who: str) -> BrowserClient:
    return BrowserClient(client).sign_in(client.with_token(scope, who=who).token)


def drafted(mine: BrowserClient, **change: str) -> str:
    """The path of a draft that was just saved."""
    mine.get("/counter/new?product=resident")
    answer = mine.send("/counter/new", headers={}, **{**FORM, **change})
    assert answer.status_code == 303, mine.shown
    path = answer.headers["location"]
    mine.get(path)
    return str(path)


def upload(mine: BrowserClient, path: str, kind: str, name: str = "a.pdf", data: bytes = PDF) -> httpx.Response:
    mine.get(path)
    return mine.upload(f"{path}/documents", name, data, kind=kind)


def submitted(mine: BrowserClient, **change: str) -> str:
    path = drafted(mine, **change)
    for kind in ("main home", "registration certificate"):
        assert upload(mine, path, kind).status_code == 303
    mine.get(path)
    assert mine.send(f"{path}/submit").status_code == 303
    return path
