"""``motcua up``: everything from one terminal."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from core import logging
from core.settings import settings
from gateway.cli import app
from gateway.cli.problem import Problem


@app.command()
def up(
    port: Annotated[int, typer.Option(min=1, max=65535, help="cổng của trang web")] = 8080,
    host: Annotated[str, typer.Option(help="địa chỉ để nghe")] = "127.0.0.1",
    data_dir: Annotated[Path | None, typer.Option(help="thư mục dữ liệu")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="nạp thành phố mẫu để dùng thử")] = False,
) -> None:
    """Khởi động và trông coi mọi tiến trình, tới khi bấm Ctrl+C."""
    if data_dir is not None:
        os.environ["MOTCUA_DATA_DIR"] = str(data_dir.resolve())
        settings.cache_clear()
    if sample:
        os.environ["MOTCUA_SAMPLE_CITY"] = "true"
        settings.cache_clear()
    logging.configure(settings().log_level, process="supervisor")
    asyncio.run(_up(host, port, sample))


async def _up(host: str, port: int, sample: bool) -> None:
    from gateway.prepare import prepare
    from gateway.running import has_accounts, make_plan, serve
    from gateway.sample import load_sample_city
    from gateway.sample_key import sample_key
    from gateway.sample_link import sample_survey_link
    from gateway.sample_staff import STAFF, sample_staff
    from gateway.service_manager import tell_ready

    if settings().workers > 1 and "sqlite" in settings().database:
        raise Problem(
            "MOTCUA_WORKERS lớn hơn 1 cần PostgreSQL (DATABASE_URL): SQLite chỉ cho một tiến trình ghi"
        )
    plan = make_plan(
        host=host,
        port=port,
        sandbox=sample and not has_accounts(settings()),
        rasa_servers=settings().rasa_servers,
    )
    _tell("Chuẩn bị cơ sở dữ liệu và nội dung…")
    await prepare(settings(), tell=_tell)
    if sample and await load_sample_city(settings()):
        print("Đã nạp thành phố mẫu (hồ sơ và người trong đó đều là bịa).", flush=True)

    password = await sample_staff(settings()) if sample else None
    if plan.sandbox is not None:
        plan = replace(plan, sandbox=replace(plan.sandbox, key=await sample_key(settings())))

    def ready() -> None:
        if settings().shadow:
            print("\nĐANG CHẠY THẦM: tin được ghi vào sổ, không gửi cho ai. Xem: motcua shadow", flush=True)
        print(f"\nTrang trò chuyện: {plan.url}/chat", flush=True)
        if password:
            names = ", ".join(username for username, *_ in STAFF)
            print(f"Bàn làm việc: {plan.url}/console (mật khẩu mẫu {password}; {names})", flush=True)
        if plan.sandbox is not None:
            print(f"Điện thoại của người dân (Zalo, SMS, thư đến ở đây): {plan.sandbox.url}", flush=True)
            print("  Ở đầu trang ấy, bấm “Một sự kiện, ba kênh” rồi nhìn tin đến.", flush=True)
        print("Dừng lại: Ctrl+C", flush=True)
        tell_ready(f"Đang chạy: {plan.url}")

    if sample and (link := await sample_survey_link(settings(), plan.url)):
        print(f"Phiếu góp ý mẫu: {link}", flush=True)
        print(f"Tin nhắn và mã xác nhận mẫu: {settings().data_dir / 'outbox'}", flush=True)
    _tell("Khởi động…")
    await serve(settings(), plan, tell=_tell, on_ready=ready)


def _tell(line: str) -> None:
    from gateway.service_manager import tell_status

    print(line, flush=True)
    tell_status(line)
