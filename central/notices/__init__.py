"""Notices (FPS): issued from a control, sent, paid, increased, withdrawn or cancelled; what the public sees of them.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""
