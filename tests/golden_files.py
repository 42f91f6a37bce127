"""Golden files: what a program printed or drew when somebody last looked at it, kept under tests/golden and compared with.

`make golden` records them again; what changed is then reviewed in the diff. Any other run only reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image


@dataclass(frozen=True)
class GoldenFiles:
    """A folder of recorded files, and whether this run records."""

    folder: Path
    record: bool = False

    def text(self, name: str, found: str) -> str:
        """The text recorded under this name. In a recording run, `found` is recorded first."""
        file = self.folder / name
        if self.record and not (file.exists() and file.read_text("utf-8") == found):
            self._make_room(file)
            file.write_text(found, "utf-8")
        return file.read_text("utf-8")

    def picture(self, name: str, found: Image.Image) -> Image.Image:
        """The picture recorded under this name. In a recording run, `found` is recorded first if its pixels differ."""
        file = self.folder / name
        if self.record and not (file.exists() and _pixels(file).tobytes() == found.tobytes()):
            self._make_room(file)
            found.save(file)
        return _pixels(file)

    def _make_room(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)


def _pixels(file: Path) -> Image.Image:
    with Image.open(file) as picture:
        picture.load()
        return picture
