"""``motcua keys``: keys of machine clients."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from core.database import Database, utc_now
from core.settings import settings
from gateway.cli import app
from gateway.cli.problem import Problem
from people.repository import api_key_by_name
from people.service import Scope, create_key

group = typer.Typer(no_args_is_help=True, help="Khóa của phần mềm khác.")
app.add_typer(group, name="keys")


@group.callback()
def _group() -> None:
    """Keeps ``create`` a subcommand although it is the only one."""


@group.command()
def create(
    name: Annotated[str, typer.Argument(help="tên phần mềm sẽ dùng khóa")],
    scope: Annotated[list[Scope], typer.Option(help="quyền, cho nhiều lần nếu cần")],
    days: Annotated[int, typer.Option(min=1, max=1095, help="hạn dùng, ngày")] = 365,
) -> None:
    """Tạo khóa và in ra một lần duy nhất."""
    asyncio.run(_create(name, set(scope), days))


async def _create(name: str, scopes: set[Scope], days: int) -> None:
    from gateway.prepare import prepare

    await prepare(settings(), tell=lambda line: None)
    database = Database(settings().database)
    try:
        async with database.writing() as session:
            if await api_key_by_name(session, name) is not None:
                raise Problem(f"đã có khóa tên '{name}': đặt tên khác")
            expires_at = utc_now() + timedelta(days=days)
            secret = await create_key(session, name=name, scopes=scopes, expires_at=expires_at)
    finally:
        await database.dispose()
    print(secret)
