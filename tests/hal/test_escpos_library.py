"""The ESC/POS library: imported late, without a trace on disk, and always with the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hal.ticket_bytes import CUT, ROOT, START

# --- the library it leans on --------------------------------------------------------------------------------------


def run_python(code: str, temporary: Path, **more: str) -> str:
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT), **more}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_starting_does_not_wait_for_python_escpos(tmp_path: Path) -> None:
    code = "import sys, hal.drivers.printer; print([m for m in sys.modules if m.split('.')[0] in ('escpos', 'yaml', 'qrcode')])"
    assert run_python(code, tmp_path).strip() == "[]"


@pytest.mark.parametrize("more", [{}, {"ESCPOS_CAPABILITIES_FILE": "nowhere.json"}])
def test_encoding_leaves_no_trace_on_disk_or_in_the_environment(tmp_path: Path, more: dict[str, str]) -> None:
    code = """
import os, tempfile
before = dict(os.environ)
from hal.ports import Ticket, TicketLine
from hal.wire.escpos import encode
print(encode(Ticket("1", (TicketLine("é€"),)), 42).hex())
assert dict(os.environ) == before
assert tempfile.gettempdir() == os.environ["TMPDIR"]
"""
    assert run_python(code, tmp_path, **more).strip() == bytes.fromhex(f"{START} e9 80 0a {CUT}").hex()
    assert list(tmp_path.iterdir()) == []


def test_bytes_do_not_depend_on_who_imported_the_library_first(tmp_path: Path) -> None:
    code = """
import escpos.printer
from hal.ports import Ticket, TicketLine
from hal.wire.escpos import encode
print(encode(Ticket("1", (TicketLine("é€Ω"),)), 42).hex())
"""
    assert run_python(code, tmp_path).strip() == bytes.fromhex(f"{START} e9 80 3f 0a {CUT}").hex()


def test_our_letters_are_the_library_s(tmp_path: Path) -> None:
    """Every character, in the rows that `textln` would write: the texts alone are encoded without it."""
    code = """
import unicodedata
from hal.ports import Ticket, TicketLine
from hal.wire.escpos import _blank_paper, encode
every = [chr(code) for code in range(0x20, 0x11000) if unicodedata.category(chr(code)) not in ("Cc", "Zs", "Zl", "Zp")]
plain = [each for each in every if unicodedata.is_normalized("NFC", each) and each not in "\u2011\u2212"]
rows = ["x" + "".join(plain[start : start + 8]) + "x" for start in range(0, len(plain), 8)]
rows = [unicodedata.normalize("NFC", row) for row in rows]
paper = _blank_paper()
paper.hw("INIT")
paper.charcode("CP1252")
for row in rows:
    paper.textln(row)
paper.cut(feed=False)
print(paper.output == encode(Ticket("1", tuple(TicketLine(row) for row in rows)), 48), len(rows) > 7_000)
"""
    assert run_python(code, tmp_path).strip() == "True True"
