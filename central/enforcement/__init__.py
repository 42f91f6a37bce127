"""Plate checks: the answer, its completeness, its record, and refusals that later data contradicts."""
