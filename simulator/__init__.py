"""Simulator of a station: its devices, its city and its network in virtual time, on a web page or played from visit files.

Its errors, beside those of the rooms it simulates:

    Exception
    ├── CommandError          hal/errors.py: a command cannot be done
    │   └── VisitError        visit_files/visit.py: a visit cannot be read, or its expectation does not hold: file, line, reason
    ├── ExpectationError      visit_files/words.py: what was expected and what was found; a visit makes it a VisitError
    ├── NotUnderstoodError    web/requests.py: a request to the desk's API, answered 422 with what it may say instead
    ├── RealDeviceError       desk/real_devices.py: a hand on a simulated device in whose place a real one stands, answered 409
    ├── TerminalStaysError    desk/terminals.py: why no other card terminal can be delivered now, answered 409
    ├── ViolationError        street/station.py: a street ends at the first violation
    ├── LgpioError            devices/lgpio_chip.py: what the real `lgpio` raises as `lgpio.error`
    └── ChipResetError        devices/pico/run.py: the front board's chip starts again; no firmware catches that
"""
