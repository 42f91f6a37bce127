"""The page that describes the API: whole without the internet, wherever the application is mounted."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from tests.central.api_client import Client, client_of


@pytest.fixture(params=["", "/central"])
def root(request: pytest.FixtureRequest) -> str:
    """Where the application is mounted."""
    return str(request.param)


@pytest.fixture
def pages(store: Engine, root: str) -> Client:
    client, outer = client_of(store), FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    outer.mount(root, client.app)
    return Client(outer, client.city)


def test_every_file_of_the_page_comes_from_this_server(pages: Client, root: str) -> None:
    page = pages.get(f"{root}/docs").text
    files = re.findall(r"""(?:href|src)="([^"]+)"|url: '([^']+)'""", page)
    assert len(files) >= 4
    for file in ("".join(names) for names in files):
        assert file.startswith(f"{root}/")
        assert pages.get(file).status_code == 200, file


def test_nobody_else_is_asked_to_judge_it(pages: Client, root: str) -> None:
    assert '"validatorUrl": null' in pages.get(f"{root}/docs").text


def test_there_is_one_such_page(pages: Client, root: str) -> None:
    assert pages.get(f"{root}/redoc").status_code == 404
