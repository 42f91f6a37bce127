"""The wire tab: what passed, to the millisecond, narrowed by a search, exported as it is shown."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.page import DESKTOP, Opened


def test_what_is_found_is_exported(opened: Opened, tmp_path: Path) -> None:
    desk = opened(DESKTOP)
    page = desk.page
    desk.post("key", key="A")
    desk.post("key", key="B")
    page.get_by_role("tab", name="Fils").click()
    rows = page.locator("#trace li:visible")
    expect(page.locator("#trace")).to_contain_text("touche B : front sur la colonne")
    page.get_by_role("searchbox", name="Chercher dans les échanges").fill("touche a")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(re.compile(r"\d\d:\d\d:\d\d,\d{3} Clavier envoie touche A : front sur la colonne \d+"))
    with page.expect_download() as download:
        page.get_by_role("button", name="Exporter").click()
    file = tmp_path / "wire.tsv"
    download.value.save_as(file)
    head, row = file.read_text("utf-8").splitlines()
    assert head == "at\tline\tsender\tbytes\thex\tsaid"
    assert re.fullmatch(r"2026-03-04T\S+\tkeypad\tkeypad\t\d\t[0-9a-f ]+\ttouche A : front sur la colonne \d+", row)
