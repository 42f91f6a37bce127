"""Defects planted in central/api/city_directory.py."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a city answers on the host of another",
        "central/api/city_directory.py",
        "        if host in self.hosts:\n",
        "        if host in self.hosts and scope['path'].split('/')[1] not in str(self.prefixes):\n",
        "tests/central/test_cities.py::test_the_host_or_else_the_path_names_the_city",
    ),
    Defect(
        "the cookie of a city is sent to every city of the host",
        "central/api/city_directory.py",
        '            "root_path": scope.get("root_path", "") + prefix,\n',
        "",
        "tests/central/test_cities.py::test_pages_and_links_of_a_city_stay_below_its_prefix",
    ),
)
