"""Pictures of a cabinet: what its glass shows, and the paper in its slot."""

from __future__ import annotations

import io

from PIL import Image

from simulator.desk.cabinet import Cabinet
from simulator.devices.paper import PrintedTicket


class CabinetPictures:
    """What can be seen of a cabinet, whoever has one."""

    cabinet: Cabinet

    def screen(self) -> Image.Image:
        """Picture on the display: grey, as large as its glass."""
        return self.cabinet.picture()

    def screen_png(self) -> bytes:
        """Picture on the display, as a PNG file."""
        return _png(self.screen())

    def screen_grey(self) -> bytes:
        """Picture on the display, a byte a pixel."""
        return self.screen().tobytes()

    def tickets(self) -> tuple[PrintedTicket, ...]:
        """Every ticket that was cut, oldest first."""
        return self.cabinet.tickets()

    def ticket_png(self) -> bytes | None:
        """Picture of the last whole ticket."""
        return _png(self.tickets()[-1].picture()) if self.tickets() else None

    def ticket_text(self) -> str | None:
        """Text of the last whole ticket."""
        return self.tickets()[-1].text if self.tickets() else None

    def ticket_bytes(self) -> bytes | None:
        """The bytes that made the last whole ticket."""
        return self.tickets()[-1].data if self.tickets() else None

    def paper_png(self) -> bytes | None:
        """The paper in the slot, growing as it is printed."""
        current = self.cabinet.printer.current
        return _png(current.picture()) if current.rows else None


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
