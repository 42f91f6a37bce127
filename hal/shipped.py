"""The files shipped beside the code, in a checkout and in an installation alike: board files, tariffs, fonts."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""Where the packages, `board/` and `tariffs.json` lie; in a checkout docs/ and out/ too."""
BOARDS = ROOT / "board"
TARIFFS = ROOT / "tariffs.json"
FONTS = ROOT / "hal" / "fonts"
DEMO_STATION = BOARDS / "demo-station.toml"
"""The identity of a station that stands nowhere."""
