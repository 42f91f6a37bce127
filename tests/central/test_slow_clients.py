"""Clients that never end what they began keep nobody out and fill no log: real sockets, deadlines of a moment."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from central.api import slow_clients
from central.api.slow_clients import BACKLOG, FEWEST, MOST, RESERVED, DeadlineProtocol, most_connections
from central.cli.serve import listen
from central.core.logs import AUDIT, REPEAT_S, RepeatFilter
from central.db.store import connect
from simulator.web.server import configuration
from tests.central.processes import CENTRAL, Register, initialised, process, wait_for_line

UNENDED = b"GET /health HTTP/1.1\r\nHost: city\r\nX-Slow: "
HALF = b"POST / HTTP/1.1\r\nHost: city\r\nContent-Length: 9\r\n\r\nhalf"
UNREAD = b"GET /long HTTP/1.1\r\nHost: city\r\n\r\n"
LONG = 64 << 20
MANY = 256
FEW_FILES = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({MANY}, {MANY})); {CENTRAL}"


class Quick(DeadlineProtocol):
    """With deadlines of a moment."""

    HEADERS_S = BODY_S = ANSWER_S = 0.02


class Slow(DeadlineProtocol):
    """Whose deadlines never come, with room for four."""

    HEADERS_S = BODY_S = ANSWER_S = 3600.0
    MOST = 4


async def answers(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    await request.body()
    long = request.url.path == "/long"
    await (Response(bytes(LONG)) if long else PlainTextResponse("ok"))(scope, receive, send)


@contextlib.asynccontextmanager
async def served(protocol: type[DeadlineProtocol]) -> AsyncIterator[tuple[str, int]]:
    with listen("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn.Config(answers, http=protocol, lifespan="off", log_config=None, backlog=BACKLOG))
        serving = asyncio.create_task(server.serve([listening]))
        yield listening.getsockname()[:2]
        server.should_exit = server.force_exit = True
        await serving


async def end_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the server hangs up."""
    with contextlib.suppress(ConnectionResetError):
        return await asyncio.wait_for(reader.read(), 60)
    return b""


@pytest.mark.parametrize("sent", [b"", UNENDED, HALF], ids=["nothing", "headers", "body"])
def test_a_request_that_does_not_end_is_dropped(sent: bytes) -> None:
    async def visit() -> None:
        async with served(Quick) as place:
            reader, writer = await asyncio.open_connection(*place)
            writer.write(sent)
            assert await end_of(reader) == b""
            writer.close()

    asyncio.run(visit())


def test_an_answer_that_nobody_reads_is_dropped() -> None:
    async def visit() -> None:
        async with served(Quick) as place:
            reader, writer = await asyncio.open_connection(*place, limit=1)
            writer.write(UNREAD)
            assert (await reader.read(15)).startswith(b"HTTP/1.1 200")
            while not reader.at_eof() and reader.exception() is None and not await lost(place):
                await asyncio.sleep(0)
            writer.close()

    async def lost(place: tuple[str, int]) -> bool:
        return not connections(place[1])

    asyncio.run(visit())


def connections(port: int) -> list[str]:
    """Established connections that the server of this port holds, as the kernel lists them."""
    lines = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    return [line[2] for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "01"]


def test_a_byte_now_and_then_gains_no_time() -> None:
    async def visit() -> None:
        config = uvicorn.Config(answers, http=Slow, log_config=None)
        config.load()
        slow = Slow(config, ServerState(), {}, asyncio.get_running_loop())
        slow.connection_made(Mock(get_protocol=lambda: slow))
        first = slow.ends_at
        for byte in UNENDED:
            slow.data_received(bytes([byte]))
        assert first is not None
        assert slow.ends_at == first
        slow.connection_lost(None)
        assert slow.ends_at is None

    asyncio.run(visit())


def test_where_there_is_no_room_the_one_nearest_to_its_deadline_goes() -> None:
    async def visit() -> None:
        async with served(Slow) as place:
            first, *others = [await asyncio.open_connection(*place) for _ in range(Slow.MOST)]
            async with httpx.AsyncClient() as client:
                assert (await client.get(f"http://{place[0]}:{place[1]}/health", timeout=60)).text == "ok"
            assert await end_of(first[0]) == b""
            for reader, writer in others:
                writer.write(b"GET / HTTP/1.1\r\nHost: city\r\n\r\n")
                assert (await reader.read(12)) == b"HTTP/1.1 200"
            for _, writer in (first, *others):
                writer.close()

    asyncio.run(visit())


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    store = connect(f"sqlite:///{tmp_path}/city.db")
    yield initialised(store, tmp_path)
    store.dispose()


def test_as_many_slow_clients_as_files_do_not_silence_health(register: Register) -> None:
    where = ["--database", register.url, "--signing-key", str(register.folder / "city.key"), "--port", "0"]
    with process(FEW_FILES, "serve", *where) as running:
        url = wait_for_line(running, r"running on (http://[0-9.:]+) ")[1]
        host, port = url.removeprefix("http://").split(":")
        asyncio.run(besieged(host, int(port), f"{url}/health"))
        running.send_signal(signal.SIGTERM)
        assert running.stderr is not None
        said = running.stderr.read()
        assert running.wait(30) == 0
    assert said.count(b"\n") < 50
    assert b"out of system resource" not in said


async def besieged(host: str, port: int, health: str) -> None:
    """Ask for health while as many clients as there are files have begun a request."""
    slow = [await asyncio.open_connection(host, port) for _ in range(MANY)]
    for _, writer in slow:
        writer.write(UNENDED)
    async with httpx.AsyncClient() as client:
        assert (await client.get(health, timeout=60)).status_code == 200
    for _, writer in slow:
        writer.close()


def test_the_pages_server_is_not_silenced_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_clients, "most_connections", lambda: 32)

    async def visit() -> None:
        with listen("127.0.0.1", 0) as listening:
            config = configuration(answers)  # type: ignore[arg-type]
            config.lifespan = "off"
            server = uvicorn.Server(config)
            serving = asyncio.create_task(server.serve([listening]))
            host, port = listening.getsockname()[:2]
            await besieged(host, port, f"http://{host}:{port}/health")
            server.should_exit = True
            await serving

    asyncio.run(visit())


@pytest.mark.parametrize(
    ("files", "most"), [(resource.RLIM_INFINITY, MOST), (1 << 20, MOST), (1024, 1024 - BACKLOG - RESERVED), (64, FEWEST)]
)
def test_the_cap_follows_from_the_limit_of_files(files: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert most_connections() == most


# --- log -----------------------------------------------------------------------------------------------------------


def record(name: str, text: str, at: float) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.INFO, "", 0, text, (), None)
    made.created = at
    return made


def test_what_is_said_again_and_again_is_written_once_and_counted() -> None:
    repeats = RepeatFilter()
    assert [repeats.filter(record("asyncio", "no files", at)) for at in (0.0, 1.0, REPEAT_S - 0.1)] == [True, False, False]
    later = record("asyncio", "no files", REPEAT_S)
    assert repeats.filter(later)
    assert vars(later)["fields"] == {"left_out": 2}
    assert repeats.filter(record("asyncio", "another", 1.0))


def test_a_request_is_never_left_out() -> None:
    repeats = RepeatFilter()
    assert all(repeats.filter(record(AUDIT.name, "refused", 0.0)) for _ in range(3))
