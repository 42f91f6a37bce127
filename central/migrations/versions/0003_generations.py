"""A station has many journals: each in a row, the keys that began them, and plates beside the entries.

Nothing that is there is written again: the journals that the city has met so far become journal 0 of their stations. The
version before does not know them: it must have stopped, or what it takes meanwhile is not in the journals of this one.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Integer, LargeBinary, Text, false, text

revision = "register_0003"
down_revision = "register_0002"

Big = BigInteger().with_variant(Integer, "sqlite")
Moment = DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, filled from the stations; add the columns."""
    op.create_table(
        "journals",
        Column("station", Text, ForeignKey("stations.station"), primary_key=True),
        Column("number", Integer, primary_key=True),
        Column("generation", Integer, nullable=False),
        Column("genesis", LargeBinary),
        Column("begins", Big, nullable=False),
        Column("branch_of", Integer),
        Column("next", Big, nullable=False),
        Column("head", LargeBinary, nullable=False),
        Column("complete_until", Moment),
        Column("last_contact", Moment),
        Column("closed_at", Moment),
        Column("closed_by", Text),
        Column("closed_why", Text),
    )
    # substr: an empty text of bytes, which SQLite and PostgreSQL write differently
    op.execute(
        "INSERT INTO journals (station, number, generation, genesis, begins, next, head, complete_until, last_contact)"
        " SELECT station, 0, 1, substr(head, 1, 0), 1, next, head, complete_until, last_contact FROM stations"
        " WHERE next > 1 OR complete_until IS NOT NULL"
    )
    op.create_table(
        "station_keys",
        Column("station", Text, ForeignKey("stations.station"), primary_key=True),
        Column("public_key", LargeBinary, primary_key=True),
        Column("enrolled_at", Moment),
    )
    op.execute(
        "INSERT INTO station_keys (station, public_key, enrolled_at)"
        " SELECT station, public_key, enrolled_at FROM stations WHERE public_key IS NOT NULL"
    )
    op.add_column("stations", Column("current", Integer))
    op.add_column("stations", Column("returns", Integer, nullable=False, server_default=text("0")))
    op.add_column("stations", Column("unsettled", Boolean, nullable=False, server_default=false()))
    op.add_column("entries", Column("personal", LargeBinary))
    op.add_column("incidents", Column("kind", Text, nullable=False, server_default=text("'fork'")))


def downgrade() -> None:
    """Drop them: journal 0 of each station is where it was, and of the others only the entries are left, without plates."""
    op.drop_column("incidents", "kind")
    op.drop_column("entries", "personal")
    op.drop_column("stations", "unsettled")
    op.drop_column("stations", "returns")
    op.drop_column("stations", "current")
    op.drop_table("station_keys")
    op.drop_table("journals")
