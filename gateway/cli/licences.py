"""``motcua licences``: what the product is made of, and under which terms."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from typing import Annotated

import typer

from gateway.cli import app


@app.command()
def licences(as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False) -> None:
    """Mọi gói đang cài trong môi trường của sản phẩm, phiên bản và giấy phép."""
    rows = sorted(_rows(distributions()), key=lambda row: row["name"].lower())
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['name']} {row['version']}: {row['licence']}")


def _rows(found: Iterable[Distribution]) -> list[dict[str, str]]:
    rows = {one.metadata["Name"]: one for one in found}
    return [{"name": name, "version": one.version, "licence": licence_of(one)} for name, one in rows.items()]


def licence_of(one: Distribution) -> str:
    """By its SPDX expression, else its classifier, else the first line of what it says."""
    about = one.metadata
    if expression := about.get("License-Expression"):
        return str(expression)
    classified = [
        line.rpartition("::")[2].strip()
        for line in about.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    if classified:
        return ", ".join(classified)
    said = str(about.get("License") or "").strip()
    return said.splitlines()[0] if said else "không ghi"
