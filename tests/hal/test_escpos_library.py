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
