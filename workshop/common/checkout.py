"""Paths of this checkout: what the workshop ships, reads and writes."""

from __future__ import annotations

from hal.shipped import BOARDS as BOARDS
from hal.shipped import ROOT as ROOT
from hal.shipped import TARIFFS as TARIFFS

BOARD = BOARDS / "paris-v1.toml"
"""The board file that images and bundles are made for."""
OVERLAYS = BOARDS / "overlay"
IMAGE_FILES = BOARDS / "image"
"""The recipe of the image, and the files laid into it as they are."""
RELEASE_KEY, CENTRAL_KEY = BOARDS / "release.pub", BOARDS / "central.pub"
"""Public keys: who signs releases, and the city."""
REQUIREMENTS = ROOT / "requirements" / "pi.txt"
DOCS = ROOT / "docs"
OUT = ROOT / "out"
