"""Translation catalogues of the station.

French is the source of every sentence and needs no catalogue. Every other catalogue has every sentence that one of them has:
a station with a hole in one of its languages does not start, and names the sentence.
"""

from __future__ import annotations

import gettext
import struct
from collections.abc import Mapping
from pathlib import Path

from firmware.domain.errors import FileError
from firmware.domain.formats import FORMATS, FRENCH
from firmware.visit.context import Catalogue

DOMAIN = "horodateur"
TRANSLATED = tuple(language for language in FORMATS if language != FRENCH)


class CatalogueError(FileError):
    """A compiled catalogue that lacks a sentence; the place is the sentence."""


def catalogues(folder: Path = Path(__file__).parent) -> Mapping[str, Catalogue]:
    """Every language, in the order the LANG key goes through them.

    Raises FileNotFoundError naming a missing catalogue, CatalogueError naming the first sentence that one of them lacks.
    """
    _require_same_sentences({language: _compiled(folder, language) for language in TRANSLATED})
    found = {language: gettext.translation(DOMAIN, folder, [language]) for language in TRANSLATED}
    return {FRENCH: Catalogue(), **{language: Catalogue(each.gettext, each.ngettext) for language, each in found.items()}}


def fixed_sentences(folder: Path = Path(__file__).parent) -> frozenset[str]:
    """The French sentences with nothing to fill in."""
    return frozenset(text for text in sentences_of(_compiled(folder, TRANSLATED[0]).read_bytes()) if "{" not in text)


def _compiled(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


def _require_same_sentences(files: Mapping[str, Path]) -> None:
    sentences = {path: _originals(path.read_bytes()) for path in files.values()}
    everything = frozenset[bytes]().union(*sentences.values())
    for path, known in sentences.items():
        if missing := sorted(everything - known):
            raise CatalogueError(str(path), repr(missing[0].decode()), f"not translated ({len(missing)} missing)")


def sentences_of(compiled: bytes) -> frozenset[str]:
    """The French sentences of a compiled catalogue."""
    return frozenset(original.decode() for original in _originals(compiled))


def _originals(compiled: bytes) -> frozenset[bytes]:
    """The table of originals of a .mo file (GNU gettext, 11.3), without the forms of many that stand behind a NUL."""
    order = "<" if compiled[:4] == b"\xde\x12\x04\x95" else ">"
    count, table = struct.unpack_from(f"{order}2I", compiled, 8)
    spans = struct.iter_unpack(f"{order}2I", compiled[table : table + 8 * count])
    return frozenset(compiled[at : at + length].partition(b"\0")[0] for length, at in spans if length)
