"""``motcua unanswered``: what citizens asked and got no answer to, like questions together."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from conversations.unanswered import GroupReport, groups
from gateway.cli import app
from gateway.cli.waiting import ready_database, told_when_long

_REASONS = {
    "fallback": "không hiểu hoặc không có dữ liệu",
    "safe_card": "số liệu bị chặn",
    "handover": "xin gặp cán bộ",
    "other_choice": "bấm Khác",
    "thumbs_down": "bấm Chưa đúng ý",
    "repeat": "hỏi lại y câu cũ",
}


@app.command()
def unanswered(
    limit: Annotated[int, typer.Option(min=1, max=500, help="số nhóm nhiều nhất")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Câu chưa trả lời được, gom theo nhóm: số lần, lần cuối, kênh, ba câu gần nhất."""
    with told_when_long("Đang gom các câu hỏi…"):
        found = asyncio.run(_read(limit))
    if as_json:
        print(json.dumps([group.as_json() for group in found], ensure_ascii=False, indent=1))
    elif not found:
        print("Chưa có câu nào.")
    else:
        print("\n\n".join(_told(group) for group in found))


async def _read(limit: int) -> list[GroupReport]:
    database = await ready_database()
    try:
        async with database.reading() as session:
            return await groups(session, limit=limit)
    finally:
        await database.dispose()


def _told(group: GroupReport) -> str:
    why = ", ".join(_REASONS.get(reason, reason) for reason in group.reasons)
    near = f", gần thủ tục {group.candidate}" if group.candidate else ""
    lines = [
        f"{group.key}  {group.count} lần, lần cuối {group.last_seen[:16].replace('T', ' ')}, "
        f"{', '.join(group.channels) or 'không rõ kênh'}{near}",
        f"  Vì: {why}",
        *(f"  - {one.question[:160]}" for one in group.contexts),
    ]
    return "\n".join(lines)
