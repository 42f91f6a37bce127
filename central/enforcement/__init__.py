"""Plate checks: the answer, its completeness, its record, and refusals that later data contradicts.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""
