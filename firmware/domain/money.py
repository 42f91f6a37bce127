"""Amounts of money as text."""

from __future__ import annotations

from firmware.domain.formats import FORMATS, FRENCH, NO_BREAK_SPACE

__all__ = ["NO_BREAK_SPACE", "euros", "euros_on_paper"]


def euros(cents: int, language: str = FRENCH) -> str:
    """Format cents: 1200 is "12,00 €" (with a no-break space), and "€12.00" in English."""
    return _put(cents, FORMATS[language].money)


def euros_on_paper(cents: int, language: str = FRENCH) -> str:
    """The same without the symbol that some code pages lack: "12,00 EUR", and "EUR 12.00" in English."""
    return _put(cents, FORMATS[language].money_on_paper)


def _put(cents: int, pattern: str) -> str:
    whole, rest = divmod(abs(cents), 100)
    return pattern.format(sign="-" if cents < 0 else "", whole=whole, rest=rest)
