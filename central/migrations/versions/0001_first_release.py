"""The first release: journals, rights, checks.

It made its tables at each start, those that were not there, and kept no revision. So does this: a database of its own is found
as it should be, and is from now on one that has a revision.
"""

from __future__ import annotations

from alembic import op

from central.migrations import shape_0001

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables that are not there."""
    shape_0001.metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Drop them, with all that stations ever sent."""
    shape_0001.metadata.drop_all(op.get_bind())
