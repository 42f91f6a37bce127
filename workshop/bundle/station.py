"""Wheel of the station: hal, firmware, tariff file and boards; nothing of the simulator, the city or the workshop."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from workshop.common.checkout import ROOT
from workshop.image.station import PACKAGES

COMMAND = "horodateur"
"""The only command of a card: those of pyproject.toml's other scripts and entry points are in rooms left out."""


def build_station_wheel(folder: Path) -> Path:
    """Build it in this folder from the checkout as it stands, without what .gitignore names; its path."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = about["project"]
    about["project"] = {key: value for key, value in project.items() if key not in ("optional-dependencies", "entry-points")}
    about["project"]["scripts"] = {COMMAND: project["scripts"][COMMAND]}
    about["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] = list(PACKAGES)
    builder = WheelBuilder(str(ROOT), config=about)
    (wheel,) = builder.build(directory=str(folder), versions=["standard"])
    return Path(wheel)
