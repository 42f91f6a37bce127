"""Taking in stations' journals: batches, continuation, alarms.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""
