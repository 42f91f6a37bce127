"""Photograph the desk machine for the README: start it, buy two hours through the page, keep pictures of what a person sees.

`make docs` runs it. It needs Debian's chromium, as the browser test does.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def desk() -> Iterator[str]:
    """The real desk machine on a free port; yields its URL."""
    command = [str(Path(sys.executable).with_name("horodateur-sim")), "run", "--port", "0"]
    with (
        tempfile.TemporaryDirectory() as state,
        subprocess.Popen([*command, "--state", state], stdout=subprocess.PIPE) as process,
    ):
        assert process.stdout is not None
        yield process.stdout.readline().decode().split()[-1].rstrip("/")
        process.terminate()


def post(url: str, message: dict[str, object]) -> None:
    """One command of the API."""
    request = urllib.request.Request(url, json.dumps(message).encode(), {"content-type": "application/json"})
    urllib.request.urlopen(request).close()


def wait_until(page: Page, url: str, true: Callable[[dict[str, Any]], bool]) -> None:
    """Look at the state until this is true of it; at most ten seconds."""
    for _ in range(200):
        with urllib.request.urlopen(f"{url}/api/state") as answer:
            if true(json.load(answer)):
                return
        page.wait_for_timeout(50)
    raise TimeoutError("the desk never came that far")


def buy(page: Page, url: str) -> None:
    """Two hours for AB-123-CD, as the README says, up to the ticket in the slot."""
    post(f"{url}/api/clock", {"at": "2026-03-04T10:00:00+01:00"})
    page.goto(url)
    for key in (*"AB123CD", "OK", "2", "OK"):
        page.locator(f'[data-key="{key}"]').first.click()
    wait_until(page, url, lambda state: state["terminal_display"][0].startswith("INSEREZ"))
    page.locator('[data-card="contactless"]').first.click()
    wait_until(page, url, lambda state: state["screen"] == "approved")
    page.locator('[data-key="OK"]').first.click()
    wait_until(page, url, lambda state: state["tickets"] == 1)
    page.wait_for_timeout(1500)  # the paper slides


def main() -> None:
    """Write docs/pictures/page.png and phone.png."""
    PICTURES.mkdir(exist_ok=True)
    with (
        sync_playwright() as playwright,
        contextlib.closing(playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)) as browser,
    ):
        for name, width, height in (("page", 1280, 800), ("phone", 390, 844)):
            with desk() as url:
                page = browser.new_page(viewport={"width": width, "height": height}, locale="fr-FR")
                buy(page, url)
                page.screenshot(path=PICTURES / f"{name}.png")
                page.close()


if __name__ == "__main__":
    main()
