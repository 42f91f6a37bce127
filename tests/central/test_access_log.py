"""Access log and audit lines: enough to know what happened, never a plate, a secret or a card's number."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from central.access.tokens import token_id
from central.core.logs import JsonLines, describe_error
from firmware.protocol.messages import PullRequest, pull_of
from tests.central.api_client import CHECK, Client, client_of
from tests.central.signing_station import STATION, SigningStation, key_of

PLATE = "AB123CD"
CARD = "4970100000000154"
"""Luhn-valid."""


@dataclass
class Kept(logging.Handler):
    """Every line, as it would stand on standard error."""

    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def of(self, logger: str) -> list[dict[str, Any]]:
        return [line for line in map(json.loads, self.lines) if line["logger"] == f"horodateur.{logger}"]

    __hash__ = logging.Handler.__hash__


@pytest.fixture
def kept() -> Iterator[Kept]:
    """What is logged during a test, by whomever."""
    root, kept = logging.getLogger(), Kept()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(kept)
    root.setLevel(level)


@pytest.fixture
def client(store: Engine) -> Client:
    """A city with one station."""
    return client_of(store)


def test_a_request_leaves_one_line(client: Client, kept: Kept) -> None:
    agent = client.as_role("agent")
    agent.post("/v1/checks", CHECK)
    [line] = kept.of("request")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0[12]:00", line.pop("at"))
    assert re.fullmatch(r"[0-9a-f]{16}", line.pop("request"))
    assert line.pop("bytes_out") > 100
    assert line == {
        "logger": "horodateur.request",
        "level": "info",
        "event": "answered",
        "method": "POST",
        "route": "/v1/checks",
        "status": 200,
        "who": token_id(agent.token),
        "ms": 0.0,
        "bytes_in": len(json.dumps(CHECK, separators=(",", ":"))),
    }
    assert kept.of("audit") == []


def test_a_station_that_is_proven_is_named(client: Client, kept: Kept) -> None:
    client.post(f"/v1/stations/{STATION}/entries", content=SigningStation(client.city).request([]))
    client.post(f"/v1/stations/{STATION}/entries", content=SigningStation(client.city).request([]))
    assert [(line["status"], line["who"], line["route"]) for line in kept.of("request")] == [
        (200, STATION, "/v1/stations/{station}/entries"),
        (409, STATION, "/v1/stations/{station}/entries"),
    ]


def test_every_refusal_leaves_one_audit_line(client: Client, kept: Kept) -> None:
    agent, forged = client.as_role("agent"), pull_of(PullRequest(STATION, 1, {}), key_of("nobody"))
    client.post("/v1/checks", CHECK)
    replace(agent, token=agent.token[:-1] + "!").post("/v1/checks", CHECK)
    replace(agent, token=agent.token[:17] + "A" * 43).post("/v1/checks", CHECK)
    agent.get("/v1/stations")
    agent.post("/v1/checks", CHECK | {"zone": 3})
    agent.post("/v1/checks", content=b"{")
    client.post(f"/v1/stations/{STATION}/publications", content=forged)
    client.post("/v1/quotes", content=b" " * ((1 << 20) + 1))
    client.get("/nowhere")
    assert [(line["status"], line.get("who"), line.get("claims")) for line in kept.of("audit")] == [
        (401, None, None),
        (401, None, None),
        (401, None, token_id(agent.token)),
        (403, token_id(agent.token), token_id(agent.token)),
        (422, token_id(agent.token), token_id(agent.token)),
        (422, None, None),
        (401, None, STATION),
        (413, None, None),
        (404, None, None),
    ]
    assert {line["address"] for line in kept.of("audit")} == {"203.0.113.7"}
    assert [line["request"] for line in kept.of("audit")] == [line["request"] for line in kept.of("request")]


def test_no_plate_no_secret_and_no_card_is_ever_written_down(client: Client, kept: Kept) -> None:
    agent, operator = client.as_role("agent"), client.as_role("operator")
    for text in (PLATE, "AB-123-CD", CARD, agent.token, f"hdt_{CARD}"):
        for asker in (client, agent, operator, replace(client, token=text)):
            asker.get(f"/{text}")
            asker.get(f"/v1/checks?plate={text}")
            asker.request(text.replace("_", "-")[:20], "/health")
            asker.post("/v1/checks", {**CHECK, "plate": text})
            asker.post("/v1/checks", {**CHECK, text: text})
            asker.post("/v1/quotes", {"at": text, text: text})
            asker.post(f"/v1/stations/{text}/entries", content=text.encode())
            asker.post(f"/v1/stations/{text}/publications", content=pull_of(PullRequest(text, 1, {}), key_of(text)))
            asker.post(f"/v1/stations/{text}/revoke")
            asker.post(f"/v1/dead-letters/{text}/1/clear", {"note": text})
            asker.put(f"/v1/rights/{text}", content=f"plate\n{text}\n".encode())
            asker.put(f"/v1/configuration/{text}?effective_from={text}", {text: text})
            asker.post("/v1/tokens", {"who": text, "scopes": [text]})
            asker.delete(f"/v1/tokens/{text}")
    assert len(kept.of("request")) == 5 * 4 * 14
    unwanted = re.compile(f"AB-?123-?CD|{CARD}|{re.escape(agent.token[17:])}|{re.escape(operator.token[17:])}", re.IGNORECASE)
    assert [line for line in kept.lines if unwanted.search(line)] == []


def test_an_error_of_the_database_is_told_by_its_kind_alone(client: Client, kept: Kept) -> None:
    agent = client.as_role("agent")

    class UniqueError(Exception):
        sqlstate = "23505"

    def fails(*_: object) -> None:
        raise OperationalError("INSERT", {"plate": PLATE}, UniqueError(f"Key (plate)=({PLATE}) already exists"))

    event.listen(client.city.store, "before_cursor_execute", fails)
    agent.post("/v1/checks", CHECK)
    event.remove(client.city.store, "before_cursor_execute", fails)
    [line] = kept.of("server")
    assert (line["event"], line["error"], line["state"]) == ("database away", "UniqueError", "23505")
    assert PLATE not in "".join(kept.lines)


def test_what_others_log_is_cut_to_what_they_always_say(kept: Kept) -> None:
    try:
        raise ValueError(PLATE)
    except ValueError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved\nfuture: %s", PLATE)
        logging.getLogger("horodateur.server").exception("this should not have happened")
    assert PLATE not in "".join(kept.lines)
    foreign, ours = map(json.loads, kept.lines)
    assert (foreign["event"], foreign["error"]) == ("Task exception was never retrieved", "ValueError")
    assert ours["where"][-1].startswith("central/test_access_log.py:")
    assert ours["where"][-1].endswith(" test_what_others_log_is_cut_to_what_they_always_say")


def test_where_an_error_was_raised_is_no_long_story() -> None:
    def deep(levels: int) -> None:
        if levels == 0:
            raise KeyError(PLATE)
        deep(levels - 1)

    with pytest.raises(KeyError) as caught:
        deep(50)
    told = describe_error(caught.value)
    assert told["error"] == "KeyError"
    assert len(told["where"]) == 8  # type: ignore[arg-type]


def test_a_head_is_logged_with_its_route_and_without_a_body(client: Client, kept: Kept) -> None:
    assert client.request("HEAD", "/health").status_code == 200
    assert client.request("HEAD", "/v1/notices/X1").status_code in (401, 403, 422)
    answered = [
        (line["method"], line["route"], line["bytes_out"]) for line in kept.of("request") if line["event"] == "answered"
    ]
    assert answered == [("HEAD", "/health", 0), ("HEAD", "/v1/notices/{number}", 0)]
