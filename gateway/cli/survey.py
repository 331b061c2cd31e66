"""``motcua survey index``: what citizens say, held against the city's targets."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import Annotated

import typer

from core.content import published
from core.database import Database
from core.settings import settings
from feedback.figures import By
from feedback.kpis import count_figures
from feedback.report import index_report
from feedback.report_text import as_text
from feedback.span import Span
from gateway.cli import app
from gateway.cli.problem import Problem

group = typer.Typer(no_args_is_help=True, help="Khảo sát và chỉ số hài lòng.")
app.add_typer(group, name="survey")


@group.callback()
def _group() -> None:
    """Keeps ``index`` a subcommand although it is the only one."""


@group.command()
def index(
    start: Annotated[str, typer.Option("--from", help="ngày đầu, dạng 2026-01-01")],
    end: Annotated[str, typer.Option("--to", help="ngày cuối, dạng 2026-12-31")],
    by: Annotated[By, typer.Option(help="chia theo")] = By.UNIT,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Chỉ số, số phiếu, khoảng tin cậy, tỷ lệ trả lời và kết luận với từng chỉ tiêu."""
    first, last = _day(start, "--from"), _day(end, "--to")
    if last < first:
        raise Problem(f"--to ({last}) đứng trước --from ({first}): đổi lại thứ tự")
    asyncio.run(_index(first, last, by, as_json))


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(f"{option}: '{text}' không phải ngày, viết dạng 2026-01-31") from None


async def _index(first: date, last: date, by: By, as_json: bool) -> None:
    from gateway import content_kinds
    from gateway.prepare import prepare

    await prepare(settings(), tell=lambda line: None)
    database = Database(settings().database)
    try:
        async with database.writing() as session:
            documents = await published(session)
            cut_day = content_kinds.invitation_plan(documents).cut_day
            await count_figures(session, Span(first, last, cut_day).slices, cut_day)
            report = await index_report(
                session,
                content_kinds.targets(documents),
                first,
                last,
                by=by,
                areas=content_kinds.areas(documents),
                cut_day=cut_day,
            )
    finally:
        await database.dispose()
    print(json.dumps(report.to_json(), ensure_ascii=False) if as_json else as_text(report))
