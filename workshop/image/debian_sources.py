"""Sources of Debian's packages: those this computer's own apt has, so that no server is named here."""

from __future__ import annotations

from workshop.common.errors import BuildError
from workshop.common.recipe import Recipe
from workshop.common.tools import run_checked


def sources_here(recipe: Recipe) -> tuple[str, ...]:
    """A line of an apt sources.list for each suite of the recipe. Raises BuildError for a suite apt here does not have."""
    targets = run_checked("apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)")
    return sources_in(recipe, targets)


def sources_in(recipe: Recipe, targets: str) -> tuple[str, ...]:
    """The same from the output of `apt-get indextargets`: a suite and its address on each line."""
    addresses = dict(line.split(" ", 1) for line in targets.splitlines() if " " in line)
    if missing := [suite for suite in recipe.suites if suite not in addresses]:
        raise BuildError(f"apt on this computer takes nothing from {', '.join(missing)}: give --sources FILE")
    return tuple(f"deb {addresses[suite]} {suite} {' '.join(recipe.components)}" for suite in recipe.suites)
