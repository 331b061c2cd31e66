"""``motcua providers`` and ``motcua zalo``: what is on, what is off and why, what is left, what it costs."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import aiohttp
import typer

from core.settings import settings
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.provider_report import ProviderLine

zalo_group = typer.Typer(no_args_is_help=True, help="Tài khoản Zalo OA.")
app.add_typer(zalo_group, name="zalo")


@app.command()
def providers(
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Nhà cung cấp nào đang bật, nào tắt và vì sao, hạn mức, giá."""
    lines = asyncio.run(_lines())
    if as_json:
        print(json.dumps([line.model_dump() for line in lines], ensure_ascii=False))
        return
    for line in lines:
        print(f"{line.name:<12} {line.channel:<9} {line.spoken}{' (ở nước ngoài)' if line.foreign else ''}")


async def _lines() -> list[ProviderLine]:
    """Of the running gateway if there is one, else of this machine's settings."""
    from core.database import Database, utc_now
    from gateway.cli.client import is_ready, known_address
    from gateway.keys import activate_keys
    from gateway.provider_report import report
    from gateway.providers import make_providers

    address = known_address(settings())
    if address is not None and await is_ready(address.url):
        headers = {"Authorization": f"Bearer {address.token}"}
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session,
            session.get(f"{address.url}/v1/providers", headers=headers) as answer,
        ):
            if answer.status != 200:
                raise Problem(f"máy chủ {address.url} trả lời {answer.status}: xem lại MOTCUA_API_KEY")
            return [ProviderLine.model_validate(one) for one in await answer.json()]
    activate_keys(settings())
    database = Database(settings().database)
    found = make_providers(settings(), database)
    try:
        return await report(database, found, now=utc_now())
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
    print("Đã nhận quyền gửi tin. Kiểm tra: motcua providers")


async def _finish(code: str, verifier: str) -> None:
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
