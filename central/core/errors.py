"""Errors of the city's side: which there are, who mends what, and how each is answered.

    Exception
    ├── ValueError
    │   └── FieldError           firmware/domain/errors.py: one member of what was sent cannot be taken; who sent it mends it
    │       ├── EnvelopeError    firmware/protocol/envelope.py: not signed by the key that should have
    │       ├── SeveralFieldsError      central/core/problems.py: several members of it
    │       └── ConflictError    central/core/problems.py: a member of it stands against what is there already
    ├── LookupError              what was named is not there: a station, a token, an exception
    ├── FileError                hal/errors.py: which file, where in it (in CSV, line and column), why
    │   ├── TariffError          firmware/tariff/file.py: a tariff file
    │   └── CityKeyError         central/core/signing.py: the city's signing key
    ├── UnprocessableError       central/api/errors.py: a rule refused a request; it carries the rule's FieldError
    ├── SignInNeededError        central/api/page_routes.py: a page is for people who signed in, and nobody did
    ├── OidcError                central/api/oidc.py: what an OpenID provider replied signs nobody in
    ├── ProviderAwayError        central/payments/port.py: the payment provider did not answer; what became of it is not known
    │   └── ProviderRefusedError central/payments/port.py: it answered, and will answer the same; a person has to look
    ├── MailRefusedError         central/access/mail.py: whoever takes mail away will never take this letter
    ├── LockTakenError           central/db/locks.py: another process has the lock
    ├── NoDocumentFolderError    central/operations/counter_retention.py: documents to delete, and nobody said where they are
    ├── CommandError             hal/errors.py: a command cannot be done
    │   └── RefusedError         central/cli/common.py: a command of `horodateur-central` cannot be done
    ├── ClusterError             central/cli/cluster.py: the private PostgreSQL is missing or does not start
    └── SQLAlchemyError          the database: nothing was stored

    raised             over HTTP (central/api/errors.py)     at the console (central/cli)
    FieldError         422, `errors[].field`                 exit 1, the member and the reason
    ConflictError      409, `errors[].field`                 exit 1, the member and the reason
    FileError          422, `errors[].field` is the place    exit 1, the file, the place and the reason
    LookupError        404                                   exit 1
    SQLAlchemyError    503, or 500 if it is our own fault    exit 1
    anything else      500, its text kept from everybody     a traceback

What a station sends is answered without raising across packages: a `Problem` (central/core/problems.py) is a value.
"""
