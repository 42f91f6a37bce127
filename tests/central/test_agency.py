"""Files of the national agency: fines out, payments and increases in, the same file twice is one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from central.core.audit import list_audit
from central.core.city import City
from central.core.problems import SeveralFieldsError
from central.notices.agency import read_fines, record_events
from central.notices.agency_file import Fine, FineEvent, event_lines, events_in, fines_file
from central.notices.answers import NoticeAnswer
from central.notices.steps import read_notice
from central.rules.notices import NoticeEventKind, NoticeState
from tests.central.console import Console
from tests.central.notice_rows import FOUR, THREE, issue, send, step
from tests.central.register_rows import DAY, HOUR, PARIS, city_of

SIRET = "21750001600019"
LATER = FOUR + 200 * DAY
WARNED = datetime(2026, 7, 1, 8, 0, tzinfo=PARIS)


@pytest.fixture
def notice(city: City) -> NoticeAnswer:
    return send(city, issue(city).number)


def event(notice: NoticeAnswer, kind: str, at: datetime = FOUR, **more: object) -> FineEvent:
    return FineEvent(kind, notice.number, at, **more)  # type: ignore[arg-type]


def taken(city: City, *events: FineEvent, now: datetime = LATER) -> list[str]:
    """Why each event was refused; empty for what was recorded."""
    return [each.refused for each in record_events(city, events_in(event_lines(events, SIRET, now), SIRET), "console", now)]


# --- out ----------------------------------------------------------------------------------------------------------


def test_what_was_sent_is_told_and_nothing_else(city: City, notice: NoticeAnswer) -> None:
    issue(city, "ZZ999ZZ")
    fines = read_fines(city, FOUR, "console", LATER)
    assert [fine.number for fine in fines] == [notice.number]
    header, line = map(json.loads, fines_file(fines, SIRET, LATER).splitlines())
    assert header == {"format": 1, "kind": "fines", "authority": SIRET, "made_at": LATER.isoformat(), "count": 1}
    assert line["finding"] | {"at": None} == {
        "at": None,
        "place": None,
        "sector": "11D",
        "zone": 1,
        "agent": "A-1",
        "plate": "AB123CD",
        "make": None,
        "vehicle": "car",
    }
    assert (line["value"]["due_cents"], line["value"]["reduced_cents"], line["value"]["increased_cents"]) == (7500, 5250, 12500)
    assert line["value"]["owed_cents"] == 12500, "half a year later"
    assert (line["sent_on"], line["payable_until"], line["state"]) == ("2026-03-04", "2026-06-09", "increased")
    assert msgspec.json.decode(msgspec.json.encode(fines[0]), type=Fine) == fines[0]
    assert list_audit(city.store)[-1].action == "fines exported"


def test_a_cancellation_is_told_when_it_happened(city: City, notice: NoticeAnswer) -> None:
    assert read_fines(city, FOUR + DAY, "console", LATER) == ()
    step(city, notice.number, NoticeEventKind.CANCELLED, FOUR + 2 * DAY, "mistaken")
    (fine,) = read_fines(city, FOUR + DAY, "console", LATER)
    assert (fine.number, fine.state) == (notice.number, "cancelled")


# --- in -----------------------------------------------------------------------------------------------------------


def test_a_payment_settles_it_and_the_same_file_twice_is_one(city: City, notice: NoticeAnswer) -> None:
    paid = event(notice, "paid", FOUR + DAY, cents=5250, reference="ANTAI-1", key=notice.key)
    assert taken(city, paid, paid) == ["", ""]
    assert taken(city, paid) == [""]
    found = read_notice(city, notice.number, LATER)
    assert (found.state, found.paid_cents) == (NoticeState.PAID_REDUCED, 5250)


def test_warning_order_and_write_off(city: City, notice: NoticeAnswer) -> None:
    events = (
        event(notice, "warned", WARNED),
        event(notice, "enforced", WARNED + 40 * DAY),
        event(notice, "written off", WARNED + 60 * DAY, reason="insolvent"),
    )
    assert taken(city, *events) == taken(city, *events) == ["", "", ""]
    assert read_notice(city, notice.number, WARNED + DAY).rebated_cents == 10_000
    assert read_notice(city, notice.number, LATER).state is NoticeState.WRITTEN_OFF
    assert len(read_notice(city, notice.number, LATER).history) == 4


def test_what_the_rules_refuse_is_told_and_hinders_no_other(city: City, notice: NoticeAnswer) -> None:
    other = send(city, issue(city, "ZZ999ZZ").number)
    events = (
        event(notice, "paid", cents=5250, reference="ANTAI-1"),
        event(other, "paid", cents=5250, reference="ANTAI-1"),
        event(other, "paid", cents=5250, reference="ANTAI-2", key="99"),
        event(other, "warned", FOUR + DAY),
        event(other, "refunded", cents=100, reference="ANTAI-3"),
        FineEvent("paid", "9" * 26, FOUR, 100, "ANTAI-4"),
        event(other, "paid", LATER + DAY, cents=100, reference="ANTAI-5"),
        event(other, "paid", cents=7500, reference="ANTAI-6"),
    )
    refused = taken(city, *events)
    assert [bool(each) for each in refused] == [False, True, True, True, True, True, True, False]
    assert refused[1] == "reference: is that of a payment of another notice"
    assert refused[5] == "there is no such notice"
    assert read_notice(city, other.number, LATER).paid_cents == 7500


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ({"event": "sold"}, "line 2: event"),
        ({"number": "12"}, "line 2: number"),
        ({"at": "2026-03-04T16:00:00"}, "line 2: at"),
        ({"cents": -1}, "line 2: cents"),
        ({"cents": 52.5}, "line 2: cents"),
        ({"cents": 0}, "line 2"),
        ({"reference": ""}, "line 2"),
        ({"reference": "<script> "}, "line 2: reference"),
        ({"event": "warned"}, "line 2"),
        ({"more": 1}, "line 2"),
        ({"reason": "x" * 501}, "line 2: reason"),
    ],
)
def test_a_line_that_cannot_be_read_refuses_the_file(line: dict[str, object], place: str) -> None:
    good = {"event": "paid", "number": "9" * 26, "at": FOUR.isoformat(), "cents": 1, "reference": "A"}
    content = b"\n".join(map(msgspec.json.encode, (header(1), good | line)))
    with pytest.raises(SeveralFieldsError) as error:
        events_in(content, SIRET)
    assert [each.field for each in error.value.errors] == [place]


def header(count: int, **other: object) -> dict[str, object]:
    return {"format": 1, "kind": "fine-events", "authority": SIRET, "made_at": FOUR.isoformat(), "count": count} | other


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 10_000,
        msgspec.json.encode(header(1)),
        msgspec.json.encode(header(0)) + b"\n{}",
        msgspec.json.encode(header(0, kind="fines")),
        msgspec.json.encode(header(0, authority="1" * 14)),
        msgspec.json.encode(header(0, format=2)),
    ],
)
def test_a_file_that_was_cut_or_is_another_is_refused(content: bytes) -> None:
    with pytest.raises(SeveralFieldsError) as error:
        events_in(content, SIRET)
    assert all(each.field.startswith("line 1") for each in error.value.errors)


# --- the command --------------------------------------------------------------------------------------------------


def test_from_the_console(started: Console, tmp_path: Path) -> None:
    city = city_of(started.store)
    notice = send(city, issue(city).number)
    status, said, _ = started.types("agency", "export", "--since", (FOUR - DAY).isoformat())
    assert (status, json.loads(said.splitlines()[1])["number"]) == (0, notice.number)
    file = tmp_path / "events.jsonl"
    paid = event(notice, "paid", FOUR + HOUR, cents=5250, reference="ANTAI-1")
    file.write_bytes(event_lines([paid, event(notice, "warned", THREE + timedelta(days=1))], SIRET, FOUR))
    status, said, _ = started.types("agency", "import", file)
    assert (status, said.splitlines()[-1]) == (1, "1 recorded, 1 refused")
    assert f"{notice.number} warned: " in said
    file.write_bytes(event_lines([paid], SIRET, FOUR))
    assert started.types("agency", "import", file)[:2] == (0, "1 recorded, 0 refused\n")
    file.write_bytes(b"{}")
    status, said, complained = started.types("agency", "import", file)
    assert (status, said) == (2, "")
    assert "line 1" in complained
    assert started.types("agency", "import", tmp_path / "none")[0] == 2
