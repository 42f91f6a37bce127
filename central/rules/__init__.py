"""Rules of a plate check over values: the evidence, where a right counts, which plates look alike, the verdict.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.
"""
