"""Screens of a visit, as frozen values: `on(event, context)` returns the next screen and the effects.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.
"""
