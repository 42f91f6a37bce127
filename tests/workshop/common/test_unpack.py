"""What is unpacked from a tar archive, and every archive that is refused before anything is written."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from workshop.common.unpack import UnpackError, unpack


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode = kind, link, mode
    return made


def unpacked(folder: Path, *members: tarfile.TarInfo) -> None:
    """Pack these, each file holding its own name, and unpack them into the folder."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for each in members:
            data = each.name.encode() if each.isreg() else b""
            each.size = len(data)
            archive.addfile(each, io.BytesIO(data))
    packed.seek(0)
    with tarfile.open(fileobj=packed) as archive:
        unpack(archive, folder)


def test_files_and_folders_are_unpacked(tmp_path: Path) -> None:
    unpacked(tmp_path, member(".", tarfile.DIRTYPE), member("./a", tarfile.DIRTYPE), member("a/b/c"), member("./d"))
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")} == {"a", "a/b", "a/b/c", "d"}
    assert (tmp_path / "a" / "b" / "c").read_bytes() == b"a/b/c"


@pytest.mark.parametrize(("given", "kept"), [(0o600, 0o600), (0o6777, 0o755), (0o000, 0o600), (0o666, 0o644)])
def test_a_file_keeps_no_bit_that_gives_rights_away(given: int, kept: int, tmp_path: Path) -> None:
    unpacked(tmp_path, member("a", mode=given))
    assert (tmp_path / "a").stat().st_mode & 0o7777 == kept


HOSTILE = {
    "an absolute path": [member("/tmp/stolen")],
    "above the folder": [member("../stolen")],
    "above the folder, later": [member("a/../../stolen")],
    "a folder above the folder": [member("../stolen", tarfile.DIRTYPE)],
    "a link out, and a file through it": [member("a", tarfile.SYMTYPE, ".."), member("a/stolen")],
    "a link inside": [member("fine"), member("a", tarfile.SYMTYPE, "fine")],
    "a hard link": [member("a", tarfile.LNKTYPE, "/etc/passwd")],
    "a pipe": [member("a", tarfile.FIFOTYPE)],
    "a device": [member("a", tarfile.CHRTYPE)],
    "a disk": [member("a", tarfile.BLKTYPE)],
    "a file twice": [member("fine"), member("./fine")],
}


@pytest.mark.parametrize("members", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_archive_is_refused_whole(members: list[tarfile.TarInfo], tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "folder"
    folder.mkdir(parents=True)
    with pytest.raises(UnpackError, match="nothing was unpacked"):
        unpacked(folder, member("first"), *members)
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["deep", "deep/folder"]


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        unpacked(tmp_path, member("a"))
    assert not (tmp_path / "elsewhere").exists()
