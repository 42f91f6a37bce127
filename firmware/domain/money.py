"""Amounts of money as text."""

from __future__ import annotations

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def euros(cents: int, language: str = "fr") -> str:
    """Format cents: 1200 is "12,00 €" (with a no-break space), and "€12.00" in English. All other languages follow French."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}€{whole}.{rest:02}" if language == "en" else f"{sign}{whole},{rest:02}{NO_BREAK_SPACE}€"


def euros_on_paper(cents: int, language: str = "fr") -> str:
    """The same without the symbol that some code pages lack: "12,00 EUR", and "EUR 12.00" in English."""
    return euros(cents, language).replace("€", f"EUR{NO_BREAK_SPACE}" if language == "en" else "EUR")
