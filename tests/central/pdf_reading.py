"""Reads PDF files back, for tests: their words, and what their QR codes say."""

from __future__ import annotations

import io
import re

import pypdfium2  # type: ignore[import-untyped]  # it ships none
import zxingcpp
from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, with one space wherever there is any."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def codes_of(pdf: bytes, page: int) -> list[str]:
    """What the codes on a page say, as a telephone reads them from the picture."""
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=3).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(picture)]
