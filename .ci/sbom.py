#!/usr/bin/env python3
"""Make a CycloneDX file the same for the same lock: no serial number, the commit's time, everything in
order.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
from pathlib import Path
from typing import Any


def settled(bom: dict[str, Any], moment: datetime.datetime) -> dict[str, Any]:
    bom.pop("serialNumber", None)
    bom.setdefault("metadata", {})["timestamp"] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    parts = bom.get("components", [])
    bom["components"] = sorted(parts, key=lambda one: (one["name"], one.get("version", "")))
    bom["dependencies"] = sorted(
        ({**one, "dependsOn": sorted(one.get("dependsOn", []))} for one in bom.get("dependencies", [])),
        key=lambda one: one["ref"],
    )
    return bom


def main() -> None:
    moment = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.UTC)
    for name in sys.argv[1:]:
        path = Path(name)
        bom = settled(json.loads(path.read_text()), moment)
        path.write_text(json.dumps(bom, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
