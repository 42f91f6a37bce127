"""Values of the service menu: people with PINs, readings, print jobs, the alarm catalogue.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.
"""
