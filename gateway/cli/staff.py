"""``motcua staff``: the first account of the console, and a way back in for a locked-out administrator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.database import utc_now
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database
from people import accounts, accounts_repository, unit_repository
from people.accounts import AccountError
from people.models import Role, Staff

group = typer.Typer(no_args_is_help=True, help="Tài khoản của cán bộ.")
app.add_typer(group, name="staff")


@group.command()
def add(
    username: Annotated[str, typer.Argument(help="tên đăng nhập, chữ thường không dấu")],
    name: Annotated[str, typer.Option(help="họ tên")],
    unit: Annotated[str, typer.Option(help="mã đơn vị")],
    role: Annotated[list[Role], typer.Option(help="vai trò, cho nhiều lần nếu cần")],
) -> None:
    """Mở tài khoản và in mật khẩu lần đầu."""
    print(asyncio.run(_add(username, name, unit, role)))


@group.command()
def units() -> None:
    """Mã của các đơn vị, để giao vai trò."""
    for unit in asyncio.run(_units()):
        print(f"{unit.code:<24} {unit.name}")


@group.command()
def reset(username: Annotated[str, typer.Argument(help="tên đăng nhập")]) -> None:
    """Cấp lại mật khẩu, bỏ lớp xác thực cũ, đóng mọi phiên đang mở."""
    print(asyncio.run(_reset(username)))


@group.command()
def province(
    username: Annotated[str, typer.Argument(help="tên đăng nhập ở đây")],
    account: Annotated[str, typer.Argument(help="tên ở tài khoản của tỉnh; '' là bỏ")],
) -> None:
    """Gắn tài khoản ở đây với tài khoản của tỉnh, để người đó đăng nhập bằng tài khoản của tỉnh."""
    asyncio.run(_name_at_province(username, account))
    print(f"Đã ghi cho '{username}'.")


async def _units() -> Sequence[unit_repository.UnitInTree]:
    database = await ready_database()
    try:
        async with database.reading() as session:
            return await unit_repository.all_units(session)
    finally:
        await database.dispose()


async def _add(username: str, name: str, unit: str, roles: list[Role]) -> str:
    database = await ready_database()
    try:
        async with database.writing() as session:
            staff, password = await accounts.create_account(
                session, username=username, display_name=name, actor="system", now=utc_now()
            )
            for role in roles:
                await accounts.give_post(
                    session,
                    staff=staff,
                    unit_code=unit,
                    role=role,
                    actor="system",
                    starts_on=local_day(utc_now()),
                )
    except AccountError as error:
        raise Problem(str(error)) from None
    finally:
        await database.dispose()
    return password


async def _reset(username: str) -> str:
    async with _account(username) as (session, staff):
        return await accounts.reset_password(session, staff=staff, actor="system", now=utc_now())


async def _name_at_province(username: str, account: str) -> None:
    try:
        async with _account(username) as (session, staff):
            await accounts.name_at_province(
                session, staff=staff, account=account, actor="system", now=utc_now()
            )
    except AccountError as error:
        raise Problem(str(error)) from None


@asynccontextmanager
async def _account(username: str) -> AsyncIterator[tuple[AsyncSession, Staff]]:
    database = await ready_database()
    try:
        async with database.writing() as session:
            staff = await accounts_repository.staff_by_username(session, username.strip().lower())
            if staff is None:
                raise Problem(f"không có tài khoản '{username}'")
            yield session, staff
    finally:
        await database.dispose()
