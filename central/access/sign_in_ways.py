"""The ways in that one server offers to people, beside a token."""

from __future__ import annotations

from dataclasses import dataclass

from central.access.mail import MailPort
from central.access.oidc_settings import OidcSettings


@dataclass(frozen=True)
class SignInWays:
    """How people may sign in beside a token: what this server was given for it."""

    public_url: str = ""
    """Where browsers find this application, without a slash at the end: what a link in a mail begins with."""
    mail: MailPort | None = None
    """None: nobody signs in by e-mail."""
    oidc: OidcSettings | None = None
    """None: nobody signs in through another provider."""
    relay: MailPort | None = None
    """What takes away the letters that `mail` wrote down; None: it takes them away itself."""
