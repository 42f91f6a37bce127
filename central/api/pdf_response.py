"""PDF documents as HTTP answers."""

from __future__ import annotations

from starlette.responses import Response

from central.api.documents import Responses
from central.pages.letter import LetterDocument
from central.pages.pdf import render_pdf

PDF: Responses = {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": "inline",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def pdf_response(document: LetterDocument) -> Response:
    """The document, to be shown or saved, and kept by nobody on the way."""
    return Response(render_pdf(document), media_type="application/pdf", headers=HEADERS)
