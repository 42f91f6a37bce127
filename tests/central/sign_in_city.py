"""A city in which people sign in by mail, for the tests of signing in and of pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from central.access.mail import Mail
from central.access.rate_limits import Limits
from central.access.sign_in_ways import SignInWays
from central.access.tokens import ROLES, issue_token
from central.app import create_app
from tests.central.api_client import LONG, NO_LIMITS, Client, ManualClock
from tests.central.browser_client import BrowserClient
from tests.central.signing_station import city_of

PUBLIC = "https://ville.example/stationnement"
MINE = "claire.martin@exemple.fr"


@dataclass
class Mailbox:
    """A mail port that keeps what it is given."""

    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail, at: datetime) -> None:
        self.mails.append(mail)

    @property
    def link(self) -> str:
        """The path of the last link."""
        [path] = re.findall(rf"{PUBLIC}(/sign-in/link/\S+)", self.mails[-1].text)
        return str(path)


@dataclass(frozen=True)
class SignInCity:
    """A city where people sign in by mail."""

    client: Client
    mailbox: Mailbox
    clock: ManualClock

    def browser(self, address: str = "203.0.113.7") -> BrowserClient:
        return BrowserClient(self.client, address=address, base="https://city")

    def asking(self, email: str = MINE, browser: BrowserClient | None = None) -> BrowserClient:
        """A browser in which a link was asked for."""
        browser = browser or self.browser()
        browser.get("/sign-in")
        assert browser.send("/sign-in/link", email=email).status_code == 200
        return browser

    def signed_in(self, email: str = MINE) -> BrowserClient:
        browser = self.asking(email)
        browser.get(self.mailbox.link)
        assert browser.send(self.mailbox.link).status_code == 303
        return browser


def sign_in_city(store: Engine, limits: Limits = NO_LIMITS) -> SignInCity:
    city, clock, mailbox = city_of(store), ManualClock(), Mailbox()
    app = create_app(city, clock, limits, SignInWays(PUBLIC, mailbox))
    return SignInCity(Client(app, city, clock), mailbox, clock)


def operator(people: SignInCity) -> tuple[str, BrowserClient]:
    token = issue_token(people.client.city.store, "Dupont", ROLES["operator"], LONG, "the test", people.clock())
    return token, people.browser().sign_in(token)
