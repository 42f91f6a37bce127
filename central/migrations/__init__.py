"""Revisions of the database: the first release's tables, then what was added to them. Run by central/db/store.py.

The theory. A city's tables hold years of journals, and stations go on speaking while a new version starts. So a revision after
the first only adds, all in one transaction that is short whatever the tables hold:

- a column that is nullable, or that has a constant server default: neither PostgreSQL nor SQLite writes the rows again for it;
- a table, with its indexes and constraints; it may be filled at once by INSERT … SELECT from `stations`, of which a city has
  some thousands, whatever they have handed in;
- triggers that keep such a table, written as the listeners of its `create_table` and `drop_table`, and that write to nothing
  else: a version that does not know the table writes beside this one, so no version's code could keep it;
- an index on a table that is there, with `if_not_exists=True`. PostgreSQL lets writers wait while it makes an index inside a
  transaction, and CREATE INDEX CONCURRENTLY runs in no transaction: before the new version starts, the operator of a large
  register runs that, under the same name, and the revision finds it made. The revision's docstring spells the command out.

Never a copy of a table, an UPDATE of its rows, a type changed, a column renamed: rows that lack a value for a new column are
given one by the code that reads them. The way down drops what the way up added, and nothing else.

A revision imports only alembic and sqlalchemy: it stays what it was when it was released. tests/central/test_revisions.py reads
every file in versions/ and refuses one that breaks these rules.
"""
