"""Which servers Debian's packages come from: those that this computer's own apt was told of, so that none is named here."""

from __future__ import annotations

from workshop.common.recipe import Recipe
from workshop.image.tools import BuildError, ran


def sources_here(recipe: Recipe) -> tuple[str, ...]:
    """A line of an apt sources.list for each suite of the recipe. Raises BuildError naming what apt here does not know."""
    told = ran("apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)")
    return sources_in(recipe, told)


def sources_in(recipe: Recipe, told: str) -> tuple[str, ...]:
    """The same, of what apt says: a suite and the address it is taken from on each line."""
    known = dict(line.split(" ", 1) for line in told.splitlines() if " " in line)
    if missing := [suite for suite in recipe.suites if suite not in known]:
        raise BuildError(f"apt on this computer takes nothing from {', '.join(missing)}: give --sources FILE")
    return tuple(f"deb {known[suite]} {suite} {' '.join(recipe.components)}" for suite in recipe.suites)
