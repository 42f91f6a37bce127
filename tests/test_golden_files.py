"""Golden files are written by the run that records, and by no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.golden_files import GoldenFiles


def test_a_normal_run_reads_what_is_recorded_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "ticket.txt").write_text("as it was", "utf-8")
    Image.new("L", (2, 2), 0).save(tmp_path / "view.png")
    golden = GoldenFiles(tmp_path)
    assert golden.text("ticket.txt", "as it is") == "as it was"
    assert golden.picture("view.png", Image.new("L", (2, 2), 255)).tobytes() == bytes(4)
    with pytest.raises(FileNotFoundError):
        golden.text("new.txt", "as it is")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ticket.txt", "view.png"]
    assert (tmp_path / "ticket.txt").read_text("utf-8") == "as it was"


def test_a_recording_run_records_what_is_new_or_different(tmp_path: Path) -> None:
    golden = GoldenFiles(tmp_path / "golden", record=True)
    for text in ("first", "second"):
        assert golden.text("tickets/one.txt", text) == text
        assert (tmp_path / "golden" / "tickets" / "one.txt").read_text("utf-8") == text
    for grey in (0, 255):
        assert golden.picture("view.png", Image.new("L", (2, 2), grey)).tobytes() == bytes([grey]) * 4


def test_a_recording_run_leaves_a_picture_of_the_same_pixels_as_it_is(tmp_path: Path) -> None:
    """Another encoder would change the bytes and nothing that can be reviewed."""
    Image.new("L", (2, 2), 7).save(tmp_path / "view.png", compress_level=0)
    before = (tmp_path / "view.png").read_bytes()
    GoldenFiles(tmp_path, record=True).picture("view.png", Image.new("L", (2, 2), 7))
    assert (tmp_path / "view.png").read_bytes() == before


def test_this_run_does_not_record(golden: GoldenFiles, golden_docs: GoldenFiles) -> None:
    assert not golden.record
    assert not golden_docs.record
