"""``motcua campaign``: one text to many people who agreed to it, checked row by row, with its cost before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from core.calendar import LOCAL
from core.content import published
from core.database import Database
from core.settings import settings
from dossiers.csv_events import Table, csv_table
from dossiers.problems import EventsRefused
from dossiers.xlsx_events import xlsx_table
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database, told_when_long
from notifications.campaign_text import CampaignCheck, CampaignRefused
from notifications.campaign_text import check as check_rows
from notifications.campaigns import CampaignDesk, CampaignView

group = typer.Typer(no_args_is_help=True, help="Đợt tin tuyên truyền.")
app.add_typer(group, name="campaign")

Name = Annotated[str, typer.Argument(metavar="TÊN", help="tên đợt tin")]
Rows = Annotated[Path, typer.Argument(metavar="TỆP", help="CSV hoặc Excel, có cột phone")]
Text = Annotated[Path, typer.Option("--text", help="tệp chữ chứa nội dung; {{ tên_cột }} lấy từ tệp số")]
Unit = Annotated[str, typer.Option("--unit", help="cơ quan gửi, ghi đủ tên")]
By = Annotated[str, typer.Option("--by", help="ai làm")]


@group.command()
def check(
    rows: Rows,
    text: Text,
    unit: Unit,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Kiểm tra từng dòng, đếm đoạn, tính tiền; không lưu, không gửi."""
    found, without = _run(lambda database: _checked(database, rows, text, unit))
    if as_json:
        print(
            json.dumps(
                {
                    "rows": len(found.rows),
                    "parts": found.parts,
                    "cost_vnd": found.cost,
                    "without_consent": without,
                    "sample": found.sample,
                    "problems": [one.model_dump() for one in found.problems],
                    "warnings": [one.model_dump() for one in found.warnings],
                },
                ensure_ascii=False,
            )
        )
    else:
        _print(found, without)
    if found.problems:
        raise typer.Exit(1)


@group.command()
def plan(name: Name, rows: Rows, text: Text, unit: Unit, by: By) -> None:
    """Lưu đợt tin đã kiểm tra; chưa gửi."""

    async def work(database: Database) -> tuple[CampaignCheck, int]:
        found, without = await _checked(database, rows, text, unit)
        await CampaignDesk(database).plan(name, _body(text), found, unit=unit, by=by)
        return found, without

    found, without = _run(work)
    _print(found, without)
    print(f"Đã lưu đợt '{name}'. Gửi: motcua campaign start '{name}' --by …")


@group.command()
def start(
    name: Name,
    by: By,
    at: Annotated[str | None, typer.Option(help="giờ bắt đầu, dạng 2026-12-01T08:00")] = None,
) -> None:
    """Bắt đầu, hoặc gửi tiếp sau khi tạm dừng."""
    moment = None
    if at is not None:
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            raise Problem(f"giờ '{at}' không đọc được: viết dạng 2026-12-01T08:00") from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)
    _told(_run(lambda database: CampaignDesk(database).start(name, by=by, at=moment)))


@group.command()
def pause(name: Name, by: By) -> None:
    """Tạm dừng ngay: tin chưa gửi thì chờ."""
    _told(_run(lambda database: CampaignDesk(database).pause(name, by=by)))


@group.command()
def stop(name: Name, by: By) -> None:
    """Dừng hẳn: tin chưa gửi thì hủy, có ghi sổ."""
    _told(_run(lambda database: CampaignDesk(database).stop(name, by=by)))


@group.command("list")
def list_() -> None:
    """Các đợt tin và đã tới đâu."""
    views = _run(lambda database: CampaignDesk(database).list())
    if not views:
        print("Chưa có đợt tin nào.")
    for view in views:
        _told(view)


_STATUS = {
    "planned": "đã lưu, chưa gửi",
    "running": "đang gửi",
    "paused": "tạm dừng",
    "stopped": "đã dừng hẳn",
    "done": "đã lập xong tin",
}


def _told(view: CampaignView) -> None:
    counts = ", ".join(f"{name} {count}" for name, count in sorted(view.counts.items()) if count)
    print(f"{view.name}: {_STATUS[view.status]}; {view.rows} người, {_dong(view.cost)}")
    print(f"  {counts or 'chưa có tin'}")


def _print(found: CampaignCheck, without: int) -> None:
    for level, problems in (("phải sửa", found.problems), ("lưu ý", found.warnings)):
        for one in problems:
            print(f"{level}: dòng {one.row}, cột {one.field}: {one.problem}. {one.remedy}.")
    print(f"{len(found.rows)} người, {found.parts} đoạn SMS, {_dong(found.cost)}.")
    if without:
        print(f"{without} người chưa đồng ý nhận tin tuyên truyền: sẽ không gửi cho họ.")
    if found.sample:
        print(f"Tin đầu tiên: {found.sample}")


def _dong(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")


async def _checked(database: Database, rows: Path, text: Path, unit: str) -> tuple[CampaignCheck, int]:
    from gateway import content_kinds

    async with database.reading() as session:
        informing = content_kinds.informing(await published(session))
    desk = informing.desk(unit)
    table = _table(rows)
    found = check_rows(
        table,
        _body(text),
        unit=unit,
        public_url=settings().public_url or settings().url or "http://127.0.0.1:8080",
        policy=informing.policy,
        hotline=desk.phone if desk else None,
    )
    return found, await CampaignDesk(database).without_consent(found)


def _table(path: Path) -> Table:
    try:
        content = path.read_bytes()
        return (
            xlsx_table(content) if path.suffix.lower() == ".xlsx" else csv_table(content.decode("utf-8-sig"))
        )
    except OSError as error:
        raise Problem(f"không đọc được {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Problem(f"{path}: lưu lại dạng 'CSV UTF-8'") from None
    except EventsRefused as refused:
        raise Problem(f"{path}: {refused.problems[0].problem}, {refused.problems[0].remedy}") from None


def _body(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"không đọc được {path} ({type(error).__name__}): lưu dạng chữ UTF-8") from None


def _run[T](work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        database = await ready_database()
        try:
            return await work(database)
        except CampaignRefused as refused:
            raise Problem(str(refused)) from None
        finally:
            await database.dispose()

    with told_when_long("Đang xem từng dòng…"):
        return asyncio.run(run())
