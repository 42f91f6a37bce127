"""What screens work with: events, effects, the context, sales policy, offers, wording.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.
"""
