"""The index page of a visit: its screens in the order they came up, its ticket, and links to the rest."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

SCREENS = "screens"
NAME = "index.html"
STYLE = "body{font-family:sans-serif;margin:2rem}figure{display:inline-block;margin:.5rem}figure img{width:512px}"


def index_page(title: str, folder: Path) -> str:
    """The HTML of the page, of what is in the folder; it works offline, wherever the folder is moved."""
    head = f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return "\n".join((head, f"<h1>{escape(title)}</h1>", *_screens(folder), *_rest(folder), "</html>\n"))


def _screens(folder: Path) -> Iterator[str]:
    for picture in sorted((folder / SCREENS).glob("*.png")):
        image = f'<img src="{SCREENS}/{quote(picture.name)}" alt="">'
        yield f"<figure>{image}<figcaption>{escape(picture.stem)}</figcaption></figure>"


def _rest(folder: Path) -> Iterator[str]:
    names = sorted(file.name for file in folder.iterdir() if file.is_file() and file.name != NAME)
    if "ticket.png" in names:
        yield '<h2>Ticket</h2>\n<img src="ticket.png" alt="ticket">'
    yield "<h2>Files</h2>\n<ul>"
    for name in names:
        yield f'<li><a href="{quote(name)}">{escape(name)}</a></li>'
    yield "</ul>"
