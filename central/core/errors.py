"""Errors of the city's side: which there are, who mends what, and how each is answered.

    Exception
    ├── ValueError
    │   ├── FieldError       one member of what was sent cannot be taken (firmware/domain/errors.py); whoever sent it mends it
    │   └── EnvelopeError    not signed by the expected key (firmware/protocol/envelope.py)
    ├── LookupError          what was named is not there: a station, a token, an exception
    ├── FileError            what stands in a file (hal/errors.py): which file, where in it (in CSV, line and column), why
    │   └── CityKeyError     the city's signing key (central/core/signing.py)
    ├── TariffError          a tariff file (firmware/tariff/file.py)
    ├── RefusedError         a command of `horodateur-central` cannot be done (central/cli/common.py)
    ├── ClusterError         the private PostgreSQL is missing or does not start (central/cli/cluster.py)
    └── SQLAlchemyError      the database: nothing was stored

    raised             over HTTP (central/api/errors.py)     at the console (central/cli)
    FieldError         422, `errors[].field`                 exit 1, the member and the reason
    FileError          422, `errors[].field` is the place    exit 1, the file, the place and the reason
    LookupError        404                                   exit 1
    SQLAlchemyError    503, or 500 if it is our own fault    exit 1
    anything else      500, its text kept from everybody     a traceback

What a station sends is answered without raising across packages: a `Problem` (central/core/problems.py) is a value.
"""
