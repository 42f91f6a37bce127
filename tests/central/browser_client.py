"""A browser without a screen: keeps cookies, reads the forms of a page, sends them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie

import httpx

from tests.central.api_client import Client

_FORM = re.compile(r'<form [^>]*action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@dataclass
class BrowserClient:
    """One browser at one address."""

    client: Client
    cookies: dict[str, str] = field(default_factory=dict)
    address: str = "203.0.113.7"
    base: str = "http://city"
    shown: str = ""
    """The page that was read last."""

    def get(self, url: str, **headers: str) -> httpx.Response:
        return self.request("GET", url, None, headers)

    def send(self, action: str, *, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        """Send the form with this action on the page shown, with its hidden fields and these."""
        [hidden] = [dict(_HIDDEN.findall(inner)) for found, inner in _FORM.findall(self.shown) if found == action][:1]
        return self.request("POST", action, {name: unescape(value) for name, value in hidden.items()} | fields, headers or {})

    def upload(self, action: str, name: str, data: bytes, **fields: str) -> httpx.Response:
        """Send the form with this action and a file."""
        [hidden] = [dict(_HIDDEN.findall(inner)) for found, inner in _FORM.findall(self.shown) if found == action][:1]
        return self.request("POST", action, {**hidden, **fields}, files={"file": (name, data)})

    def request(
        self,
        method: str,
        url: str,
        fields: dict[str, str] | None,
        headers: dict[str, str] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.client.app, raise_app_exceptions=False, client=(self.address, 50_000))
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as http:
                sent = {**(headers or {}), "cookie": self._sent()}
                return await http.request(method, url, data=fields, files=files, headers=sent)

        answer = asyncio.run(send())
        for each in answer.headers.get_list("set-cookie"):
            self._keep(SimpleCookie(each))
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.shown = answer.text
        return answer

    def sign_in(self, token: str) -> BrowserClient:
        """Sign in with a token."""
        self.get("/sign-in")
        assert self.send("/sign-in/token", token=token).status_code == 303
        return self

    def _sent(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, said: SimpleCookie) -> None:
        for name, morsel in said.items():
            self.cookies.pop(name, None)
            if morsel["max-age"] != "0":
                self.cookies[name] = morsel.value

    @property
    def title(self) -> str:
        """The heading of the page shown."""
        found = re.search(r"<h1>(.*?)</h1>", self.shown)
        return unescape(found[1]) if found else ""
