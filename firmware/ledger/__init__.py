"""Folds over the journal's facts: open payments, stays, counters, PIN lock-out, evidence about the clock.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.
"""
