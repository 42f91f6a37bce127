"""docs/seeds.md: every test that it names is there, and no article of the four sources is left out."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

from tests.builders import ROOT

PAGE = ROOT / "docs" / "seeds.md"
ARTICLES = {"2017 DVD 14-1°": 11, "2017 DVD 14-2°": 15, "2017 DVD 14-3°": 26, "2014 DVD 1115-1°": 11}
"""How many articles each deliberation has: typed from the sources, which are not in this repository."""
WITHOUT_ARTICLES = {"2017 DVD 14: the statement of reasons": 12, "(seed 000)": 10, "(seed 001)": 30}
"""Texts without articles, and how many rules there are at least."""
NAMED = re.compile(r"`((?:tests|simulator/visits)/[\w./-]+?\.(?:py::\w+|visit))`")
REASONS = ("Not ours", "Not built")


def sections() -> dict[str, list[tuple[str, str, str]]]:
    """The rows of each table of the page, under its heading."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            rows = found.setdefault(line[3:], [])
        elif line.startswith("| ") and not line.startswith("| rule "):
            rule, says, shown = (cell.strip() for cell in line.strip("|").split(" | "))
            rows.append((rule.strip("| "), says, shown))
    return found


@lru_cache
def functions_in(file: Path) -> frozenset[str]:
    return frozenset(each.name for each in ast.parse(file.read_text("utf-8")).body if isinstance(each, ast.FunctionDef))


def is_there(name: str) -> bool:
    path, _, function = name.partition("::")
    file = ROOT / path
    return file.is_file() and (not function or function in functions_in(file))


def test_every_test_that_is_named_is_there() -> None:
    named = [name for rows in sections().values() for *_, shown in rows for name in NAMED.findall(shown)]
    assert len(named) > 200
    assert [name for name in named if not is_there(name)] == []


def test_what_is_in_backticks_and_looks_like_a_test_is_read_as_one() -> None:
    quoted = re.findall(r"`((?:tests|simulator)/[^`]*)`", PAGE.read_text("utf-8"))
    apart = {"tests/test_seeds_page.py", "simulator/visits/"}
    assert [each for each in quoted if each not in apart and not NAMED.fullmatch(f"`{each}`")] == []


def test_every_rule_is_shown_or_says_why_not() -> None:
    rows = [(rule, says, shown) for each in sections().values() for rule, says, shown in each]
    assert [rule for rule, says, shown in rows if not says or not (NAMED.search(shown) or shown.startswith(REASONS))] == []


def test_no_article_is_left_out_and_none_is_invented() -> None:
    for title, articles in ARTICLES.items():
        (rows,) = (rows for heading, rows in sections().items() if heading.startswith(title))
        numbers = {int(found[1]) for rule, *_ in rows if (found := re.match(r"article (\d+)\b", rule))}
        assert numbers == set(range(1, articles + 1)), title


def test_the_texts_without_articles_are_read_to_their_end() -> None:
    for title, fewest in WITHOUT_ARTICLES.items():
        (rows,) = (rows for heading, rows in sections().items() if title in heading)
        assert len(rows) >= fewest, title
