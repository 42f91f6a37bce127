"""Appeals (RAPO): filed, examined, decided; cases before the court; the yearly report.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""
