"""Tickets as lines: a motorist's receipt, a technician's print jobs, and the signature in a receipt's QR code.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.
"""
