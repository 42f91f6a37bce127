"""Tables of what retention deleted: without them an emptied register looks like one that nothing was sold in."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from central.db.column_types import AwareDateTime, Big
from central.db.tables import metadata

retention_runs = Table(  # each deletion of plates in rights
    "retention_runs",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("run_at", AwareDateTime, nullable=False),
    Column("rights_since", AwareDateTime, nullable=False),  # a right that ended before may be gone
    Index("retention_runs_since", "rights_since"),
)
