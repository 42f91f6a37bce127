"""A picture as the text of an SVG file."""

from __future__ import annotations

from xml.sax.saxutils import escape

from workshop.tariffs.picture import Dot, Picture, Stroke, Words

FONT_FAMILY = "'Atkinson Hyperlegible', Arial, Helvetica, sans-serif"


def svg(picture: Picture) -> str:
    """Text of the SVG file; it scales, and its words stay text."""
    size = f'width="{picture.width}" height="{picture.height}" viewBox="0 0 {picture.width} {picture.height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{FONT_FAMILY}">',
        f"<title>{escape(picture.title)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *(_mark(mark) for mark in picture.marks),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _mark(mark: Stroke | Dot | Words) -> str:
    match mark:
        case Stroke(points, colour, width, dotted):
            way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            dashes = f' stroke-dasharray="{2 * width:g} {2 * width:g}"' if dotted else ""
            return f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashes}/>'
        case Dot((x, y), colour, radius):
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}"/>'
        case Words((x, y), text, size, colour, anchor, bold):
            weight = ' font-weight="bold"' if bold else ""
            where = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"'
            return f'<text {where} fill="{colour}"{weight}>{escape(text)}</text>'
