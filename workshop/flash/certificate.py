"""Certificate of a flashed card: a page of text, and a label with a QR code for its sleeve."""

from __future__ import annotations

import contextlib
import itertools
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import segno
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from firmware.domain.errors import error_text
from firmware.service.people import parse_people
from firmware.station.replaced_card import ReplacedCard
from firmware.station.state_folder import PEOPLE
from workshop.common.errors import ListFileError
from workshop.common.progress import amount
from workshop.flash.signed_page import sign_page
from workshop.flash.unit import StationUnit, enrol_line

LABEL = (696, 271)
"""Pixels: a 62 x 24 mm label at 285 dots per inch, as label printers of that width take."""
QUIET_ZONE = 28
"""Pixels of white around the code, four of its squares, as ISO/IEC 18004 wants."""
PROVEN = "identity, key, {journals}, board, tariffs, the city's key; every byte written was read back"

_GENERATION = re.compile(r"^generation +([1-9][0-9]*)", re.MULTILINE | re.ASCII)


@dataclass(frozen=True)
class Certificate:
    """Data of a card that was made and proven."""

    unit: StationUnit
    public_key: str
    source: str
    """The image, and the bundle where there is one."""
    tariffs_sha256: str
    card: str
    """Model, serial and size of the card."""
    written: int
    """Bytes, each of them read back."""
    seconds: float
    at: datetime
    after: ReplacedCard | None = None
    """The card it goes on from; None for a new station."""
    image_sha256: str = ""
    """Of the compressed image."""
    by: str = ""
    """Who flashed, as they say themselves."""

    @property
    def enrolment(self) -> str:
        """The line `horodateur-central enrol` takes."""
        return enrol_line(self.unit, self.public_key)


def text_of(certificate: Certificate) -> str:
    """The page of text."""
    site = certificate.unit.site
    rate = amount(round(2 * certificate.written / certificate.seconds)) if certificate.seconds else "?"
    rows = {
        "station": site.station,
        "stands": f"{site.address}, zone {site.zone}, sector {site.sector}, {site.street} street",
        "next one": site.nearest,
        "central": site.central,
        "city's key": certificate.unit.central_key,
        "board": certificate.unit.board,
        "service": _service_menu(certificate.unit.people),
        "tariffs": f"sha256 {certificate.tariffs_sha256}",
        "image": certificate.source,
        "its hash": f"sha256 {certificate.image_sha256}",
        "card": certificate.card,
        "by": certificate.by,
        "flashed": f"{certificate.at.isoformat(timespec='seconds')}, in {certificate.seconds:.0f} s",
        "written": f"{amount(certificate.written)}, and read back, {rate}/s both ways",
        "generation": _generation(certificate.after),
        "proven": PROVEN.format(journals=_journals(certificate.after)),
        "public key": certificate.public_key,
        "enrol with": certificate.enrolment,
    }
    return "FLASHING CERTIFICATE\n\n" + "".join(f"{name:<12}{value}\n" for name, value in rows.items())


def _generation(after: ReplacedCard | None) -> str:
    return f"{after.next_generation}, {after.begun.detail}" if after else "1"


def _journals(after: ReplacedCard | None) -> str:
    if after is None:
        return "empty journal"
    return (
        f"the old card's journals {'as in its copy' if after.is_copy else 'to their ends'}, a new one"
        if after.ends
        else "new journal"
    )


def greatest_generation(folder: Path, station: str) -> int:
    """The greatest generation that the certificates of a station name; 0 where it has none. Raises ListFileError."""
    name = re.compile(rf"{re.escape(station)}(-\d+)?\.txt")
    pages = (page for page in folder.glob("*.txt") if name.fullmatch(page.name))
    try:
        texts = [page.read_text("utf-8", "replace") for page in pages]
    except OSError as error:
        raise ListFileError(str(folder), "", f"a certificate cannot be read: {error_text(error)}") from error
    return max((int(found[1]) if (found := _GENERATION.search(text)) else 1 for text in texts), default=0)


def _service_menu(people: str) -> str:
    numbers = ", ".join(person.number for person in parse_people(people, PEOPLE).people)
    return f"its menu opens for {numbers}" if numbers else "nobody may open its menu (--people)"


def label_of(certificate: Certificate) -> Picture.Image:
    """The label: station, address and key in words, and the enrolment line as a QR code."""
    label = Picture.new("1", LABEL, 1)
    draw = ImageDraw.Draw(label)
    code = _code(certificate.enrolment, LABEL[1] - 2 * QUIET_ZONE)
    label.paste(code, (QUIET_ZONE, (LABEL[1] - code.height) // 2))
    site, left = certificate.unit.site, code.width + 2 * QUIET_ZONE
    lines = (
        (52, site.station),
        (26, site.address),
        (26, f"zone {site.zone}, secteur {site.sector}"),
        (20, f"{certificate.unit.board}, {certificate.at:%Y-%m-%d %H:%M}"),
        (20, f"{certificate.public_key[:22]}…"),
    )
    top = 14
    for height, text in lines:
        draw.text((left, top), text, font=ImageFont.load_default(height), fill=0)
        top += height + 18
    return label


def _code(text: str, size: int) -> Picture.Image:
    rows = segno.make(text, error="m", micro=False).matrix
    code = Picture.new("1", (len(rows[0]), len(rows)), 1)
    code.putdata([0 if dark else 1 for row in rows for dark in row])
    scale = max(1, size // len(rows))
    return code.resize((len(rows[0]) * scale, len(rows) * scale), Picture.Resampling.NEAREST)


def save_certificate(certificate: Certificate, folder: Path, key: Ed25519PrivateKey) -> Path:
    """Write the signed page and the label; the path of the page.

    Those of earlier cards of the station stay: the second's is STATION-2.txt.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = _new_file(folder, certificate.unit.site.station)
    file.write_text(sign_page(text_of(certificate), key), "utf-8")
    label_of(certificate).save(file.with_suffix(".png"))
    return file


def _new_file(folder: Path, station: str) -> Path:
    """Claim the first name that neither a page nor a label has."""
    for number in itertools.count(1):
        file = folder / f"{station}{f'-{number}' if number > 1 else ''}.txt"
        with contextlib.suppress(FileExistsError):
            if not file.with_suffix(".png").exists():
                file.touch(exist_ok=False)
                return file
    raise AssertionError("numbers do not end")
