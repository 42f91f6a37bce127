"""`horodateur speech`: fixed sentences are rendered once, in every language, under the names the engine looks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware.cli import main
from firmware.cli.speech import render
from firmware.domain.formats import FORMATS
from hal.speech.sound import file_of
from hal.speech.voices import Voices


def spoken(text: str, language: str) -> bytes:
    return b"\0\1" * len(text)


def test_what_is_rendered_is_found_by_the_engine_and_not_made_again(tmp_path: Path) -> None:
    made = list(render(tmp_path, spoken))
    assert len(made) > 200 * len(FORMATS)
    assert file_of(tmp_path, "Kennzeichen tippen", "de") in made
    assert Voices(lambda text, language: b"", tmp_path).samples("Présentez votre carte", "fr") == b"\0\1" * 21
    assert list(render(tmp_path, spoken)) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert main(["speech", str(file / "folder")]) == 1
    assert "horodateur: " in capsys.readouterr().err
