"""Drawing of the header (SVG): forty pins in their places, each with its wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from workshop.drawings.header import HeaderPin

ROW, TOP, MIDDLE, GAP, RADIUS = 26, 70, 420, 18, 9
WIDTH = 2 * MIDDLE
HEIGHT = TOP + 20 * ROW + 30
COLOURS = {
    "keypad": "#2b6cb0", "display": "#6b46c1", "clock": "#2f855a", "printer": "#b7791f", "card": "#b7791f", "buzzer": "#97266d",
    "door": "#2c7a7b", "mains": "#2c7a7b", "power": "#c53030", "ground": "#1a202c", "reserved": "#a0aec0", "free": "#ffffff",
}  # fmt: skip


def drawing(pins: Sequence[HeaderPin], title: str) -> str:
    """The SVG; pin 1 at the top left, the USB sockets below."""
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{MIDDLE}" y="28" text-anchor="middle" font-size="17" font-weight="bold">{escape(title)}</text>',
        f'<text x="{MIDDLE}" y="48" text-anchor="middle" fill="#4a5568">'
        "pin 1 is the square one, next to the corner; the USB sockets are below</text>",
        f'<rect x="{MIDDLE - 34}" y="{TOP - 14}" width="68" height="{20 * ROW + 4}" rx="6" fill="#e2e8f0"/>',
        *(line for pin in pins for line in _pin(pin)),
        "</svg>",
    )
    return "\n".join(parts) + "\n"


def _pin(pin: HeaderPin) -> Iterator[str]:
    left = pin.number % 2 == 1
    side = -1 if left else 1
    x, y = MIDDLE + side * GAP, TOP + (pin.number - 1) // 2 * ROW
    colour = COLOURS[pin.device]
    if pin.number == 1:
        yield f'<rect x="{x - RADIUS}" y="{y - RADIUS}" width="{2 * RADIUS}" height="{2 * RADIUS}" fill="{colour}"/>'
    else:
        yield f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="{colour}" stroke="#1a202c"/>'
    ink = "#1a202c" if pin.device == "free" else "#ffffff"
    yield f'<text x="{x}" y="{y + 4}" text-anchor="middle" font-size="9" fill="{ink}">{pin.number}</text>'
    if pin.device not in ("power", "ground", "reserved", "free"):
        yield f'<line x1="{x + side * RADIUS}" y1="{y}" x2="{x + side * 60}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
    anchor = "end" if left else "start"
    yield f'<text x="{x + side * 66}" y="{y + 4}" text-anchor="{anchor}" fill="#1a202c">{escape(_label(pin))}</text>'


def _label(pin: HeaderPin) -> str:
    if pin.line is None:
        return pin.signal if pin.device != "reserved" else f"{pin.signal}: leave free"
    return f"GPIO {pin.line}: {f'{pin.device} {pin.signal}'.strip()}"
