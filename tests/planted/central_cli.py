"""Defects planted in central/cli/."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "two cities have one payment account",
        "central/cli/cities.py",
        "        own[counter.provider] = both\n",
        "        own[both, counter.city.key] = both\n",
        "tests/central/test_cities.py::test_two_cities_have_neither_one_payment_account_nor_one_database",
    ),
    Defect(
        "one database has two spellings",
        "central/cli/cities.py",
        'own: dict[object, str] = {key: signing, database: "one database"}',
        'own: dict[object, str] = {key: signing, str(city.store.url): f"one database: {database}"}',
        "tests/central/test_cities.py::test_two_cities_have_neither_one_payment_account_nor_one_database",
    ),
    Defect(
        "a server starts with a calendar that began yesterday",
        "central/cli/serve.py",
        "        require_calendar(city.store, city.tariffs, arguments.tariffs, arguments.needed)\n",
        "",
        "tests/central/test_calendar_served.py::test_a_calendar_that_begins_too_late_is_not_served_unless_it_is_meant",
    ),
    Defect(
        "one bad line and the good ones are enrolled",
        "central/cli/stations.py",
        "    fleet.check_enrolment(tariffs, enrolment)\n",
        "",
        "tests/central/test_cli_stations.py::test_one_bad_line_and_none_is_enrolled",
    ),
    Defect(
        "the city's answers wait for the acknowledgement of their first half",
        "central/cli/serve.py",
        "    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)",
        "    pass",
        "tests/central/test_server.py::test_an_answer_is_sent_at_once_and_not_when_its_head_is_acknowledged",
    ),
    Defect(
        "a word in place of a number in a database's URL is a traceback",
        "central/cli/common.py",
        "_check_connectable(url)\n    except",
        "pass\n    except",
        "tests/central/test_cli_options.py::test_what_is_no_url_of_a_database_is_a_wrong_command_line",
    ),
    Defect(
        "the server knows no deadline",
        "central/cli/serve.py",
        "        http=DeadlineProtocol,\n",
        "",
        "tests/central/test_slow_clients.py::test_as_many_slow_clients_as_files_do_not_silence_health",
    ),
    Defect(
        "a desk's register is taken for one that was never made",
        "central/cli/common.py",
        " | exists().select_from(stations)",
        "",
        "tests/simulator/test_desk_reconciled.py::test_what_a_desk_sold_is_compared_though_nobody_ever_signed_in_there",
    ),
    Defect(
        "two cities of one server sign with one key",
        "central/cli/cities.py",
        "    own: dict[object, str] = {key: signing, database:",
        "    own: dict[object, str] = {(key, database): signing, database:",
        "tests/central/test_cities.py::test_what_cannot_be_opened_is_named_by_its_city",
    ),
    Defect(
        "two cities of one server have one database",
        "central/cli/cities.py",
        '        ("database", [each.database for each in cities]),\n',
        "",
        "tests/central/test_cities.py::test_cities_that_cannot_be_served_together_are_refused",
    ),
)
