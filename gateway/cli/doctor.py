"""``motcua doctor``: what is weak in this deployment, and what to do about it."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from core.settings import settings
from gateway.cli import app
from gateway.cli.waiting import told_when_long
from gateway.doctor.finding import Finding, Level

_MARKS = {Level.BAD: "✗ Phải sửa", Level.WEAK: "! Nên sửa", Level.NOTE: "· Cần biết", Level.FINE: "✓ Tốt"}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
    everything: Annotated[bool, typer.Option("--all", help="in cả những chỗ đang tốt")] = False,
) -> None:
    """Khám hệ thống: chỗ nào yếu, sửa thế nào. Kết thúc bằng 1 khi có chỗ phải sửa, 0 khi không."""
    from gateway.doctor.examine import examine

    with told_when_long("Đang khám hệ thống…"):
        found = asyncio.run(examine(settings()))
    if as_json:
        print(json.dumps([one.as_json() for one in found], ensure_ascii=False))
    else:
        _print(found, everything)
    raise typer.Exit(1 if any(one.level is Level.BAD for one in found) else 0)


def _print(found: list[Finding], everything: bool) -> None:
    for level, mark in _MARKS.items():
        those = [one for one in found if one.level is level]
        if not those or (level is Level.FINE and not everything):
            continue
        print(f"{mark} ({len(those)})")
        for one in those:
            print(f"  {one.said}")
            if one.remedy:
                print(f"    → {one.remedy}")
    bad = sum(one.level is Level.BAD for one in found)
    good = sum(one.level is Level.FINE for one in found)
    print(
        f"\n{bad} chỗ phải sửa, {good} chỗ tốt." if bad else f"\nKhông có chỗ nào phải sửa, {good} chỗ tốt."
    )
