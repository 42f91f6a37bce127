"""The packages of others: those for the Pi, those whose hash was fixed, and what had to be compiled."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from workshop.bundle.archive import WheelName, wheel_of
from workshop.bundle.headers import unpack_headers
from workshop.bundle.wheels import compile_wheel, download_packages
from workshop.common.errors import BuildError, ToolError

HERE, PI = "cp311-cp311-manylinux_2_28_x86_64", "cp311-cp311-manylinux_2_28_aarch64"
METADATA = b"Metadata-Version: 2.1\nName: tide\nVersion: 1.0\n"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all pip knows of the world."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def published(index: Path, tag: str) -> str:
    """A package `tide` of the index; its hash."""
    tagged = WheelName("tide", "1.0", tag)
    wheel = wheel_of(tagged, {"tide.py": f"FOR = {tag!r}\n".encode(), f"{tagged.about}/METADATA": METADATA})
    (index / tagged.file).write_bytes(wheel)
    return hashlib.sha256(wheel).hexdigest()


def downloaded(tmp_path: Path, *hashes: str) -> set[str]:
    listed = tmp_path / "pi.txt"
    listed.write_text("tide==1.0 \\\n" + " \\\n".join(f"    --hash=sha256:{each}" for each in hashes) + "\n")
    for name in ("wheels", "scratch"):
        (tmp_path / name).mkdir()
    download_packages(listed, tmp_path / "wheels", tmp_path / "scratch")
    return {path.name for path in (tmp_path / "wheels").iterdir()}


def test_of_two_wheels_the_pis_is_taken(index: Path, tmp_path: Path) -> None:
    assert downloaded(tmp_path, published(index, HERE), published(index, PI)) == {f"tide-1.0-{PI}.whl"}


@pytest.mark.parametrize("tag", [HERE, "cp313-cp313-manylinux_2_28_aarch64", "cp311-cp311-manylinux_2_38_aarch64"])
def test_a_wheel_bookworm_could_not_load_is_not_taken(tag: str, index: Path, tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="No matching distribution found for tide"):
        downloaded(tmp_path, published(index, tag))


def test_a_wheel_with_another_hash_is_refused(index: Path, tmp_path: Path) -> None:
    published(index, PI)
    with pytest.raises(ToolError, match="DO NOT MATCH THE HASHES"):
        downloaded(tmp_path, "0" * 64)


# --- what comes as source -----------------------------------------------------------------------------------------


def archive_of(folder: Path, files: dict[str, bytes]) -> Path:
    archive = folder / "tide-1.0.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        for name, data in files.items():
            member = tarfile.TarInfo(f"tide-1.0/{name}")
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    return archive


@pytest.fixture
def compiler(tmp_path: Path) -> Path:
    """One that puts its own command line where the program should be."""
    script = tmp_path / "cc"
    script.write_text('#!/bin/sh\nfor last; do :; done\necho "$@" >"$last"\n')
    script.chmod(0o755)
    return script


def test_what_comes_as_source_becomes_a_wheel_that_pip_takes_for_a_pi(tmp_path: Path, compiler: Path) -> None:
    archive = archive_of(tmp_path, {"tide_module.c": b"int x;", "PKG-INFO": METADATA, "LICENSE": b"MIT"})
    tagged, wheel = compile_wheel(archive, tmp_path / "headers", tmp_path, compiler)
    assert tagged.file == "tide-1.0-cp311-cp311-linux_aarch64.whl"
    (tmp_path / tagged.file).write_bytes(wheel)
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", f"--target={tmp_path}/site"]
    platform = ["--platform=linux_aarch64", "--python-version=3.11", "--only-binary=:all:"]
    ended = subprocess.run([*command, *platform, tmp_path / tagged.file], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    line = (tmp_path / "site" / "tide.cpython-311-aarch64-linux-gnu.so").read_text()
    assert f"-I{tmp_path}/headers/usr/include/python3.11" in line
    with zipfile.ZipFile(io.BytesIO(wheel)) as opened:
        record = opened.read("tide-1.0.dist-info/RECORD").decode()
        assert {row.split(",")[0] for row in record.splitlines()} == set(opened.namelist())


def test_a_source_nobody_knows_how_to_compile_is_named(tmp_path: Path, compiler: Path) -> None:
    archive = archive_of(tmp_path, {"setup.py": b"", "PKG-INFO": METADATA})
    with pytest.raises(BuildError, match=r"tide-1\.0: has no tide_module\.c"):
        compile_wheel(archive, tmp_path, tmp_path, compiler)


def test_debian_s_headers_are_taken_only_with_debian_s_signature(tmp_path: Path) -> None:
    """An archive of ours, signed by nobody."""
    (tmp_path / "archive" / "dists" / "bookworm" / "main" / "binary-arm64").mkdir(parents=True)
    (tmp_path / "archive" / "dists" / "bookworm" / "Release").write_text("Suite: bookworm\nCodename: bookworm\n")
    with pytest.raises(ToolError, match="is not signed"):
        unpack_headers("arm64", [f"deb file:{tmp_path}/archive bookworm main"], tmp_path / "apt")
