"""``motcua providers`` and ``motcua zalo``: what is on, what is off and why, what is left, what it costs."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

import typer

from core.settings import settings
from gateway.cli import app
from gateway.cli.problem import Problem

zalo_group = typer.Typer(no_args_is_help=True, help="Tài khoản Zalo OA.")
app.add_typer(zalo_group, name="zalo")


@app.command()
def providers(
    ask: Annotated[bool, typer.Option("--quota", help="hỏi nhà cung cấp hạn mức còn lại")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Nhà cung cấp nào đang bật, nào tắt và vì sao, hạn mức, giá."""
    rows = asyncio.run(_rows(ask))
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        state = "bật" if row["on"] else f"tắt: {row['why_off']}"
        told = [state]
        if row["on"] and row["price_vnd"] is not None:
            told.append("miễn phí" if row["price_vnd"] == 0 else f"{row['price_vnd']} đồng/tin")
        if row["quota"]:
            told.append(row["quota"])
        if row["note"]:
            told.append(row["note"])
        if row["foreign"]:
            told.append("ở nước ngoài")
        print(f"{row['name']:<12} {row['channel']:<9} {'; '.join(told)}")


async def _rows(ask: bool) -> list[dict[str, Any]]:
    from core.database import Database
    from gateway.keys import activate_keys
    from gateway.providers import make_providers
    from gateway.quota import quotas

    activate_keys(settings())
    database = Database(settings().database)
    found = make_providers(settings(), database)
    try:
        known = await quotas(found) if ask else {}
        return [{**asdict(row), "quota": known.get(row.name, "")} for row in found.rows]
    finally:
        await found.close()
        await database.dispose()


@zalo_group.callback()
def _group() -> None:
    """Keeps ``consent`` a subcommand although it is the only one."""


@zalo_group.command()
def consent(
    redirect: Annotated[str, typer.Option(help="địa chỉ chuyển về đã khai trong ứng dụng Zalo")],
) -> None:
    """Cho phép ứng dụng gửi tin thay OA: mở đường dẫn, đồng ý, rồi dán lại địa chỉ vừa chuyển tới."""
    from wire.zalo.pair import consent_page

    zalo = settings().zalo
    if zalo.missing:
        raise Problem("còn thiếu " + ", ".join(f"MOTCUA_ZALO__{name.upper()}" for name in zalo.missing))
    asked = consent_page(zalo.oauth_url, app_id=zalo.app_id or "", redirect_uri=redirect)
    print("Quản trị viên của OA mở đường dẫn này và bấm đồng ý:")
    print(asked.url, flush=True)
    answered = typer.prompt("Dán địa chỉ trình duyệt vừa chuyển tới", err=True)
    query = parse_qs(urlsplit(answered.strip()).query)
    if query.get("state") != [asked.state]:
        raise Problem("địa chỉ không thuộc lần đồng ý này: chạy lại lệnh và dán đúng địa chỉ mới")
    if zalo.oa_id not in query.get("oa_id", [zalo.oa_id]):
        raise Problem("đã đồng ý cho OA khác: chọn đúng OA có mã MOTCUA_ZALO__OA_ID")
    if "code" not in query:
        raise Problem("địa chỉ không có mã: bấm đồng ý rồi dán lại")
    asyncio.run(_finish(query["code"][0], asked.verifier))
    print("Đã nhận quyền gửi tin. Kiểm tra: motcua providers --quota")


async def _finish(code: str, verifier: str) -> None:
    import aiohttp

    from core.database import Database
    from gateway.keys import activate_keys
    from gateway.providers import make_zalo
    from wire.zalo.tokens import NoToken

    activate_keys(settings())
    database = Database(settings().database)
    try:
        async with aiohttp.ClientSession() as session:
            await make_zalo(settings(), database, session).tokens.first(code, verifier)
    except NoToken as error:
        raise Problem(f"Zalo chưa cấp quyền: {error}") from None
    finally:
        await database.dispose()
