"""``motcua sandbox``: local servers that speak the providers' formats, and the citizens' phones."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from core import logging
from core.settings import settings
from gateway.cli import app
from gateway.cli.environment import VARIABLE
from gateway.cli.problem import Problem
from gateway.sandbox.accounts import SHORT_WAITS, Accounts

_DEFAULT_PORT = 8090


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=1, max=65535, help="cổng của máy chủ thử")] = _DEFAULT_PORT,
    smtp_port: Annotated[int, typer.Option(min=1, max=65535, help="cổng nhận thư")] = 8025,
    gateway: Annotated[
        str, typer.Option(help="địa chỉ cổng thông báo nhận webhook")
    ] = "http://127.0.0.1:8080",
    show_settings: Annotated[
        bool, typer.Option("--settings", help="chỉ in cấu hình để nối vào, rồi thôi")
    ] = False,
) -> None:
    """Máy chủ thử cho Zalo, SMS, Telegram, thư điện tử: xem tin đến, bấm nút, trả lời, gây lỗi."""
    from gateway.processes.sandbox import KEY, run
    from gateway.sandbox.server import Sandbox
    from gateway.supervisor import port_is_free

    accounts = _accounts(settings().data_dir / "keys" / "sandbox.json")
    environment = accounts.environment(f"http://127.0.0.1:{port}", smtp_port=smtp_port) | SHORT_WAITS
    if show_settings:
        for name, value in environment.items():
            print(f"{name}={shlex.quote(value)}")
        return
    if not port_is_free("127.0.0.1", port):
        raise Problem(f"cổng {port} đang có chương trình khác dùng: chọn cổng khác bằng --port")
    logging.configure(settings().log_level, process="sandbox")
    print(f"Điện thoại của người dân: http://127.0.0.1:{port}")
    file = os.environ.get(VARIABLE, ".env")
    print(f"Nối cổng thông báo vào đây: motcua sandbox --settings >> {file}, rồi khởi động lại motcua up")
    print("Dừng lại: Ctrl+C", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(
            run(
                Sandbox(accounts, gateway_url=gateway.rstrip("/"), key=os.environ.get(KEY)),
                host="127.0.0.1",
                port=port,
                smtp_port=smtp_port,
            )
        )


def _accounts(path: Path) -> Accounts:
    """The same invented secrets each time, so that what was connected once stays connected."""
    if path.exists():
        with contextlib.suppress(ValueError, TypeError):
            return Accounts.from_json(path.read_text(encoding="utf-8"))
    accounts = Accounts()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(accounts.to_json())
    return accounts
