"""What flashing, image and bundle share: errors, external programs, block maps, partitions, the release key, the recipe."""
