"""The published schema says what the loader accepts."""

import json

from firmware.tariff.schema import schema
from tests.builders import ROOT


def test_the_published_schema_is_fresh() -> None:
    published = (ROOT / "docs" / "tariffs.schema.json").read_text(encoding="utf-8")
    assert published == schema() + "\n", "python -m firmware.tariff.schema > docs/tariffs.schema.json"


def test_no_struct_takes_unknown_keys() -> None:
    described = json.loads(schema())["$defs"]
    assert described["RateLineCollection"]["required"] == ["regime", "vehicles", "zones", "max_time", "rate_lines"]
    assert all(each["additionalProperties"] is False for each in described.values() if each.get("type") == "object")
    assert set(described["TariffFile"]["properties"]) == set(json.loads((ROOT / "tariffs.json").read_text(encoding="utf-8")))
