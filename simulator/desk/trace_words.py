"""French of the wire trace: a number and what is counted."""

from __future__ import annotations


def counted(number: int, one: str) -> str:
    """`1 octet`, `2 octets`, `2 écritures signées`: from two on each word has its plural."""
    return f"{number} {' '.join(f'{word}s' if number > 1 else word for word in one.split())}"
