"""``motcua person`` and ``motcua retention``: what is known of one citizen, and for how long."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from core.calendar import LOCAL
from core.settings import settings
from core.text.cells import safe_cell
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database, told_when_long
from gateway.person_desk import PersonDesk, Touched
from gateway.retention import REPORT_WORDS, Retention
from people.desk import NoContact

group = typer.Typer(no_args_is_help=True, help="Dữ liệu của một người: xem, sửa, rút đồng ý, xóa.")
app.add_typer(group, name="person")
retention = typer.Typer(no_args_is_help=True, help="Bỏ dữ liệu đã giữ đủ lâu.")
app.add_typer(retention, name="retention")

Phone = Annotated[str, typer.Option("--phone", help="số điện thoại hoặc địa chỉ thư của người đó")]
By = Annotated[str, typer.Option("--by", help="ai làm việc này")]
Reason = Annotated[str, typer.Option("--reason", help="vì sao, ví dụ số phiếu yêu cầu")]
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


@group.command()
def export(phone: Phone, by: By, reason: Reason, out: Annotated[Path, typer.Option(help="tệp JSON")]) -> None:
    """Mọi thứ đang giữ về một người, thành một tệp để trao cho họ."""
    held = _run(lambda desk: desk.export(phone, by=by, reason=_given(reason)))
    out.touch(mode=0o600)
    out.write_text(json.dumps(held, ensure_ascii=False, indent=1, default=_plain), encoding="utf-8")
    counts = ", ".join(f"{name} {len(rows)}" for name, rows in held.items() if isinstance(rows, list))
    print(f"{out}: {counts}")


@group.command()
def correct(
    phone: Phone,
    by: By,
    reason: Reason,
    new_phone: Annotated[str | None, typer.Option(help="số đúng")] = None,
    name: Annotated[str | None, typer.Option(help="họ tên đúng")] = None,
) -> None:
    """Sửa số điện thoại hoặc họ tên trên các hồ sơ của một người."""
    if new_phone is None and name is None:
        raise Problem("cho biết sửa gì: --new-phone hoặc --name")
    codes = _run(
        lambda desk: desk.correct(phone, new_phone=new_phone, name=name, by=by, reason=_given(reason))
    )
    print(f"Đã sửa {len(codes)} hồ sơ{': ' if codes else ''}{', '.join(codes)}")
    if codes:
        print("Sửa cả trên phần mềm một cửa: lần cập nhật sau của hồ sơ lấy theo đó.")


@group.command()
def withdraw(phone: Phone, by: By, reason: Reason) -> None:
    """Rút mọi đồng ý, có hiệu lực ngay. Tin về hồ sơ vẫn gửi theo luật; từ chối từng kênh ở 'consent'."""
    purposes = _run(lambda desk: desk.withdraw(phone, by=by, reason=_given(reason)))
    print(f"Đã rút: {', '.join(purposes)}.")


@group.command()
def erase(
    phone: Phone,
    by: By,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="không hỏi lại")] = False,
) -> None:
    """Xóa một người khỏi hệ thống. Không lấy lại được; phần luật buộc giữ thì in ra là phần nào."""
    if not yes:
        typer.confirm("Xóa rồi không lấy lại được. Xóa?", abort=True)
    done = _run(lambda desk: desk.erase(phone, by=by, reason=_given(reason)))
    print("Đã xóa: " + ", ".join(f"{name} {count}" for name, count in done.counts.items()))
    print("Còn giữ theo luật:")
    for line in done.kept:
        print(f"  {line}")


@group.command()
def touched(
    start: Annotated[datetime, typer.Option("--from", formats=_FORMATS, help="từ lúc")],
    end: Annotated[datetime, typer.Option("--to", formats=_FORMATS, help="tới lúc")],
    by: By,
    reason: Reason,
    full: Annotated[
        Path | None, typer.Option(help="ghi cả tên và số vào tệp CSV này, để báo cho từng người")
    ] = None,
) -> None:
    """Khi lộ dữ liệu: dữ liệu của những ai đi qua hệ thống trong khoảng thời gian đó."""
    if end <= start:
        raise Problem("--to phải sau --from")
    found = _run(
        lambda desk: desk.touched(
            start.replace(tzinfo=LOCAL), end.replace(tzinfo=LOCAL), by=by, reason=_given(reason),
            full=full is not None,
        )
    )  # fmt: skip
    _print(found)
    if full is not None:
        _write(found, full)
        print(f"Tên và số: {full} (giữ kín, xong việc thì xóa)")
    print("Báo cơ quan chuyên trách trong 72 giờ kể từ khi biết: xem docs/operations/breach.md")


def _print(found: Touched) -> None:
    print(f"{len(found.people)} người, {len(found.dossiers)} hồ sơ, {found.messages} tin, ", end="")
    print(f"{found.conversations} cuộc trò chuyện.")
    for action, count in sorted(found.actions.items()):
        print(f"  {action}: {count} lần")


def _write(found: Touched, path: Path) -> None:
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["mã hồ sơ", "họ tên", "điện thoại"])
        for row in found.full:
            sheet.writerow([safe_cell(cell) for cell in row])


@retention.command()
def run() -> None:
    """Bỏ những gì đã quá hạn giữ ngay bây giờ (tiến trình worker cũng tự làm mỗi ngày)."""

    async def work() -> dict[str, int]:
        database = await ready_database()
        try:
            return await Retention(database, settings().retention).run()
        finally:
            await database.dispose()

    with told_when_long("Đang bỏ những gì đã quá hạn giữ…"):
        done = asyncio.run(work())
    for name, count in done.items():
        print(f"{REPORT_WORDS[name]}: {count}")


def _given(reason: str) -> str:
    if len(reason.strip()) < 5:
        raise Problem("--reason: nói rõ vì sao, ví dụ 'phiếu yêu cầu số 12/2026'")
    return reason.strip()


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _run[T](work: Callable[[PersonDesk], Awaitable[T]]) -> T:
    async def run() -> T:
        database = await ready_database()
        try:
            return await work(PersonDesk(database))
        except NoContact as error:
            raise Problem(str(error)) from None
        finally:
            await database.dispose()

    with told_when_long("Đang xem khắp cơ sở dữ liệu…"):
        return asyncio.run(run())
