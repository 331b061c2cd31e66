"""``motcua due-list``, ``extension``, ``deadline``: promises, and letters when one will be missed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from core.settings import settings
from core.text.spell import spell_date
from dossiers.due_list import CAUSE_WORDS
from dossiers.extension_files import FileKind
from dossiers.extension_states import ExtensionProblem, TakingBack
from gateway.cli import app
from gateway.cli.dates import working_calendar
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database, told_when_long
from gateway.deadline_views import ExtensionView, LetterFormat
from gateway.deadlines import DeadlineDesk, SignedFile, deadline_policy, letter_store

extension = typer.Typer(no_args_is_help=True, help="Văn bản xin lỗi và gia hạn (mẫu 04).")
deadline = typer.Typer(no_args_is_help=True, help="Ngày hẹn của hồ sơ.")
app.add_typer(extension, name="extension")
app.add_typer(deadline, name="deadline")

Id = Annotated[str, typer.Argument(metavar="ID", help="mã văn bản, in ra khi lập")]
By = Annotated[str, typer.Option("--by", help="người làm bước này")]
Version = Annotated[int, typer.Option("--version", help="bản đã xem, in ra ở bước trước")]
AsJson = Annotated[bool, typer.Option("--json", help="in JSON")]


@deadline.callback()
def _group() -> None:
    """Keeps ``recount`` a subcommand although it is the only one."""


@app.command("due-list")
def due_list(
    unit: Annotated[str | None, typer.Option(help="chỉ của một cơ quan, ghi đúng tên")] = None,
    days: Annotated[int, typer.Option(min=0, max=60, help="đến hẹn trong bao nhiêu ngày làm việc")] = 2,
    as_json: AsJson = False,
) -> None:
    """Hồ sơ trễ hẹn hoặc sắp đến hẹn: vì sao, ai gọi, văn bản xin lỗi tới đâu."""
    entries = _run(lambda desk: desk.lists.due(unit=unit, days=days))
    if as_json:
        print(json.dumps([entry.as_json() for entry in entries], ensure_ascii=False))
        return
    if not entries:
        print("Không có hồ sơ nào trễ hẹn hoặc sắp đến hẹn.")
    shown = None
    for entry in entries:
        if entry.unit != shown:
            shown = entry.unit
            print(shown)
        print(f"  {entry.dossier_code}  hẹn {spell_date(entry.due_on)} ({entry.left_words})")
        print(f"    {CAUSE_WORDS[entry.cause]}; gọi cho dân: {entry.who_calls}")
        if entry.recount_to:
            print(f"    ngày tính lại sau khi chờ: {spell_date(entry.recount_to)}")
        letter = f" ({entry.extension_id}, bản {entry.extension_version})" if entry.extension_id else ""
        print(f"    {entry.letter_words}{letter}")


@deadline.command()
def recount(
    code: Annotated[str, typer.Argument(metavar="CODE", help="mã hồ sơ")],
    by: By,
    reason: Annotated[str, typer.Option(help="đã chờ gì, từ ngày nào")],
) -> None:
    """Xác nhận ngày hẹn tính lại sau khi chờ bổ sung hoặc nộp tiền."""
    day = _run(lambda desk: desk.recount(code, by=by, reason=reason))
    print(f"Ngày hẹn mới: {spell_date(day)}.")
    print(day.isoformat())


@extension.command()
def draft(
    code: Annotated[str, typer.Argument(metavar="CODE", help="mã hồ sơ")], by: By, as_json: AsJson = False
) -> None:
    """Lập bản nháp cho một hồ sơ."""
    _show(_run(lambda desk: desk.draft(code, by=by)), as_json)


@extension.command()
def show(identifier: Id, as_json: AsJson = False) -> None:
    """Văn bản đang ở bước nào, ai đã làm gì."""
    _show(_run(lambda desk: desk.view(identifier)), as_json)


@extension.command()
def letter(
    identifier: Id,
    by: By,
    out: Annotated[Path, typer.Option(help="tệp .pdf hoặc .docx")],
) -> None:
    """Ghi văn bản ra tệp để xem, in, ký."""
    ending = out.suffix.lower().removeprefix(".")
    if ending not in set(LetterFormat):
        raise Problem(f"--out: '{out}' không phải .pdf hay .docx")
    _, made = _run(lambda desk: desk.letter(identifier, LetterFormat(ending), by=by))
    out.write_bytes(made)
    print(out)


@extension.command()
def reason(
    identifier: Id,
    version: Version,
    by: By,
    reason: Annotated[str, typer.Option(help="vướng ở đâu, đã làm gì")],
    new_due: Annotated[str, typer.Option(help="ngày hẹn mới, dạng 2026-12-02")],
    as_json: AsJson = False,
) -> None:
    """Ghi lý do và ngày hẹn mới."""
    day = _day(new_due, "--new-due")
    _show(
        _run(lambda d: d.give_reason(identifier, version=version, by=by, reason=reason, new_due_on=day)),
        as_json,
    )


@extension.command()
def sign(
    identifier: Id,
    file: Annotated[Path, typer.Argument(help="tệp chữ ký số, PDF đã ký hoặc bản chụp")],
    version: Version,
    by: By,
    signer: Annotated[str, typer.Option(help="họ tên người ký")],
    position: Annotated[str, typer.Option(help="chức vụ người ký")],
    kind: Annotated[FileKind, typer.Option(help="loại tệp")] = FileKind.SIGNED_PDF,
    as_json: AsJson = False,
) -> None:
    """Đính bản đã ký của người có thẩm quyền."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Problem(f"không đọc được {file}: {error.strerror}") from None
    signed = SignedFile(kind, file.name, content)
    _show(
        _run(
            lambda d: d.sign(
                identifier, version=version, by=by, signer=signer, position=position, file=signed
            )
        ),
        as_json,
    )


@extension.command()
def reopen(
    identifier: Id,
    version: Version,
    by: By,
    why: Annotated[str, typer.Option(help="vì sao phải sửa")],
    as_json: AsJson = False,
) -> None:
    """Đưa văn bản đã ký về bước ghi lý do."""
    _show(
        _run(lambda desk: desk.take_back(identifier, TakingBack.REOPEN, version=version, by=by, why=why)),
        as_json,
    )


@extension.command()
def number(
    identifier: Id,
    version: Version,
    by: By,
    notice_number: Annotated[str, typer.Option("--number", help="số văn bản, như 12/VB-UBND")],
    dated: Annotated[str, typer.Option(help="ngày văn bản, dạng 2026-11-23")],
    as_json: AsJson = False,
) -> None:
    """Văn thư cấp số."""
    day = _day(dated, "--dated")
    _show(
        _run(
            lambda d: d.number(
                identifier, version=version, by=by, notice_number=notice_number, numbered_on=day
            )
        ),
        as_json,
    )


@extension.command()
def send(identifier: Id, version: Version, by: By, as_json: AsJson = False) -> None:
    """Gửi: hồ sơ có ngày hẹn mới, người dân được báo kèm số văn bản."""
    _show(_run(lambda desk: desk.send(identifier, version=version, by=by)), as_json)


@extension.command()
def cancel(
    identifier: Id,
    version: Version,
    by: By,
    why: Annotated[str, typer.Option(help="vì sao bỏ")],
    as_json: AsJson = False,
) -> None:
    """Bỏ một văn bản chưa gửi."""
    _show(
        _run(lambda desk: desk.take_back(identifier, TakingBack.CANCEL, version=version, by=by, why=why)),
        as_json,
    )


def _run[T](work: Callable[[DeadlineDesk], Awaitable[T]]) -> T:
    async def go() -> T:
        configuration = settings()
        database = await ready_database()
        desk = DeadlineDesk(
            database, working_calendar, letter_store(configuration), deadline_policy(configuration)
        )
        try:
            return await work(desk)
        except ExtensionProblem as problem:
            raise Problem(str(problem)) from None
        finally:
            await database.dispose()

    with told_when_long("Đang tính hạn của các hồ sơ…"):
        return asyncio.run(go())


def _show(view: ExtensionView, as_json: bool) -> None:
    if as_json:
        print(view.model_dump_json())
        return
    print(f"{view.id}  hồ sơ {view.dossier_code}, lần {view.ordinal}, bản {view.version}: {view.state_words}")
    rows: list[tuple[str, Any]] = [
        ("hẹn cũ", spell_date(view.old_due_on)),
        ("hẹn mới", spell_date(view.new_due_on) if view.new_due_on else None),
        ("lý do", view.reason),
        ("người ký", f"{view.signed_by}, {view.signer_position}" if view.signed_by else None),
        ("số", view.notice_number),
        ("bỏ vì", view.ended_reason),
    ]
    for name, value in rows:
        if value:
            print(f"  {name}: {value}")


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(f"{option}: '{text}' không phải ngày, viết dạng 2026-12-02") from None
