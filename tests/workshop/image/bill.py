"""A bill of materials read again, for tests of what it lists."""

from __future__ import annotations

import json
import re

from workshop.image.sbom import Component


def components_in(text: str) -> tuple[Component, ...]:
    """Packages that a bill made by `document` lists."""
    return tuple(sorted(_component(entry) for entry in json.loads(text)["components"]))


def _component(entry: dict[str, str]) -> Component:
    kind, architecture = re.fullmatch(r"pkg:(deb|pypi)/[^?]*(?:\?arch=(\w+)&.*)?", entry["purl"]).groups()  # type: ignore[union-attr]
    return Component(kind, entry["name"], entry["version"], architecture or "")
