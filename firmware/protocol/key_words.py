"""Public keys among the words of a command line: one in 64 begins with a dash, and is no option all the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DASHED_KEY = re.compile(r"-[A-Za-z0-9_-]{42}")


def shield_keys(words: Sequence[str]) -> list[str]:
    """The words of a command line with a space before each public key that begins with a dash.

    argparse takes a word that begins with a dash for an option. No option of ours is 43 characters long, and a space around a
    key is nothing: `public_key_in` passes over it.
    """
    return [f" {word}" if _DASHED_KEY.fullmatch(word) else word for word in words]
