"""What every part of the city's register uses: the city and its rules, signing key, problem documents, audit trail, logs.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""
