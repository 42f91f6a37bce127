"""JSON of another is decoded in one place: where a member that is given twice is refused (firmware/domain/decoding.py)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.builders import ROOT

ROOMS = ("firmware", "central", "workshop", "simulator/web")
"""Where documents cross a border of trust. Wires of devices (`hal/wire/`) and simulated far ends are no documents."""
NOT_FROM_ANOTHER = {
    "firmware/domain/decoding.py": "the place itself",
    "firmware/tariff/load.py": "refuses a key given twice by its path in the file, for those who write tariffs",
    "simulator/web/requests.py": "refuses them too, with the members that its route reads",
    "central/api/plain_checks.py": "counts the texts of a body: one more than its members, and the route answers it",
    "central/enforcement/register_reading.py": "what the city's own database answers",
    "central/payments/sandbox.py": "the far end of a cable: a provider that is not ours",
    "central/pages/alarm_words.py": "a file that comes with this software",
    "workshop/tariffs/commands.py": "a file that `load_tariffs` has accepted",
    "workshop/flash/disks.py": "what lsblk says of this computer",
}


def decodings(tree: ast.Module) -> Iterator[int]:
    """Lines that decode JSON, by themselves."""
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and "json.Decoder" in ast.unparse(node.value)]
    decoders = {
        name.id for node in assigned for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            base, called = ast.unparse(node.func.value), node.func.attr
            direct = (base, called) in {("msgspec.json", "decode"), ("json", "loads"), ("json", "load")}
            if direct or (called == "decode" and base in decoders) or (called == "json" and not node.args and base != "self"):
                yield node.lineno


def test_each_way_to_decode_is_seen() -> None:
    lines = ["msgspec.json.decode(data)", "json.loads(data)", "answer.json()", "_one.decode(data)", "_two.decode(data)"]
    text = "_one, _two = msgspec.json.Decoder(A), msgspec.json.Decoder(B)\n" + "\n".join(lines) + "\ndata.decode()\n"
    assert list(decodings(ast.parse(text))) == [2, 3, 4, 5, 6]


def test_what_another_wrote_is_decoded_where_a_member_given_twice_is_refused() -> None:
    files = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
    found = {str(file.relative_to(ROOT)): list(decodings(ast.parse(file.read_text("utf-8")))) for file in files}
    assert {file: lines for file, lines in found.items() if lines and file not in NOT_FROM_ANOTHER} == {}
    assert {file for file in NOT_FROM_ANOTHER if not found[file]} == set()
