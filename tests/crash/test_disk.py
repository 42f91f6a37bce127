"""Disk that forgets: what is synchronised is there, and what is not is lost in every way."""

from __future__ import annotations

from tests.crash.disk import (
    BytesWritten,
    DiskOperation,
    Files,
    FolderSynchronised,
    ForgetfulDisk,
    Named,
    Resized,
    Synchronised,
    Unnamed,
)

MADE = (Named("file", 1), FolderSynchronised())


def after(*operations: DiskOperation) -> list[Files]:
    """Every folder that may be found after these, each once."""
    disk = ForgetfulDisk()
    for operation in operations:
        disk.take(operation)
    return [dict(state) for state in {tuple(state.items()) for state in disk.states()}]


def contents(*operations: DiskOperation) -> set[bytes]:
    return {state["file"] for state in after(*MADE, *operations)}


def test_what_is_synchronised_is_there() -> None:
    assert after(*MADE, BytesWritten(1, 0, b"abc"), Synchronised(1)) == [{"file": b"abc"}]


def test_what_is_not_may_be_lost_and_only_the_length_kept() -> None:
    assert contents(BytesWritten(1, 0, b"abc")) == {b"", b"abc", b"\0\0\0", b"\xa5\xa5\xa5"}


def test_a_later_write_may_reach_the_disk_before_an_earlier_one() -> None:
    assert contents(BytesWritten(1, 0, b"a"), BytesWritten(1, 1, b"b")) >= {b"", b"a", b"ab", b"\0b"}


def test_a_write_is_torn_at_its_sectors() -> None:
    whole = bytes([1]) * 300 + bytes([2]) * 512 + bytes([3]) * 10
    found = contents(BytesWritten(1, 0, bytes(212)), Synchronised(1), BytesWritten(1, 212, whole))
    kept = {content[212:] for content in found}
    assert {b"", whole, whole[:300], whole[:812], bytes(300) + whole[300:], bytes(812) + whole[812:]} <= kept
    assert whole[:200] not in kept


def test_a_file_is_cut_or_is_not() -> None:
    assert contents(BytesWritten(1, 0, b"abc"), Synchronised(1), Resized(1, 1)) == {b"abc", b"a"}


def test_a_synchronisation_that_failed_leaves_its_bytes_in_doubt_whatever_is_synchronised_later() -> None:
    found = contents(BytesWritten(1, 0, b"a"), Synchronised(1, failed=True), BytesWritten(1, 1, b"b"), Synchronised(1))
    assert {b"ab", b"\0b"} <= found
    assert b"a" not in found
    overwritten = contents(BytesWritten(1, 0, b"a"), Synchronised(1, failed=True), BytesWritten(1, 0, b"b"), Synchronised(1))
    assert overwritten == {b"b"}


def test_a_name_lasts_when_the_folder_is_synchronised() -> None:
    new = (Named("new", 2), BytesWritten(2, 0, b"x"), Synchronised(2))
    assert {} in after(*new)
    renamed = Named("file", 2, before="new")
    assert {tuple(state.items()) for state in after(*MADE, *new, FolderSynchronised(), renamed)} == {
        (("file", b""), ("new", b"x")),
        (("file", b"x"),),
    }
    assert after(*MADE, *new, renamed, FolderSynchronised()) == [{"file": b"x"}]


def test_an_unlink_may_never_be_durable() -> None:
    assert {} in after(*MADE, Unnamed("file"))
    assert {"file": b""} in after(*MADE, Unnamed("file"), Named("other", 2))
    assert after(*MADE, Unnamed("file"), FolderSynchronised()) == [{}]
