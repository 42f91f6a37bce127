"""The key that signs releases: made once, for its owner's eyes, outside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmware.protocol.envelope import message_of, public_key_in, sign_envelope
from firmware.station.signing_key import load_signing_key
from workshop.common.checkout import ROOT
from workshop.common.errors import ImageError
from workshop.common.manifests import signed_document
from workshop.common.release_key import main


def test_it_is_made_once_and_only_its_public_half_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys" / "release.key"
    assert (main([str(file)]), main([str(file)])) == (0, 0)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert public_key_in(first) == load_signing_key(file).public_key()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_it_prints_is_what_flash_sh_believes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "release.key")]) == 0
    (tmp_path / "release.pub").write_text(capsys.readouterr().out)
    manifest = tmp_path / "station.manifest"
    manifest.write_bytes(message_of(sign_envelope("bundle", b"{}", load_signing_key(tmp_path / "release.key"))))
    assert signed_document(manifest, tmp_path / "release.pub", "bundle") == b"{}"
    with pytest.raises(ImageError, match="not signed for image"):
        signed_document(manifest, tmp_path / "release.pub", "image")


def test_it_is_never_made_in_the_checkout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(ROOT / "out" / "release.key")]) == 1
    assert "does not belong in the checkout" in capsys.readouterr().err
    assert not (ROOT / "out" / "release.key").exists()


def test_a_file_that_is_no_key_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "release.key").write_text("a letter")
    assert main([str(tmp_path / "release.key")]) == 1
    assert "no Ed25519 key" in capsys.readouterr().err
    assert (tmp_path / "release.key").read_text() == "a letter"
