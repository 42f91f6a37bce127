"""Values of parking: plate, sector, purchase, parking right, money, site.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.
"""
