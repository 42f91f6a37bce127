"""Rules over values: of a plate check (evidence, where a right counts, which plates look alike, the verdict), of journals, of
reconciliation.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.
"""
