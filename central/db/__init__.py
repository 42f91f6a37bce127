"""The database: engine and migrations, tables, locks, bulk insert, the bitemporal filter.

No clock and no wire: the time is an argument, and tests/laws/test_contracts.py holds every file here to it.
"""

from central.db import account_tables as account_tables
from central.db import appeal_tables as appeal_tables
from central.db import card_tables as card_tables
from central.db import feed_tables as feed_tables
from central.db import notice_tables as notice_tables
from central.db import retention_tables as retention_tables
