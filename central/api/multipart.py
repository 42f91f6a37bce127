"""Forms that carry a file (multipart/form-data, RFC 7578): fields, and one file at most."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BOUNDARY = re.compile(r'multipart/form-data;\s*boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70}?)"?\s*', re.IGNORECASE)
_NAME = re.compile(r'[;\s]name="([^"]*)"')
_FILE = re.compile(r'[;\s]filename="([^"]*)"')
MOST_PARTS = 20


@dataclass(frozen=True)
class FilledForm:
    """What a form says."""

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str = ""
    """As it was sent: a name with a folder is refused where it is taken. Empty: no file was chosen."""
    file: bytes = b""


def boundary_of(content_type: str) -> str:
    """What stands between the parts of a form; empty for a body of another type."""
    found = _BOUNDARY.fullmatch(content_type)
    return found[1] if found else ""


def form_in(body: bytes, boundary: str) -> FilledForm:
    """The form in a body. Raises ValueError for one that is none."""
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if parts[-1].strip() != b"--" or parts[0] or len(parts) > MOST_PARTS:
        raise ValueError("no form ends here")
    fields, name, file = dict[str, str](), "", b""
    for part in parts[1:-1]:
        head, between, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        said = head.decode()
        named, filed = _NAME.search(said), _FILE.search(said)
        if not between or named is None:
            raise ValueError("a part without a name")
        if filed is None:
            fields[named[1]] = data.decode()
        elif filed[1]:
            name, file = filed[1], data
    return FilledForm(fields, name, file)
