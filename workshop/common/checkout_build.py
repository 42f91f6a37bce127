"""The build that is made of this checkout: the version of its pyproject.toml, its commit and commit date."""

from __future__ import annotations

import tomllib

from hal.version import Build, running_build
from workshop.common.checkout import ROOT


def checkout_build() -> Build:
    """The running build, under the version that pyproject.toml names now."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return running_build()._replace(version=str(about["version"]))
