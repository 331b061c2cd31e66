#!/usr/bin/env python3
"""What the product is made of, as CycloneDX: the same bytes for the same commit.

``sbom.py FILE…`` settles what uv wrote of a lock (no serial number, the commit's time, everything in order)
and adds to the product's own what browsers get. ``sbom.py --bundle FOLDER VERSION`` tells what really lies in
an offline bundle: every wheel of both halves with its hash, what browsers get, and the bundle itself.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = "motcua"


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


def assets(root: Path) -> Iterator[dict[str, Any]]:
    """Fonts, icons and scripts that browsers get, as the lists beside them name them."""
    for listed in sorted(root.glob("gateway/*/static/vendor/vendor.json")):
        for one in json.loads(listed.read_text())["packages"]:
            place = listed.parent.relative_to(root)
            yield {
                "type": "library",
                "name": one["package"],
                "version": one["version"],
                "purl": f"pkg:npm/{one['package'].replace('@', '%40')}@{one['version']}",
                "components": [
                    {"type": "file", "name": f"{place}/{name}", "hashes": [_hash(sha256)]}
                    for name, sha256 in sorted(one["files"].items())
                ],
            }


def bundle(folder: Path, version: str) -> dict[str, Any]:
    """Of a bundle that lies unpacked in ``folder``. Every wheel says by ``motcua:half`` whose it is."""
    found = [*assets(folder / "project")]
    for wheel in sorted(folder.glob("wheels/*/*.whl")):
        name, of, *_ = wheel.name.split("-")
        name = re.sub(r"[-_.]+", "-", name).lower()
        found.append(
            {
                "type": "library",
                "name": name,
                "version": of,
                "purl": f"pkg:pypi/{name}@{of}",
                "hashes": [_hash(hashlib.sha256(wheel.read_bytes()).hexdigest())],
                "properties": [
                    {"name": "motcua:half", "value": wheel.parent.name},
                    {"name": "motcua:file", "value": str(wheel.relative_to(folder))},
                ],
            }
        )
    whole = {"type": "application", "name": f"{PRODUCT}-offline", "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": whole},
    } | {"components": found}


def _hash(sha256: str) -> dict[str, str]:
    return {"alg": "SHA-256", "content": sha256}


def main() -> None:
    moment = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.UTC)
    if sys.argv[1] == "--bundle":
        print(_written(settled(bundle(Path(sys.argv[2]), sys.argv[3]), moment)))
        return
    for path in map(Path, sys.argv[1:]):
        bom = json.loads(path.read_text())
        if bom["metadata"]["component"]["name"] == PRODUCT:
            bom["components"] += assets(ROOT)
        path.write_text(_written(settled(bom, moment)) + "\n")


def _written(bom: dict[str, Any]) -> str:
    return json.dumps(bom, indent=2, sort_keys=True)


if __name__ == "__main__":
    main()
