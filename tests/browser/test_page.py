"""A motorist at the page, in the real browser, on the real server: plate, duration, card, ticket, and the city's plate check.

The page is waited for, never slept for. The server is `horodateur-sim run` in a process of its own, stopped by Ctrl-C.
"""

from __future__ import annotations

import io
import json
import re
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

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
AT = "2026-03-04T10:00"
STARTS_WITHIN = ENDS_WITHIN = 30.0

SAME = """(grey) => {
    const { data } = document.getElementById("oled").getContext("2d").getImageData(0, 0, 256, 64);
    const near = (at, share, value) => Math.abs(data[at] - share * value) <= 0.5;
    return grey.every((value, pixel) =>
        data[4 * pixel + 2] === value && near(4 * pixel, 0.9, value) && near(4 * pixel + 1, 0.96, value));
}"""
"""Whether the canvas shows these greys: blue is the grey itself, red and green a little less, as the glass is bluish."""


@dataclass
class Server:
    """`horodateur-sim run`, running."""

    process: subprocess.Popen[str]
    url: str

    def interrupt(self) -> tuple[int, str, str]:
        """Ctrl-C; the exit status and what it still had to say."""
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=ENDS_WITHIN)
        return self.process.returncode, out, err


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    command = [str(BIN), "run", "--port", "0", "--state", str(tmp_path / "state")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        server = Server(process, _url(process))
        yield server
        if process.poll() is None:
            assert server.interrupt() == (0, "", "")
    finally:
        process.kill()
        process.communicate()


def _url(process: subprocess.Popen[str]) -> str:
    """The URL it prints once it serves."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        assert selector.select(STARTS_WITHIN), "the server says nothing"
    said = re.fullmatch(r"Horodateur : (http://127\.0\.0\.1:\d+/)\n", process.stdout.readline())
    assert said, "the server does not say where it is"
    return said[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET), headless=True)
        yield browser
        browser.close()


@dataclass
class Desk:
    """The page, open on the server, and the API beside it."""

    page: Page
    url: str
    touch: bool
    complaints: list[str]
    """Errors of the page, and requests to anywhere else."""

    def asked(self, url: str) -> None:
        """The page may ask its own server only."""
        if not url.startswith((self.url, f"blob:{self.url}")):
            self.complaints.append(f"asked {url}")

    def post(self, path: str, **body: object) -> None:
        answer = self.page.request.post(f"{self.url}api/{path}", data=json.dumps(body))
        assert answer.ok, answer.text()

    def shows(self, screen: str) -> None:
        expect(self.page.locator("body")).to_have_attribute("data-screen", screen, timeout=15_000)

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
        self.page.wait_for_function(SAME, arg=list(picture.tobytes()), timeout=5_000)

    def check(self) -> None:
        self.page.get_by_role("tab", name="Contrôle").click()
        self.page.get_by_role("button", name="Contrôler").click()


Opened = Callable[..., Desk]


@pytest.fixture
def opened(browser: Browser, server: Server) -> Iterator[Opened]:
    """Open the page: `opened(size)`, at ten on a Wednesday morning; nothing may have gone wrong in it at the end."""
    desks: list[Desk] = []

    def open_page(size: tuple[int, int], *, touch: bool = False) -> Desk:
        view = ViewportSize(width=size[0], height=size[1])
        scale = 3 if touch else 1
        page = browser.new_context(viewport=view, has_touch=touch, is_mobile=touch, device_scale_factor=scale).new_page()
        desk = Desk(page, server.url, touch, [])
        desks.append(desk)
        page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        page.on("console", lambda said: desk.complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: desk.asked(asked.url))
        desk.post("clock", at=AT)
        desk.page.goto(server.url)
        expect(desk.page.locator("#link")).to_have_text("En direct")
        desk.shows("idle")
        return desk

    yield open_page
    for desk in desks:
        desk.page.context.close()
        assert desk.complaints == []


def hour_printed(text: str) -> str:
    """The hour that stands alone on its line, in double size."""
    (hour,) = re.findall(r"^\s*(\d\d:\d\d)\s*$", text, re.MULTILINE)
    return str(hour)


def took_ticket(desk: Desk) -> str:
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


# --- buying -------------------------------------------------------------------------------------------------------


def test_a_motorist_buys_two_hours_and_the_city_sees_the_plate(opened: Opened, server: Server) -> None:
    desk = opened(DESKTOP)
    for key in "AB1":
        desk.key(f"touche {key}")
    for key in "23cd":
        desk.page.keyboard.press(key)
    desk.says(". AB-123-CD.")
    desk.key("touche OK, valider")
    desk.shows("vehicle")
    desk.says("6,00\N{NO-BREAK SPACE}€ / heure")
    desk.page.keyboard.press("2")
    desk.shows("duration")
    desk.says("12,00")
    desk.page.keyboard.press("Enter")
    desk.shows("present card")
    expect(desk.page.locator("#terminal")).to_contain_text("INSEREZ CARTE")
    desk.card("contactless")
    desk.shows("approved")
    desk.key("touche OK, valider")
    ticket = took_ticket(desk)
    assert "AB-123-CD" in ticket
    assert "VILLE DE PARIS" in ticket
    hour = hour_printed(ticket)
    assert hour == "12:01"

    expect(desk.page.locator("#unsent")).to_have_text("0")
    desk.post("clock", speed=0)
    desk.check()
    answer = desk.page.locator("#answer")
    expect(answer).to_contain_text("Autorisé")
    expect(answer).to_contain_text("AB-123-CD · zone 1 · secteur 11D")
    expect(answer).to_contain_text(f"jusqu’à mer. 4 mars 2026, {hour}")

    desk.post("clock", at="2026-03-04T12:00:59")
    desk.check()
    expect(answer.locator("strong")).to_have_text("Autorisé")
    desk.post("clock", at=f"2026-03-04T{hour}:00")
    desk.check()
    expect(answer.locator("strong")).to_have_text("Toléré : le ticket vient de finir")
    desk.post("clock", at="2026-03-04T12:06:00")
    desk.check()
    expect(answer.locator("strong")).to_have_text("Ne pas conclure")  # not allowed, and nothing heard for two hours
    desk.post("clock", advance_s=180)
    desk.check()
    expect(answer.locator("strong")).to_have_text("Aucun droit connu")
    expect(answer).to_contain_text(f"dernier ticket fini : mer. 4 mars 2026, {hour}")


def test_a_phone_can_do_it_too(opened: Opened) -> None:
    desk = opened(PHONE, touch=True)
    assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it must not scroll sideways"
    for key in "XY987ZT":
        desk.key(f"touche {key}")
    desk.says(". XY-987-ZT.")
    desk.key("touche OK, valider")
    desk.shows("vehicle")
    desk.key("touche OK, valider")
    desk.shows("duration")
    desk.key("touche Plus")
    desk.key("touche OK, valider")
    desk.shows("present card")
    desk.card("contactless")
    desk.shows("approved")
    desk.key("touche OK, valider")
    hour = hour_printed(took_ticket(desk))
    assert hour == "11:16"
    expect(desk.page.locator("#unsent")).to_have_text("0")
    desk.check()
    expect(desk.page.locator("#answer")).to_contain_text(f"jusqu’à mer. 4 mars 2026, {hour}")


# --- the display --------------------------------------------------------------------------------------------------


def test_the_canvas_is_the_panel_pixel_for_pixel(opened: Opened) -> None:
    desk = opened(DESKTOP)
    desk.post("clock", speed=0)
    desk.canvas_is_the_screen()
    desk.post("key", key="W")
    desk.shows("plate")
    desk.canvas_is_the_screen()
    desk.post("clock", speed=1)
    for key in ("W", "1", "OK"):
        desk.post("key", key=key)
    desk.post("clock", speed=0)
    desk.shows("second look")
    desk.canvas_is_the_screen()


def test_keys_are_a_keyboard_a_mouse_and_a_screen_reader(opened: Opened) -> None:
    desk = opened(DESKTOP)
    desk.page.keyboard.press("a")
    desk.says(". A.")
    desk.page.keyboard.press("Shift+B")
    desk.says(". AB.")
    desk.page.keyboard.press("Backspace")
    desk.page.keyboard.press("Digit7")
    desk.says(". A-7.")
    desk.page.get_by_role("button", name="touche Z", exact=True).focus()
    desk.page.keyboard.press("Space")
    desk.says(". A-7-Z.")
    desk.page.keyboard.press("F2")
    desk.says("As on the registration")
    desk.page.keyboard.press("Escape")
    desk.shows("idle")


# --- the drawer ---------------------------------------------------------------------------------------------------


def test_faults_mains_wire_and_journal_are_in_the_drawer(opened: Opened) -> None:
    desk = opened(DESKTOP)
    page = desk.page
    out_of_paper = page.get_by_role("switch", name="Plus de papier", exact=True)
    out_of_paper.click()
    expect(out_of_paper).to_be_checked()
    desk.post("clock", advance_s=60)
    expect(page.locator("#alarms")).to_contain_text("I2 · Imprimante : plus de papier")
    expect(page.locator("#alarms")).to_contain_text("Ventes : vente sans ticket")
    expect(page.locator("#alarms")).to_contain_text("Mettre un rouleau neuf")
    out_of_paper.click()
    expect(out_of_paper).not_to_be_checked()
    desk.post("clock", advance_s=60)
    expect(page.locator("#alarms li")).to_have_count(0)
    page.get_by_role("tab", name="Journal").click()
    expect(page.locator("#entries li, #entries .fact").first).to_be_visible()
    page.get_by_role("tab", name="Fils").click()
    expect(page.locator("#trace")).to_contain_text("DLE EOT")
    page.get_by_role("tab", name="Réglages").click()
    page.get_by_role("switch", name="Alimentation").click()
    desk.shows("off")
    page.get_by_role("switch", name="Alimentation").click()
    desk.shows("idle")


# --- the end ------------------------------------------------------------------------------------------------------


def test_control_c_ends_it_cleanly_with_a_page_open(opened: Opened, server: Server) -> None:
    desk = opened(DESKTOP)
    assert server.interrupt() == (0, "", "")
    expect(desk.page.locator("#link")).to_contain_text("Connexion perdue")
    desk.page.close()  # until then it tries again, and the browser says that nobody is there
    desk.complaints.clear()
