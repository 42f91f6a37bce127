"""Errors of the city's side: which there are, who mends what, and how each is answered.

    Exception
    ├── ValueError
    │   └── FieldError           firmware/domain/errors.py: one member of what was sent cannot be taken; who sent it mends it
    │       ├── EnvelopeError    firmware/protocol/envelope.py: not signed by the key that should have
    │       └── SeveralFieldsError      central/core/problems.py: several members of it
    ├── LookupError              what was named is not there: a station, a token, an exception
    ├── FileError                hal/errors.py: which file, where in it (in CSV, line and column), why
    │   ├── TariffError          firmware/tariff/file.py: a tariff file
    │   └── CityKeyError         central/core/signing.py: the city's signing key
    ├── UnprocessableError       central/api/errors.py: a rule refused a request; it carries the rule's FieldError
    ├── CommandError             hal/errors.py: a command cannot be done
    │   └── RefusedError         central/cli/common.py: a command of `horodateur-central` cannot be done
    ├── ClusterError             central/cli/cluster.py: the private PostgreSQL is missing or does not start
    └── SQLAlchemyError          the database: nothing was stored

    raised             over HTTP (central/api/errors.py)     at the console (central/cli)
    FieldError         422, `errors[].field`                 exit 1, the member and the reason
    FileError          422, `errors[].field` is the place    exit 1, the file, the place and the reason
    LookupError        404                                   exit 1
    SQLAlchemyError    503, or 500 if it is our own fault    exit 1
    anything else      500, its text kept from everybody     a traceback

What a station sends is answered without raising across packages: a `Problem` (central/core/problems.py) is a value.
"""
