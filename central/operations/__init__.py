"""Operating the fleet: stations and their health, the exceptions queue, metrics.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""
