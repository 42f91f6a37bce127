"""The database: engine and migrations, tables, locks, bulk insert, the bitemporal filter."""
