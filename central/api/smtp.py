"""Hands mail over to a relay by SMTP (RFC 5321): STARTTLS or TLS from the first byte, verified; one session for each letter.

The theory. What the relay refuses for good about a letter (5xx to its reader or its text) is refused; everything else, a wrong
password too, is tried again, since an operator can mend it. A session that ends before the relay has said 250 to the text may
have delivered it: it is tried again, and the relay knows the Message-ID. After 250 nothing can fail any more.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from central.access.accounts import email_in
from central.access.mail import Mail, MailRefusedError, MailSender, eml_bytes
from central.core.secret_toml import read_secret_toml
from firmware.domain.errors import FieldError, FileError, reason_of

PORTS = {"starttls": 587, "implicit": 465, "none": 25}
"""RFC 6409, RFC 8314, RFC 5321."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SILENT_S, LONGEST_S = 10.0, 60.0
"""How long a relay may say nothing, and how long a session may take, however slowly it speaks."""
ServerText = Annotated[str, Meta(max_length=500)]


class SmtpSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The relay, as a file says it that only its owner reads: it holds a password."""

    host: Annotated[str, Meta(pattern=r"^[A-Za-z0-9.:-]{1,253}\Z")]
    """As its certificate names it."""
    port: Annotated[int, Meta(ge=0, le=65_535)] = 0
    """0: that of the way."""
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    """How the session is encrypted; `none` to this machine alone."""
    user: ServerText = ""
    """Empty: the relay asks for none."""
    password: ServerText = ""
    sender: str
    """The address that letters come from."""
    sender_name: Annotated[str, Meta(min_length=1, max_length=60)] = "Stationnement"
    authorities: str = ""
    """PEM file of who certifies the relay, from this file's folder on; none: the system's."""


def read_smtp_settings(path: Path) -> SmtpSettings:
    """The settings in a file. Raises FileError for none, for one that others can read, and for what cannot work."""
    settings = read_secret_toml(path, SmtpSettings)
    if settings.tls == "none" and (settings.host not in LOOPBACK or settings.user):
        raise FileError(str(path), "tls", "none is for a relay on this machine that asks for no password")
    if bool(settings.user) != bool(settings.password):
        raise FileError(str(path), "password", "belongs to user: both, or neither")
    if not settings.sender_name.isprintable():
        raise FileError(str(path), "sender_name", "must be on one line")
    try:
        email_in(settings.sender)
        _context_of(settings, path.parent)
    except FieldError as error:
        raise FileError(str(path), "sender", error.reason) from error
    except OSError as error:
        raise FileError(str(path), "authorities", reason_of(error)) from error
    return settings


def smtp_port(settings: SmtpSettings, folder: Path, clock: Callable[[], float]) -> SmtpPort:
    """The port that these settings describe; `folder`: where they stand, `clock`: the monotonic one, in seconds.

    Raises OSError for authorities that are none.
    """
    return SmtpPort(settings, _context_of(settings, folder), clock)


def _context_of(settings: SmtpSettings, folder: Path) -> ssl.SSLContext:
    """Verifies the relay's certificate and its name."""
    authorities = folder / settings.authorities if settings.authorities else None
    return ssl.create_default_context(cafile=authorities)


@dataclass(frozen=True)
class SmtpPort:
    """Hands letters over to a relay."""

    settings: SmtpSettings
    context: ssl.SSLContext
    clock: Callable[[], float]

    def send(self, mail: Mail, at: datetime) -> None:
        """Hand a letter over. Raises OSError unless the relay has it for sure, MailRefusedError if it never takes it."""
        sender = MailSender(self.settings.sender, self.settings.sender_name)
        try:
            with self._session() as session:
                takes_8bit = session.has_extn("8bitmime")
                text = eml_bytes(mail, at, sender, seven_bit=not takes_8bit)
                session.sendmail(sender.address, [mail.to], text, ["BODY=8BITMIME"] if takes_8bit else [])
        except smtplib.SMTPRecipientsRefused as error:
            [(code, _)] = error.recipients.values()
            raise _refusal(code) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code) from error
        except ssl.SSLError:  # one of a certificate is a ValueError as well
            raise
        except ValueError as error:  # what the relay says is no SMTP
            raise smtplib.SMTPException("no SMTP is spoken there") from error

    @contextlib.contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A session in which a letter may be handed over. What goes wrong while it ends is of no interest."""
        said = self.settings
        port, name = said.port or PORTS[said.tls], said.sender.rpartition("@")[2]
        if said.tls == "implicit":
            session: _Session = _TlsSession(said.host, port, name, self.clock, self.context)
        else:
            session = _Session(said.host, port, name, self.clock)
        try:
            if said.tls == "starttls":
                session.starttls(context=self.context)
            session.ehlo_or_helo_if_needed()
            if said.user:
                session.login(said.user, said.password)
            yield session
            with contextlib.suppress(OSError):
                session.quit()
        finally:
            session.close()


def _refusal(code: int) -> Exception:
    """5xx is for good."""
    return MailRefusedError(str(code)) if 500 <= code < 600 else smtplib.SMTPResponseException(code, "")


class _Session(smtplib.SMTP):
    """A session that reads replies until LONGEST_S after it began, however slowly they come."""

    def __init__(self, host: str, port: int, name: str, clock: Callable[[], float]) -> None:
        """Connects. `name`: as it presents itself."""
        self._clock, self._ends = clock, clock() + LONGEST_S
        super().__init__(host, port, name, timeout=SILENT_S)

    def getreply(self) -> tuple[int, bytes]:
        """The next reply of the relay."""
        if self.file is None and self.sock is not None:
            self.file = _TimedLines(self.sock, self._clock, self._ends)
        return super().getreply()


class _TlsSession(_Session, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, host: str, port: int, name: str, clock: Callable[[], float], context: ssl.SSLContext) -> None:
        """Connects. `context`: verifies who answers."""
        self._clock, self._ends = clock, clock() + LONGEST_S
        smtplib.SMTP_SSL.__init__(self, host, port, name, timeout=SILENT_S, context=context)


class _TimedLines:
    """Lines of a socket, until an instant of a clock."""

    def __init__(self, connection: socket.socket, clock: Callable[[], float], ends: float) -> None:
        self._connection, self._clock, self._ends, self._rest = connection, clock, ends, b""

    def readline(self, limit: int) -> bytes:
        """The next line, or so many bytes of it; what is left, at the end. Raises TimeoutError."""
        while b"\n" not in self._rest and len(self._rest) < limit:
            left = self._ends - self._clock()
            if left <= 0:
                raise TimeoutError("the relay speaks too slowly")
            self._connection.settimeout(min(left, SILENT_S))
            data = self._connection.recv(4096)
            if not data:
                break
            self._rest += data
        end = min(self._rest.find(b"\n") + 1 or len(self._rest), limit)
        line, self._rest = self._rest[:end], self._rest[end:]
        return line

    def close(self) -> None:
        """Nothing to close: the session closes its socket."""
