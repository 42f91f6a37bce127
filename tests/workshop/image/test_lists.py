"""The list of files, the bill of materials, the signature: what an image says of itself."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware.protocol.envelope import public_key_text
from tests.workshop.image.bill import components_in
from workshop.common.checkout import ROOT
from workshop.common.errors import BuildError, ImageError
from workshop.common.manifests import ImageManifest, read_manifest, sign_manifest
from workshop.common.release_key import release_key
from workshop.image.cli import main
from workshop.image.listing import differences, lines_of
from workshop.image.sbom import Component, components_of, debian_packages, document, python_package

STATUS = """Package: libc6
Status: install ok installed
Architecture: arm64
Source: glibc
Version: 2.36-9+deb12u14
Description: GNU C Library: Shared libraries
 Contains the standard libraries
 .
 that are used by nearly all programs

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1

Package: tzdata
Status: install ok installed
Architecture: all
Version: 1:2026a-0+deb12u1
"""
METADATA = "Metadata-Version: 2.1\nName: ruamel.yaml_x\nVersion: 0.1.0\nLicense: MIT\n\nVersion: not this one\n"


# --- the list of files --------------------------------------------------------------------------------------------


def tree(place: Path) -> Path:
    (place / "etc").mkdir(parents=True)
    (place / "etc" / "a file").write_text("words")
    (place / "bin").symlink_to("usr/bin")
    return place


def listed(place: Path) -> str:
    return "\n".join(lines_of(place, "/root")) + "\n"


def test_two_trees_that_are_alike_differ_in_nothing(tmp_path: Path) -> None:
    assert differences(listed(tree(tmp_path / "one")), listed(tree(tmp_path / "other"))) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda place: (place / "etc" / "a file").write_text("other"), "differs: /root/etc/a file: "),
        (lambda place: (place / "etc" / "a file").chmod(0o4755), "differs: /root/etc/a file: "),
        (lambda place: (place / "etc" / "more").write_text(""), "only in the second: /root/etc/more"),
        (lambda place: (place / "etc" / "a file").unlink(), "only in the first: /root/etc/a file"),
        (lambda place: ((place / "bin").unlink(), (place / "bin").symlink_to("bin2")), "differs: /root/bin: "),
    ],
    ids=["content", "mode", "more", "less", "link"],
)
def test_whatever_was_changed_is_named(change: Callable[[Path], object], says: str, tmp_path: Path) -> None:
    before, after = tree(tmp_path / "one"), tree(tmp_path / "other")
    change(after)
    (found,) = differences(listed(before), listed(after))
    assert found.startswith(says)


def test_the_owner_of_a_file_is_in_its_line(tmp_path: Path) -> None:
    line = next(line for line in listed(tree(tmp_path / "one")).splitlines() if line.endswith("/root/etc/a file"))
    assert line.split()[:3] == ["0644", str(os.getuid()), str((tmp_path / "one/etc/a file").stat().st_gid)]


def test_the_command_tells_two_builds_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = tmp_path / "one.files", tmp_path / "other.files"
    one.write_text(listed(tree(tmp_path / "one")))
    changed = tree(tmp_path / "other")
    (changed / "etc" / "more").write_text("")
    other.write_text(listed(changed))
    assert main(["compare", str(one), str(one)]) == 0
    assert main(["compare", str(one), str(other)]) == 1
    assert "only in the second: /root/etc/more" in capsys.readouterr().out


# --- the bill of materials ----------------------------------------------------------------------------------------


def test_what_dpkg_has_installed_is_listed_and_what_it_removed_is_not() -> None:
    assert list(debian_packages(STATUS)) == [
        Component("deb", "libc6", "2.36-9+deb12u14", "arm64"),
        Component("deb", "tzdata", "1:2026a-0+deb12u1", "all"),
    ]


def test_a_version_is_written_as_the_world_writes_it() -> None:
    tzdata = list(debian_packages(STATUS))[1]
    assert tzdata.purl == "pkg:deb/debian/tzdata@1%3A2026a-0%2Bdeb12u1?arch=all&distro=debian-12"
    assert python_package(METADATA).purl == "pkg:pypi/ruamel-yaml-x@0.1.0"


def test_a_bill_read_again_lists_what_is_in_the_root(tmp_path: Path) -> None:
    (tmp_path / "var/lib/dpkg").mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text(STATUS)
    (tmp_path / "site/ruamel.dist-info").mkdir(parents=True)
    (tmp_path / "site/ruamel.dist-info/METADATA").write_text(METADATA)
    found = components_of(tmp_path, "site")
    assert len(found) == 3
    assert components_in(document("horodateur", "1.0", found, 0)) == found


def test_the_same_image_has_the_same_bill_to_the_letter() -> None:
    parts = tuple(debian_packages(STATUS))
    assert document("horodateur", "1.0", parts, 0) == document("horodateur", "1.0", parts, 0)
    other = json.loads(document("horodateur", "1.0", parts[:1], 0))["serialNumber"]
    assert json.loads(document("horodateur", "1.0", parts, 0))["serialNumber"] != other


def test_a_bill_is_cyclonedx_1_5() -> None:
    bill = json.loads(document("horodateur", "1.0", debian_packages(STATUS), 1_750_000_000))
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.5", 1)
    assert bill["metadata"]["timestamp"] == "2025-06-15T15:06:40Z"
    references = [part["bom-ref"] for part in bill["components"]]
    assert len(set(references)) == len(references)
    assert bill["dependencies"] == [{"ref": "horodateur", "dependsOn": references}]


# --- the signature ------------------------------------------------------------------------------------------------

DIGEST = "0" * 64
MANIFEST = ImageManifest("horodateur", "1.0", 4096, DIGEST, DIGEST, DIGEST, DIGEST)


def test_what_is_signed_here_is_believed_by_flash(tmp_path: Path) -> None:
    signing_key = release_key(tmp_path / "keys" / "release.key")
    (tmp_path / "a.manifest").write_bytes(sign_manifest(MANIFEST, signing_key))
    (tmp_path / "release.pub").write_text(public_key_text(signing_key.public_key()))
    assert read_manifest(tmp_path / "a.manifest", tmp_path / "release.pub", ImageManifest) == MANIFEST


def test_another_key_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "a.manifest").write_bytes(sign_manifest(MANIFEST, release_key(tmp_path / "one.key")))
    (tmp_path / "release.pub").write_text(public_key_text(release_key(tmp_path / "other.key").public_key()))
    with pytest.raises(ImageError, match="not signed for image"):
        read_manifest(tmp_path / "a.manifest", tmp_path / "release.pub", ImageManifest)


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = release_key(tmp_path / "keys" / "release.key")
    assert (tmp_path / "keys" / "release.key").stat().st_mode & 0o777 == 0o600
    assert public_key_text(release_key(tmp_path / "keys" / "release.key").public_key()) == public_key_text(made.public_key())


def test_no_private_key_comes_into_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "board").symlink_to(ROOT / "board")
    for place in (ROOT / "board" / "release.key", Path("board") / "release.key"):
        with pytest.raises(BuildError, match="does not belong in the checkout"):
            release_key(place)
    assert not (ROOT / "board" / "release.key").exists()
