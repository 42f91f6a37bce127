"""Writes `hal/build.json` (version, commit, commit date) into every wheel and source archive hatchling makes.

An editable installation gets none: a checkout asks git each time. A source archive brings the file it was made with.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILD_FILE = "hal/build.json"


class BuildFileHook(BuildHookInterface[BuilderConfig]):
    """The hook that pyproject.toml names; hatchling finds it by its base class."""

    _folder: Path | None = None

    def initialize(self, version: str, build_data: dict[str, dict[str, str]]) -> None:
        """Add the file to what is about to be built."""
        if version == "editable" or (Path(self.root) / BUILD_FILE).exists():
            return
        self._folder = Path(tempfile.mkdtemp())
        file = self._folder / "build.json"
        file.write_text(self._text(), "utf-8")
        build_data["force_include"][str(file)] = BUILD_FILE

    def finalize(self, version: str, build_data: dict[str, dict[str, str]], artifact_path: str) -> None:
        """Remove the temporary file."""
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _text(self) -> str:
        sys.path.insert(0, self.root)  # a build does not run where the packages it builds can be imported
        from hal.version import build_file, build_of

        root = Path(self.root)
        return build_file(build_of(root, root / BUILD_FILE)._replace(version=self.metadata.version))
