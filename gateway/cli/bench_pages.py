"""``motcua bench pages``: how long each page takes, in an office that has worked for three years."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from gateway.bench.kinds import Kind, ServerMissing
from gateway.cli.bench import group
from gateway.cli.problem import Problem


@group.command()
def pages(
    database: Annotated[Kind, typer.Option("--database", help="cơ sở dữ liệu dùng để đo")] = Kind.SQLITE,
    dossiers: Annotated[int, typer.Option(min=1_000, help="số hồ sơ")] = 1_000_000,
    conversations: Annotated[int, typer.Option(min=1_000, help="số cuộc trò chuyện")] = 100_000,
    procedures: Annotated[int, typer.Option(min=100, help="số thủ tục")] = 3_000,
    visits: Annotated[int, typer.Option(min=1, help="mỗi trang mở mấy lần")] = 20,
    catalogue: Annotated[
        list[Path] | None, typer.Option(exists=True, help="bản quốc gia để nạp; ghi nhiều lần được")
    ] = None,
    only: Annotated[str, typer.Option(help="chỉ những trang có chữ này trong địa chỉ")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Mọi trang của cán bộ và của người dân, chậm nhất trước; mỗi vai trò mở những trang được phép."""
    from gateway.bench import pages as bench
    from gateway.bench.office import Office

    office = Office(dossiers=dossiers, conversations=conversations, procedures=procedures)
    work = bench.measure(
        database, office=office, visits=visits, catalogue=catalogue or (), only=only, tell=_tell
    )
    try:
        found: dict[str, Any] = uvloop.run(work)
    except ServerMissing as missing:
        raise Problem(str(missing)) from None
    print(json.dumps(found, ensure_ascii=False) if as_json else as_table(found))


def as_table(found: dict[str, Any]) -> str:
    """A line a page, with what a page takes that looks nothing up beside it."""
    lines = [f"{'p95 ms':>8} {'p50 ms':>8} {'ratio':>6} {'KB':>6}  page (visitor)"]
    for one in (*found["pages"], *found["files"]):
        refused = f" → {one['status']}" if one["status"] not in (200, 303) else ""
        lines.append(
            f"{one['p95_ms']:8} {one['p50_ms']:8} {one['ratio']:6} {one['bytes'] / 1000:6.1f}  "
            f"{one['page']} ({one['visitor']}){refused}"
        )
    lines.append(f"{found['reference_p95_ms']:8} {found['reference_p50_ms']:8}   the sign-in page")
    lines += [f"not visited: {path}: {why}" for path, why in found["left_out"].items()]
    lines.append(f"over 200 ms: {', '.join(found['over']) or 'none'}")
    return "\n".join(lines)


def _tell(line: str) -> None:
    print(f"  … {line}", file=sys.stderr)
