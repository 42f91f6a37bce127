"""Mail handed over to a relay at the wire: encrypted and verified, once and whole, in bounded time, with clean headers."""

from __future__ import annotations

import email
import email.policy
import smtplib
import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from central.access.mail import Mail, MailRefusedError, message_key
from central.api import smtp
from central.api.smtp import SmtpPort, SmtpSettings, read_smtp_settings, smtp_port
from firmware.domain.errors import FileError
from tests.central.register_rows import TEN
from tests.central.smtp_relay import CLOSES, PASSWORD, USER, SmtpRelay, running_relay
from tests.hal.far_socket import certificate, server_context

SENDER = "ne-pas-repondre@ville.example"
MAIL = Mail("claire@exemple.fr", "Votre lien", "Bonjour Zoë,\n\n.https://ville.example/lien\n..\n" + "é" * 200 + "\n")
WITH_PASSWORD = {"host": "127.0.0.1", "sender": SENDER, "user": USER, "password": PASSWORD}


def port_to(relay: SmtpRelay, folder: Path = Path(), **said: object) -> SmtpPort:
    settings = SmtpSettings(**{**WITH_PASSWORD, **said, "port": relay.port})  # type: ignore[arg-type]
    return smtp_port(settings, folder, time.monotonic)


def plain_port(relay: SmtpRelay) -> SmtpPort:
    return smtp_port(SmtpSettings(host="127.0.0.1", tls="none", sender=SENDER, port=relay.port), Path(), time.monotonic)


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def letter_of(relay: SmtpRelay) -> EmailMessage:
    [text] = relay.letters
    message = email.message_from_bytes(text, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


# --- a letter ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extensions", [("8BITMIME",), ()])
def test_a_letter_arrives_as_it_was_written(extensions: tuple[str, ...]) -> None:
    with running_relay() as relay:
        relay.extensions = extensions
        plain_port(relay).send(MAIL, TEN)
    message = letter_of(relay)
    assert text_of(message) == MAIL.text
    assert (message["from"], message["to"], message["subject"]) == (f"Stationnement <{SENDER}>", MAIL.to, MAIL.subject)
    assert message["message-id"] == f"<{message_key(MAIL, TEN)}@ville.example>"
    assert message["date"].datetime == TEN.replace(microsecond=0)
    assert message["auto-submitted"] == "auto-generated"
    assert relay.letters[0].isascii() is not bool(extensions)
    said = [f"mail FROM:<{SENDER}>", f"rcpt TO:<{MAIL.to}>"]
    assert [each.partition(" size")[0].partition(" BODY")[0] for each in relay.commands[1:3]] == said
    assert relay.commands[-1] == "quit"


def test_the_same_letter_has_one_number_and_no_other_has_it() -> None:
    keys = {message_key(each, TEN) for each in (MAIL, replace(MAIL, to="x@y.fr"), replace(MAIL, text="x"))}
    assert len(keys | {message_key(MAIL, TEN + timedelta(seconds=1))}) == 4
    assert message_key(replace(MAIL), TEN) in keys


@pytest.mark.parametrize("wrong", [{"to": "a@b.fr\r\nBcc: x@y.fr"}, {"subject": "Un\r\nBcc: x@y.fr"}, {"subject": "Un\nDeux"}])
def test_nothing_slips_into_the_headers(wrong: dict[str, str]) -> None:
    with running_relay() as relay, pytest.raises(smtplib.SMTPException):
        plain_port(relay).send(replace(MAIL, **wrong), TEN)  # type: ignore[arg-type]
    assert relay.letters == []


# --- encryption -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_password_and_a_letter_travel_encrypted(tls: str, tmp_path: Path) -> None:
    own = certificate(tmp_path, "relay")
    with running_relay(server_context(own), implicit=tls == "implicit") as relay:
        port_to(relay, tmp_path, tls=tls, authorities="relay.pem").send(MAIL, TEN)
    assert text_of(letter_of(relay)) == MAIL.text
    words = {each.split()[1].lower() for each in relay.commands if each.startswith("TLS ")}
    assert {"auth", "mail", "rcpt", "data"} <= words
    assert [each for each in relay.commands if not each.startswith("TLS ")] == (
        ["ehlo ville.example", "STARTTLS"] if tls == "starttls" else []
    )


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize(("trusted", "ip"), [("another", "127.0.0.1"), ("relay", "127.0.0.2")])
def test_a_certificate_of_somebody_else_is_told_nothing(tls: str, trusted: str, ip: str, tmp_path: Path) -> None:
    certificate(tmp_path, "another")
    own = certificate(tmp_path, "relay", ip)
    with running_relay(server_context(own), implicit=tls == "implicit") as relay, pytest.raises(OSError, match="certificate"):
        port_to(relay, tmp_path, tls=tls, authorities=f"{trusted}.pem").send(MAIL, TEN)
    assert relay.letters == []
    assert not [each for each in relay.commands if "AUTH" in each]


def test_where_encryption_is_not_offered_nothing_is_said() -> None:
    """Whoever stands between takes STARTTLS out of the answer."""
    with running_relay() as relay:
        relay.extensions = ("AUTH PLAIN", "8BITMIME")
        with pytest.raises(smtplib.SMTPNotSupportedError):
            port_to(relay).send(MAIL, TEN)
    assert relay.commands[:1] == ["ehlo ville.example"]
    assert not [each for each in relay.commands if each.split()[0].lower() in ("auth", "mail", "data")]


# --- refused, away, unknown -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["RCPT", "DATA", "text"])
def test_what_is_refused_for_good_is_told_from_what_is_not_taken_now(place: str) -> None:
    for reply, error in (("550 no such user", MailRefusedError), ("451 later", smtplib.SMTPResponseException)):
        with running_relay() as relay:
            relay.replies = {place: reply}
            with pytest.raises(error) as raised:
                plain_port(relay).send(MAIL, TEN)
        assert reply[:3] in str(raised.value)
        assert "no such user" not in str(raised.value), "a text may quote an address"


@pytest.mark.parametrize(
    "replies",
    [
        *({place: CLOSES} for place in ("EHLO", "MAIL", "RCPT", "DATA", "text")),
        *({"hello": hello} for hello in ("554 not you", "hello", "")),
        *({"MAIL": reply} for reply in ("550 not from there", "421 closing", "what?")),
        {"text": "what?"},
    ],
    ids=str,
)
def test_what_is_not_known_to_have_arrived_is_tried_again(replies: dict[str, str]) -> None:
    with running_relay() as relay:
        relay.replies = replies
        with pytest.raises(smtplib.SMTPException):
            plain_port(relay).send(MAIL, TEN)


def test_a_wrong_password_is_tried_again_once_it_is_mended(tmp_path: Path) -> None:
    own = certificate(tmp_path, "relay")
    with running_relay(server_context(own)) as relay, pytest.raises(smtplib.SMTPAuthenticationError) as raised:
        port_to(relay, tmp_path, authorities="relay.pem", password="another").send(MAIL, TEN)
    assert raised.value.smtp_code == 535


@pytest.mark.parametrize("reply", [CLOSES, "500 what?", "221 " + "x" * 9000])
def test_after_the_relay_has_taken_a_letter_nothing_fails(reply: str) -> None:
    with running_relay() as relay:
        relay.replies = {"QUIT": reply}
        plain_port(relay).send(MAIL, TEN)
    assert len(relay.letters) == 1


def test_a_relay_that_is_not_there_and_one_that_speaks_too_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        nobody = SmtpRelay(listening.getsockname()[1])
    with pytest.raises(ConnectionRefusedError):
        plain_port(nobody).send(MAIL, TEN)
    monkeypatch.setattr(smtp, "LONGEST_S", 0.2)
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    while not ended.wait(0.01):
                        connection.sendall(b"2")
                except OSError:
                    pass

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            with pytest.raises(OSError, match=r"slowly|timed out"):
                plain_port(SmtpRelay(listening.getsockname()[1])).send(MAIL, TEN)
        finally:
            ended.set()
            thread.join(60)


# --- the file ---------------------------------------------------------------------------------------------------------


def settings_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "smtp.toml"
    file.write_text(text, "utf-8")
    file.chmod(mode)
    return file


GOOD = f'host = "smtp.ville.example"\nsender = "{SENDER}"\nuser = "u"\npassword = "a secret"\n'


def test_the_settings_are_those_of_the_file(tmp_path: Path) -> None:
    settings = read_smtp_settings(settings_file(tmp_path, GOOD))
    assert (settings.host, settings.tls, settings.sender, settings.sender_name) == (
        "smtp.ville.example",
        "starttls",
        SENDER,
        "Stationnement",
    )
    assert read_smtp_settings(settings_file(tmp_path, f'host = "localhost"\ntls = "none"\nsender = "{SENDER}"\n')).user == ""


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('host = "smtp.ville.example"\n', "sender"),
        (GOOD.replace(SENDER, "nobody"), "sender"),
        (GOOD.replace(SENDER, f"{SENDER}\\r\\nBcc: x@y.fr"), "sender"),
        (GOOD + 'sender_name = "A\\nB"\n', "sender_name"),
        (GOOD + 'tls = "perhaps"\n', "tls"),
        (GOOD + 'tls = "none"\n', "tls"),
        (f'host = "localhost"\ntls = "none"\nsender = "{SENDER}"\nuser = "u"\npassword = "p"\n', "tls"),
        (GOOD.replace('password = "a secret"\n', ""), "password"),
        (GOOD + "port = 70000\n", "port"),
        (GOOD + 'authorities = "none.pem"\n', "authorities"),
        (GOOD + "prot = 25\n", "prot"),
        (GOOD.replace("smtp.ville", "smtp ville"), "host"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_their_place(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(FileError, match=where) as raised:
        read_smtp_settings(settings_file(tmp_path, text))
    assert "a secret" not in str(raised.value)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="chmod 600"):
        read_smtp_settings(settings_file(tmp_path, GOOD, 0o644))
