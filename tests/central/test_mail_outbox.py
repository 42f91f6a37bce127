"""The outbox of mail: on disk before it is said, tried later and later, given up when it is of no use; on both databases."""

from __future__ import annotations

import base64
import smtplib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from central.access.mail import Mail, MailRefusedError, message_key
from central.access.mail_outbox import (
    KEPT,
    LATE,
    LEASE,
    LONGEST_WAIT,
    NOT_OURS,
    MailOutbox,
    MailQueue,
    read_mail_queue,
    send_next_mail,
)
from central.access.sign_in_links import LINK_LIFE
from central.access.sign_in_ways import SignInWays
from central.access.tokens import Scope
from central.api.smtp import SmtpPort
from central.app import create_app
from central.cards.counter import Counter
from central.cli.accounts import ways_in
from central.cli.background import start_background
from central.cli.common import RefusedError
from central.core.city import City
from central.core.environment import MAIL_FOLDER, PUBLIC_URL, SMTP
from central.db.account_tables import mails
from central.operations.counter_retention import count_expired_at_counter, delete_expired_at_counter
from tests.central.api_client import NO_LIMITS, Client, ManualClock
from tests.central.counter_browser import browser
from tests.central.register_rows import TEN, city_of
from tests.central.sign_in_city import MINE, PUBLIC, SignInCity, sign_in_city
from tests.central.signing_station import all_of
from tests.central.smtp_relay import running_relay
from tests.central.test_smtp import settings_file

MAIL = Mail("claire@exemple.fr", "Votre lien", "https://ville.example/lien", timedelta(minutes=15))


@dataclass
class ScriptedRelay:
    """Raises what it is told to, then takes; keeps what it was handed."""

    raises: list[Exception] = field(default_factory=list)
    taken: list[tuple[Mail, datetime]] = field(default_factory=list)
    tried: int = 0

    def send(self, mail: Mail, at: datetime) -> None:
        self.tried += 1
        if self.raises:
            raise self.raises.pop(0)
        self.taken.append((replace(mail, good_for=MAIL.good_for), at))


def posted(city: City, mail: Mail = MAIL, at: datetime = TEN) -> None:
    MailOutbox(city).send(mail, at)


def until_nothing_is_due(city: City, relay: ScriptedRelay, clock: ManualClock) -> None:
    while send_next_mail(city, relay, clock):
        pass


# --- attempts ---------------------------------------------------------------------------------------------------------


def test_a_letter_leaves_once_and_nothing_of_it_stays(city: City) -> None:
    posted(city)
    posted(city)
    relay = ScriptedRelay()
    until_nothing_is_due(city, relay, ManualClock(TEN))
    assert relay.taken == [(MAIL, TEN)]
    with city.store.begin() as connection:
        assert connection.execute(select(mails)).all() == []
    assert read_mail_queue(city.store, TEN) == MailQueue(0, None, "", 0, 0)


def test_it_is_tried_later_and_later_under_one_number_until_nobody_needs_it(city: City) -> None:
    posted(city)
    relay, clock, waits = ScriptedRelay([ConnectionRefusedError()] * 99), ManualClock(TEN), []
    while read_mail_queue(city.store, clock()).waiting:
        tried = relay.tried
        assert not send_next_mail(city, relay, clock) or relay.tried == tried
        with city.store.begin() as connection:
            row = connection.execute(select(mails)).one()
        if row.due_at:
            assert (row.message, row.recipient) == (message_key(MAIL, TEN), MAIL.to)
            waits.append(int((row.due_at - clock()).total_seconds()))
            clock.at = row.due_at - timedelta(seconds=1)
            assert not send_next_mail(city, relay, clock)
            assert relay.tried == tried + 1
            clock.at = row.due_at
    assert waits == [5, 15, 45, 135, 405, 295]
    assert clock.at == TEN + MAIL.good_for
    assert (row.recipient, row.text, row.answer) == ("", "", "ConnectionRefusedError")
    assert read_mail_queue(city.store, clock()) == MailQueue(0, None, "ConnectionRefusedError", 1, 0)


def test_a_letter_for_days_is_tried_once_an_hour(city: City) -> None:
    posted(city, replace(MAIL, good_for=timedelta(days=3)))
    relay, clock = ScriptedRelay([OSError()] * 12), ManualClock(TEN)
    while not relay.taken:
        send_next_mail(city, relay, clock)
        clock.at += LONGEST_WAIT
    assert relay.tried == 13
    assert clock.at == TEN + 13 * LONGEST_WAIT


def test_a_letter_that_the_relay_will_never_take_is_given_up_and_names_nobody(city: City) -> None:
    posted(city)
    relay, clock = ScriptedRelay([MailRefusedError("550")]), ManualClock(TEN)
    until_nothing_is_due(city, relay, clock)
    with city.store.begin() as connection:
        [row] = connection.execute(select(mails)).all()
    assert MAIL.to not in repr(row)
    assert MAIL.text not in repr(row)
    queue = read_mail_queue(city.store, TEN)
    assert (queue, queue.is_late(TEN)) == (MailQueue(0, None, "550", 0, 1), False), "a wrong address is nobody's alarm"
    posted(city, MAIL, TEN + KEPT + timedelta(days=1))
    relay.raises, clock.at = [MailRefusedError("551")], TEN + KEPT + timedelta(days=1)
    until_nothing_is_due(city, relay, clock)
    with city.store.begin() as connection:
        assert [each.answer for each in connection.execute(select(mails)).all()] == ["551"]


def test_of_what_a_relay_says_only_its_code_is_kept(city: City, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    posted(city)
    send_next_mail(city, ScriptedRelay([smtplib.SMTPResponseException(451, f"{MAIL.to} later")]), ManualClock(TEN))
    assert read_mail_queue(city.store, TEN).answer == "451"
    assert [(each.message, each.__dict__["fields"]) for each in caplog.records] == [("mail waits", {"answer": "451"})]


def test_a_worker_that_dies_leaves_its_letter_to_another(city: City) -> None:
    class Dying(ScriptedRelay):
        def send(self, mail: Mail, at: datetime) -> None:
            raise KeyboardInterrupt

    posted(city)
    with pytest.raises(KeyboardInterrupt):
        send_next_mail(city, Dying(), ManualClock(TEN))
    relay = ScriptedRelay()
    assert not send_next_mail(city, relay, ManualClock(TEN + LEASE - timedelta(seconds=1)))
    assert send_next_mail(city, relay, ManualClock(TEN + LEASE))
    assert len(relay.taken) == 1


def test_what_is_no_letter_is_refused_before_it_is_kept(city: City) -> None:
    with pytest.raises(ValueError, match="Header values"):
        posted(city, replace(MAIL, subject="Un\r\nBcc: x@y.fr"))
    assert read_mail_queue(city.store, TEN).waiting == 0


# --- at rest ----------------------------------------------------------------------------------------------------------


def text_at_rest(city: City) -> str:
    with city.store.begin() as connection:
        return str(connection.scalar(select(mails.c.text)))


def test_whoever_reads_the_database_has_no_link(city: City) -> None:
    posted(city)
    at_rest = text_at_rest(city)
    for each in (at_rest.encode(), base64.b64decode(at_rest)):
        assert not any(part in each for part in (MAIL.text.encode(), b"lien", b"https"))
    posted(city, MAIL, TEN + timedelta(seconds=1))
    with city.store.begin() as connection:
        assert len(set(connection.execute(select(mails.c.text)).scalars())) == 2


@pytest.mark.parametrize("change", [{"recipient": "autre@exemple.fr"}, {"text": MAIL.text}, {"text": ""}, {"message": "x"}])
def test_a_letter_that_was_altered_at_rest_leaves_for_nobody(city: City, change: dict[str, str]) -> None:
    posted(city)
    with city.store.begin() as connection:
        connection.execute(update(mails).values(change))
    relay = ScriptedRelay()
    until_nothing_is_due(city, relay, ManualClock(TEN))
    assert relay.tried == 0
    queue = read_mail_queue(city.store, TEN)
    assert (queue, queue.is_late(TEN)) == (MailQueue(0, None, NOT_OURS, 1, 0), True)
    assert text_at_rest(city) == ""


def test_another_citys_key_opens_nothing(city: City) -> None:
    posted(city)
    relay = ScriptedRelay()
    until_nothing_is_due(city_of(city.store), relay, ManualClock(TEN))
    assert (relay.tried, read_mail_queue(city.store, TEN).answer) == (0, NOT_OURS)


# --- who is told ------------------------------------------------------------------------------------------------------


def test_an_operator_is_told_when_mail_does_not_leave(city: City) -> None:
    clock = ManualClock(TEN)
    client = Client(create_app(city, clock, NO_LIMITS), city, clock)
    operator = browser(client, Scope.WAITING, "Operator")
    operator.get("/exceptions")
    assert "Courrier" not in operator.shown
    posted(city)
    send_next_mail(city, ScriptedRelay([TimeoutError()]), clock)
    for late in (False, True):
        clock.at = TEN + LATE + timedelta(seconds=late)
        operator.get("/exceptions")
        assert "Courrier (1 en attente)" in operator.shown
        assert ("Le courrier ne part pas." in operator.shown) is late
        assert "Dernière réponse du relais : <code>TimeoutError</code>" in operator.shown
    metrics = client.get("/metrics").text
    assert "horodateur_mail_waiting 1.0" in metrics
    assert f"horodateur_mail_oldest_age_seconds {LATE.total_seconds() + 1}" in metrics
    clock.at = TEN + MAIL.good_for
    send_next_mail(city, ScriptedRelay(), clock)
    operator.get("/exceptions")
    assert "Perdues depuis un jour, faute d’être parties à temps : 1." in operator.shown
    assert "horodateur_mail_lost 1.0" in client.get("/metrics").text
    assert MAIL.to not in operator.shown


def test_letters_that_no_server_takes_go_with_their_end(city: City) -> None:
    posted(city)
    ends = TEN + MAIL.good_for + timedelta(days=1)
    assert count_expired_at_counter(city.store, ends).mails == 0
    assert delete_expired_at_counter(city.store, None, "ana", ends + timedelta(seconds=1)).mails == 1
    assert read_mail_queue(city.store, TEN).waiting == 0


# --- the whole way ----------------------------------------------------------------------------------------------------


@pytest.fixture
def people(store: Engine) -> SignInCity:
    people = sign_in_city(store)
    people.client.app.state.auth = replace(
        people.client.app.state.auth, ways=SignInWays(PUBLIC, MailOutbox(people.client.city))
    )
    return people


def test_whoever_is_told_that_a_link_is_sent_has_it_on_disk(people: SignInCity) -> None:
    people.asking()
    relay = ScriptedRelay()
    [row] = all_of(people.client.city, mails)
    assert "sign-in" not in repr(row)
    assert (row.recipient, row.useless_at - row.made_at) == (MINE, LINK_LIFE)
    until_nothing_is_due(people.client.city, relay, people.clock)
    [(mail, at)] = relay.taken
    people.mailbox.send(mail, at)
    assert people.browser().get(people.mailbox.link).status_code == 200


def test_a_servers_letters_reach_the_relay_of_its_file(people: SignInCity, tmp_path: Path) -> None:
    city = people.client.city
    with running_relay() as relay:
        text = f'host = "127.0.0.1"\nport = {relay.port}\ntls = "none"\nsender = "ne-pas-repondre@ville.example"\n'
        ways = ways_in({PUBLIC_URL: PUBLIC, SMTP: str(settings_file(tmp_path, text))}, city)
        assert isinstance(ways.mail, MailOutbox)
        assert isinstance(ways.relay, SmtpPort)
        people.asking()
        stop = start_background(Counter(people.client.city), ways, people.clock, every_s=0.01)
        assert relay.took.wait(60)
        stop.set()
    [letter] = relay.letters
    assert f"{PUBLIC}/sign-in/link/".encode() in letter


def test_mail_has_one_way_out_and_needs_a_public_address(city: City, tmp_path: Path) -> None:
    text = 'host = "localhost"\ntls = "none"\nsender = "a@ville.example"\n'
    smtp = {SMTP: str(settings_file(tmp_path, text))}
    with pytest.raises(RefusedError, match=PUBLIC_URL):
        ways_in(smtp, city)
    with pytest.raises(RefusedError, match="not to both"):
        ways_in(smtp | {PUBLIC_URL: PUBLIC, MAIL_FOLDER: str(tmp_path)}, city)
