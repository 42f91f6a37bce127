"""Run by alembic, from central.db.store.migrate only: everything happens in the transaction that it has opened."""

from __future__ import annotations

from alembic import context

from central.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite's too, since store.py begins its transactions itself
)
context.run_migrations()
