"""The database: engine and migrations, tables, locks, bulk insert, the bitemporal filter.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""

from central.db import appeal_tables as appeal_tables
from central.db import notice_tables as notice_tables
