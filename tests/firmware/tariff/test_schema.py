"""The published schema says what the loader accepts."""

import json

import pytest

from firmware.tariff.schema import schema
from tests.builders import ROOT
from tests.golden_files import GoldenFiles


@pytest.mark.golden
def test_the_published_schema_is_fresh(golden_docs: GoldenFiles) -> None:
    text = schema() + "\n"
    assert text == golden_docs.text("tariffs.schema.json", text), "run make golden"


def test_no_struct_takes_unknown_keys() -> None:
    described = json.loads(schema())["$defs"]
    assert described["RateLineCollection"]["required"] == ["regime", "vehicles", "zones", "max_time", "rate_lines"]
    assert all(each["additionalProperties"] is False for each in described.values() if each.get("type") == "object")
    assert set(described["TariffFile"]["properties"]) == set(json.loads((ROOT / "tariffs.json").read_text(encoding="utf-8")))
