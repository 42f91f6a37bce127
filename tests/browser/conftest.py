"""Fixtures of tests/browser."""

from __future__ import annotations

import os
import re
import selectors
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from tests.browser.agent_phone import OpenPhone, phones
from tests.browser.page import BEFORE, BIN, CHROMIUM, QUIET, STARTS_WITHIN, Colours, DeskServer, OpenDesk, Opened

expect.set_options(timeout=30_000)
"""Milliseconds until what the page must show is missed; on a machine that does much else. What is there is not waited for."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DeskServer]:
    with serving(tmp_path / "state", os.environ) as server:
        yield server


@pytest.fixture
def phone(browser: Browser, server: DeskServer) -> Iterator[OpenPhone]:
    with phones(browser, server.url) as open_phone:
        yield open_phone


@contextmanager
def serving(state: Path, environment: Mapping[str, str]) -> Iterator[DeskServer]:
    """`horodateur-sim run` until the end of the block; it must stop cleanly then."""
    command = [str(BIN), "run", "--port", "0", "--state", str(state)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        server = DeskServer(process, printed_url(process))
        yield server
        if process.poll() is None:
            assert server.interrupt() == (0, "", "")
    finally:
        process.kill()
        process.communicate()


def printed_url(process: subprocess.Popen[str]) -> str:
    """The URL it prints once it serves."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        assert selector.select(STARTS_WITHIN), "the server says nothing"
    said = re.fullmatch(r"Horodateur : (http://127\.0\.0\.1:\d+/)\n", process.stdout.readline())
    assert said, "the server does not say where it is"
    return said[1]


@pytest.fixture(scope="module")  # no longer than its tests: while it lives this thread has a running event loop
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET), headless=True)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, server: DeskServer) -> Iterator[Opened]:
    """Open the page: `opened(size)`, at ten on a Wednesday morning, in French unless told; nothing may have gone wrong in it.

    There is no other host than its own server.
    """
    desks: list[OpenDesk] = []

    def open_page(size: tuple[int, int], *, touch: bool = False, locale: str = "fr-FR", colours: Colours = "none") -> OpenDesk:
        view = ViewportSize(width=size[0], height=size[1])
        scale = 3 if touch else 1
        context = browser.new_context(
            viewport=view, has_touch=touch, is_mobile=touch, device_scale_factor=scale, locale=locale, forced_colors=colours
        )
        page = context.new_page()
        desk = OpenDesk(page, server.url, touch, [])
        desks.append(desk)
        context.route(lambda url: not desk.is_own(url), lambda route: route.abort())
        page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        page.on("console", lambda said: desk.complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: desk.asked(asked.url))
        desk.post("clock", at=BEFORE)
        desk.post("clock", advance_s=120)  # the city has told its time meanwhile: a clock that was set back sells again
        desk.post("key", key="CANCEL")
        desk.page.goto(server.url)
        expect(desk.page.locator("#link")).to_have_text(re.compile("En direct|Live|In diretta"))
        desk.shows("idle")
        return desk

    yield open_page
    for desk in desks:
        desk.page.context.close()
        assert desk.complaints == []
