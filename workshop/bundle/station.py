"""The station's own wheel: hal and firmware, the prices, the boards; nothing of the simulator, the city or the workshop."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from workshop.common.recipe import ROOT
from workshop.image.station import PACKAGES

COMMAND = "horodateur"
"""The one program of a card; the others of pyproject.toml belong to what is left out."""


def station_wheel(folder: Path) -> Path:
    """Built in this folder from the checkout as it stands; what .gitignore names is left out."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = about["project"]
    about["project"] = {key: value for key, value in project.items() if key not in ("optional-dependencies", "entry-points")}
    about["project"]["scripts"] = {COMMAND: project["scripts"][COMMAND]}
    about["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] = list(PACKAGES)
    builder = WheelBuilder(str(ROOT), config=about)
    (wheel,) = builder.build(directory=str(folder), versions=["standard"])
    return Path(wheel)
