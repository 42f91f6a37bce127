"""Reads and makes the codes on the letters of notices; the register keeps the salt of each, and no code.

The theory. The secret follows from the city's signing key, which only the server reads: whoever steals the register has no
code. A new salt makes a new code, so that a letter that was lost or stolen can be replaced. A notice of before there were codes
has none until one is made: its letter says its payment key, and that opens it.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from central.core import audit
from central.core.city import City
from central.core.signing import derive_key
from central.db.notice_tables import letter_codes
from central.notices.answers import NoticeAnswer, notice_answer
from central.notices.store import first_number, load_notice
from central.rules.letter_codes import SALT_BYTES, code_in, letter_code
from central.rules.notice_numbers import key_of

_NO_SALT = b"\0" * SALT_BYTES
"""Worked out with where there is none, so that it takes as long."""


def make_code(connection: Connection, city: City, number: str, by: str, now: datetime) -> None:
    """Give a notice a code, in the place of the one it had."""
    columns = letter_codes.c
    seq = select(func.coalesce(func.max(columns.seq), 0) + 1).where(columns.number == number).scalar_subquery()
    values = {"number": number, "seq": seq, "salt": city.draw(SALT_BYTES), "made_at": now, "made_by": by}
    connection.execute(insert(letter_codes).values(values))


def renew_code(city: City, number: str, by: str, now: datetime) -> NoticeAnswer:
    """Make a new code: the one on the letters before, or the payment key, opens nothing more. Audited. Raises LookupError."""
    with city.store.begin() as connection:
        first = load_notice(connection, city, number, now).row.number
        make_code(connection, city, first, by, now)
        audit.note(connection, now, by, "letter code made", first)
        return notice_answer(load_notice(connection, city, number, now), now)


def find_code(connection: Connection, city: City, number: str) -> str | None:
    """What the letter of a notice says, by either of its numbers; None: it is of before there were codes."""
    return _code(connection, city, first_number(connection, number))[1]


def is_opened_by(connection: Connection, city: City, number: str, said: str) -> tuple[bool, bool]:
    """Whether this opens a notice, by either of its numbers; and whether it is a code, which no stranger can work out.

    It takes as long whether there is such a notice or not.
    """
    worked_out, code = _code(connection, city, first_number(connection, number))
    same = hmac.compare_digest(code_in(said).encode(), worked_out.encode())
    keyed = hmac.compare_digest(code_in(said).encode(), key_of(number).encode())
    return (same, same) if code else (keyed, False)


def _code(connection: Connection, city: City, first: str) -> tuple[str, str | None]:
    """What the last salt makes, or none would; and the code, if there is one."""
    last = select(letter_codes.c.salt).where(letter_codes.c.number == first).order_by(letter_codes.c.seq.desc()).limit(1)
    salt = connection.scalar(last)
    made = letter_code(derive_key(city.key, "letter codes"), first, salt or _NO_SALT)
    return made, made if salt else None
