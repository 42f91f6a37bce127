"""The route of the agent's page: its headers, and a worker that is told what the page consists of."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from pathlib import Path
from urllib.parse import urljoin

import msgspec
import pytest
from sqlalchemy import Engine

from central.api.agent_page import KeptPage, worker_script
from central.api.static_pages import PAGES
from tests.central.api_client import client_of

AGENT = PAGES / "agent"
BASE = "https://city.example/agent/"
IMPORTED = re.compile(r'(?:from|import\() ?"([^"]+)"|(?:src|href)="([^":]+\.\w+)"')


def told(script: bytes) -> KeptPage:
    """What a worker is told, in its first line."""
    first, _, rest = script.partition(b"\n")
    assert rest == (AGENT / "worker.js").read_bytes()
    return msgspec.json.decode(first.removeprefix(b"const PAGE = ").removesuffix(b";"), type=KeptPage)


def test_the_worker_is_served_as_a_script_of_its_own_folder_and_no_wider(store: Engine) -> None:
    answered = client_of(store).get("/agent/worker.js")
    assert answered.status_code == 200
    assert answered.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answered.headers["cache-control"] == "no-cache"
    assert answered.headers["x-content-type-options"] == "nosniff"
    assert not {"service-worker-allowed", "etag", "last-modified", "set-cookie"} & answered.headers.keys()
    policy = dict(part.strip().split(" ", 1) for part in answered.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert {policy[name] for name in ("script-src", "worker-src", "connect-src")} == {"'self'"}


def test_the_worker_is_whole_however_it_is_asked_for(store: Engine) -> None:
    client = client_of(store)
    page = client.get("/agent/")
    known = {"If-None-Match": page.headers["etag"], "If-Modified-Since": "Wed, 04 Mar 2099 10:00:00 GMT"}
    assert client.request("GET", "/agent/worker.js", headers=known).content == worker_script(AGENT)
    assert client.request("HEAD", "/agent/worker.js").status_code == 200
    assert client.post("/agent/worker.js").status_code == 405
    assert client.get("/agent/../agent/worker.js").content == worker_script(AGENT)
    assert client.get("/examiner/worker.js").status_code == 404


def test_what_the_worker_is_told_is_what_is_served(store: Engine) -> None:
    client = client_of(store)
    page = told(client.get("/agent/worker.js").content)
    for name, file in page.files.items():
        served = client.get(urljoin("/agent/worker.js", name))
        assert served.status_code == 200
        assert file.integrity == f"sha256-{base64.b64encode(hashlib.sha256(served.content).digest()).decode()}"
        assert file.kind == served.headers["content-type"]
        for header in ("Content-Security-Policy", "Cache-Control", "Referrer-Policy", "X-Content-Type-Options"):
            assert page.headers[header].startswith(served.headers[header])
    assert client.get("/agent/").headers["content-security-policy"] == page.headers["Content-Security-Policy"]


def test_nothing_that_the_page_needs_is_missing() -> None:
    files = told(worker_script(AGENT)).files
    for name in files:
        source = PAGES / "agent" / ("index.html" if name == "./" else name)
        for one, other in IMPORTED.findall(source.read_text("utf-8")):
            assert urljoin(f"{BASE}{name}", one or other) in {urljoin(BASE, each) for each in files}, (name, one or other)
    assert "worker.js" not in files


@pytest.mark.parametrize("name", ["agent/index.html", "agent/agent.css", "shared/city.js", "agent/worker.js"])
def test_another_file_is_another_worker(tmp_path: Path, name: str) -> None:
    for folder in ("agent", "shared"):
        shutil.copytree(PAGES / folder, tmp_path / folder)
    before = worker_script(tmp_path / "agent")
    assert before == worker_script(AGENT)
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    assert worker_script(tmp_path / "agent") != before


def test_no_copy_stays_in_a_browsers_cache(store: Engine) -> None:
    answered = client_of(store).as_role("agent").get("/v1/agents/copy?sector=11D")
    assert answered.headers["cache-control"] == "no-store"
