"""Defects planted in central/api/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a route forgets to ask for a token",
        "central/api/auditor.py",
        "def read_audit(auditor: Auditor, auth: Auth,",
        "def read_audit(auth: Auth,",
        "tests/central/test_api_auth.py::test_every_route_is_open_or_asks_for_its_scope",
    ),
    Defect(
        "any token is good for anything",
        "central/api/auth.py",
        "if scope not in bearer.scopes:",
        "if not bearer.scopes:",
        "tests/central/test_api_auth.py::test_no_route_takes_a_token_without_its_scope",
    ),
    Defect(
        "guessing is not counted",
        "central/api/auth.py",
        '        auth.count_failure("token", address, claimed)\n',
        "",
        "tests/central/test_api_auth.py::test_who_guesses_is_soon_not_looked_at",
    ),
    Defect(
        "all stations share one bucket",
        "central/api/station.py",
        'auth.count_request(("station", address_of(request), claimed), auth.limits.station)',
        'auth.count_request(("station", address_of(request)), auth.limits.station)',
        "tests/central/test_api_auth.py::test_a_station_that_asks_too_often_waits_and_its_neighbour_does_not",
    ),
    Defect(
        "a body that does not say how long it is may be endless",
        "central/api/bodies.py",
        "if read > longest:",
        "if read > LONGEST_SERIES:",
        "tests/central/test_api.py::test_a_long_body_is_refused_whether_it_says_so_or_not",
    ),
    Defect(
        "a database without connections is a 500",
        "central/api/errors.py",
        "AWAY = (OperationalError, InterfaceError, PoolTimeoutError)",
        "AWAY = (OperationalError, InterfaceError)",
        "tests/central/test_api.py::test_a_database_that_fails_is_503_and_nothing_is_acknowledged",
    ),
    Defect(
        "the log keeps the path",
        "central/api/access_log.py",
        'route = getattr(request.scope.get("route"), "path", NO_ROUTE)',
        'route = request.scope["path"]',
        "tests/central/test_access_log.py::test_no_plate_no_secret_and_no_card_is_ever_written_down",
    ),
    Defect(
        "a refusal leaves no trace",
        "central/api/access_log.py",
        "if 400 <= response.status < 500:",
        "if 401 <= response.status < 404:",
        "tests/central/test_access_log.py::test_every_refusal_leaves_one_audit_line",
    ),
    Defect(
        "a quote is priced by today's tariffs",
        "central/api/public.py",
        "tariffs_at(auth.city, asked.at)",
        "tariffs_at(auth.city, auth.clock())",
        "tests/central/test_quotes.py::test_what_is_published_prices_from_its_first_instant_on",
    ),
    Defect(
        "one who may not is refused without a word in the log",
        "central/api/access_log.py",
        "if 400 <= response.status < 500:",
        "if 400 <= response.status < 403:",
        "tests/central/test_forged_requests.py::test_of_a_thousand_forged_requests_none_is_accepted",
    ),
    Defect(
        "the audit line quotes the address that was asked for",
        "central/api/access_log.py",
        'route = getattr(request.scope.get("route"), "path", NO_ROUTE)',
        "route = str(request.url)",
        "tests/central/test_forged_requests.py::test_of_a_thousand_forged_requests_none_is_accepted",
    ),
    Defect(
        "the list of stations is open to everybody",
        "central/api/operator.py",
        "def read_stations(operator: Watcher, auth: Auth)",
        "def read_stations(auth: Auth)",
        "tests/central/test_forged_requests.py::test_of_a_thousand_forged_requests_none_is_accepted",
    ),
    Defect(
        "who sends nonsense is answered in a shape that was not announced",
        "central/api/errors.py",
        "    app.add_exception_handler(RequestValidationError, _invalid_request)\n",
        "",
        "tests/central/test_openapi.py::test_every_answer_is_one_that_was_announced",
    ),
    Defect(
        "to look for a token that is not there breaks the server",
        "central/api/tokens.py",
        "    with rule_errors():\n        tokens.revoke_token(auth.city.store, id, operator.name, auth.clock())",
        "    tokens.revoke_token(auth.city.store, id, operator.name, auth.clock())",
        "tests/central/test_openapi.py::test_every_answer_is_one_that_was_announced",
    ),
    Defect(
        "nobody is told that there may be no such station",
        "central/api/operator.py",
        '@routes.post("/stations/{station}/revoke", status_code=HTTPStatus.NO_CONTENT, responses=problems(404))',
        '@routes.post("/stations/{station}/revoke", status_code=HTTPStatus.NO_CONTENT)',
        "tests/central/test_openapi.py::test_every_answer_is_one_that_was_announced",
    ),
)
