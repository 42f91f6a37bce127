"""The server in a process of its own, and the page open in a real browser."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, expect

BIN = Path(sys.executable).parent / "horodateur-sim"
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = (1280, 800)
PHONE = (390, 844)
BEFORE, AT = "2026-03-04T09:58", "2026-03-04T10:00"
STARTS_WITHIN = ENDS_WITHIN = 90.0  # seconds; on a machine that does much else
SAME = """(grey) => {
    const { data } = document.getElementById("oled").getContext("2d").getImageData(0, 0, 256, 64);
    const near = (at, share, value) => Math.abs(data[at] - share * value) <= 0.5;
    return grey.every((value, pixel) =>
        data[4 * pixel + 2] === value && near(4 * pixel, 0.9, value) && near(4 * pixel + 1, 0.96, value));
}"""
"""Whether the canvas shows these greys: blue is the grey itself, red and green a little less, as the glass is bluish."""


@dataclass
class DeskServer:
    """`horodateur-sim run`, running."""

    process: subprocess.Popen[str]
    url: str

    def interrupt(self) -> tuple[int, str, str]:
        """Ctrl-C; the exit status and what it still had to say."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=ENDS_WITHIN)
        return self.process.returncode, out, err


@dataclass
class OpenDesk:
    """The page, open on the server, and the API beside it."""

    page: Page
    url: str
    touch: bool
    complaints: list[str]
    """Errors of the page, and requests to anywhere else."""

    def asked(self, url: str) -> None:
        """The page may ask its own server only."""
        if not self.is_own(url):
            self.complaints.append(f"asked {url}")

    def is_own(self, url: str) -> bool:
        """Whether this is the page's own server."""
        return url.startswith((self.url, self.url.replace("http", "ws"), f"blob:{self.url}"))

    def post(self, path: str, **body: object) -> None:
        answer = self.page.request.post(f"{self.url}api/{path}", data=json.dumps(body))
        assert answer.ok, answer.text()

    def shows(self, screen: str) -> None:
        expect(self.page.locator("body")).to_have_attribute("data-screen", screen)

    def says(self, text: str) -> None:
        """The display says this, to those who do not see it."""
        expect(self.page.locator("#oled")).to_have_attribute("aria-label", re.compile(re.escape(text)))

    def key(self, name: str) -> None:
        """A finger, or the mouse, on a key of the panel."""
        key = self.page.get_by_role("button", name=name, exact=True)
        key.tap() if self.touch else key.click()

    def card(self, name: str) -> None:
        card = self.page.locator(f"[data-card={name}]")
        card.tap() if self.touch else card.click()

    def canvas_is_the_screen(self) -> None:
        """Pixel for pixel. The time must stand still."""
        picture = Image.open(io.BytesIO(self.page.request.get(f"{self.url}api/screen.png").body())).convert("L")
        assert picture.size == (256, 64)
        assert picture.getextrema() == (0, 255), "blank"
        self.page.wait_for_function(SAME, arg=list(picture.tobytes()), timeout=30_000)

    def check(self) -> None:
        self.page.get_by_role("tab", name="Contrôle").click()
        self.page.get_by_role("button", name="Contrôler").click()


Opened = Callable[..., OpenDesk]
Colours = Literal["active", "none"]


def hour_printed(text: str) -> str:
    """The hour that stands alone on its line, in double size."""
    (hour,) = re.findall(r"^\s*(\d\d:\d\d)\s*$", text, re.MULTILINE)
    return str(hour)


def took_ticket(desk: OpenDesk) -> str:
    """Take the ticket out of its slot and read it; its text."""
    paper = desk.page.get_by_role("button", name="Prendre le ticket")
    expect(desk.page.locator("#paper.cut")).to_be_visible(timeout=15_000)
    paper.tap() if desk.touch else paper.click()
    expect(desk.page.get_by_role("dialog", name="Le ticket")).to_be_visible()
    desk.page.wait_for_function("() => document.getElementById('held-picture').naturalWidth > 300")
    text = desk.page.locator("#held-text").text_content() or ""
    desk.page.get_by_role("button", name="Fermer").click()
    expect(desk.page.get_by_role("dialog", name="Le ticket")).to_be_hidden()
    return text
