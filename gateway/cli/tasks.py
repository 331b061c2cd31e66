"""``motcua tasks``: citizens whom no channel reached, and what the unit did about it."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from core.database import utc_now
from core.text.spell import spell_date
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database
from notifications import task_repository, tasks
from notifications.desk_models import UnitTask
from notifications.ledger import REASON_WORDS
from notifications.schemas import Reason
from notifications.tasks import (
    OUTCOME_WORDS,
    WAY_WORDS,
    NoSuchTask,
    TaskOutcome,
    TaskStatus,
    TaskWay,
    as_facts,
)

group = typer.Typer(no_args_is_help=True, help="Việc báo tin bằng tay của đơn vị.")
app.add_typer(group, name="tasks")


@group.command("list")
def list_(
    unit: Annotated[str | None, typer.Option(help="chỉ của một đơn vị, ghi đúng tên")] = None,
    everything: Annotated[bool, typer.Option("--all", help="cả việc đã xong")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Ai phải được báo bằng tay, chậm nhất ngày nào."""
    rows = asyncio.run(_list(unit, everything))
    if as_json:
        print(json.dumps([as_facts(row) for row in rows], ensure_ascii=False))
        return
    if not rows:
        print("Không có việc nào.")
    for row in rows:
        print(f"{row.id}  {row.dossier_code or '-'}  {row.unit or 'chưa rõ đơn vị'}")
        print(f"  {WAY_WORDS[TaskWay(row.way)]}, chậm nhất {spell_date(row.due_on)}")
        print(f"  vì {REASON_WORDS[Reason(row.reason)]}")
        if row.outcome:
            print(f"  xong: {OUTCOME_WORDS[TaskOutcome(row.outcome)]} ({row.done_by})")


@group.command()
def done(
    task_id: Annotated[str, typer.Argument(metavar="ID", help="mã việc")],
    outcome: Annotated[TaskOutcome, typer.Option(help="kết quả")],
    by: Annotated[str, typer.Option("--by", help="ai làm")],
    note: Annotated[str | None, typer.Option(help="ghi chú, không vào sổ tin")] = None,
) -> None:
    """Ghi kết quả; kết quả vào sổ tin của hồ sơ."""
    row = asyncio.run(_done(task_id, outcome, by, note))
    print(f"Đã ghi: {OUTCOME_WORDS[outcome]}, hồ sơ {row.dossier_code or '-'}.")


async def _list(unit: str | None, everything: bool) -> list[UnitTask]:
    database = await ready_database()
    try:
        async with database.reading() as session:
            status = None if everything else TaskStatus.OPEN
            return list(await task_repository.tasks(session, status=status, unit=unit, limit=500))
    finally:
        await database.dispose()


async def _done(task_id: str, outcome: TaskOutcome, by: str, note: str | None) -> UnitTask:
    database = await ready_database()
    try:
        async with database.writing() as session:
            return await tasks.finish(session, task_id, outcome=outcome, by=by, note=note, now=utc_now())
    except NoSuchTask:
        raise Problem(f"không có việc nào đang mở mang mã '{task_id}': xem 'motcua tasks list'") from None
    finally:
        await database.dispose()
