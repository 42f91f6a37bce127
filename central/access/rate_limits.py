"""Rate limits: token buckets.

The theory. A bucket holds at most `burst` tokens and gains `per_second` of them; who finds one takes it and passes, who finds
none is told how long to wait. A bucket is a value; what remembers them is small, and forgets first whom it has not seen for
longest. Each worker process remembers its own: with N workers a limit is up to N times what is written here, which is enough to
keep one broken device from taking a city's time, and needs no other server.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock


@dataclass(frozen=True)
class Rate:
    """A rate limit: so many requests a second, and so many at once."""

    per_second: float
    burst: int


@dataclass(frozen=True)
class Limits:
    """Rate limits of each kind of client, per worker."""

    bearer: Rate = Rate(10, 50)
    """Each token. The fastest scooter reads about one plate a second."""
    station: Rate = Rate(5, 60)
    """Each station at each address: a name is claimed by whoever sends, so nobody can use up another's share."""
    public: Rate = Rate(20, 200)
    """Each address, for what needs no token."""
    notices: Rate = Rate(1, 30)
    """Each address, for public questions about notices: nobody tries numbers and plates in bulk."""
    failures: Rate = Rate(10 / 60, 10)
    """Each token or station at each address: refused for what it gave as proof. The next ones are not even looked at."""
    links: Rate = Rate(10 / 3600, 10)
    """Each address, for sign-in links by e-mail: nobody fills other people's mailboxes, or the register."""
    requests: Rate = Rate(0.2, 30)
    """Each address, for new requests for cards: ten thousand of them are no person's."""
    guesses: Rate = Rate(30 / 86_400, 30)
    """Each address, for a number, plate or code of a notice that is wrong: thirty at once and thirty a day. The next questions
    are not even looked at: whoever counts numbers up finds none."""
    codes: Rate = Rate(50 / 86_400, 50)
    """Each notice, for wrong codes, whatever the address. Then `code_tries` is what each address has left."""
    code_tries: Rate = Rate(1 / 86_400, 1)
    """Each address, for wrong codes of one notice at which others guess."""
    remembered: int = 50_000
    """Buckets; about 20 MB."""


@dataclass(frozen=True)
class Bucket:
    """A token bucket: what was left in it, at an instant."""

    left: float
    at: datetime


def refilled(bucket: Bucket | None, rate: Rate, now: datetime) -> Bucket:
    """The bucket now; a new one is full. A clock that was put back gives nothing and takes nothing away."""
    if bucket is None:
        return Bucket(rate.burst, now)
    passed = max(0.0, (now - bucket.at).total_seconds())
    return Bucket(min(rate.burst, bucket.left + passed * rate.per_second), now)


def seconds_to_wait(bucket: Bucket, rate: Rate) -> float:
    """Seconds until there is a token; 0 if there is one."""
    return max(0.0, (1 - bucket.left) / rate.per_second)


BucketKey = tuple[str, ...]


@dataclass(frozen=True)
class Buckets:
    """The buckets of one process, the one used last at the end."""

    remembered: int
    _buckets: OrderedDict[BucketKey, Bucket] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, key: BucketKey, rate: Rate, now: datetime) -> float:
        """Take a token and return 0; without one, return the seconds until there is one."""
        with self._lock:
            bucket = refilled(self._buckets.pop(key, None), rate, now)
            delay = seconds_to_wait(bucket, rate)
            self._buckets[key] = bucket if delay else Bucket(bucket.left - 1, now)
            if len(self._buckets) > self.remembered:
                self._buckets.popitem(last=False)
            return delay

    def delay(self, key: BucketKey, rate: Rate, now: datetime) -> float:
        """Seconds until there is a token; nothing is taken."""
        with self._lock:
            return seconds_to_wait(refilled(self._buckets.get(key), rate, now), rate)

    def __len__(self) -> int:
        return len(self._buckets)
