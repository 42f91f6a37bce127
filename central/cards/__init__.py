"""Parking cards: requests drafted, submitted, examined, paid; cards issued, changed, made again, given up.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""
