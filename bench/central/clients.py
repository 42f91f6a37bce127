"""Stations that post: processes of their own, one connection each, which make all they will say before the clock starts."""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from multiprocessing.connection import Connection as Pipe

from bench.central import journals
from bench.central.wire import Connection, request

_PROCESSES = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class ClientTask:
    """The task of one client process."""

    port: int
    stations: tuple[str, ...]
    batches: tuple[int, ...]
    """Entries in each batch of each station; stations take turns."""
    began: datetime
    """When their journals begin."""
    sent_at: datetime
    interval: float = 0.0
    """Seconds from one batch to the next; 0 is as soon as the one before is answered."""


@dataclass(frozen=True)
class ClientResults:
    """The results of all clients."""

    entries: int
    seconds: float
    """From the first word to the last answer of them all."""
    delays: tuple[float, ...]
    """Seconds of each batch. With an interval: from when it was due."""


@dataclass(frozen=True)
class Clients:
    """Client processes that are prepared and wait to be started."""

    pipes: Sequence[Pipe]

    def go(self) -> None:
        """Let every client begin."""
        for pipe in self.pipes:
            pipe.send("go")

    def stop(self) -> None:
        """Let no client begin another batch."""
        for pipe in self.pipes:
            pipe.send("stop")

    def done(self) -> ClientResults:
        """Wait for the last of them. Raises RuntimeError saying what a server answered that took a batch badly."""
        results: list[tuple[int, float, float, list[float]] | str] = [pipe.recv() for pipe in self.pipes]
        for result in results:
            if isinstance(result, str):
                raise RuntimeError(result)
        good = [result for result in results if not isinstance(result, str)]
        seconds = max(ended for _, _, ended, _ in good) - min(began for _, began, _, _ in good)
        return ClientResults(sum(each[0] for each in good), seconds, tuple(delay for each in good for delay in each[3]))


@contextlib.contextmanager
def start_clients(tasks: Sequence[ClientTask]) -> Iterator[Clients]:
    """Start client processes, each with all its requests made and signed."""
    pairs = [_PROCESSES.Pipe() for _ in tasks]
    processes = [
        _PROCESSES.Process(target=_run, args=(task, theirs), daemon=True)
        for task, (_, theirs) in zip(tasks, pairs, strict=True)
    ]
    for process in processes:
        process.start()
    try:
        for ours, _ in pairs:
            ours.recv()
        yield Clients([ours for ours, _ in pairs])
    finally:
        for process in processes:
            process.terminate()
            process.join()


def split_task(task: ClientTask, clients: int) -> list[ClientTask]:
    """The task in as many parts as there are clients; no station in two of them."""
    return [
        ClientTask(task.port, part, task.batches, task.began, task.sent_at, task.interval * clients)
        for part in (task.stations[number::clients] for number in range(clients))
        if part
    ]


def _run(task: ClientTask, pipe: Pipe) -> None:
    requests = list(_requests(task))
    pipe.send("ready")
    pipe.recv()
    try:
        pipe.send(_post_requests(task, requests, pipe))
    except (OSError, RuntimeError) as error:
        pipe.send(f"{type(error).__name__}: {error}")


def _requests(task: ClientTask) -> Iterator[tuple[int, bytes]]:
    """How many entries, and the request that carries them: a batch of each station, then the next of each."""
    journeys = [
        [
            (size, request(f"/v1/stations/{station}/entries", body))
            for size, body in zip(task.batches, journals.requests(station, task.batches, task.began, task.sent_at), strict=True)
        ]
        for station in task.stations
    ]
    for turn in zip_longest(*journeys):
        yield from turn


def _post_requests(
    task: ClientTask, requests: Sequence[tuple[int, bytes]], pipe: Pipe
) -> tuple[int, float, float, list[float]]:
    connection = Connection(task.port)
    began = time.perf_counter()
    delays, entries = [], 0
    for number, (size, asked) in enumerate(requests):
        if pipe.poll():
            break
        due = _due(began + number * task.interval) if task.interval else time.perf_counter()
        answer = connection.post(asked)
        delays.append(time.perf_counter() - due)
        if answer.status != 200:
            raise RuntimeError(f"batch {number} was answered {answer.status}: {answer.body!r}")
        entries += size
    ended = time.perf_counter()
    connection.close()
    return entries, began, ended, delays


def _due(moment: float) -> float:
    time.sleep(max(0.0, moment - time.perf_counter()))
    return moment
