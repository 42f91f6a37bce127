"""Settings of an OpenID provider that signs operators in: a TOML file that only its owner reads, for it holds a secret."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from central.core.secret_toml import read_secret_toml
from firmware.domain.errors import FileError

Text = Annotated[str, Meta(min_length=1, max_length=500)]


class OidcSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The provider, and what it knows this application as."""

    issuer: Text
    """Its address, without a slash at the end; it describes itself below it."""
    client_id: Text
    client_secret: Text
    label: Text = "Compte de la ville"
    """As the button says it."""


def read_oidc_settings(path: Path) -> OidcSettings:
    """The settings in a file. Raises FileError for none, for one that others can read, and for what it should not hold."""
    settings = read_secret_toml(path, OidcSettings)
    if not settings.issuer.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise FileError(str(path), "issuer", "must begin with https://")
    return settings
