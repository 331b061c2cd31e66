"""``motcua catalogue``: the national export into the database, and what searching by meaning needs of it."""

from __future__ import annotations

import asyncio
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.settings import settings
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database

group = typer.Typer(no_args_is_help=True, help="Danh mục thủ tục quốc gia.")
app.add_typer(group, name="catalogue")


class LevelChoice(StrEnum):
    XA = "xa"
    TINH = "tinh"
    BO = "bo"


@group.callback()
def _group() -> None:
    """What is done with the catalogue as a whole."""


@group.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="tệp .jsonl hoặc .jsonl.gz")],
    level: Annotated[LevelChoice | None, typer.Option(help="chỉ lấy một cấp")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="in báo cáo JSON")] = False,
) -> None:
    """Nạp bản xuất của Cổng Dịch vụ công quốc gia; nạp lại không đổi gì."""
    for file in files:
        if not file.is_file():
            raise Problem(f"không có tệp {file}: xem lại đường dẫn")
    asyncio.run(_import(files, level, as_json))


async def _import(files: list[Path], level: LevelChoice | None, as_json: bool) -> None:
    from knowledge.catalogue import import_files
    from knowledge.importer.reader import UnreadableFile
    from knowledge.schemas import Level

    database = await ready_database()

    def progress(done: int, total: int | None) -> None:
        whole = f"/{total}" if total else ""
        print(f"\rĐã đọc {done}{whole} thủ tục", end="", file=sys.stderr, flush=True)

    try:
        report = await import_files(
            database, files, level=Level(level.value) if level else None, progress=progress
        )
    except UnreadableFile as error:
        raise Problem(str(error)) from None
    finally:
        print(file=sys.stderr)
        await database.dispose()
    print(json.dumps(report.to_json(), ensure_ascii=False) if as_json else report.to_text())


@group.command()
def encode(
    ship: Annotated[bool, typer.Option(hidden=True, help="write what comes with the product")] = False,
) -> None:
    """Chuẩn bị tìm theo nghĩa ngay bây giờ; không chạy lệnh này thì máy tự làm dần ở nền."""
    from gateway.knowledge import open_knowledge
    from gateway.searching import Searching

    base = asyncio.run(open_knowledge(settings()))
    searching = Searching.of(settings())
    if searching.passages is None:
        raise Problem("chưa cài phần tìm theo nghĩa: chạy 'uv sync --extra encoder'")
    for done, whole in searching.encode(base):
        print(f"\rChuẩn bị tìm theo nghĩa: {done}/{whole}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if ship:
        print(searching.passages.ship(base.index.passages()))
    print("Đã sẵn sàng tìm theo nghĩa.")
