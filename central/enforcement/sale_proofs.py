"""Reads what proves a sale: its journal entry, those after it up to a statement, and that statement."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select

from central.db.tables import entries, statements, station_keys
from central.register.journals import held_lines, read_journals
from central.rules.journals import entry_position, entry_resolved, place_in
from central.rules.sale_proof import SaleProof, SignedStatement, prove_sale
from firmware.protocol.entry import Entry


def read_proof(connection: Connection, station: str, position: int, plate: str) -> SaleProof | None:
    """The proof of the sale whose entry has this place; None if that entry is not here."""
    position = entry_resolved(position)
    statement = _statement(connection, station, position)
    last = statement[0] if statement else position
    these = entries.c.seq.between(position, last) & (entries.c.station == station)
    rows = connection.execute(select(entries).where(these).order_by(entries.c.seq)).all()
    previous = _hash_before(connection, station, position)
    if not rows or rows[0].seq != position or previous is None:
        return None
    chain = [Entry(place_in(row.seq).seq, row.body, row.hash, row.personal) for row in rows]
    return prove_sale(chain, previous, plate, statement[1] if statement else None, _keys(connection, station))


def _statement(connection: Connection, station: str, position: int) -> tuple[int, SignedStatement] | None:
    """The first statement that speaks for an entry, and the place of the last entry it names."""
    columns, end = statements.c, entry_position(place_in(position).number + 1, 0)
    those = (columns.station == station) & (columns.last >= position) & (columns.last < end)
    row = connection.execute(select(statements).where(those).order_by(columns.last).limit(1)).one_or_none()
    return (row.last, SignedStatement(row.document, row.signature)) if row else None


def _hash_before(connection: Connection, station: str, position: int) -> bytes | None:
    number, seq = place_in(position)
    journals = read_journals(connection, station)
    generations = {each.generation for each in journals if each.number == number}
    alike = [each for each in journals if each.generation in generations]
    lines = held_lines(connection, alike, seq - 1, seq - 1)
    return next((line.hashes.get(seq - 1) for line in lines if line.number == number), None)


def _keys(connection: Connection, station: str) -> list[Ed25519PublicKey]:
    found = select(station_keys.c.public_key).where(station_keys.c.station == station).order_by(station_keys.c.public_key)
    return [Ed25519PublicKey.from_public_bytes(key) for key in connection.scalars(found)]
