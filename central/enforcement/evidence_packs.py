"""Evidence pack of a control: the answer, what it rested on then and rests on now, sales with their proof, alarms.

The theory. Nothing is kept for it. The register rewrites no row, so what was known at the control is asked again, by the same
rule that answered then; beside it stands what is known now, and when each thing became known. The city signs the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column, Connection, Row, Table, or_, select

from central.core import audit
from central.core.city import City
from central.db.notice_tables import notices
from central.db.store import snapshot
from central.db.tables import alarms, checks, generations, holdings, incidents, rights, stations
from central.enforcement.answers import CheckAnswer, answer_of
from central.enforcement.evidence import gather, gather_refusals
from central.enforcement.sale_proofs import read_proof
from central.register.publications import active_tariffs
from central.rules.evidence import Inquiry, ParkedVehicle, Place, RightStatus
from central.rules.plate_match import alike
from central.rules.sale_proof import SaleProof
from central.rules.verdict import judge, possible_payers
from firmware.protocol.envelope import message_of, public_key_text, sign_envelope

PURPOSE = "evidence"
"""Of the signature."""
BEFORE, AFTER = timedelta(days=14), timedelta(days=1)
"""Sales that ended within so long before the control, or began within so long after it, are listed: none stays longer."""
MONEY_CAME = tuple(
    each.value for each in (RightStatus.SOLD, RightStatus.PROVISIONAL, RightStatus.PROMISED, RightStatus.STOPPED)
)


@dataclass(frozen=True)
class RecordedAnswer:
    """The answer of the control as the check log has kept it since."""

    allowed: bool
    because: str | None
    station: str | None
    reference: str | None
    complete_until: datetime | None
    silent: tuple[str, ...]


@dataclass(frozen=True)
class SaleStatus:
    """A status that a sale had in the register, from when it became known until another took its place."""

    status: str
    known_from: datetime
    known_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class SaleEvidence:
    """A sale to the plate around the control, with what proves it and what was known of it when."""

    station: str
    reference: str
    zone: int
    sector: str
    regime: str
    bought_at: datetime
    start: datetime
    end: datetime
    cents: int
    statuses: tuple[SaleStatus, ...]
    known_at_control: bool
    """Whether the register had it when the control was answered."""
    proof: SaleProof | None
    """None: its entry is not here."""


@dataclass(frozen=True)
class HeldEvidence:
    """What the register says that the plate is entitled to, valid at the control, and since when it has said so."""

    series: str
    holding: str
    sectors: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime | None
    known_from: datetime
    known_until: datetime | None


@dataclass(frozen=True)
class StationThen:
    """A station of the sector that had something to say against it at the instant of the control."""

    station: str
    alarms: tuple[str, ...]
    incidents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EvidencePack:
    """Everything that the register knows of a control."""

    format: int
    made_at: datetime
    made_by: str
    city_key: str
    """The public key that the signature over this is checked with."""
    check: int
    notice: str | None
    plate: str
    zone: int
    sector: str
    at: datetime
    """The instant that was asked about."""
    checked_at: datetime
    asked_by: str
    recorded: RecordedAnswer
    then: CheckAnswer
    """As known when the control was answered; its completeness is a lower bound."""
    now: CheckAnswer
    """As known when the pack was made."""
    sales: tuple[SaleEvidence, ...]
    """Of this plate; none: no machine sold it anything around the control."""
    holdings: tuple[HeldEvidence, ...]
    stations: tuple[StationThen, ...]
    """None is listed that had no alarm and no incident."""


@dataclass(frozen=True)
class SignedEvidence:
    """A pack, and the document that the city signed."""

    pack: EvidencePack
    message: bytes


def make_pack(city: City, check: int, by: str, now: datetime) -> SignedEvidence:
    """The evidence of a control as of now, signed. Audited. Raises LookupError if there is none, or its plate was deleted."""
    with snapshot(city.store) as connection:
        row = connection.execute(select(checks).where(checks.c.id == check)).one_or_none()
        if row is None or not row.plate:
            raise LookupError("there is no such control, or its plate was deleted")
        pack = _pack(connection, city, row, by, now)
        audit.note(connection, now, by, "evidence read", f"check {check}")
    return SignedEvidence(pack, sign_pack(pack, city.key))


def sign_pack(pack: EvidencePack, key: Ed25519PrivateKey) -> bytes:
    """The pack in an envelope signed by the city."""
    return message_of(sign_envelope(PURPOSE, msgspec.json.encode(pack), key))


def _pack(connection: Connection, city: City, check: Row[tuple[object, ...]], by: str, now: datetime) -> EvidencePack:
    vehicle = ParkedVehicle(check.plate, Place(check.zone, check.sector), check.at)
    inquiry = Inquiry(vehicle, active_tariffs(city, connection, check.at), city.rules, now)
    notice = connection.scalar(select(notices.c.number).where(notices.c.check == check.id))
    kept = {name: getattr(check, name) for name in RecordedAnswer.__dataclass_fields__}
    return EvidencePack(
        format=1,
        made_at=now,
        made_by=by,
        city_key=public_key_text(city.key.public_key()),
        check=check.id,
        notice=notice,
        **{name: getattr(check, name) for name in ("plate", "zone", "sector", "at", "checked_at", "asked_by")},
        recorded=RecordedAnswer(**{**kept, "silent": tuple(check.silent)}),
        then=_answer(connection, replace(inquiry, known_at=check.checked_at), notice),
        now=_answer(connection, inquiry, notice),
        sales=tuple(_sales(connection, check)),
        holdings=tuple(_holdings(connection, check)),
        stations=tuple(_stations_then(connection, check)),
    )


def _answer(connection: Connection, inquiry: Inquiry, own: str | None) -> CheckAnswer:
    """The answer to an inquiry as a check gives it. The notice that this very control made does not cover it: `own`."""
    (evidence,), (besides,) = gather(connection, [inquiry]), gather_refusals(connection, [inquiry])
    verdict = judge(replace(evidence, notices=tuple(stay for stay in besides.notices if stay.number != own)))
    payers = () if verdict.because else possible_payers(inquiry, besides.similar)
    return answer_of(verdict, evidence.completeness, payers)


def _sales(connection: Connection, check: Row[tuple[object, ...]]) -> Iterator[SaleEvidence]:
    columns = rights.c
    these = (columns.alike == alike(check.plate)) & (columns.plate == check.plate)
    near = these & (columns.end > check.at - BEFORE) & (columns.start < check.at + AFTER)
    rows = connection.execute(select(rights).where(near).order_by(columns.known_from, columns.seq)).all()
    for place in dict.fromkeys((row.station, row.reference) for row in rows):
        yield _sale(connection, check, [row for row in rows if (row.station, row.reference) == place])


def _sale(connection: Connection, check: Row[tuple[object, ...]], steps: list[Row[tuple[object, ...]]]) -> SaleEvidence:
    """One sale; `steps`: the statuses it has had, in the order in which they became known."""
    last, sold = steps[-1], next((each for each in steps if each.status in MONEY_CAME), steps[0])
    names = ("station", "reference", "zone", "sector", "regime", "bought_at", "start", "end", "cents")
    return SaleEvidence(
        **{name: getattr(last, name) for name in names},
        statuses=tuple(SaleStatus(each.status, each.known_from, each.known_until) for each in steps),
        known_at_control=steps[0].known_from <= check.checked_at,
        proof=read_proof(connection, sold.station, sold.seq, check.plate),
    )


def _holdings(connection: Connection, check: Row[tuple[object, ...]]) -> Iterator[HeldEvidence]:
    columns, known = holdings.c, generations.c
    wanted = (columns.series, columns.holding, columns.sectors, columns.valid_from, columns.valid_until)
    query = select(*wanted, known.known_from, known.known_until).join(generations).order_by(known.known_from, columns.id)
    valid = (columns.valid_from <= check.at) & or_(columns.valid_until.is_(None), columns.valid_until > check.at)
    for row in connection.execute(query.where(columns.plate == check.plate, valid)):
        yield HeldEvidence(row.series, row.holding, tuple(row.sectors), *row[3:])


def _stations_then(connection: Connection, check: Row[tuple[object, ...]]) -> list[StationThen]:
    """The stations of the sector with an alarm that was up, or an incident that was open, at the instant of the control."""
    raised = _open_at(connection, check, alarms, alarms.c.alarm, alarms.c.raised_at)
    found = _open_at(connection, check, incidents, incidents.c.kind, incidents.c.first_seen)
    names = sorted(raised.keys() | found.keys())
    return [StationThen(name, tuple(raised.get(name, ())), tuple(found.get(name, ()))) for name in names]


def _open_at(
    connection: Connection, check: Row[tuple[object, ...]], table: Table, what: Column[str], since: Column[datetime]
) -> dict[str, list[str]]:
    """By station of the sector: what had begun at the instant of the control, and had not been cleared."""
    cleared = table.c.cleared_at
    up = (since <= check.at) & or_(cleared.is_(None), cleared > check.at)
    query = select(table.c.station, what).join(stations).where(stations.c.sector == check.sector, up).distinct()
    found: dict[str, list[str]] = {}
    for station, name in connection.execute(query.order_by(table.c.station, what)):
        found.setdefault(station, []).append(name)
    return found
