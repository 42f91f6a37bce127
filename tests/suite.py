"""`python -m tests.suite [ARGUMENT …]`: the whole suite by pytest, whoever starts it; `make test` does.

Root runs it at once. For anybody else it is run twice: the tests that need root through sudo, first, while sudo remembers the
password; then the others. Together they are every test. Without that right nothing is started, and it says what to type.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.privileges import CHECKOUT, PrivilegeError, as_root, in_namespace, is_root

NO_TRACES = (
    "env",
    "PYTHONDONTWRITEBYTECODE=1",
    f"HYPOTHESIS_STORAGE_DIRECTORY={Path('~root/.cache/hypothesis').expanduser()}",
)
"""Root leaves no files of its own in somebody else's checkout: he could not remove them."""
ELSEWHERE = ("-p", "no:cacheprovider")
BY_ROOT = ("tests/workshop/board", "tests/workshop/flash", "tests/firmware/cli")
"""Where tests that need root stand. Of the whole suite root collects no more for an ordinary user: collecting all of it costs
each process more than most of its tests."""


def main(arguments: Sequence[str]) -> int:
    """The exit status: the first of pytest's that is not 0."""
    try:
        sudo = as_root()
        in_namespace()
    except PrivilegeError as error:
        print(f"nothing was tested: {error}", file=sys.stderr)  # noqa: T201
        return 2
    os.environ["PATH"] += ":/usr/sbin:/sbin"  # where Debian keeps mkfs and sfdisk, and an ordinary user's PATH does not look
    statuses = [subprocess.run(command, cwd=CHECKOUT, check=False).returncode for command in commands(sudo, arguments)]
    return next(filter(None, statuses), 0)


def commands(sudo: Sequence[str], arguments: Sequence[str]) -> list[list[str]]:
    """The calls of pytest that are the whole suite, in their order."""
    pytest = [sys.executable, "-m", "pytest", *arguments]
    if is_root():
        return [pytest if CHECKOUT.stat().st_uid == 0 else [*NO_TRACES, *pytest, *ELSEWHERE]]
    places = () if any((CHECKOUT / each.partition("::")[0]).exists() for each in arguments) else BY_ROOT
    return [[*sudo, *NO_TRACES, *pytest, *places, *ELSEWHERE, "-m", "root"], [*pytest, "-m", "not root"]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
