"""What the tests of the supervisor's protocol start from."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(params=["a file", "a name without a file"])
def supervisor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A supervisor's socket and the address it gives out."""
    address = str(tmp_path / "notify") if request.param == "a file" else f"@horodateur-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0" + address[1:] if address.startswith("@") else address)
        line.setblocking(False)
        yield line, address
