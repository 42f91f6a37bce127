"""What people write: whether it says anything."""

from __future__ import annotations


def is_blank(text: str) -> bool:
    """Whether nobody can read anything in a text: spaces, dots and characters without a width give no reason."""
    return not any(each.isalnum() for each in text)
