"""Shared by the rooms of the workshop: errors, external programs, sums, block maps, partitions, manifests, keys, recipe."""
