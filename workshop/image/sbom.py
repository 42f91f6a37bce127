"""Software bill of materials (SBOM) of an image: CycloneDX 1.5, JSON.

Debian's packages come from what dpkg says is installed, Python's from the metadata that lies beside each: not from what was
asked for. Both are read out of the finished root, and `components_of` reads them again to check a document against it.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.parser import HeaderParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote


class Component(NamedTuple):
    """An installed package."""

    kind: str
    """`deb` or `pypi`."""
    name: str
    version: str
    architecture: str = ""

    @property
    def purl(self) -> str:
        """Package URL."""
        version = quote(self.version, safe="")
        if self.kind == "deb":
            return f"pkg:deb/debian/{self.name}@{version}?arch={self.architecture}&distro=debian-12"
        return f"pkg:pypi/{re.sub('[-_.]+', '-', self.name).lower()}@{version}"


def components_of(root: Path, site: str) -> tuple[Component, ...]:
    """Every package installed in a root; `site`: its folder of Python packages."""
    status = (root / "var" / "lib" / "dpkg" / "status").read_text("utf-8")
    metadata = (file.read_text("utf-8") for file in (root / site).glob("*.dist-info/METADATA"))
    return tuple(sorted((*debian_packages(status), *map(python_package, metadata))))


def debian_packages(status: str) -> Iterator[Component]:
    """Packages that dpkg's status file says are installed."""
    for paragraph in re.split(r"\n\n+", status.strip()):
        fields = HeaderParser().parsestr(paragraph)
        if fields["Status"] == "install ok installed":
            yield Component("deb", fields["Package"], fields["Version"], fields["Architecture"])


def python_package(metadata: str) -> Component:
    """A Python package, from its METADATA."""
    fields = HeaderParser().parsestr(metadata)
    return Component("pypi", fields["Name"], fields["Version"])


def document(name: str, version: str, components: Iterable[Component], epoch: int) -> str:
    """The bill as JSON text: the same for the same image, whenever it is made."""
    listed = tuple(components)
    purls = "\n".join(component.purl for component in listed)
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{name} {version} {purls}')}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "firmware", "bom-ref": name, "name": name, "version": version},
        },
        "components": [_entry(component) for component in listed],
        "dependencies": [{"ref": name, "dependsOn": [component.purl for component in listed]}],
    }
    return json.dumps(bill, indent=1, ensure_ascii=False) + "\n"


def _entry(component: Component) -> dict[str, str]:
    kind = "operating-system" if component.name == "base-files" else "library"
    return {
        "type": kind,
        "bom-ref": component.purl,
        "name": component.name,
        "version": component.version,
        "purl": component.purl,
    }
