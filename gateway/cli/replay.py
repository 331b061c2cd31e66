"""``motcua replay``: what today's rules would have sent for past events, and for how much."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from core.calendar import LOCAL
from core.content import published
from core.settings import settings
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database
from notifications.informing import POLICY
from notifications.replay import CHANGE_WORDS, Replay, Tally


@app.command()
def replay(
    start: Annotated[str, typer.Option("--from", help="ngày đầu, dạng 2026-11-01")],
    end: Annotated[str, typer.Option("--to", help="ngày cuối, dạng 2026-11-30")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="chỉ xem, không ghi gì")] = False,
    most: Annotated[int, typer.Option(min=0, max=100_000, help="in nhiều nhất bao nhiêu chỗ khác")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Xem thử: quy tắc, câu mẫu, giá hôm nay sẽ gửi gì cho các sự kiện đã qua, khác gì với đã gửi."""
    if not dry_run:
        raise Problem("lệnh này chỉ xem, không gửi và không ghi gì: thêm --dry-run")
    first, last = _day(start, "--from"), _day(end, "--to")
    if last < first:
        raise Problem(f"--to ({last}) đứng trước --from ({first}): đổi lại thứ tự")
    found = asyncio.run(_replay(first, last + timedelta(days=1), most))
    if as_json:
        print(json.dumps({**found.as_json(), "prices_from": POLICY}, ensure_ascii=False))
    else:
        _print(found)


async def _replay(first: date, after_last: date, most: int) -> Replay:
    from gateway import content_kinds
    from gateway.providers import make_providers
    from gateway.sending import planner_policy
    from notifications.gatekeeper import Gatekeeper
    from notifications.replay import replay
    from notifications.rules import Rules

    database = await ready_database()
    try:
        providers = make_providers(settings(), database)
        policy = planner_policy(settings(), providers)
        await providers.close()
        async with database.reading() as session:
            documents = await published(session)
        wordings = content_kinds.wordings(documents)
        informing = content_kinds.informing(documents)
        return await replay(
            database,
            lambda desk, clock: Rules(
                lambda: wordings,
                policy=policy,
                gatekeeper=Gatekeeper(lambda: informing, history=False),
                clock=clock,
                write=desk.write,
            ),
            start=datetime.combine(first, time(), LOCAL),
            end=datetime.combine(after_last, time(), LOCAL),
            price=informing.policy.price,
            most_differences=most,
            told=lambda done: print(f"  … đã xem {done} sự kiện", file=sys.stderr),
        )
    finally:
        await database.dispose()


def _print(found: Replay) -> None:
    print(f"{found.events} sự kiện. Giá theo {POLICY}, tính như nhau cho cả hai bên.")
    for title, side in (
        ("Quy tắc hôm nay sẽ gửi", found.now),
        ("Thực tế đã gửi hoặc đang chờ gửi", found.then),
    ):
        total = found.cost(side)
        count = sum(tally.messages for tally in side.values())
        print(f"\n{title}: {count} tin, {_dong(total)}")
        for (what, channel), tally in sorted(side.items()):
            print(f"  {what}, {channel}: {_told(tally)}")
    if found.held_back:
        print("\nKhông gửi: " + ", ".join(f"{reason} {count}" for reason, count in found.held_back.items()))
    print(
        "\nKhác nhau: " + (", ".join(f"{CHANGE_WORDS[c]} {n}" for c, n in found.changes.items()) or "không")
    )
    for one in found.differences:
        code = one.dossier_code or one.event_id
        print(f"  {code}, {one.what}: {CHANGE_WORDS[one.change]} ({one.then} → {one.now})")


def _told(tally: Tally) -> str:
    parts = f" ({tally.parts} đoạn)" if tally.parts != tally.messages else ""
    return f"{tally.messages} tin{parts}, {_dong(tally.cost)}"


def _dong(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(f"{option}: '{text}' không phải ngày, viết dạng 2026-11-30") from None
