"""Webhooks in the Standard Webhooks form: how a message is signed, when it is tried again and given up, and where to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from firmware.domain.errors import FieldError

PREFIX = "whsec_"
SECRET_BYTES = 32
WAITS = tuple(timedelta(seconds=each) for each in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""After the first attempt, the second…; after the one that follows the last of these, nothing more: three and a half days."""
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
"""All that IPv6 has of public addresses (RFC 4291, IANA): site local ones, and translations of IPv4 (NAT64), lie outside."""
NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "2001::/32", "3fff::/20")))
"""What the standard library calls global, or may, and is not, or leads to an IPv4 address (RFC 6890, 7526, 3056, 4380, 9637).
A cloud tells its secrets at 192.0.0.192."""
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def secret_of(key: bytes) -> str:
    """The secret of a webhook, from random bytes."""
    return PREFIX + base64.b64encode(key).decode()


def signed_headers(secret: str, message: str, body: str, at: datetime) -> Mapping[str, str]:
    """The headers of one attempt: the receiver refuses what is old, and knows a repeat by its id."""
    moment = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.digest(key, f"{message}.{moment}.{body}".encode(), hashlib.sha256)
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": message, "webhook-timestamp": moment, "webhook-signature": signature}


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts that failed; None: it is given up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def check_addresses(scheme: str, addresses: Collection[str], allowed: Collection[IpNetwork]) -> None:
    """Raises FieldError unless every address that a name stands for may be called.

    A public address by https; another one, or http, only within a network that the operator's configuration allows.
    """
    if not addresses:
        raise FieldError("url", "the name of its host stands for no address")
    for text in addresses:
        address = _plain(text)
        if any(address in network for network in allowed if network.version == address.version):
            continue
        if scheme != "https":
            raise FieldError("url", "must begin with https://")
        if not is_public(address):
            raise FieldError("url", f"{text} is no public address, and not in a network that is allowed here")


def is_public(address: IpAddress) -> bool:
    """Whether an address lies out on the internet, and leads to no other address."""
    if address.version == 6 and address not in GLOBAL_UNICAST:
        return False
    special = any(address in network for network in NOT_PUBLIC if network.version == address.version)
    return address.is_global and not address.is_multicast and not special


def _plain(text: str) -> IpAddress:
    address = ipaddress.ip_address(text.partition("%")[0])
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
