"""The counter's pages without a script: from a draft to the card, and what a form cannot do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine

from central.access.rate_limits import Limits, Rate
from central.access.tokens import Scope
from central.api.multipart import boundary_of, form_in
from central.app import create_app
from central.cards.document_folder import LARGEST_DOCUMENT
from central.cards.payment import take_capture
from central.core.audit import list_audit
from tests.central.api_client import UNLIMITED, Client, ManualClock
from tests.central.browser_client import BrowserClient
from tests.central.card_rows import BAKER, PDF, RESIDENT, MemoryProvider, counter_of
from tests.central.counter_browser import FORM, browser, drafted, submitted, upload
from tests.central.register_rows import MINUTE, city_of


@pytest.fixture
def client(store: Engine, tmp_path: Path, bank: MemoryProvider) -> Client:
    city, clock = city_of(store), ManualClock()
    app = create_app(city, clock, Limits(bearer=UNLIMITED, requests=UNLIMITED), counter=counter_of(city, tmp_path / "d", bank))
    return Client(app, city, clock)


@pytest.fixture
def mine(client: Client) -> BrowserClient:
    return browser(client, Scope.APPLICANT, RESIDENT)


@pytest.fixture
def clerk(client: Client) -> BrowserClient:
    return browser(client, Scope.CLERK, "Clerk")


def test_from_the_draft_to_the_card(client: Client, mine: BrowserClient, clerk: BrowserClient, bank: MemoryProvider) -> None:
    mine.get("/counter")
    assert "Aucune demande" in mine.shown
    path = submitted(mine)
    number = int(path.rpartition("/")[2])
    clerk.get("/clerk")
    assert f'href="/clerk/{number}"' in clerk.shown
    clerk.get(f"/clerk/{number}")
    assert "11D, 11C" in clerk.shown
    client.clock.at += MINUTE
    clerk.send(f"/clerk/{number}/decide", step="ask", reason="le certificat est illisible")
    mine.get("/counter")
    assert "nouveau" in mine.shown
    mine.get(path)
    assert "le certificat est illisible" in mine.shown
    clerk.get(f"/clerk/{number}")
    assert clerk.send(f"/clerk/{number}/decide", step="accept").status_code == 303
    mine.get(path)
    assert "46,00" in mine.shown, "45 € and the letter"
    assert mine.send(f"{path}/pay").status_code == 200
    assert f'href="http://bank/pay/{number}"' in mine.shown
    counter = client.app.state.counter
    take_capture(counter, bank.take(number, 4600, client.clock()), client.clock())
    mine.get(path)
    assert "<strong>Réglée</strong>" in mine.shown
    clerk.get(f"/clerk/{number}")
    clerk.send(f"/clerk/{number}/send")
    mine.get("/counter")
    assert "Carte expédiée" in mine.shown
    assert "AB123CD" in mine.shown
    assert "04/03/2027" in mine.shown


def test_the_price_says_its_article_and_that_there_is_no_tax(mine: BrowserClient, clerk: BrowserClient) -> None:
    path = submitted(mine)
    clerk.get(path.replace("/counter/", "/clerk/"))
    clerk.send(f"{path.replace('/counter/', '/clerk/')}/decide", step="accept")
    mine.get(path)
    assert "Prix : 14-2° article 3. Sans TVA." in mine.shown, "14-2° article 12, 14-3° articles 4, 10 and 22"


def test_a_draft_is_changed_and_its_empty_rows_are_nothing(mine: BrowserClient) -> None:
    path = drafted(mine)
    assert (
        mine.send(path, headers={}, **{**FORM, "0.plate": "", "1.plate": "ZZ-999-ZZ", "1.term": "3 years"}).status_code == 303
    )
    mine.get(path)
    assert 'value="ZZ999ZZ"' in mine.shown
    assert "AB123CD" not in mine.shown
    assert "90,00" in mine.shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"0.plate": "…"}, "Véhicule 1 : plaque"),
        ({"0.hire_months": "douze"}, "Véhicule 1 : mois de location"),
        ({"name": "<b>x</b>"}, "Nom ou raison sociale"),
        ({"product": "autolib"}, "Produit"),
    ],
)
def test_what_is_wrong_is_a_page_that_names_it(mine: BrowserClient, change: dict[str, str], said: str) -> None:
    mine.get("/counter/new?product=resident")
    assert mine.send("/counter/new", headers={}, **{**FORM, **change}).status_code == 422
    assert said in mine.shown
    mine.get("/counter")
    assert "Aucune demande" in mine.shown


def test_what_is_written_is_text_on_every_page(mine: BrowserClient, clerk: BrowserClient) -> None:
    path = submitted(mine, name='"><img src=x onerror=alert(1)'.replace("<", "≺"), address="a & b")
    assert "a &amp; b" in mine.shown
    number = path.rpartition("/")[2]
    clerk.get(f"/clerk/{number}")
    assert "compte dupont@example.org" in clerk.shown
    assert '"><img' not in clerk.shown


def test_somebody_elses_request_is_a_page_that_is_not_there(client: Client, mine: BrowserClient) -> None:
    path = submitted(mine)
    other = browser(client, Scope.APPLICANT, BAKER)
    assert other.get(path).status_code == 404
    assert other.get(f"{path}/documents/1").status_code == 404
    other.get("/counter")
    assert path not in other.shown


def test_clerks_and_applicants_have_their_own_pages(client: Client, mine: BrowserClient, clerk: BrowserClient) -> None:
    path = drafted(mine)
    assert mine.get("/clerk").status_code == 403
    assert clerk.get("/counter").status_code == 403
    assert clerk.get(path).status_code == 403
    assert BrowserClient(client).get(path).headers["location"].startswith("/sign-in?next=")


def test_a_forged_form_does_nothing(mine: BrowserClient) -> None:
    path = drafted(mine)
    for fields in ({}, {"csrf": "x"}):
        assert mine.request("POST", f"{path}/submit", dict(fields)).status_code == 403
        assert (
            mine.request("POST", f"{path}/documents", {"kind": "other", **fields}, files={"file": ("a.pdf", PDF)}).status_code
            == 403
        )
    mine.get(path)
    assert mine.send(f"{path}/submit", headers={"origin": "https://evil.example"}).status_code == 403
    mine.get(path)
    assert "Brouillon" in mine.shown


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("a.pdf", b"<html>", 422),
        ("../../x", PDF, 422),
        ("../../x.pdf", PDF, 422),
        ("C:\\x.pdf", PDF, 422),
        ("a.pdf", PDF + bytes(LARGEST_DOCUMENT), 422),
        ("", PDF, 422),
    ],
)
def test_a_document_that_cannot_be_is_a_page_that_says_so(
    mine: BrowserClient, tmp_path: Path, name: str, data: bytes, status: int
) -> None:
    path = drafted(mine)
    assert upload(mine, path, "main home", name, data).status_code == status
    assert "Rien n’a été enregistré" in mine.shown
    assert not list((tmp_path / "d").glob("*"))


def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(mine: BrowserClient) -> None:
    path = drafted(mine)
    headers = {"content-length": str(2 << 30), "content-type": "multipart/form-data; boundary=x"}
    assert mine.request("POST", f"{path}/documents", None, headers).status_code == 413
    assert "10 Mo au plus" in mine.shown
    assert refusals(mine) == [("body", path.rpartition("/")[2])]


def refusals(mine: BrowserClient) -> list[tuple[object, str]]:
    """What is written down of refusals: the member, and the number of the request."""
    lines = list_audit(mine.client.city.store, limit=1000)
    return [(each.detail["field"], each.subject) for each in lines if each.action == "request refused"]


def test_what_is_too_long_or_no_form_leaves_a_line_of_whoever_is_signed_in(mine: BrowserClient) -> None:
    path = drafted(mine)
    number = path.rpartition("/")[2]
    assert upload(mine, path, "main home", "a.pdf", PDF + bytes(11 << 20)).status_code == 413
    assert mine.request("POST", path, {"name": "x" * (65 << 10)}).status_code == 413
    assert mine.request("POST", path, {f"f{index}": "" for index in range(700)}).status_code == 422
    assert mine.request("POST", path, {"csrf": "x"}).status_code == 403
    assert refusals(mine) == [("body", number)] * 3, "a forged form is nobody's"
    assert BrowserClient(mine.client).request("POST", path, {"name": "x" * (65 << 10)}).status_code == 413
    assert len(refusals(mine)) == 3


@pytest.mark.parametrize("field", ["staff", "0.co2", "0.hire_months", "0.replaces"])
def test_a_number_of_thousands_of_digits_is_refused_in_words(mine: BrowserClient, field: str) -> None:
    mine.get("/counter/new?product=resident")
    assert mine.send("/counter/new", headers={}, **{**FORM, field: "9" * 4301}).status_code == 422
    assert "n’est pas ce que ce champ attend" in mine.shown


def test_every_vehicle_that_a_form_can_have_is_taken(mine: BrowserClient) -> None:
    row = {"reason": "add", "category": "M1", "term": "1 year", "department": "75"}
    row |= dict.fromkeys(("hire_months", "replaces", "gratuity", "energy", "co2"), "")
    many = {f"{index}.{name}": said for index in range(50) for name, said in row.items()}
    plates = {f"{index}.plate": f"AB-{index + 100}-CD" for index in range(50)}
    path = drafted(mine, **many, **plates)
    assert mine.send(path, headers={}, **{**FORM, **many, **plates, "dispatch": "simple"}).status_code == 303
    mine.get(path)
    assert all(f'value="AB{index + 100}CD"' in mine.shown for index in range(50))


def test_an_engine_that_no_list_has_can_be_said_and_stays_as_it_was_said(mine: BrowserClient) -> None:
    mine.get("/counter/new?product=low_emission")
    assert 'value="other engine"' in mine.shown
    said = {"0.plate": "AB-123-CD", "0.reason": "add", "0.term": "3 years", "0.category": "M1", "0.energy": "hydrogen"}
    answer = mine.send("/counter/new", headers={}, name="Anne Dupont", postcode="75011", dispatch="simple", **said)
    assert answer.status_code == 303, mine.shown
    mine.get(answer.headers["location"])
    assert re.search(r'<option value="hydrogen" selected>', mine.shown)


def test_a_page_says_in_french_why(mine: BrowserClient) -> None:
    path = drafted(mine, sectors="11d 99Z")
    assert mine.send(f"{path}/submit").status_code == 422
    assert "Secteurs autour de l’adresse</strong> : un arrondissement et une lettre, comme 11D" in mine.shown
    assert 'lang="en"' not in mine.shown


def test_a_document_is_downloaded(mine: BrowserClient) -> None:
    path = submitted(mine)
    answer = mine.get(f"{path}/documents/1")
    assert (answer.content, answer.headers["x-content-type-options"]) == (PDF, "nosniff")
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_bank_that_is_away_is_a_page_that_says_to_try_again(
    mine: BrowserClient, clerk: BrowserClient, bank: MemoryProvider
) -> None:
    path = submitted(mine)
    number = path.rpartition("/")[2]
    clerk.get(f"/clerk/{number}")
    clerk.send(f"/clerk/{number}/decide", step="accept")
    mine.get(path)
    bank.away = True
    assert mine.send(f"{path}/pay").status_code == 503
    assert "vous ne paierez pas deux fois" in mine.shown


def test_who_makes_many_requests_is_told_to_wait_and_leaves_one_line(store: Engine, tmp_path: Path) -> None:
    city, clock = city_of(store), ManualClock()
    limits = Limits(bearer=UNLIMITED, requests=Rate(1 / 360, 2))
    client = Client(create_app(city, clock, limits, counter=counter_of(city, tmp_path)), city, clock)
    mine = browser(client, Scope.APPLICANT, RESIDENT)
    mine.get("/counter/new?product=resident")
    form = mine.shown
    statuses = []
    for _ in range(5):
        mine.shown = form
        statuses.append(mine.send("/counter/new", headers={}, **FORM).status_code)
    assert statuses == [303, 303, 429, 429, 429]
    assert "Attendez 6 minutes" in mine.shown
    lines = [each for each in list_audit(city.store, limit=1000) if each.action == "request refused"]
    assert [each.detail["field"] for each in lines] == ["request"]


@pytest.mark.parametrize(
    "body",
    [b"", b"--x", b"--x\r\n\r\n--x--", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--", b"--x--\r\n" * 30],
)
def test_a_body_that_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"form|part"):
        form_in(body, "x")


def test_a_form_with_a_file_is_read_to_the_byte() -> None:
    data = b"a\r\n--y\r\n\x00\xff"
    body = (
        b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nother\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="C:\\\\tmp\\\\a.pdf"\r\n\r\n' + data + b"\r\n--x--\r\n"
    )
    form = form_in(body, boundary_of('multipart/form-data; boundary="x"'))
    assert (form.fields, form.file_name, form.file) == ({"kind": "other"}, "C:\\\\tmp\\\\a.pdf", data)
    assert re.fullmatch("", boundary_of("application/x-www-form-urlencoded"))
