"""Mail to people: a letter, the port that takes it away, and the demonstration's far end, a folder of `.eml` files."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

DAYS = timedelta(days=3)
"""How long a letter is of use that does not say."""


@dataclass(frozen=True)
class MailSender:
    """Whom letters come from."""

    address: str = "ne-pas-repondre@horodateur.invalid"
    name: str = "Stationnement"


@dataclass(frozen=True)
class Mail:
    """A letter in plain text."""

    to: str
    subject: str
    text: str
    good_for: timedelta = DAYS
    """How long after it was written somebody needs it."""


class MailRefusedError(Exception):
    """Whoever takes mail away will not take this letter, whenever it is asked: an address that does not exist, say."""


class MailPort(Protocol):
    """What takes mail away."""

    def send(self, mail: Mail, at: datetime) -> None:
        """Take a letter written at that time; on disk, or handed over, before this returns.

        Raises OSError if it cannot be taken now, or it is not known whether it was; MailRefusedError if it never will be.
        """


@dataclass(frozen=True)
class EmlFolder:
    """Writes each letter as a file that only its owner reads: for a demonstration, or for a mail system that empties it."""

    folder: Path

    def send(self, mail: Mail, at: datetime) -> None:
        """Write the letter under a name of its own; it is whole as soon as it ends in `.eml`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        part = self.folder / f"{name}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(eml_bytes(mail, at))
            file.flush()
            os.fsync(file.fileno())
        part.rename(self.folder / f"{name}.eml")


def eml_bytes(mail: Mail, at: datetime, sender: MailSender = MailSender(), seven_bit: bool = False) -> bytes:
    """The letter as RFC 5322 has it. A line break in an address or a subject is refused by the library, with ValueError.

    `seven_bit`: for a far end that takes nothing else (RFC 6152); a link stays on one line otherwise, and can be copied.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"], message["Subject"] = mail.to, mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_key(mail, at)}@{sender.address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # nobody's absence is answered to us (RFC 3834)
    message.set_content(mail.text, cte="quoted-printable" if seven_bit else "8bit")
    return message.as_bytes()


def message_key(mail: Mail, at: datetime) -> str:
    """What tells a letter from all others: the same at each attempt, so that a far end knows a repeat."""
    said = "\n".join((at.isoformat(), mail.to, mail.subject, mail.text))
    return hashlib.sha256(said.encode()).hexdigest()[:32]
