"""Files exchanged with the national agency: fines that were sent, and what became of them. docs/agency.md says each member.

The theory. The agency's own messages are not public, so the format is ours: a first line that says what follows and how much of
it, then one JSON document a line. A file that was cut is refused whole; names follow the published interface of such servers
where they are known (`fines`, `fine-values`). Functions over values: nothing is read and nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from central.core.problems import SeveralFieldsError, decoding_error
from central.notices.answers import NoticeAnswer
from central.rules.notice_numbers import KEY, NUMBER
from central.rules.notice_payment_means import NoticePaymentMeans
from firmware.domain.decoding import StrictStruct, decode_json
from firmware.domain.errors import FieldError
from firmware.protocol.entitlements import AwareInstant

MOST_EVENTS = 1_000_000
"""In one file."""
FineNumber = Annotated[str, Meta(pattern=f"^{NUMBER}$")]


class AgencyHeader(StrictStruct, frozen=True):
    """The first line of a file."""

    format: Literal[1]
    kind: Literal["fines", "fine-events"]
    authority: Annotated[str, Meta(pattern="^[0-9]{14}$")]
    """SIRET of the city."""
    made_at: AwareInstant
    count: Annotated[int, Meta(ge=0, le=MOST_EVENTS)]
    """How many lines follow."""


class FineValue(msgspec.Struct, frozen=True):
    """The amounts of a fine (`fine-values`), in cents."""

    fps_cents: int
    receipt_cents: int
    receipt_reference: str | None
    due_cents: int
    reduced_cents: int
    increased_cents: int
    owed_cents: int
    """Still to be paid when the file was made."""
    tariff: str


class FineFinding(msgspec.Struct, frozen=True):
    """The finding: what the agent saw, where and when."""

    at: AwareInstant
    place: str | None
    sector: str
    zone: int
    agent: str
    plate: str
    make: str | None
    vehicle: str


class Fine(msgspec.Struct, frozen=True):
    """One fine (`fines`): a notice that was sent."""

    number: str
    key: str
    finding: FineFinding
    value: FineValue
    issued_at: AwareInstant
    covers_until: AwareInstant
    sent_on: date | None
    reduced_until: AwareInstant | None
    notified_on: date | None
    payable_until: date | None
    appeal_until: date | None
    state: str
    """As docs/notices.md names it."""
    cancellation_proposed: bool
    corrective_number: str | None
    """Of the corrective notice, which is sent to the same address."""
    corrective_key: str | None
    letter_code: str | None
    """To be printed on the letter, and told to nobody else; None: the notice has none."""


class FineEvent(StrictStruct, frozen=True):
    """What became of a fine, as the agency tells it."""

    event: Literal["paid", "refunded", "warned", "enforced", "written off"]
    number: FineNumber
    at: AwareInstant
    cents: Annotated[int, Meta(ge=0, le=10_000_00)] = 0
    """Of a payment or a refund."""
    reference: Annotated[str, Meta(pattern=r"^[\x21-\x7e]{0,60}$")] = ""
    """Of a payment or a refund: what comes twice under one is one."""
    key: Annotated[str, Meta(pattern=f"^{KEY}$")] | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""
    """Of what is written off."""
    means: NoticePaymentMeans | None = None
    """Of a payment, if it is known."""

    def __post_init__(self) -> None:
        money = self.event in ("paid", "refunded")
        if money and not self.cents:
            raise FieldError("cents", "must be more than nothing")
        if money and not self.reference:
            raise FieldError("reference", "is missing")
        if not money and (self.cents or self.reference or self.key):
            raise FieldError("cents", f"nothing is paid by what is {self.event}")
        if self.means and self.event != "paid":
            raise FieldError("means", f"nothing is paid by what is {self.event}")


_header, _event = msgspec.json.Decoder(AgencyHeader), msgspec.json.Decoder(FineEvent)


def fine_of(notice: NoticeAnswer, code: str | None) -> Fine:
    """A notice as the agency is told of it, which prints its letter with this code."""
    finding = FineFinding(
        at=notice.control_at, **{name: getattr(notice, name) for name in FineFinding.__struct_fields__ if name != "at"}
    )
    value = FineValue(**{name: getattr(notice, name) for name in FineValue.__struct_fields__})
    rest = [name for name in Fine.__struct_fields__ if name not in ("finding", "value", "state", "letter_code")]
    told = {name: getattr(notice, name) for name in rest}
    return Fine(finding=finding, value=value, state=notice.state.value, letter_code=code, **told)


def fines_file(fines: Sequence[Fine], authority: str, made_at: AwareInstant) -> bytes:
    """The file that tells the agency of these fines."""
    header = AgencyHeader(1, "fines", authority, made_at, len(fines))
    return b"".join(msgspec.json.encode(line) + b"\n" for line in (header, *fines))


def events_in(content: bytes, authority: str) -> tuple[FineEvent, ...]:
    """The events of a file. Raises SeveralFieldsError naming each line that is wrong, `line 3: cents`; nothing of it counts."""
    lines = content.splitlines()
    header = _read_header(lines[0] if lines else b"", authority)
    if len(lines) - 1 != header.count:
        raise SeveralFieldsError([FieldError("line 1: count", f"{header.count} lines are said, {len(lines) - 1} are there")])
    events, errors = [], []
    for number, line in enumerate(lines[1:], 2):
        try:
            events.append(decode_json(_event, line))
        except ValueError as error:
            errors.append(_at(number, error))
    if errors:
        raise SeveralFieldsError(errors)
    return tuple(events)


def _read_header(line: bytes, authority: str) -> AgencyHeader:
    try:
        header = decode_json(_header, line)
        if header.kind != "fine-events":
            raise FieldError("kind", f"expected fine-events, not {header.kind}")
        if header.authority != authority:
            raise FieldError("authority", f"is not {authority}: the file is for another city")
    except ValueError as error:
        raise SeveralFieldsError([_at(1, error)]) from error
    return header


def _at(number: int, error: ValueError) -> FieldError:
    found = decoding_error(error)
    return FieldError(": ".join(part for part in (f"line {number}", found.field) if part), found.reason)


def event_lines(events: Iterable[FineEvent], authority: str, made_at: AwareInstant) -> bytes:
    """A file of events, as the agency's side writes it: for tests and demonstrations."""
    told = tuple(events)
    header = AgencyHeader(1, "fine-events", authority, made_at, len(told))
    return b"".join(msgspec.json.encode(line) + b"\n" for line in (header, *told))
