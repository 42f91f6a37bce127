"""The rules of central/migrations/__init__.py, as far as the text of a revision shows them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

ADDITIVE = {"upgrade": {"add_column", "create_table", "create_index"}, "downgrade": {"drop_column", "drop_table", "drop_index"}}
"""Alembic's operations that a revision may call, on the way up and on the way down."""
FILLED = r"INSERT INTO (?P<table>\w+) \([\w, ]+\) SELECT [\w, ()']+ FROM stations( WHERE [\w >]+)?"
"""The one text that it may execute."""
WRITES = r"\b(?:INSERT INTO|DELETE FROM|ALTER TABLE|DROP TABLE|TRUNCATE(?: TABLE)?|(?<!DO )UPDATE(?! OF\b))\s+(?P<table>\w+)"
"""What writes to a table, in the text of a trigger."""
IMPORTED = {"__future__", "alembic", "sqlalchemy"}


def broken_rules(source: str) -> list[str]:
    """What in this revision is against the rules, with the line."""
    tree = ast.parse(source)
    made = {_text(call.args[0]) for call in _calls(tree, "create_table") if call.args}
    found = [*_imports(tree), *_operations(tree, made), *_columns(tree), *_indexes(tree, made), *_triggers(tree, made)]
    return [f"line {line}: {rule}" for line, rule in sorted(found)]


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        named = [each.name for each in node.names]
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else named
        for module in modules:
            if module not in IMPORTED:
                yield node.lineno, f"imports {module}"
        if any(each.asname for each in node.names):
            yield node.lineno, "imports under another name"
        if "alembic" in modules and named != ["op"]:
            yield node.lineno, "takes more of alembic than op"


def _operations(tree: ast.Module, made: set[str | None]) -> Iterator[tuple[int, str]]:
    """`op` is only ever called by an allowed name, in its direction: `downgrade` goes down, all else goes up."""
    called = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    filling = {call.func for call in _calls(tree, "execute") if _fills(call, made)}
    for part in tree.body:
        way = "downgrade" if isinstance(part, ast.FunctionDef) and part.name == "downgrade" else "upgrade"
        for node in ast.walk(part):
            if isinstance(node, ast.Name) and node.id == "op" and node not in called:
                yield node.lineno, "hands op on"
            allowed = ADDITIVE[way] | ({"execute"} if node in filling and way == "upgrade" else set())
            if isinstance(node, ast.Attribute) and _is_op(node.value) and node.attr not in allowed:
                yield node.lineno, f"calls op.{node.attr} in {way}"


def _fills(call: ast.Call, made: set[str | None]) -> bool:
    """Whether it fills a table that this revision makes from the stations, and does nothing else."""
    filled = re.fullmatch(FILLED, _text(call.args[0]) or "") if call.args else None
    return filled is not None and filled["table"] in made


def _columns(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for added in _calls(tree, "add_column"):
        column = added.args[1] if len(added.args) > 1 else None
        if not isinstance(column, ast.Call):
            yield added.lineno, "adds a column that is not written out"
        elif {"index", "unique", "primary_key"} & {each.arg for each in column.keywords}:
            yield added.lineno, "adds a column that brings an index along"
        elif _false(column, "nullable") and "server_default" not in {each.arg for each in column.keywords}:
            yield added.lineno, "adds a column that is not nullable and has no server default"


def _indexes(tree: ast.Module, made: set[str | None]) -> Iterator[tuple[int, str]]:
    for index in _calls(tree, "create_index"):
        table = _text(index.args[1]) if len(index.args) > 1 else None
        if (table is None or table not in made) and not _true(index, "if_not_exists"):
            yield index.lineno, "makes an index on a table that is there, without if_not_exists=True"


def _triggers(tree: ast.Module, made: set[str | None]) -> Iterator[tuple[int, str]]:
    """Triggers, where there are any, write to nothing but the tables that this revision makes, which they are made beside."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if not any(isinstance(call.func, ast.Name) and call.func.id == "DDL" for call in calls):
        return
    for text in (node for node in ast.walk(tree) if isinstance(node, ast.Constant)):
        for written in re.finditer(WRITES, _text(text) or ""):
            if written["table"] not in made:
                yield text.lineno, f"writes to {written['table']}"
    for call in calls:
        on_table = isinstance(call.func, ast.Attribute) and call.func.attr in ("create_table", "drop_table")
        if "listeners" in {each.arg for each in call.keywords} and not on_table:
            yield call.lineno, "listeners are for tables"


def _calls(tree: ast.Module, operation: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if _is_op(node.func.value) and node.func.attr == operation:
            yield node


def _is_op(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "op"


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _true(call: ast.Call, name: str) -> bool:
    return any(each.arg == name and isinstance(each.value, ast.Constant) and each.value.value is True for each in call.keywords)


def _false(call: ast.Call, name: str) -> bool:
    """It is said, and not said to be true."""
    return any(each.arg == name for each in call.keywords) and not _true(call, name)
