"""base64url without padding (RFC 4648, section 5): bytes as text that survives URLs, QR codes and JSON."""

from __future__ import annotations

import base64


def base64url_encode(data: bytes) -> str:
    """Write bytes as base64url, no padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def base64url_decode(text: str) -> bytes:
    """Read base64url without padding. Raises ValueError for any text `base64url_encode` would not have written.

    base64 has spare bits at its end, so several texts could be read as the same bytes: one signature has one text.
    """
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if base64url_encode(data) != text:
        raise ValueError(f"{text!r} is not written as base64url without padding is")
    return data
