"""The build that is made of this checkout: the version of its pyproject.toml, its commit and commit date."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from hal.version import Build, running_build
from workshop.common.checkout import ROOT


def checkout_build() -> Build:
    """The running build, under the version that pyproject.toml names now."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return replace(running_build(), version=str(about["version"]))
