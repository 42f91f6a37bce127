"""Translation catalogues of the station.

French is the source of every sentence and needs no catalogue; a sentence without a translation stays French, the language of
the law.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from pathlib import Path

from firmware.visit.context import FRENCH, Catalogue

DOMAIN = "horodateur"
TRANSLATED = ("en",)


def catalogues() -> Mapping[str, Catalogue]:
    """Every language, in the order the LANG key goes through them. Raises FileNotFoundError naming a missing catalogue."""
    folder = Path(__file__).parent
    found = {language: gettext.translation(DOMAIN, folder, [language]).gettext for language in TRANSLATED}
    return {FRENCH: str, **found}
