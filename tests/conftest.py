"""What any test may start from, the option of `make golden`, and the tests that need root.

Tests that need root are those with the fixture `needs_root`: they get the marker `root`, and nobody else may start them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import settings

from tests.golden_files import GoldenFiles
from tests.new_databases import copied
from tests.privileges import CHECKOUT, PrivilegeError, in_namespace, is_root
from tests.suite import BY_ROOT

settings.register_profile("landing", deadline=None, derandomize=True)
settings.register_profile("exploring", deadline=None)
settings.load_profile("landing")
"""Whether a change lands must not hang on a draw: each law draws the same each time, and whoever looks for more takes the
profile `exploring`. How long a draw takes says how busy this computer is, and nothing of what is tested."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "root: needs root itself, for loop devices or a systemd of its own")


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    if "needs_root" in getattr(item, "fixturenames", ()):
        if not any(item.path.is_relative_to(CHECKOUT / folder) for folder in BY_ROOT):
            raise pytest.UsageError(f"{item.nodeid} needs root, which looks for its tests in {', '.join(BY_ROOT)} only")
        item.add_marker("root")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After `-m` has chosen. An ordinary user is told before the first test, not by the one that fails."""
    needy = sum(item.get_closest_marker("root") is not None for item in items)
    if needy and not is_root():
        raise pytest.UsageError(f"{needy} of these tests need root: `make test` asks for it; or: pytest -m 'not root'")


@pytest.fixture(scope="session", autouse=True)
def new_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """New SQLite registers are copies of one that was migrated, where these tests open any in this process."""
    with copied(tmp_path_factory.mktemp("new") / "register.db") if "central.db.store" in sys.modules else nullcontext():
        yield


@pytest.fixture(scope="session")
def needs_root() -> None:
    """Asked for by what needs root itself."""
    assert is_root()


@pytest.fixture(scope="session")
def namespace() -> tuple[str, ...]:
    """What to put before a command that mounts, so that nothing of this computer is changed."""
    try:
        return in_namespace()
    except PrivilegeError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one switch that lets a run write golden files."""
    parser.addoption(
        "--record-golden", action="store_true", help="record the golden files again instead of comparing (make golden)"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> GoldenFiles:
    """The recorded files of tests/golden."""
    return GoldenFiles(Path(__file__).parent / "golden", record=request.config.getoption("--record-golden"))


@pytest.fixture
def golden_docs(request: pytest.FixtureRequest) -> GoldenFiles:
    """The recorded files that are published in docs/."""
    return GoldenFiles(Path(__file__).parents[1] / "docs", record=request.config.getoption("--record-golden"))
