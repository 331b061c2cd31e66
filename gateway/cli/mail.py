"""``motcua mail``: whether the mail server takes our mails, and what became of them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from aiosmtplib import SMTPException

from core.database import Database, new_id
from core.settings import settings
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.provider_ports import AlarmEvents
from gateway.receipts import Receipts
from wire.mail_bounce import read_report
from wire.provider import Accepted, OutgoingNotice
from wire.smtp import Smtp

group = typer.Typer(no_args_is_help=True, help="Thư điện tử: thử tài khoản, đọc thư báo lỗi.")
app.add_typer(group, name="mail")


@group.command()
def check(
    to: Annotated[str | None, typer.Option(help="gửi một thư thử tới địa chỉ này")] = None,
) -> None:
    """Kết nối, đăng nhập máy chủ thư; có --to thì gửi một thư thử."""
    missing = settings().smtp.missing
    if missing:
        names = ", ".join(f"MOTCUA_SMTP__{name.upper()}" for name in missing)
        raise Problem(f"thư điện tử đang tắt: đặt {names}")

    async def work(database: Database) -> str:
        provider = Smtp(settings().smtp, watcher=AlarmEvents(database))
        try:
            if to is None:
                await provider.check()
                return "Máy chủ thư nhận kết nối và tài khoản."
            outcome = await provider.send(
                OutgoingNotice(new_id() + "0", "email", to, "Thư thử từ Motcua.", title="Thư thử")
            )
        except (SMTPException, OSError, TimeoutError) as error:
            why = type(error).__name__
            raise Problem(f"máy chủ thư không nhận: {why}, xem lại địa chỉ, cổng, mật khẩu") from None
        finally:
            await provider.close()
        if not isinstance(outcome, Accepted):
            raise Problem(f"máy chủ thư không nhận thư thử: {outcome.code}")
        return f"Đã giao thư thử cho máy chủ ({outcome.provider_message_id or 'không có mã'})."

    print(_run(work))


@group.command()
def bounce(
    files: Annotated[list[Path] | None, typer.Argument(help="tệp thư; không có thì đọc từ đầu vào")] = None,
) -> None:
    """Đọc thư báo (DSN) mà máy chủ thư trả về; đặt làm nơi nhận của hộp thư trả lỗi."""
    try:
        mails = [file.read_bytes() for file in files] if files else [sys.stdin.buffer.read()]
    except OSError as error:
        raise Problem(f"không đọc được {error.filename}: {error.strerror}") from None
    reports = [report for raw in mails for report in read_report(raw)]

    async def work(database: Database) -> None:
        receipts = Receipts(database)
        for report in reports:
            if report.statement is not None:
                await receipts.store(report.statement)

    if reports:
        _run(work)
    # Nothing to read is no mistake: a mailbox gets other mail too, and must not send it back.
    print(f"{len(mails)} thư, {len(reports)} báo cáo về thư của ta.")


def _run[T](work: Callable[[Database], Awaitable[T]]) -> T:
    async def go() -> T:
        from gateway.keys import activate_keys

        activate_keys(settings())
        database = Database(settings().database)
        try:
            return await work(database)
        finally:
            await database.dispose()

    return asyncio.run(go())
