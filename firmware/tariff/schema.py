"""The published JSON Schema of `tariffs.json`.

python -m firmware.tariff.schema > docs/tariffs.schema.json
"""

from __future__ import annotations

import json
import sys

import msgspec

from firmware.tariff.file import TariffFile


def schema() -> str:
    """The schema, as it is published. It is the shape only: `load_tariffs` also checks what no schema can say."""
    described = msgspec.json.schema(TariffFile)
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **described}, indent=2, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(schema() + "\n")
