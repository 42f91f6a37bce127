"""Catalogue of planted defects, one file for each package, and the test that must see each: no guarantee is broken unseen."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from tests.planted.defect import Defect

NO_ROOMS = ("__main__", "catalogue", "defect", "planting", "runner")
"""Files of this folder that hold no defects."""
ROOMS: dict[str, tuple[Defect, ...]] = {
    file.stem: import_module(f"tests.planted.{file.stem}").DEFECTS
    for file in sorted(Path(__file__).parent.glob("*.py"))
    if file.stem not in NO_ROOMS and not file.stem.startswith("test_")
}
"""By the name of the file they stand in, `firmware_screens`."""
DEFECTS = tuple(defect for defects in ROOMS.values() for defect in defects)


def room_of(defect: Defect) -> str:
    """The file of the catalogue it belongs in: of those named after where the source is, the one that says most of it."""
    place = defect.file.removesuffix(".py").replace("/", "_") + "_"
    return max((room for room in ROOMS if place.startswith(f"{room}_")), key=len, default="root")
