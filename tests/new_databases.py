"""A new SQLite register is a copy of one that was migrated from nothing once: the same pages, ten times sooner.

`central.db.store.migrate` still looks at every database that is opened, and finds it at the newest revision. Migrations are
tested on databases that `connect` opens, and new registers also by the programs that tests start, which know nothing of this.
Only `open_store` gets copies: a module loaded while this lasts has the replaced `connect` by its name, one loaded before the
real one, and what `connect` does may not depend on which tests ran first.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from sqlalchemy import Engine


@contextlib.contextmanager
def copied(template: Path) -> Iterator[None]:
    """While this lasts. `template`: a file to make, beside which nothing lies."""
    from central.db import store  # loads the city's libraries, which a station's tests do without

    connect, opening = store.connect, store.open_store.__code__
    store.open_store(f"sqlite:///{template}").dispose()

    def connected(url: str) -> Engine:
        place = Path(url.removeprefix("sqlite:///"))
        asked_by = sys._getframe(1).f_code
        if asked_by is opening and url.startswith("sqlite:///") and place.parent.is_dir() and not place.exists():
            _laid(template, place)
        return connect(url)

    with patch.object(store, "connect", connected):
        yield


def _laid(template: Path, place: Path) -> None:
    """Of several who open the same new register at once, one lays it, whole."""
    own = place.with_name(f".{place.name}-{os.getpid()}")
    shutil.copyfile(template, own)
    with contextlib.suppress(FileExistsError):
        os.link(own, place)
    own.unlink()
