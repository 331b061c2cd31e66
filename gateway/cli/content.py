"""``motcua content``: files checked, golden questions asked, figures held against the national record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from core.content import Document
from core.content_mirror import read_folder
from core.yaml_shape import ContentShapeError
from gateway import content_kinds
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database, told_when_long
from gateway.golden import Golden, keys_by_code, run_golden
from gateway.knowledge import SEED, today
from gateway.staleness import ROLE_WORDS, grouped, look
from gateway.verifying import verify_content
from knowledge.base import Content, KnowledgeBase
from knowledge.calculators.check import check_calculators
from knowledge.checklist.check import check_checklists
from knowledge.importer.reader import UnreadableFile
from knowledge.life_events.check import check_life_events
from knowledge.published import read_content
from knowledge.staleness import Stale
from notifications.vocabulary import check as check_wordings
from people.models import Role

_SHOWN = 12

group = typer.Typer(no_args_is_help=True, help="Nội dung mà cán bộ sửa.")
app.add_typer(group, name="content")


@group.command()
def check(
    folder: Annotated[Path, typer.Argument(help="thư mục nội dung")] = SEED,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Kiểm tra mọi tệp nội dung và hỏi thử các câu hỏi mẫu."""
    if not folder.is_dir():
        raise Problem(f"không có thư mục {folder}: xem lại đường dẫn")
    files = read_folder(folder)
    if not files:
        raise Problem(f"{folder} không có tệp nội dung nào")
    with told_when_long("Đang đọc mọi tệp và hỏi thử các câu hỏi mẫu…"):
        problems, golden = _examined(files)
    problems += [str(one.wrong) for one in golden if one.wrong and not one.pending]
    pending = [str(one.wrong) for one in golden if one.wrong and one.pending]
    if as_json:
        told = {"files": len(files), "golden": len(golden), "problems": problems, "pending": pending}
        print(json.dumps(told, ensure_ascii=False))
    else:
        for problem in problems:
            print(problem)
        for line in pending:
            print(f"Chưa giải được: {line}")
        print(
            f"{len(files)} tệp, {len(golden)} câu hỏi mẫu ({len(pending)} câu chưa giải được), "
            f"{len(problems)} chỗ phải sửa."
        )
    if problems:
        raise typer.Exit(1)


@group.command()
def verify(
    against: Annotated[list[Path], typer.Option(help="tệp danh mục quốc gia .jsonl hoặc .jsonl.gz")],
    folder: Annotated[Path, typer.Argument(help="thư mục nội dung")] = SEED,
    everything: Annotated[bool, typer.Option("--all", help="in cả khác biệt đã có ghi chú")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """So từng mức tiền, thời hạn trong nội dung với bản ghi quốc gia cùng mã."""
    try:
        with told_when_long("Đang so với bản ghi quốc gia…"):
            found = verify_content(folder, against)
    except UnreadableFile as error:
        raise Problem(str(error)) from None
    except ContentShapeError as error:
        raise Problem(str(error.problems[0])) from None
    open_ones = [one for one in found.differences if not one.explained]
    if as_json:
        print(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        for one in found.differences if everything else open_ones:
            print(one)
        for code in found.without_record:
            print(f"{code}: không có bản ghi nào cùng mã trong các tệp đã cho")
        print(
            f"{found.compared} thủ tục đã so, {len(found.differences) - len(open_ones)} khác biệt có "
            f"ghi chú, {len(open_ones)} khác biệt phải xem."
        )
    if open_ones:
        raise typer.Exit(1)


@group.command()
def stale(
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="xem như ngày này")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Thủ tục có căn cứ hết hiệu lực, lệ phí hết hạn, hoặc còn nhắc cấp huyện; ai phải xem lại."""
    day = on.date() if on else today()
    with told_when_long("Đang xem mọi thủ tục…"):
        groups = grouped(asyncio.run(_look(day)))
    if as_json:
        told = {"on": day.isoformat(), "groups": [group.to_json() for group in groups]}
        print(json.dumps(told, ensure_ascii=False))
        return
    for group in groups:
        print(f"{group.reason} {len(group.codes)} thủ tục · {ROLE_WORDS[Role(group.owner)]} xem lại")
        print(f"  {', '.join(group.codes[:_SHOWN])}{' …' if len(group.codes) > _SHOWN else ''}")
    touched = {code for group in groups for code in group.codes}
    print(f"{len(touched)} thủ tục cần kiểm tra lại, xem như ngày {day:%d/%m/%Y}.")


async def _look(day: date) -> Mapping[str, tuple[Stale, ...]]:
    database = await ready_database()
    try:
        return await look(database, day)
    finally:
        await database.dispose()


def _examined(files: Mapping[str, str]) -> tuple[list[str], list[Golden]]:
    """What is wrong with the files; where nothing is, their golden questions asked."""
    problems = [f"{key}: {why}" for key, text in files.items() if (why := content_kinds.why_not(key, text))]
    if problems:
        return problems, []
    documents = [Document(key.split("/", 1)[0], key, text, 1) for key, text in files.items()]
    content = read_content(documents, {})
    problems = [*_across(documents), *_across_records(content)]
    return problems, run_golden(KnowledgeBase(content), keys_by_code(files))


def _across_records(content: Content) -> list[str]:
    """What only shows when a file is read together with the records it points at."""
    return [
        str(problem)
        for problem in (
            *check_life_events(content.life_events.values(), content.procedures, content.matters),
            *check_calculators(content.calculators, content.procedures, today()),
            *check_checklists(content.checklists.values(), content.procedures),
        )
    ]


def _across(documents: list[Document]) -> list[str]:
    """What only shows when files are read together."""
    found = [str(problem) for problem in check_wordings(content_kinds.texts(documents, "messages"))]
    for read in (content_kinds.targets, content_kinds.instruments, content_kinds.wordings):
        try:
            read(documents)
        except ValueError as error:
            found.append(str(error))
    return found
