"""Simulator of a station: its devices, its city and its network in virtual time, on a web page or played from visit files.

Its errors, beside those of the rooms it simulates:

    Exception
    ├── CommandError          hal/errors.py: a command cannot be done
    │   └── VisitError        visit_files/visit.py: a visit cannot be read, or its expectation does not hold: file, line, reason
    ├── ExpectationError      visit_files/expectations.py: what was expected and what was found; a visit makes it a VisitError
    ├── NotUnderstoodError    web/requests.py: a request to the desk's API, answered 422 with what it may say instead
    └── LgpioError            devices/lgpio_chip.py: what the real `lgpio` raises as `lgpio.error`
"""
