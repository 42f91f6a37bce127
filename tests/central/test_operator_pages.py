"""Pages of operators: what they show, what their forms do, and that nothing that was sent in is run or is a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from sqlalchemy import Engine

from central.access.tokens import ROLES, Scope, find_bearer, issue_token, list_tokens
from central.app import create_app
from central.core.audit import latest_audit, list_audit
from central.operations import exceptions_queue
from central.operations.fleet import list_stations
from central.operations.revenue import read_revenue
from central.pages.spreadsheets import csv_bytes, neutral, xlsx_bytes
from central.rules.evidence import CheckRules, RightStatus
from tests.central.api_client import LONG, NO_LIMITS, Client, ManualClock
from tests.central.browser_client import BrowserClient
from tests.central.register_rows import DAY, HOUR, TEN, sell
from tests.central.register_rows import right as sold_right
from tests.central.signing_station import NOW
from tests.central.watched_city import HOSTILE, ILL, NEVER, SILENT, WELL, watched_city

PERIODS = ["first=2026-03-07&last=2026-03-01", "first=2026-01-01&last=2026-03-01", "first=x", "sector=x"]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"]


@pytest.fixture
def client(store: Engine) -> Client:
    city = watched_city(store)
    clock = ManualClock()
    return Client(create_app(city, clock, NO_LIMITS), city, clock)


def browser_as(client: Client, *scopes: Scope) -> BrowserClient:
    token = issue_token(client.city.store, "Dupont", scopes, LONG, "the test", NOW)
    return BrowserClient(client).sign_in(token)


@pytest.fixture
def operator(client: Client) -> BrowserClient:
    return browser_as(client, *ROLES["operator"])


def text_of(browser: BrowserClient, url: str) -> str:
    """The words of a page."""
    answer = browser.get(url)
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def test_the_fleet_shows_what_presses_first_with_its_remedy(operator: BrowserClient) -> None:
    text = text_of(operator, "/fleet")
    marks = ["Silencieuse", "Ne vend pas", "Jamais vue", "En ordre"]
    places = [text.index(each) for each in marks]
    assert places == sorted(places)
    assert "T1 Terminal de carte : ne répond pas Vérifier que son écran est allumé" in text
    assert "bientôt fini" in text
    assert "4 stations en service 2 silencieuses 1 avec une alarme 8 écritures en attente" in text
    dots = re.findall(r'<circle class="dot (\w+)"[^>]*><title>([^<]*)', operator.shown)
    assert sorted(dots) == [("bad", SILENT), ("bad", ILL), ("good", WELL)]
    assert NEVER not in {name for _, name in dots}


def test_a_station_shows_its_alarms_and_its_journal_without_a_plate(operator: BrowserClient) -> None:
    text = text_of(operator, f"/fleet/{ILL}")
    assert "T1 : Terminal de carte : ne répond pas" in text
    assert "Ventes : seuls les droits gratuits sont donnés." in text
    assert "en cours" in text
    text = text_of(operator, f"/fleet/{WELL}")
    assert "Droit vendu référence 75011-0042-000004 6,00" in text
    assert "AB123CD" not in operator.shown
    assert HOSTILE not in operator.shown
    assert operator.get("/fleet/75011-9999").status_code == 404


def test_an_exception_is_cleared_with_what_was_found(client: Client, operator: BrowserClient) -> None:
    store = client.city.store
    [letter] = [each for each in exceptions_queue.list_dead_letters(store) if each.station == SILENT]
    [incident] = exceptions_queue.list_incidents(store)
    for action in (f"/exceptions/dead-letters/{SILENT}/{letter.seq}", f"/exceptions/incidents/{incident.id}"):
        operator.get("/exceptions")
        assert operator.send(action, note="").status_code == 422
        assert "Ce qui a été constaté" in operator.shown
        operator.get("/exceptions")
        assert operator.send(action, note="carte remise en arrière").headers["location"] == "/exceptions?done=cleared"
    assert "C’est classé" in text_of(operator, "/exceptions?done=cleared")
    assert exceptions_queue.list_incidents(store) == ()
    done = [each for each in list_audit(store, limit=1000) if each.action == "clear"]
    assert [each.detail["note"] for each in done] == ["carte remise en arrière"] * 2
    assert {each.who.partition(" ")[0] for each in done} == {"Dupont"}


def test_a_journal_is_closed_by_name_and_reason(client: Client, operator: BrowserClient) -> None:
    [open_journal] = next(each for each in list_stations(client.city.store, NOW, CheckRules()) if each.station == WELL).journals
    action = f"/fleet/{WELL}/journals/{open_journal.generation}/close"
    operator.get(f"/fleet/{WELL}")
    assert operator.send(action, by="", because="carte noyée", confirm="").status_code == 422
    operator.get(f"/fleet/{WELL}")
    answer = operator.send(action, by="Mme Petit", because="carte noyée", confirm="")
    assert answer.headers["location"] == f"/fleet/{WELL}?done=closed"
    text = text_of(operator, f"/fleet/{WELL}?done=closed")
    assert "par Mme Petit : carte noyée" in text
    assert "Clore le journal" not in text
    [entry] = [each for each in latest_audit(client.city.store) if each.action == "close"]
    assert (entry.who.partition(" ")[0], entry.detail["by"]) == ("Dupont", "Mme Petit")


def test_a_watcher_is_shown_no_form_that_he_may_not_send(client: Client) -> None:
    watcher = browser_as(client, Scope.FLEET)
    assert "Clore le journal" not in text_of(watcher, f"/fleet/{WELL}")
    assert "Anomalies" not in watcher.shown
    assert watcher.get("/exceptions").status_code == 403
    assert watcher.title == "Accès réservé"


def test_revenue_adds_up_the_same_on_the_page_and_in_both_files(operator: BrowserClient) -> None:
    period = "first=2026-03-01&last=2026-03-07"
    text = text_of(operator, f"/revenue?{period}")
    assert "15,00 € recette 4 ventes" in text.replace("\u00a0", " ")
    assert "04/03/2026 : 15 €" in operator.shown
    answer = operator.get(f"/revenue.csv?{period}")
    assert answer.headers["content-disposition"] == 'attachment; filename="recettes-2026-03-01-2026-03-07.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1] == ["2026-03-04", "11D", "4", "15,00", "0,00", "4,00", "0,17"]
    book = zipfile.ZipFile(io.BytesIO(operator.get(f"/revenue.xlsx?{period}").content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>15</v>" in sheet
    assert "<f>" not in sheet
    assert "Rien n’a été vendu" in text_of(operator, "/revenue?first=2026-02-01&last=2026-02-07")


def test_what_was_given_back_is_no_sale_and_parks_nobody(store: Engine) -> None:
    given_back = replace(sold_right(), status=RightStatus.GIVEN_BACK)
    overnight = sold_right(start=TEN.replace(hour=23), minutes=120)
    sell(store, sold_right(), given_back, overnight, replace(sold_right(), status=RightStatus.STARTED))
    days = [
        (each.day.day, each.sales, each.cents, each.returned_cents, each.paid_minutes)
        for each in read_revenue(store, date(2026, 3, 1), date(2026, 3, 31))
    ]
    assert days == [(4, 2, 1800, 600, 120), (5, 0, 0, 0, 60)]


def test_what_a_driver_stopped_is_revenue_and_parked_until_then(store: Engine) -> None:
    sell(store, replace(sold_right(minutes=30), status=RightStatus.STOPPED, cents=300))
    (day,) = read_revenue(store, TEN.date(), TEN.date())
    assert (day.sales, day.cents, day.returned_cents, day.paid_minutes) == (1, 300, 0, 30)


def test_a_day_is_the_same_in_every_period(store: Engine) -> None:
    """Bought in the evening for the next morning, on a Sunday for Monday, and a stay of many days bought long before."""
    evening = sold_right(start=TEN + 23 * HOUR)
    for_monday = sold_right(start=TEN + 5 * DAY)
    long = sold_right(start=TEN + 2 * DAY, minutes=20 * 24 * 60)
    bought = [replace(evening, bought_at=TEN + 11 * HOUR), replace(for_monday, bought_at=TEN + 4 * DAY), long]
    sell(store, *(replace(each, known_from=each.bought_at) for each in bought))
    whole = read_revenue(store, date(2026, 3, 1), date(2026, 3, 31))
    one_by_one = [row for day in range(1, 32) for row in read_revenue(store, date(2026, 3, day), date(2026, 3, day))]
    assert list(whole) == one_by_one
    assert [(row.day.day, row.sales) for row in whole if row.sales] == [(4, 1), (6, 1), (8, 1)]
    assert sum(row.paid_minutes for row in whole) == 60 + 60 + 20 * 24 * 60


@pytest.mark.parametrize("query", PERIODS)
def test_a_period_that_is_none_is_a_page_that_says_so(operator: BrowserClient, query: str) -> None:
    assert operator.get(f"/revenue?{query}").status_code == 422
    assert operator.title == "Rien n’a été enregistré"


def test_collections_are_listed(operator: BrowserClient) -> None:
    assert "04/03/2026 à 10:00 75011-0042 1 4 15,00 € 07" in text_of(operator, "/collections").replace("\u00a0", " ")


def test_a_token_is_given_once_and_revoked(client: Client, operator: BrowserClient) -> None:
    operator.get("/tokens")
    answer = operator.send("/tokens", who="Agent 7", role="agent", days="30")
    [secret] = re.findall(r"hdt_[0-9a-f]{12}_[\w-]{43}", answer.text)
    bearer = find_bearer(client.city.store, secret, NOW)
    assert bearer is not None
    assert bearer.scopes == ROLES["agent"]
    assert "hdt_" not in operator.get("/tokens").text
    assert operator.send(f"/tokens/{bearer.id}/revoke").status_code == 303
    assert find_bearer(client.city.store, secret, NOW) is None
    assert HOSTILE not in operator.shown


WRONG_TOKENS = [{"who": ""}, {"days": "0"}, {"days": "367"}, {"days": "x"}, {"role": "king"}, {"role": "seller"}]


@pytest.mark.parametrize("wrong", WRONG_TOKENS)
def test_a_token_that_cannot_be_given_is_not(client: Client, operator: BrowserClient, wrong: dict[str, str]) -> None:
    before = len(list_tokens(client.city.store))
    operator.get("/tokens")
    assert operator.send("/tokens", headers=None, **({"who": "x", "role": "agent", "days": "30"} | wrong)).status_code == 422
    assert len(list_tokens(client.city.store)) == before


def test_nobody_gives_what_he_has_not_got(client: Client) -> None:
    keeper = browser_as(client, Scope.TOKENS, Scope.CHECK, Scope.AGENT)
    keeper.get("/tokens")
    assert "Opérateur" not in keeper.shown
    before = len(list_tokens(client.city.store))
    assert keeper.send("/tokens", who="x", role="operator", days="30").status_code == 403
    assert len(list_tokens(client.city.store)) == before


def test_the_audit_trail_is_read_backwards(client: Client, operator: BrowserClient) -> None:
    assert text_of(operator, "/audit").index("signed in") < operator.shown.index("positions set")
    [newest, *_] = latest_audit(client.city.store, limit=1)
    assert f'class="number">{newest.id}<' not in operator.get(f"/audit?before={newest.id}").text


# --- files for a spreadsheet ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_would_be_a_formula_is_text_in_both_files(formula: str) -> None:
    assert neutral(formula) == f"'{formula}"
    [_, row] = csv.reader(io.StringIO(csv_bytes(("a",), [(formula,)]).decode("utf-8-sig"), newline=""), delimiter=";")
    assert row == [f"'{formula}"]
    book = zipfile.ZipFile(io.BytesIO(xlsx_bytes("x", ("a",), [(formula,)])))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert b"'" in book.read("xl/sharedStrings.xml")


def test_numbers_stay_numbers() -> None:
    assert [neutral(each) for each in (-1, 2.5, "11D", "")] == [-1, 2.5, "11D", ""]
