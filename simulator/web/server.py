"""Web server of the desk: the page, its API, live updates, and the city beside them, on one port and one event loop.

The theory. The desk is plain synchronous code in virtual time. One task wakes it every 20 ms with the real time that passed;
requests touch it between two wakes. Nothing runs beside anything, so nothing needs a lock.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from central.access.mail import EmlFolder
from central.access.sign_in_ways import SignInWays
from central.api.slow_clients import BACKLOG, DeadlineProtocol, raise_file_limit
from central.app import create_app
from central.cli.background import allowed_networks, start_background
from central.core.logs import RepeatFilter
from firmware.domain.errors import reason_of
from firmware.station.state_folder import hold_folder
from hal.clock import SystemClock
from hal.version import running_build
from simulator.desk.counter import open_counter
from simulator.desk.desk import Desk
from simulator.setting import Setting, setting_of
from simulator.web import api
from simulator.web.desk_control import DeskControl

STATIC = Path(__file__).with_name("static")
TICK_S = 0.02
LONGEST_TICK_S = 0.25
"""More real time than this in one tick (a laptop that slept) is not made up for."""
FRAME_S = 0.04
"""Between two looks at the desk for the page: 25 a second."""
NOISY = ("asyncio", "uvicorn.error")
"""Loggers whose lines any client can cause."""
FAREWELL_S = 2
"""How long open connections may take to end."""

log = logging.getLogger(__name__)


def build(desk: DeskControl, central: Starlette, bank: Starlette | None = None) -> Starlette:
    """Web application: the page at /, the desk at /api and /ws, the city at /central. While it runs, virtual time passes.

    `bank`: where the demonstration's requests are paid, at /bank.
    """

    @contextlib.asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        async with central.router.lifespan_context(central):
            pacing = asyncio.create_task(pace(desk))
            yield
            pacing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pacing

    page = Starlette(
        routes=[
            *api.routes(desk),
            WebSocketRoute("/ws", partial(live, desk)),
            Mount("/central", central),
            *([Mount("/bank", bank)] if bank else []),
            Mount("/", StaticFiles(directory=STATIC, html=True)),
        ],
        lifespan=running,
    )
    page.router.redirect_slashes = False  # where to is made of the request's own Host
    return page


def run_desk(setting: Setting, host: str, port: int) -> int:
    """Run a desk and its city on one page until Ctrl-C or SIGTERM; 0 after a clean stop.

    Raises FileError for a station that must not start, OSError for a port that is taken.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: uvicorn raises it again once it has stopped
    with hold_folder(setting.folder), contextlib.closing(Desk(setting)) as desk, listen(host, port) as listening:
        url = url_of(listening)
        desk.tell_where_city_is(f"{url}central")
        counter, bank = open_counter(desk.city, setting.folder, url, desk.clock.wall)
        ways = SignInWays(f"{url}central", EmlFolder(setting.folder / "mail"))
        networks = allowed_networks()
        central = create_app(desk.city, desk.clock.wall, ways=ways, counter=counter, webhook_networks=networks)
        stop = start_background(counter, ways, desk.clock.wall, networks)
        serve(build(desk, central, bank.app()), listening, partial(print, "Horodateur :", flush=True))
        stop.set()
    return 0


def serve_board(board: Path, station: Path, tariffs: Path, state: Path, port: int) -> int:
    """What `horodateur run` hands a board over to that has simulated devices (entry point `horodateur.desk`)."""
    setting = setting_of(board, station, tariffs, state, SystemClock().wall())
    return run_desk(replace(setting, software=running_build().label), "127.0.0.1", port)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Port 0 takes any free one. Raises OSError, saying why, if the port is taken, or none."""
    if not 0 <= port <= 65_535:
        raise OSError(f"{port} is not a port: 0 to 65535")
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise OSError(f"cannot listen on {host}, port {port}: {reason_of(error)}; `--port 0` takes a free port") from error


def url_of(listening: socket.socket) -> str:
    """Where a browser finds what listens there, such as `http://127.0.0.1:8080/`."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if listening.family is socket.AF_INET6 else f"http://{host}:{port}/"


def serve(app: Starlette, listening: socket.socket, say: Callable[[str], None]) -> None:
    """Say the URL, then serve until Ctrl-C."""
    raise_file_limit()
    for name in NOISY:
        logging.getLogger(name).addFilter(RepeatFilter())
    with contextlib.suppress(KeyboardInterrupt):
        say(url_of(listening))
        uvicorn.Server(configuration(app)).run(sockets=[listening])


def configuration(app: Starlette) -> uvicorn.Config:
    """Configuration of uvicorn: quiet, and not waiting for pages left open."""
    return uvicorn.Config(
        app,
        lifespan="on",
        http=DeadlineProtocol,
        backlog=BACKLOG,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=FAREWELL_S,
    )


async def pace(desk: DeskControl) -> None:
    """Let virtual time pass as fast as the desk's speed says, for ever. A desk that raises stands still; the log says why."""
    clock = SystemClock()
    before = clock.now()
    try:
        while True:
            await asyncio.sleep(TICK_S)
            now = clock.now()
            desk.tick(min(now - before, LONGEST_TICK_S))
            before = now
    except Exception:
        log.exception("the desk failed; its time stands still until it is started again")


async def live(desk: DeskControl, page: WebSocket) -> None:
    """Send a page what changes until it leaves: state as JSON text, the screen as 16 384 grey bytes. The page sends nothing."""
    await page.accept()
    sending = asyncio.create_task(_send_changes(desk, page))
    try:
        while (await page.receive())["type"] != "websocket.disconnect":
            pass
    finally:
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending


async def _send_changes(desk: DeskControl, page: WebSocket) -> None:
    """Send the whole state once, then only its members that changed."""
    sent: dict[str, object] = {}
    shown = b""
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            state, screen = desk.state(), desk.screen_grey()
            changed = {name: value for name, value in state.items() if name not in sent or sent[name] != value}
            if changed:
                await page.send_text(msgspec.json.encode(changed).decode())
            if screen != shown:
                await page.send_bytes(screen)
            sent, shown = state, screen
            await asyncio.sleep(FRAME_S)
