"""Errors of the firmware: one tree. The city uses FieldError and FileError too.

    Exception
    ├── ValueError
    │   └── FieldError                 domain/errors.py: which member of what was sent, and why; whoever sent it mends it
    │       ├── EnvelopeError          protocol/envelope.py: a document this key did not sign for this purpose
    │       └── ReceiptError           paper/receipt_signing.py: a text this station did not sign
    ├── FileError                      hal/errors.py: which file, where in it, and why; whoever wrote it mends it
    │   ├── BoardError                 hal/errors.py: a board or station file, or the computer it describes
    │   ├── TariffError                tariff/file.py: prices; the place is a path such as `$.rate_tables[1].validity`
    │   ├── EntitlementError           protocol/entitlements.py: a copy of the register; the place is a path
    │   ├── PublicationStoreError      backoffice/publication_store.py: something published, on its way in or on disk
    │   │   └── ForeignError           backoffice/publication_store.py: the city's, but for another station or sector
    │   ├── CatalogueError             locale/__init__.py: the place is a sentence that one language lacks
    │   ├── JournalError               journal/journal_file.py: the place is `entry 6`
    │   ├── PeopleError                service/people.py: who may open the service menu
    │   └── SigningKeyError            station/signing_key.py: the station's private key
    └── StationRunningError            diagnosis/selftest_run.py: the station runs, so its devices cannot be probed

What is expected (refused, paper out, offline) is no error: it is an event or a fact.
"""

from __future__ import annotations

from hal.errors import CommandError, FileError, error_text, reason_of

__all__ = ["CommandError", "FieldError", "FileError", "error_text", "reason_of"]


class FieldError(ValueError):
    """One member of a request, a message or a command line cannot be taken. Nothing was stored."""

    def __init__(self, field: str, reason: str) -> None:
        """`field`: where it stands, such as `plate` or `entries[3].hash`; empty for the whole of it."""
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason
