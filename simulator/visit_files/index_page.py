"""The index page of a visit: its screens in the order they came up, its ticket, and links to the rest."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

SCREENS = "screens"
STYLE = "body{font-family:sans-serif;margin:2rem}figure{display:inline-block;margin:.5rem}figure img{width:512px}"


def index_page(title: str, folder: Path) -> str:
    """The HTML of the page, of what is in the folder; it works offline, wherever the folder is moved."""
    return f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>\n{"".join(_body(title, folder))}</html>\n'


def _body(title: str, folder: Path) -> Iterator[str]:
    yield f"<h1>{escape(title)}</h1>\n"
    for picture in sorted((folder / SCREENS).glob("*.png")):
        yield f'<figure><img src="{SCREENS}/{quote(picture.name)}" alt=""><figcaption>{escape(picture.stem)}</figcaption></figure>\n'
    rest = sorted(file.name for file in folder.iterdir() if file.is_file() and file.name != "index.html")
    if "ticket.png" in rest:
        yield '<h2>Ticket</h2>\n<img src="ticket.png" alt="ticket">\n'
    yield f"<h2>Files</h2>\n<ul>{''.join(f'<li><a href="{quote(name)}">{escape(name)}</a></li>' for name in rest)}</ul>\n"
