"""Forged station requests: true requests, each made false in one way. Sends nothing itself."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import msgspec

from firmware.protocol.envelope import PUBLICATION, PULL, STATEMENT, Envelope, sign_envelope
from firmware.protocol.facts import UnexpectedEvent
from firmware.protocol.messages import Batch, PullRequest, Sent, StationStatement
from tests.central.signing_station import BEFORE, NOW, REPORT, STATION, THERE, EntryText, chain, genesis, key_of

OUT = "75013-0007"
"""Was enrolled, and is revoked."""
NOBODY = "75020-0001"
"""Was never enrolled."""
PLATE = "AB-123-CD"
ENTRIES, PULLS = "/v1/stations/{}/entries", "/v1/stations/{}/publications"
UNPROVEN, MALFORMED, USED, FORBIDDEN = frozenset({401}), frozenset({422}), frozenset({409}), frozenset({403})
REFUSED = UNPROVEN | MALFORMED
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
EMPTY: Mapping[str, object] = {}
STRANGE = UnexpectedEvent("a test")
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group Ed25519 signs in: a signature plus this is another text of the same proof."""


@dataclass(frozen=True)
class Request:
    """A request, and the statuses that may refuse it."""

    method: str
    url: str
    content: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    statuses: frozenset[int] = REFUSED


@dataclass
class Forger:
    """Makes signed requests, true unless told otherwise; each under a request number that was never used."""

    texts: Sequence[EntryText]
    """The journal of STATION: what is handed in next."""
    request_numbers: Iterator[int] = field(default_factory=lambda: count(1000))

    @property
    def last(self) -> int:
        """The number of the last text."""
        number: int = msgspec.json.decode(self.texts[-1][0])["seq"]
        return number

    def statement(self, **other: Any) -> StationStatement:
        """About all the texts."""
        last = self.last
        truth = StationStatement(
            STATION, next(self.request_numbers), NOW, BEFORE[self.texts[0][1]], last, self.texts[-1][1], last, REPORT
        )
        return msgspec.structs.replace(truth, **other)

    def batch(
        self,
        statement: StationStatement | None = None,
        texts: Sequence[EntryText] | None = None,
        by: str = STATION,
        purpose: str = STATEMENT,
    ) -> bytes:
        """A body for the route of entries."""
        document = msgspec.json.encode(statement or self.statement())
        return batch(sign_envelope(purpose, document, key_of(by)), self.texts if texts is None else texts)

    def pull(self, by: str = STATION, purpose: str = PULL, more: Mapping[str, object] = EMPTY) -> bytes:
        """A body for the route of publications."""
        document = {**msgspec.to_builtins(PullRequest(STATION, next(self.request_numbers), {})), **more}
        return msgspec.json.encode(sign_envelope(purpose, msgspec.json.encode(document), key_of(by)))


def batch(envelope: Envelope, texts: Sequence[EntryText]) -> bytes:
    """A body for the route of entries."""
    return msgspec.json.encode(Batch(envelope.signed, envelope.signature, tuple(Sent(*text) for text in texts)))


def request_to(route: str, content: bytes, statuses: frozenset[int] = REFUSED, station: str = STATION) -> Request:
    """A request to a station's route."""
    return Request("POST", route.format(station), content, (), statuses)


def replayed(recorded: Sequence[tuple[str, bytes]]) -> Iterator[Request]:
    """What was accepted once, at its own route, at the other route, and at those of other stations."""
    for route, body in recorded:
        yield request_to(route, body, USED)
        yield request_to(PULLS if route is ENTRIES else ENTRIES, body)
        for station in (THERE, OUT, NOBODY):
            yield request_to(route, body, REFUSED, station)


def signed_by_others(forger: Forger) -> Iterator[Request]:
    """Whole and new, and not signed by the key of this station for this purpose."""
    for by in (THERE, OUT, "the city", "a thief"):
        yield request_to(ENTRIES, forger.batch(by=by), UNPROVEN)
        yield request_to(PULLS, forger.pull(by=by), UNPROVEN)
    for purpose in (PULL, PUBLICATION, "", "contact\n", "Contact"):
        yield request_to(ENTRIES, forger.batch(purpose=purpose), UNPROVEN)
    for purpose in (STATEMENT, PUBLICATION, "", "pull ", "Pull"):
        yield request_to(PULLS, forger.pull(purpose=purpose), UNPROVEN)
    for station in (OUT, NOBODY, "75011-0042-1"):
        theirs = chain([STRANGE], station)
        yield request_to(
            ENTRIES,
            forger.batch(forger.statement(station=station, head=theirs[0][1], last=1), theirs, station),
            UNPROVEN,
            station,
        )
        yield request_to(PULLS, forger.pull(station, more={"station": station}), UNPROVEN, station)
    for url in ("STATION", "%00", "75011-0042%20", "75011-0042%0A", "é", "%C3%28"):
        yield request_to(ENTRIES, forger.batch(), REFUSED, url)
        yield request_to(PULLS, forger.pull(), MALFORMED if url == "%00" else UNPROVEN, url)


def tampered(forger: Forger) -> Iterator[Request]:
    """One bit flipped, all along what was signed and the rest, or an end that is missing."""
    one = forger.batch()
    for place in range(0, len(one), 11):
        yield request_to(ENTRIES, flip_bit(one, place))
    two = forger.pull()
    for place in range(0, len(two), 2):
        yield request_to(PULLS, flip_bit(two, place))
    for body, route in ((one, ENTRIES), (two, PULLS)):
        for length in range(0, len(body), 29):
            yield request_to(route, body[:length], MALFORMED)
        for more in (b"}", b"{}", b"\0", b"x"):
            yield request_to(route, body + more, MALFORMED)


def cut(forger: Forger) -> Iterator[Request]:
    """An end of the batch is gone, or all of it: all that is signed is still true."""
    for fewer in (forger.texts[1:], forger.texts[2:], forger.texts[:-1], ()):
        yield request_to(ENTRIES, forger.batch(texts=fewer), MALFORMED)


def flip_bit(body: bytes, place: int) -> bytes:
    """The body with one bit flipped."""
    return body[:place] + bytes([body[place] ^ 1 << place % 7]) + body[place + 1 :]


def signatures(forger: Forger) -> Iterator[Request]:
    """Other texts in the place of a good signature; among them all that decode to it, and the one that would also verify."""
    for route, body in ((ENTRIES, forger.batch()), (PULLS, forger.pull())):
        message = msgspec.json.decode(body)
        true: str = message["signature"]
        texts = [true[:-1] + last for last in ALPHABET if last != true[-1]]
        texts += [_large(true), "A" * 86, true[:43] * 2, true[::-1], "=" * 86, "é" * 86]
        texts += [true[:-1], true + "A", true + "==", "", "\\n", true[:-1] + "\\n"]
        for text in texts:
            yield request_to(route, body.replace(true.encode(), text.encode()))


def _large(signature: str) -> str:
    """What also solves the equation of this signature, and is out of range."""
    proof = base64.urlsafe_b64decode(signature + "==")
    s = int.from_bytes(proof[32:], "little") + ORDER
    return base64.urlsafe_b64encode(proof[:32] + s.to_bytes(32, "little")).decode().rstrip("=")


def reshaped(forger: Forger) -> Iterator[Request]:
    """The same message said otherwise: other white space, members that are missing, of another type, or there twice."""
    for route, body in ((ENTRIES, forger.batch()), (PULLS, forger.pull())):
        message = msgspec.json.decode(body)
        for name in message:
            yield request_to(route, msgspec.json.encode({other: message[other] for other in message if other != name}))
            values: Sequence[object] = (None, 1, "x", [[]], {}, [message[name]], True)
            for value in values:
                yield request_to(route, msgspec.json.encode({**message, name: value}))
        yield request_to(route, msgspec.json.encode(message | {"signed": dict(sorted(message["signed"].items()))}), UNPROVEN)
        yield request_to(route, msgspec.json.format(body, indent=1), UNPROVEN)
        yield request_to(route, body.replace(b'{"station', b'{ "station'), UNPROVEN)
        yield request_to(route, body[:-1] + b',"signed":{"station":"75011-0042"}}', MALFORMED)
        for other in (b"", b"null", b"[]", b"1", b"\xff", b"{" * 5000, b"[" * 50_000, b'{"signed":' * 5000, body * 2):
            yield request_to(route, other, MALFORMED)
        yield request_to(route, b" " * ((1 << 20) + 1), frozenset({413}))


def signed_and_senseless(forger: Forger) -> Iterator[Request]:
    """Signed by the station itself, and not what this route asks for: it leaves nothing, not even the number used up."""
    wrong: dict[str, Sequence[object]] = {
        "station": (THERE, NOBODY, "", None),
        "contact": (-1, "7", 1.5, None, 1 << 53),
        "sent_at": (NOW.replace(tzinfo=None), "yesterday", 1772614800, None),
        "last": (0, forger.last - 1, forger.last + 1, -1),
        "head": (genesis(), "0" * 64, forger.texts[-1][1].upper(), forger.texts[0][1]),
        "held": (0, forger.last - 1, -1),
        "report": (None, {}, {"software": "x" * 41, "clock": "unknown"}, {"software": "2", "clock": "good"}),
        "colour": ("red",),
    }
    for name, values in wrong.items():
        for value in values:
            document = {**msgspec.to_builtins(forger.statement()), name: value}
            yield request_to(
                ENTRIES,
                batch(sign_envelope(STATEMENT, msgspec.json.encode(document), key_of(STATION)), forger.texts),
                MALFORMED,
            )
    one, two, three = forger.texts
    foreign, lied = chain([STRANGE] * 3, THERE), chain([STRANGE] * 3)
    for texts in ((one, two), (one, three), (two, one, three), (one, two, two, three), (*forger.texts, three), foreign, lied):
        yield request_to(ENTRIES, forger.batch(texts=texts), MALFORMED)
    others: Sequence[dict[str, object]] = (
        {"station": THERE},
        {"contact": -1},
        {"have": {"tariffs": -1}},
        {"have": []},
        {"red": 1},
    )
    for other in others:
        yield request_to(PULLS, forger.pull(more=other), MALFORMED)


def dated_back(forger: Forger, used: int) -> Iterator[Request]:
    """Signed by the station itself, under numbers that were used before."""
    for number in range(used + 1):
        yield request_to(
            ENTRIES, forger.batch(forger.statement(request_number=number, sent_at=NOW + timedelta(seconds=number))), USED
        )
        yield request_to(PULLS, forger.pull(more={"contact": number}), USED)
