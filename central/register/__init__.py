"""The register: parking rights, holdings of plates, what is published to stations.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""
