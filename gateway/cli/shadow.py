"""``motcua shadow``: what would have been sent while nothing is."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated

import typer

from core.calendar import LOCAL
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database, told_when_long
from notifications.ledger import REASON_WORDS
from notifications.schemas import Reason
from notifications.shadow import Shadow, shadow

_FORMATS = ["%Y-%m-%d"]


@app.command("shadow")
def show(
    start: Annotated[datetime, typer.Option("--from", formats=_FORMATS, help="từ ngày")],
    end: Annotated[datetime, typer.Option("--to", formats=_FORMATS, help="tới hết ngày")],
) -> None:
    """Chạy thầm (MOTCUA_SHADOW=1): lẽ ra đã gửi gì, hết bao nhiêu, và vì sao tin khác không gửi."""
    if end < start:
        raise Problem("--to phải từ --from trở đi")
    with told_when_long("Đang xem mọi sự kiện của khoảng này…"):
        found = asyncio.run(_look(start.replace(tzinfo=LOCAL), end.replace(tzinfo=LOCAL) + timedelta(days=1)))
    for (event, channel), count in sorted(found.would.items()):
        price = f"{count.cost:,}".replace(",", ".")
        print(f"{event.rpartition('.')[2]}, {channel}: {count.messages} tin, {price} đồng")
    if not found.would:
        print("Chưa có tin nào lẽ ra đã gửi.")
    for reason, number in sorted(found.held.items()):
        print(f"Không gửi vì {REASON_WORDS[Reason(reason)]}: {number}")
    if found.really_sent:
        print(f"Trong thời gian này có {found.really_sent} tin đã gửi thật (lúc không chạy thầm).")


async def _look(start: datetime, end: datetime) -> Shadow:
    database = await ready_database()
    try:
        async with database.reading() as session:
            return await shadow(session, start, end)
    finally:
        await database.dispose()
