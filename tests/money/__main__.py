"""`python -m tests.money`: writes docs/money.md again."""

from __future__ import annotations

from tests.money.page import PAGE, page

PAGE.write_text(page(), "utf-8")
