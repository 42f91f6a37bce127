"""Column types of the register: 64-bit integers and aware instants, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, TypeDecorator

from hal.time_zone import PARIS

Big = BigInteger().with_variant(Integer, "sqlite")
"""64 bits; SQLite numbers a primary key by itself only if it is called INTEGER."""


class AwareDateTime(TypeDecorator[datetime]):
    """Column type of an aware instant: kept in UTC, read back in Paris time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises ValueError for a date without an offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a date without an offset cannot be stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite keeps no offset: it is UTC."""
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(PARIS)
