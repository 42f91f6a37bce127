"""Recipe of the card's image: `board/image/image.toml`, read strictly."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from hal.errors import BoardError
from hal.toml import read_toml
from workshop.common.checkout import IMAGE_FILES


@dataclass(frozen=True, kw_only=True)
class PartitionRecipe:
    """Label, file system and size of one partition, as the recipe asks for it."""

    label: Annotated[str, Meta(pattern="^[A-Z-]{1,11}$")]
    kind: Literal["vfat", "ext4"]
    mebibytes: Annotated[int, Meta(ge=16, le=65536)]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Debian suite, packages, units and partitions an image is built from."""

    name: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]*$")]
    suite: str
    architecture: Literal["arm64"]
    suites: Annotated[tuple[str, ...], Meta(min_length=1)]
    components: Annotated[tuple[str, ...], Meta(min_length=1)]
    packages: tuple[str, ...]
    leave_out: tuple[str, ...]
    """Paths dpkg does not unpack, as patterns."""
    keep: tuple[str, ...]
    """Of those, the ones it unpacks all the same."""
    masked: tuple[str, ...]
    enabled: tuple[str, ...]
    firmware: tuple[str, ...]
    owner: Annotated[int, Meta(ge=100, le=999)]
    disk_id: Annotated[str, Meta(pattern="^0x[0-9a-f]{8}$")]
    partitions: Annotated[tuple[PartitionRecipe, ...], Meta(min_length=4, max_length=4)]
    """Four: an MBR has no more."""


def read_recipe(file: Path = IMAGE_FILES / "image.toml") -> Recipe:
    """The recipe in this file. Raises BoardError naming file, line and key."""
    recipe = read_toml(file, Recipe)
    labels = [partition.label for partition in recipe.partitions]
    if len(set(labels)) != len(labels):
        raise BoardError(str(file), "partitions", f"two have one label: {', '.join(labels)}")
    return recipe
