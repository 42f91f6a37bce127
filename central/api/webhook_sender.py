"""Sends one message of a webhook over HTTPS, to an address that may be called.

The theory. A name stands for an address today and for another tomorrow, so it is resolved here, each of its addresses is looked
at, and the connection is made to one of those very addresses; the certificate is still that of the name. A redirect is not
followed, and of the answer only its status is read: nobody can make the city ask a neighbour of its own for anything.
"""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

import httpx

from central.outgoing.bounded import BoundedTransport
from central.rules.webhooks import IpNetwork, check_addresses
from firmware.domain.errors import FieldError, reason_of

TIMEOUT_S = 10.0
"""For an attempt at one address, as a whole."""
MOST_ADDRESSES = 4
"""Of a name, that are tried in one attempt: together they take less than the lease of a delivery."""
FIXED = {"content-type": "application/json", "user-agent": "horodateur-central"}
LONGEST_URL = 500
PRINTED = re.compile(r"[!-~]+")
"""Characters of an address: what urlsplit would drop is refused."""


def check_url(url: str, allowed: Collection[IpNetwork]) -> SplitResult:
    """The parts of an address that may be called, as far as it says itself. Raises FieldError."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise FieldError("url", str(error)) from error
    if parts.scheme not in ("https", "http") or not host or len(url) > LONGEST_URL or not PRINTED.fullmatch(url):
        raise FieldError("url", f"must be an address that begins with https://, of at most {LONGEST_URL} characters")
    if parts.username or parts.password or parts.fragment or port == 0:
        raise FieldError("url", "has a user, a password, a fragment or no port: none of them is sent")
    if parts.scheme == "http" and not allowed:
        raise FieldError("url", "must begin with https://")
    if said := _addresses_said(host):
        check_addresses(parts.scheme, said, allowed)
    return parts


def send_message(
    url: str, headers: Mapping[str, str], body: str, allowed: Collection[IpNetwork], within_s: float = TIMEOUT_S
) -> str:
    """Post a message: the HTTP status that answered, or in words why none did."""
    try:
        parts = check_url(url, allowed)
        found = socket.getaddrinfo(str(parts.hostname), _port(parts), type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        check_addresses(parts.scheme, addresses, allowed)
        transport = BoundedTransport(within_s, most_bytes=0, trust_env=False)
        with httpx.Client(transport=transport, timeout=within_s, trust_env=False, follow_redirects=False) as client:
            return _post_to_first(client, parts, addresses[:MOST_ADDRESSES], {**FIXED, **headers, "host": parts.netloc}, body)
    except (FieldError, OSError, UnicodeError, httpx.HTTPError, httpx.InvalidURL) as error:
        return f"{type(error).__name__}: {reason_of(error)}"


def _post_to_first(
    client: httpx.Client, parts: SplitResult, addresses: Sequence[str], headers: Mapping[str, str], body: str
) -> str:
    """To the first of them where anybody listens."""
    for address in addresses[:-1]:
        with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return _post(client, parts, address, headers, body)
    return _post(client, parts, addresses[-1], headers, body)


def _post(client: httpx.Client, parts: SplitResult, address: str, headers: Mapping[str, str], body: str) -> str:
    there = f"[{address}]" if ":" in address else address
    target = httpx.URL(parts._replace(netloc=f"{there}:{_port(parts)}").geturl())
    answer = client.post(target, headers=headers, content=body, extensions={"sni_hostname": parts.hostname})
    return str(answer.status_code)


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _addresses_said(host: str) -> list[str]:
    """The address that a host is written as, in whatever way; none for a name, which nobody is asked about here."""
    try:
        return [str(each[4][0]) for each in socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)]
    except OSError:
        return []
