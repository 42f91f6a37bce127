"""Real processes for the tests: `horodateur-central serve` and `horodateur sync`, sockets between them."""

from __future__ import annotations

import contextlib
import io
import os
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import Engine

from central.cli import main
from central.core.signing import key_in
from central.operations.fleet import Enrolment, enrol
from firmware.domain.parking_right import ParkingRight
from firmware.domain.site import Site
from firmware.journal.journal import Journal
from firmware.protocol.facts import PaymentStarted, RightSold
from firmware.station.state_folder import JOURNAL, open_signing_key, provision
from firmware.tariff import load_tariffs
from hal.board import read_toml

PARIS = ZoneInfo("Europe/Paris")
TARIFFS = load_tariffs(Path(__file__).parents[2] / "tariffs.json")
SITE = Path(__file__).parents[2] / "board" / "demo-station.toml"
CENTRAL = "from central.cli import main; raise SystemExit(main())"
SYNC = """
import argparse
from firmware.cli.sync import add_parser
parser = argparse.ArgumentParser()
add_parser(parser.add_subparsers())
arguments = parser.parse_args()
raise SystemExit(arguments.run(arguments))
"""


@contextlib.contextmanager
def process(code: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process while it is wanted; what it says on standard error can be waited for with `wait_for_line`."""
    command = [sys.executable, "-c", code, *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, bufsize=0) as running:
        try:
            yield running
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()


def wait_for_line(running: subprocess.Popen[bytes], pattern: str) -> re.Match[str]:
    """What it says next that has this in it. Fails if it ends, or says nothing for half a minute."""
    assert running.stderr is not None
    text = ""
    while not (found := re.search(pattern, text)):
        assert select.select([running.stderr], [], [], 30)[0], f"waited for {pattern} after {text}"
        more = os.read(running.stderr.fileno(), 4096)
        assert more, f"ended without saying {pattern}: {text}"
        text += more.decode()
    return found


@dataclass(frozen=True)
class Register:
    """A register that was initialised, and how to serve it."""

    store: Engine
    folder: Path
    operator: str
    """A token."""

    @contextlib.contextmanager
    def serve(self, *words: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
        """Its base URL, and the process that serves it."""
        where = ["--database", self.url, "--signing-key", str(self.folder / "city.key"), "--port", "0"]
        with process(CENTRAL, "serve", *where, *words) as running:
            yield wait_for_line(running, r"running on (http://[0-9.:]+) ")[1], running

    @contextlib.contextmanager
    def served(self, *words: str) -> Iterator[str]:
        """Its base URL while it is served."""
        with self.serve(*words) as (url, _):
            yield url

    @property
    def url(self) -> str:
        """Of the database."""
        return self.store.url.render_as_string(hide_password=False)

    def token(self, role: str) -> str:
        """A new one, made at the console."""
        return _run_command("token", "new", "--database", self.url, "--who", f"the {role}", "--role", role)


def initialised(store: Engine, folder: Path) -> Register:
    """What `horodateur-central init` makes."""
    words = _run_command(
        "init", "--database", store.url.render_as_string(hide_password=False), "--signing-key", f"{folder}/city.key"
    )
    return Register(store, folder, words.split()[-1])


def _run_command(*words: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        assert main(words) == 0
    return shown.getvalue().strip()


@dataclass(frozen=True)
class RealStation:
    """A station's folder and identity, and its journal, open."""

    site: Site
    identity: Path
    journal: Journal

    def sell(self, plate: str, at: datetime) -> ParkingRight:
        """An hour for this plate, bought and written down at that instant."""
        number = self.journal.last() // 2 + 1
        reference = f"{self.site.station}-{number:06d}"
        place = (plate, self.site.zone, self.site.sector, "visitor", "car")
        right = ParkingRight(reference, *place, at, at + timedelta(hours=1), 4, 600, "2021-08-01")
        self.journal.append(PaymentStarted(right), at, float(number))
        self.journal.append(RightSold(right, True), at, number + 0.5)
        return right

    def sync(self, url: str) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
        """The process that carries its journal to the city."""
        folder = str(self.journal.path.parent)
        return process(SYNC, "sync", "--state", folder, "--station", str(self.identity), "--central", url)


@contextlib.contextmanager
def provisioned_station(folder: Path, station: str, register: Register, enrolled_at: datetime) -> Iterator[RealStation]:
    """A station of sector 11D that was provisioned in a folder of its own, and enrolled."""
    identity = folder / f"{station}.toml"
    identity.write_text(SITE.read_text().replace('"75011-0042"', f'"{station}"'))
    site = replace(read_toml(identity, Site), station=station)
    provision(folder / station, station, key_in(register.folder / "city.key").public_key())
    public = open_signing_key(folder / station).public_key()
    enrol(register.store, TARIFFS, Enrolment(station, public, site.zone, site.sector), "the test", enrolled_at)
    journal = Journal.open(folder / station / JOURNAL, station, "boot-1")
    with contextlib.closing(journal):
        yield RealStation(site, identity, journal)


def ask_server(url: str, token: str, body: object = None) -> httpx.Response:
    """A question to a server by whoever holds this token: POST if it has a body."""
    headers = {"authorization": f"Bearer {token}"}
    return httpx.request("GET" if body is None else "POST", url, json=body, headers=headers, timeout=30)
