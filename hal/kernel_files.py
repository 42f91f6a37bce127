"""Reads values of the kernel's small text files (/proc, /sys); never raises."""

from __future__ import annotations

from pathlib import Path


def kernel_text(path: Path) -> str:
    """Content of a file, stripped; empty where it cannot be read."""
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def kernel_number(text: str, base: int = 10) -> int | None:
    """The number a text is; None for any other text."""
    try:
        return int(text, base)
    except ValueError:
        return None
