"""Draws the day of a street as SVG: sales and faults by the hour, and how long sales took to the city."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulator.street.report import StreetReport, percentile

WIDTH, HEIGHT, LEFT, BAND, BETWEEN = 760, 460, 60, 100, 45
HOURS = range(24)
BAR = (WIDTH - LEFT - 20) / len(HOURS)


def plot(report: StreetReport) -> str:
    """The drawing, an SVG document."""
    delays = {hour: [seconds for at, seconds in report.delays if at == hour] for hour in HOURS}
    p95 = {hour: percentile(values, 0.95) for hour, values in delays.items() if values}
    bands: tuple[tuple[str, str, Mapping[int, float]], ...] = (
        ("rights sold by the hour", "#2f6f4f", report.sold_by_hour),
        ("faults begun by the hour", "#a33d2e", report.faults_by_hour),
        ("p95 of seconds from a sale to the city", "#33558b", p95),
    )
    drawn = "\n".join(line for place, band in enumerate(bands) for line in _band(place, *band))
    title = f"Street of {report.stations} stations, seed {report.seed}: {report.visits} visits, {report.faults} faults"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' font-family="sans-serif" font-size="11">\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
        f'<text x="{LEFT}" y="18" font-size="14">{title}</text>\n{drawn}\n</svg>\n'
    )


def _band(place: int, name: str, colour: str, values: Mapping[int, float]) -> Iterator[str]:
    bottom = 40 + (place + 1) * (BAND + BETWEEN) - BETWEEN
    most = max(values.values(), default=0)
    yield f'<text x="{LEFT}" y="{bottom - BAND - 4}">{name}</text>'
    yield f'<text x="{LEFT - 6}" y="{bottom - BAND + 8}" text-anchor="end">{most:.4g}</text>'
    yield f'<line x1="{LEFT}" y1="{bottom}" x2="{WIDTH - 20}" y2="{bottom}" stroke="#666666"/>'
    for hour in HOURS:
        height = BAND * values.get(hour, 0) / (most or 1)
        x = LEFT + hour * BAR
        yield (
            f'<rect x="{x + 1:.1f}" y="{bottom - height:.1f}" width="{BAR - 2:.1f}" height="{height:.1f}" fill="{colour}">'
            f"<title>{hour} h: {values.get(hour, 0):.4g}</title></rect>"
        )
        if hour % 3 == 0:
            yield f'<text x="{x + BAR / 2:.1f}" y="{bottom + 12}" text-anchor="middle">{hour} h</text>'
