"""A small OpenID provider over real HTTP, written from OpenID Connect Core and RFC 7636, with what can go wrong in it."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "1"})
CLIENT, SECRET = "horodateur", "a secret of the two"


@dataclass
class OpenIdProvider:
    """What the provider knows and says; a test changes it to make it lie."""

    now: int
    key: RSAKey = field(default_factory=lambda: KEY)
    claims: dict[str, Any] = field(default_factory=dict)
    """What replaces the true claims."""
    signs_with: RSAKey | None = None
    issuer: str = ""
    asked: dict[str, str] = field(default_factory=dict)
    """The authorisation that was asked for last."""

    def authorise(self, address: str) -> str:
        """What a browser is sent back with once its user has signed in."""
        self.asked = dict(parse_qsl(urlsplit(address).query))
        return f"{urlsplit(self.asked['redirect_uri']).path}?code=the-code&state={self.asked['state']}"

    def token(self, said: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The token endpoint; None for what it refuses."""
        digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if said.get("code") != "the-code" or challenge != self.asked["code_challenge"] or authorization != basic:
            return None
        true = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1",
            "nonce": self.asked["nonce"],
            "email": "op@ville.example",
            "email_verified": True,
            "iat": self.now,
            "exp": self.now + 300,
        }
        token = jwt.encode({"alg": "RS256", "kid": "1"}, true | self.claims, self.signs_with or self.key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}

    def document(self, path: str) -> dict[str, Any] | None:
        """What it publishes."""
        ends = {name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        published: dict[str, dict[str, Any]] = {
            "/.well-known/openid-configuration": {"issuer": self.issuer, **ends},
            "/jwks_uri": {"keys": [self.key.as_dict(private=False)]},
        }
        return published.get(path)


@contextmanager
def running_provider(now: int) -> Iterator[OpenIdProvider]:
    """The provider, on a port of its own."""
    provider = OpenIdProvider(now)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(provider.document(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            said = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(provider.token(said, self.headers.get("authorization", "")))

        def answer(self, document: dict[str, Any] | None) -> None:
            self.send_response(400 if document is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(document or {"error": "invalid_grant"}).encode())

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
