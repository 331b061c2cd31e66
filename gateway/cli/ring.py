"""``motcua ring``: the keys that encrypt personal data: make a new one, write everything anew, seal."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from core.crypto import CryptoError, KeyRing
from core.database import Database
from core.settings import settings
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database, told_when_long
from gateway.keys import read_ring, ring_file, write_ring
from gateway.reencrypt import count_by_key, reencrypt
from people.repository import add_audit

group = typer.Typer(no_args_is_help=True, help="Khóa mã hóa dữ liệu cá nhân.")
app.add_typer(group, name="ring")

By = Annotated[str, typer.Option("--by", help="ai làm việc này")]


@group.command()
def status() -> None:
    """Có những khóa nào, khóa nào đang dùng để ghi, mỗi khóa còn bao nhiêu giá trị."""
    counts = _counts()
    ring = _ring()
    sealed = ring_file(settings()).exists() and '"sealed"' in ring_file(settings()).read_text()
    for name in ring.keys:
        note = " (đang dùng để ghi)" if name == ring.current else ""
        print(f"{name}{note}: {counts.get(name, 0)} giá trị")
    print("Vòng khóa đã được bọc bằng khóa chủ." if sealed else "Vòng khóa chưa được bọc: motcua ring seal")


@group.command()
def rotate(by: By) -> None:
    """Thêm một khóa mới để ghi từ nay; khóa cũ vẫn đọc được. Sau đó chạy 'motcua ring reencrypt'."""
    ring = _ring().with_new_key()
    try:
        write_ring(settings(), ring)
    except ValueError as error:
        raise Problem(str(error)) from None
    asyncio.run(_audit(by, "ring.rotate", ring.current))
    print(f"Khóa mới: {ring.current}. Khởi động lại các tiến trình để ghi bằng khóa mới (đọc thì được ngay),")
    print("rồi chạy: motcua ring reencrypt --by …")


@group.command("reencrypt")
def write_anew(by: By) -> None:
    """Ghi lại mọi giá trị bằng khóa đang dùng, trong lúc hệ thống vẫn chạy; dừng giữa chừng thì chạy lại."""
    ring = _ring()

    def told(table: str, rows: int) -> None:
        print(f"  … {table}: {rows} dòng", file=sys.stderr)

    rows = asyncio.run(_with_database(lambda database: reencrypt(database, ring, told=told)))
    asyncio.run(_audit(by, "ring.reencrypt", ring.current, reason=f"{rows} dòng"))
    print(f"Đã ghi lại {rows} dòng bằng khóa {ring.current}.")


@group.command()
def drop(name: Annotated[str, typer.Argument(help="tên khóa, ví dụ k1")], by: By) -> None:
    """Bỏ một khóa không còn giá trị nào dùng. Bản sao lưu cũ cần khóa này thì sẽ không đọc được nữa."""
    counts = _counts()
    if counts.get(name):
        raise Problem(f"còn {counts[name]} giá trị dùng khóa {name}: chạy 'motcua ring reencrypt' trước")
    try:
        write_ring(settings(), _ring().without(name))
    except (CryptoError, ValueError) as error:
        raise Problem(str(error)) from None
    asyncio.run(_audit(by, "ring.drop", name))
    print(f"Đã bỏ khóa {name}.")


@group.command()
def seal(by: By) -> None:
    """Bọc vòng khóa bằng khóa chủ (MOTCUA_MASTER_KEY): chép cả đĩa cũng không đọc được dữ liệu."""
    try:
        write_ring(settings(), _ring(), sealed=True)
    except ValueError as error:
        raise Problem(str(error)) from None
    asyncio.run(_audit(by, "ring.seal", "ring"))
    print("Đã bọc. Mất khóa chủ là mất dữ liệu: cất thêm một bản ở nơi khác.")


def _ring() -> KeyRing:
    try:
        return read_ring(settings())
    except CryptoError as error:
        raise Problem(str(error)) from None


def _counts() -> Counter[str]:
    with told_when_long("Đang đếm giá trị của từng khóa…"):
        return asyncio.run(_with_database(count_by_key))


async def _with_database[T](work: Callable[[Database], Awaitable[T]]) -> T:
    database = await ready_database()
    try:
        return await work(database)
    finally:
        await database.dispose()


async def _audit(by: str, action: str, subject: str, reason: str | None = None) -> None:
    async def write(database: Database) -> None:
        async with database.writing() as session:
            await add_audit(session, actor=by, action=action, subject=subject, reason=reason)

    await _with_database(write)
