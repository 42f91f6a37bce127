"""What a station writes down and sends, and the city reads: facts, journal entries, signed messages, entitlement copies.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.
"""
