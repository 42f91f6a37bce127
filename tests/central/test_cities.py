"""Several cities behind one port: what belongs to one is nothing in another."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, select

from central.access.tokens import Scope
from central.api.city_directory import CityApplication, CityDirectory, host_name
from central.cli import main
from central.cli.cities import EXAMPLE, check_cities, read_cities
from central.cli.common import RefusedError
from central.db.store import open_store
from central.db.tables import checks, entries
from firmware.domain.calendar_reach import NEEDED_TO_START
from firmware.domain.errors import FileError
from firmware.protocol.facts import RightSold
from tests.central.api_client import CHECK, Client, client_of
from tests.central.processes import CENTRAL, PARIS, Register, initialised, process, provisioned_station, wait_for_line
from tests.central.signing_station import STATION, THERE, SigningStation, chain, right

HOST, PREFIX = "stationnement.paris.example", "/boulogne"


@pytest.fixture
def paris(store: Engine) -> Client:
    """A city with a host, on each kind of database."""
    return client_of(store)


@pytest.fixture
def boulogne(tmp_path: Path) -> Iterator[Client]:
    """Another one, with a prefix, that never heard of the first one's station."""
    other = open_store(f"sqlite:///{tmp_path / 'boulogne.db'}")
    yield client_of(other, THERE)
    other.dispose()


@pytest.fixture
def directory(paris: Client, boulogne: Client) -> CityDirectory:
    return CityDirectory({HOST: CityApplication("paris", paris.app)}, {PREFIX: CityApplication("boulogne", boulogne.app)})


def asked(directory: CityDirectory, path: str, host: str = "elsewhere.example", **more: object) -> httpx.Response:
    """The answer to a request to the one port."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(directory, client=("203.0.113.7", 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.request("POST" if more.keys() & {"json", "content"} else "GET", path, **more)  # type: ignore[arg-type]

    return asyncio.run(send())


def bearer(client: Client) -> dict[str, str]:
    return {"authorization": f"Bearer {client.token}"}


# --- which city answers ---------------------------------------------------------------------------------------------


def test_the_host_or_else_the_path_names_the_city(directory: CityDirectory, paris: Client, boulogne: Client) -> None:
    ours = bearer(paris.with_token(Scope.CHECK))
    assert asked(directory, "/v1/checks", HOST, json=CHECK, headers=ours).status_code == 200
    assert asked(directory, "/v1/checks", f"{HOST.upper()}:8081", json=CHECK, headers=ours).status_code == 200
    theirs = bearer(boulogne.with_token(Scope.CHECK))
    assert asked(directory, f"{PREFIX}/v1/checks", json=CHECK, headers=theirs).status_code == 200
    assert asked(directory, f"{PREFIX}/v1/checks", HOST, json=CHECK, headers=theirs).status_code == 404, "a host has all of it"


@pytest.mark.parametrize("path", ["/", "/v1/checks", "/boulognes/health", "//boulogne/health", "/health"])
def test_where_no_city_is_a_problem_says_so(directory: CityDirectory, path: str) -> None:
    answer = asked(directory, path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "no city of this server is at this host and path"


@pytest.mark.parametrize(
    ("header", "name"),
    [("Ville.Example:8081", "ville.example"), ("ville.example.", "ville.example"), ("[::1]:80", "[::1]"), ("", "")],
)
def test_a_host_is_its_name(header: str, name: str) -> None:
    assert host_name(header) == name


def test_pages_and_links_of_a_city_stay_below_its_prefix(directory: CityDirectory) -> None:
    page = asked(directory, f"{PREFIX}/sign-in")
    assert page.status_code == 200
    assert f'action="{PREFIX}/sign-in/token"' in page.text
    assert f"Path={PREFIX}/;" in page.headers["set-cookie"]


# --- what crosses: nothing ------------------------------------------------------------------------------------------


def test_a_token_of_one_city_is_nothing_in_the_other(directory: CityDirectory, paris: Client, boulogne: Client) -> None:
    ours, theirs = (each.with_token(*Scope) for each in (paris, boulogne))
    for route in ("/v1/stations", "/v1/audit", "/v1/tokens", "/v1/requests"):
        assert asked(directory, route, HOST, headers=bearer(ours)).status_code == 200, route
        assert asked(directory, PREFIX + route, headers=bearer(ours)).status_code == 401, route
        assert asked(directory, route, HOST, headers=bearer(theirs)).status_code == 401, route
    assert asked(directory, f"{PREFIX}/v1/checks", json=CHECK, headers=bearer(ours)).status_code == 401
    with boulogne.city.store.begin() as connection:
        assert connection.execute(select(checks)).all() == []


def test_a_session_of_one_city_is_nothing_in_the_other(directory: CityDirectory, paris: Client) -> None:
    token = paris.with_token(*Scope).token
    page = asked(directory, "/sign-in", HOST)
    cookie = page.headers["set-cookie"].partition(";")[0]
    csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    form = {"csrf": csrf, "token": token, "next": ""}
    body = httpx.QueryParams(form).__str__().encode()
    headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
    entered = asked(directory, "/sign-in/token", HOST, content=body, headers=headers)
    assert entered.status_code == 303
    session = {"cookie": entered.headers["set-cookie"].partition(";")[0]}
    assert asked(directory, "/home", HOST, headers=session).status_code == 200
    there = asked(directory, f"{PREFIX}/home", headers=session)
    assert (there.status_code, "sign-in" in there.headers.get("location", "")) == (303, True)


def test_a_station_of_one_city_is_nothing_in_the_other(directory: CityDirectory, paris: Client, boulogne: Client) -> None:
    speaking = SigningStation(paris.city)
    request = speaking.request(chain([RightSold(right())]))
    path = f"/v1/stations/{STATION}/entries"
    assert asked(directory, PREFIX + path, content=request).status_code in (401, 403, 404)
    assert asked(directory, path, HOST, content=request).status_code == 200
    held = []
    for city in (paris.city, boulogne.city):
        with city.store.begin() as connection:
            held.append(len(connection.execute(select(entries)).all()))
    assert held == [1, 0]


def test_a_flood_at_one_city_slows_no_other(directory: CityDirectory, paris: Client, boulogne: Client) -> None:
    bad = {"authorization": "Bearer hdt_0123456789ab_" + "a" * 43}
    answers = [asked(directory, "/v1/stations", HOST, headers=bad).status_code for _ in range(15)]
    assert 429 in answers
    assert asked(directory, f"{PREFIX}/v1/stations", headers=bad).status_code == 401


def test_counters_are_each_citys_own(directory: CityDirectory, paris: Client) -> None:
    ours = bearer(paris.with_token(Scope.CHECK))
    asked(directory, "/v1/checks", HOST, json=CHECK, headers=ours)
    counted = 'horodateur_checks_total{answer="refused"} 1.0'
    assert counted in asked(directory, "/metrics", HOST).text
    assert counted not in asked(directory, f"{PREFIX}/metrics").text


# --- the file -------------------------------------------------------------------------------------------------------


def written(folder: Path, text: str) -> Path:
    file = folder / "cities.toml"
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_the_example_is_read_with_whole_paths(tmp_path: Path) -> None:
    paris, boulogne = read_cities(written(tmp_path, EXAMPLE))
    assert (paris.hosts, paris.signing_key) == ((HOST,), str(tmp_path / "paris.key"))
    assert (boulogne.prefix, boulogne.documents) == (PREFIX, "")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"boulogne"', '"paris"', "two cities have the name paris"),
        ('prefix = "/boulogne"', f'hosts = ["{HOST.upper()}"]', f"two cities have the host {HOST}"),
        ("boulogne@/boulogne", "paris@/paris", "two cities have the database"),
        ('prefix = "/boulogne"\n', "", "boulogne has neither hosts nor a prefix"),
    ],
)
def test_cities_that_cannot_be_served_together_are_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        read_cities(written(tmp_path, EXAMPLE.replace(old, new)))


@pytest.mark.parametrize(("old", "new"), [('"/boulogne"', '"/a/b"'), ("prefix", "prefixes"), ("[[city]]", "[[towns]]")])
def test_a_file_that_is_none_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(FileError):
        read_cities(written(tmp_path, EXAMPLE.replace(old, new)))


def test_a_file_that_others_read_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, EXAMPLE)
    file.chmod(0o644)
    with pytest.raises(FileError, match="chmod 600"):
        read_cities(file)


# --- the server -----------------------------------------------------------------------------------------------------


@pytest.fixture
def registers(tmp_path: Path) -> Iterator[tuple[Register, Register, Path]]:
    """Two registers with a key each, and the file that names them."""
    found = []
    for name in ("paris", "boulogne"):
        (tmp_path / name).mkdir()
        found.append(initialised(open_store(f"sqlite:///{tmp_path / name / 'city.db'}"), tmp_path / name))
    places = (f'hosts = ["{HOST}"]', f'prefix = "{PREFIX}"')
    lines = []
    for each, place in zip(found, places, strict=True):
        name = each.folder.name
        lines += ["[[city]]", f'name = "{name}"', place, f'database = "{each.url}"', f'signing_key = "{name}/city.key"']
    yield found[0], found[1], written(tmp_path, "\n".join(lines))
    for each in found:
        each.store.dispose()


def test_one_server_answers_for_two_cities(registers: tuple[Register, Register, Path], tmp_path: Path) -> None:
    paris, boulogne, file = registers
    since = datetime.now(PARIS) - timedelta(minutes=5)
    with process(CENTRAL, "serve", "--cities", str(file), "--port", "0") as running:
        url = wait_for_line(running, r"running on (http://[0-9.:]+) ")[1]
        for base, host, mine, other in ((url, HOST, paris, boulogne), (url + PREFIX, "x.example", boulogne, paris)):
            heads = [{"host": host, "authorization": f"Bearer {each.operator}"} for each in (mine, other)]
            answers = [httpx.get(f"{base}/v1/stations", headers=head, timeout=30).status_code for head in heads]
            assert answers == [200, 401]
        with provisioned_station(tmp_path, STATION, boulogne, since) as station:
            station.sell("AB123CD", since + timedelta(minutes=1))
            with station.sync(url + PREFIX) as syncing:
                wait_for_line(syncing, "acknowledged to entry 2")
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 0
    held = []
    for each in (paris, boulogne):
        with each.store.begin() as connection:
            held.append(len(connection.execute(select(entries)).all()))
    assert held == [0, 2]


def test_two_cities_have_neither_one_payment_account_nor_one_database(registers: tuple[Register, Register, Path]) -> None:
    _, boulogne, file = registers
    text = file.read_text()
    for name, key in (("a", "the key of both"), ("b", "the key of both"), ("c", "another key")):
        settings = file.with_name(f"{name}.toml")
        settings.write_text(f'url = "https://bank.example"\nkey = "{key}"\nsecret = "{"s" * 24}"\n')
        settings.chmod(0o600)
    first = text.replace(f'hosts = ["{HOST}"]', f'hosts = ["{HOST}"]\npayments = "a.toml"')
    for name in ("a", "b"):
        with pytest.raises(RefusedError, match="paris and boulogne have one payment account"):
            check_cities(written(file.parent, f'{first}\npayments = "{name}.toml"'), NEEDED_TO_START)
    check_cities(written(file.parent, f'{first}\npayments = "c.toml"'), NEEDED_TO_START)
    otherwise = f"sqlite:///{file.parent}/boulogne/../paris/city.db"
    with pytest.raises(RefusedError, match="paris and boulogne have one database"):
        check_cities(written(file.parent, text.replace(boulogne.url, otherwise)), NEEDED_TO_START)


def test_what_cannot_be_opened_is_named_by_its_city(
    registers: tuple[Register, Register, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    *_, file = registers
    text = file.read_text()
    for old, new, reason in (
        ("boulogne/city.key", "nowhere.key", "boulogne: --signing-key"),
        ("boulogne/city.db", "boulogne/none.db", "boulogne: --database"),
        ("boulogne/city.key", "paris/city.key", "paris and boulogne have one signing key"),
    ):
        written(file.parent, text.replace(old, new))
        with pytest.raises(RefusedError, match=reason):
            check_cities(file, NEEDED_TO_START)
    written(file.parent, text)
    check_cities(file, NEEDED_TO_START)
    assert main(["serve", "--cities", str(file), "--workers", "2"]) == 1
    assert "a process for each city" in capsys.readouterr().err
