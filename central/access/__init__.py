"""Who may call: bearer tokens with scopes, rate limits, authentication of stations.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""
