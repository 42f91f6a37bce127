"""What a screen works with: events in, effects out, the context it may read, what may be sold.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.
"""
