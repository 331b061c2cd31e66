"""``motcua keys``: keys of machine clients."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import utc_now
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database
from people.repository import api_key_by_name, api_keys
from people.service import Scope, create_key, end_key, rotate_key

group = typer.Typer(no_args_is_help=True, help="Khóa của phần mềm khác.")
app.add_typer(group, name="keys")


@group.command()
def create(
    name: Annotated[str, typer.Argument(help="tên phần mềm sẽ dùng khóa")],
    scope: Annotated[list[Scope], typer.Option(help="quyền, cho nhiều lần nếu cần")],
    days: Annotated[int, typer.Option(min=1, max=1095, help="hạn dùng, ngày")] = 365,
) -> None:
    """Tạo khóa và in ra một lần duy nhất."""
    asyncio.run(_create(name, set(scope), days))


@group.command("list")
def list_() -> None:
    """Có những khóa nào, quyền gì, tới khi nào. Khóa thì không in lại được."""
    now = utc_now()
    for key in asyncio.run(_with_session(api_keys)):
        if key.revoked_at is not None and key.revoked_at <= now:
            until = f"đã thu hồi {key.revoked_at:%d/%m/%Y}"
        elif key.expires_at is None:
            until = "không có hạn"
        else:
            until = f"{'hết hạn' if key.expires_at <= now else 'tới'} {key.expires_at:%d/%m/%Y}"
        print(f"{key.name}: {key.scopes} ({until})")


@group.command()
def revoke(
    name: Annotated[str, typer.Argument(help="tên phần mềm")],
    by: Annotated[str, typer.Option("--by", help="ai thu hồi")],
    reason: Annotated[str | None, typer.Option(help="vì sao")] = None,
) -> None:
    """Thu hồi một khóa; có hiệu lực trong hai giây."""

    async def end(session: AsyncSession) -> bool:
        return await end_key(session, name=name, at=utc_now(), actor=by, reason=reason)

    if not asyncio.run(_with_session(end)):
        raise Problem(f"không có khóa nào đang dùng tên '{name}': xem motcua keys list")
    print("Đã thu hồi.")


@group.command()
def rotate(
    name: Annotated[str, typer.Argument(help="tên phần mềm")],
    by: Annotated[str, typer.Option("--by", help="ai đổi")],
    days: Annotated[int, typer.Option(min=1, max=1095, help="hạn dùng của khóa mới, ngày")] = 365,
    overlap: Annotated[int, typer.Option(min=0, max=90, help="khóa cũ còn dùng được bao nhiêu ngày")] = 7,
) -> None:
    """Đổi khóa: in khóa mới, khóa cũ còn dùng được ít ngày để kịp thay."""
    now = utc_now()

    async def exchange(session: AsyncSession) -> str | None:
        return await rotate_key(
            session,
            name=name,
            expires_at=now + timedelta(days=days),
            old_until=now + timedelta(days=overlap),
            actor=by,
        )

    secret = asyncio.run(_with_session(exchange))
    if secret is None:
        raise Problem(f"không có khóa nào đang dùng tên '{name}': xem motcua keys list")
    print(secret)


async def _with_session[T](work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    database = await ready_database()
    try:
        async with database.writing() as session:
            return await work(session)
    finally:
        await database.dispose()


async def _create(name: str, scopes: set[Scope], days: int) -> None:
    database = await ready_database()
    try:
        async with database.writing() as session:
            if await api_key_by_name(session, name) is not None:
                raise Problem(f"đã có khóa tên '{name}': đặt tên khác")
            expires_at = utc_now() + timedelta(days=days)
            secret = await create_key(session, name=name, scopes=scopes, expires_at=expires_at)
    finally:
        await database.dispose()
    print(secret)
