"""Webhooks: the outbox with what it tells of, the signature, attempts and waits, and where nobody may be called."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import ipaddress
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from central.access.tokens import Scope
from central.api.webhook_sender import send_message
from central.core.outbox import WebhookKind, emit
from central.db.feed_tables import webhook_deliveries
from central.operations.webhooks import LEASE, deliver_due, end_webhook, list_dead, make_webhook, retry_dead
from central.rules.webhooks import WAITS, check_addresses, is_public, secret_of, signed_headers
from firmware.domain.errors import FieldError
from firmware.protocol.facts import AlarmRaised
from tests.central.api_client import NO_LIMITS, ManualClock, client_of
from tests.central.notice_rows import issue
from tests.central.register_rows import TEN, city_of
from tests.central.signing_station import STATION, SigningStation, chain

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
SECRET = secret_of(b"k" * 32)
EVERY = tuple(WebhookKind)


@dataclass
class ScriptedReceiver:
    """Answers what it is told to, and keeps what it was sent."""

    answers: list[str]
    sent: list[tuple[str, Mapping[str, str], str]] = field(default_factory=list)

    def __call__(self, url: str, headers: Mapping[str, str], body: str) -> str:
        self.sent.append((url, headers, body))
        return self.answers.pop(0) if self.answers else "200"


def tell(store: Engine, subject: str = "1") -> None:
    with store.begin() as connection:
        emit(connection, WebhookKind.NOTICE_ISSUED, subject, {"number": subject}, TEN)


def verified(secret: str, headers: Mapping[str, str], body: str) -> bool:
    """As a receiver checks it, by the text of Standard Webhooks."""
    key = base64.b64decode(secret.split("_")[1])
    text = ".".join([headers["webhook-id"], headers["webhook-timestamp"], body])
    wanted = "v1," + base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


# --- the signature ----------------------------------------------------------------------------------------------------


def test_the_signature_is_that_of_standard_webhooks() -> None:
    headers = signed_headers(SECRET, "msg_1", '{"type":"x"}', TEN)
    assert verified(SECRET, headers, '{"type":"x"}')
    assert not verified(SECRET, headers, '{"type":"y"}')
    assert not verified(SECRET, {**headers, "webhook-timestamp": "1"}, '{"type":"x"}')
    assert headers["webhook-timestamp"] == str(int(TEN.timestamp()))
    assert SECRET.startswith("whsec_")


# --- the outbox -------------------------------------------------------------------------------------------------------


def test_a_notice_is_told_without_its_plate(store: Engine) -> None:
    city = city_of(store)
    make_webhook(store, "https://partner.example/", EVERY, SECRET, "the test", TEN)
    number = issue(city).number
    receiver, clock = ScriptedReceiver([]), ManualClock(TEN + timedelta(days=1))
    assert deliver_due(store, receiver, clock) == 1
    [(url, headers, body)] = receiver.sent
    told = json.loads(body)
    assert (url, told["type"], told["data"]["number"]) == ("https://partner.example/", "notice.issued", number)
    assert verified(SECRET, headers, body)
    with store.begin() as connection:
        assert "AB123CD" not in str(connection.execute(select(webhook_deliveries)).all())
    assert deliver_due(store, receiver, clock) == 0


def test_an_alarm_is_told_to_who_asked_for_alarms(station: SigningStation) -> None:
    store = station.city.store
    make_webhook(store, "https://alarms.example/", [WebhookKind.ALARM_RAISED], SECRET, "the test", TEN)
    make_webhook(store, "https://notices.example/", [WebhookKind.NOTICE_ISSUED], SECRET, "the test", TEN)
    station.hand_in(chain([AlarmRaised("printer out")]))
    receiver = ScriptedReceiver([])
    deliver_due(store, receiver, ManualClock(TEN + timedelta(days=1)))
    [(url, _, body)] = receiver.sent
    assert (url, json.loads(body)["data"]["alarm"]) == ("https://alarms.example/", "printer out")
    assert json.loads(body)["data"]["station"] == STATION


def test_what_is_rolled_back_is_not_told(store: Engine) -> None:
    make_webhook(store, "https://partner.example/", EVERY, SECRET, "the test", TEN)
    with store.connect() as connection:
        emit(connection, WebhookKind.NOTICE_ISSUED, "1", {}, TEN)
        connection.rollback()
    assert deliver_due(store, ScriptedReceiver([]), ManualClock(TEN)) == 0


def test_what_fails_is_tried_again_later_and_later_and_given_up_after_ten_attempts(store: Engine) -> None:
    make_webhook(store, "https://partner.example/", EVERY, SECRET, "the test", TEN)
    tell(store)
    receiver, clock = ScriptedReceiver(["503", "timed out", "301", "404", "500"] * 2), ManualClock(TEN)
    for wait in (*WAITS, None):
        assert deliver_due(store, receiver, clock) == 1
        if wait:
            clock.at += wait - timedelta(seconds=1)
            assert deliver_due(store, receiver, clock) == 0
            clock.at += timedelta(seconds=1)
    assert len({headers["webhook-id"] for _, headers, _ in receiver.sent}) == 1
    clock.at += timedelta(days=30)
    assert deliver_due(store, receiver, clock) == 0
    [dead] = list_dead(store)
    assert (dead.attempts, dead.answer) == (10, "500")
    retry_dead(store, dead.id, "the test", clock())
    assert deliver_due(store, receiver, clock) == 1
    assert list_dead(store) == ()
    with pytest.raises(FieldError):
        retry_dead(store, dead.id, "the test", clock())


def test_a_worker_that_dies_while_sending_leaves_it_to_another(store: Engine) -> None:
    make_webhook(store, "https://partner.example/", EVERY, SECRET, "the test", TEN)
    tell(store)

    def dies(*_: object) -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver_due(store, dies, ManualClock(TEN))
    receiver = ScriptedReceiver([])
    assert deliver_due(store, receiver, ManualClock(TEN + LEASE - timedelta(seconds=1))) == 0
    assert deliver_due(store, receiver, ManualClock(TEN + LEASE)) == 1


def test_a_receiver_that_does_not_answer_costs_the_others_one_wait_for_each_attempt(store: Engine) -> None:
    """Six messages for two receivers, of which the first hangs: the other has all of its own after one wait."""
    for url in ("https://hangs.example/", "https://answers.example/"):
        make_webhook(store, url, EVERY, SECRET, "the test", TEN)
    for number in range(6):
        tell(store, str(number))
    clock, called = ManualClock(TEN), list[str]()

    def send(url: str, headers: Mapping[str, str], body: str) -> str:
        called.append(url)
        if "hangs" in url:
            clock.at += timedelta(seconds=10)
            return "no answer within 10 s"
        return "500" if len(called) == 2 else "200"

    assert deliver_due(store, send, clock) == 7
    assert (called[0], sorted(called[1:])) == ("https://hangs.example/", ["https://answers.example/"] * 6)
    clock.at = TEN + WAITS[0] + timedelta(seconds=10)
    assert deliver_due(store, send, clock) == 2
    assert sorted(called[7:]) == ["https://answers.example/", "https://hangs.example/"]


def test_nothing_is_sent_where_a_webhook_ended(store: Engine) -> None:
    number = make_webhook(store, "https://partner.example/", EVERY, SECRET, "the test", TEN)
    tell(store)
    end_webhook(store, number, "the test", TEN)
    tell(store, "2")
    assert deliver_due(store, ScriptedReceiver([]), ManualClock(TEN)) == 0


# --- where to ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
        *("255.255.255.255", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"),
        *("2002:7f00:1::", "ff02::1", "::", "192.0.0.192", "192.88.99.1", "fec0::1", "64:ff9b:1::7f00:1", "::127.0.0.1"),
        *("3fff::1", "5f00::1", "::ffff:0:127.0.0.1"),
    ],
)
def test_no_private_address_is_called(address: str) -> None:
    with pytest.raises(FieldError):
        check_addresses("https", ["93.184.215.14", address], ())


def test_a_public_address_is_called_by_https_only_and_another_if_the_operator_says_so() -> None:
    check_addresses("https", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"], ())
    check_addresses("http", ["127.0.0.1"], LOOPBACK)
    check_addresses("https", ["::ffff:127.0.0.1"], LOOPBACK)
    for scheme, addresses in (("http", ["93.184.215.14"]), ("https", []), ("http", ["127.0.0.1", "10.0.0.1"])):
        with pytest.raises(FieldError):
            check_addresses(scheme, addresses, LOOPBACK)
    assert not is_public(ipaddress.ip_address("127.0.0.1"))


@pytest.mark.parametrize(
    "url",
    [
        *("http://partner.example/", "https://127.0.0.1/", "https://2130706433/", "https://[::1]:8080/x", "https://0x7f.1/"),
        *("ftp://partner.example/", "https://", "partner.example", "https://user:pw@partner.example/", "https://a b/"),
        *("https://partner.example:99999/", "https://partner.example/#x", "https://[fe80::1/"),
        *("https://partner.example/\n", "https://partner.example/\tx", "\u00a0https://partner.example/"),
    ],
)
def test_an_address_that_nobody_may_call_is_refused_when_it_is_said(store: Engine, url: str) -> None:
    operator = client_of(store, limits=NO_LIMITS).with_token(Scope.WEBHOOKS)
    answer = operator.post("/v1/webhooks", {"url": url, "kinds": ["notice.issued"]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "url")


def test_a_webhook_over_http(store: Engine) -> None:
    operator = client_of(store, limits=NO_LIMITS).with_token(Scope.WEBHOOKS)
    made = operator.post("/v1/webhooks", {"url": "https://partner.example/h", "kinds": ["notice.issued", "alarm.raised"]})
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    assert made.json()["secret"] not in operator.get("/v1/webhooks").text
    assert operator.get("/v1/webhooks").json()[0]["url"] == "https://partner.example/h"
    number = made.json()["id"]
    assert [operator.delete(f"/v1/webhooks/{each}").status_code for each in (number, number, number + 1)] == [204, 204, 404]
    assert operator.get("/v1/webhooks/deliveries/dead").json() == []
    assert operator.post("/v1/webhooks/deliveries/1/retry").status_code == 404


# --- the wire ---------------------------------------------------------------------------------------------------------


class RecordingHandler(http.server.BaseHTTPRequestHandler):
    """Answers 204, or where the path says so a redirect."""

    seen: list[tuple[str, Mapping[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(302 if self.path == "/away" else 204)
        self.send_header("location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[tuple[str, Mapping[str, str], bytes]]]]:
    seen: list[tuple[str, Mapping[str, str], bytes]] = []
    handler = type("Handler", (RecordingHandler,), {"seen": seen})
    server = http.server.HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_message_is_posted_to_the_address_that_was_looked_at(
    receiver: tuple[str, list[tuple[str, Mapping[str, str], bytes]]],
) -> None:
    url, seen = receiver
    allowed = (*LOOPBACK, ipaddress.ip_network("::1/128"))
    headers = signed_headers(SECRET, "msg_1", "{}", TEN)
    answers = [send_message(f"{url}{path}", headers, "{}", allowed) for path in ("/hook?x=1", "/away")]
    assert answers == ["204", "302"]
    assert [path for path, _, _ in seen] == ["/hook?x=1", "/away"]
    assert seen[0][1]["host"] == url.removeprefix("http://")
    assert verified(SECRET, seen[0][1], seen[0][2].decode())


def test_without_the_operators_word_nothing_of_ours_is_called(
    receiver: tuple[str, list[tuple[str, Mapping[str, str], bytes]]],
) -> None:
    url, seen = receiver
    for target in (url, url.replace("http:", "https:")):
        assert "FieldError" in send_message(target, {}, "{}", ())
    assert seen == []
