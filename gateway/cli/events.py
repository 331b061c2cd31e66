"""``motcua events post``: dossier events from a file to a running gateway."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.settings import settings
from gateway.cli import app
from gateway.cli.client import gateway
from gateway.cli.problem import Problem

group = typer.Typer(no_args_is_help=True, help="Sự kiện hồ sơ.")
app.add_typer(group, name="events")


class EventFormat(StrEnum):
    DVCQG = "dvcqg"
    CLOUDEVENTS = "cloudevents"
    CSV = "csv"


_CONTENT_TYPES = {
    EventFormat.DVCQG: "application/json",
    EventFormat.CLOUDEVENTS: "application/cloudevents+json",
    EventFormat.CSV: "text/csv",
}


@group.callback()
def _group() -> None:
    """Keeps ``post`` a subcommand although it is the only one."""


@group.command()
def post(
    file: Annotated[Path, typer.Argument(help="tệp JSON hoặc CSV")],
    format: Annotated[EventFormat | None, typer.Option(help="không nói thì đoán theo tệp")] = None,  # noqa: A002
) -> None:
    """Gửi một tệp sự kiện tới máy chủ đang chạy; gửi lại không tạo tin lần hai."""
    try:
        body = file.read_bytes()
    except FileNotFoundError:
        raise Problem(f"không có tệp {file}: xem lại đường dẫn") from None
    except OSError as error:
        raise Problem(f"không đọc được {file}: {error.strerror}") from None
    chosen = format or (EventFormat.CSV if file.suffix.lower() == ".csv" else EventFormat.CLOUDEVENTS)
    asyncio.run(_post(body, _CONTENT_TYPES[chosen]))


async def _post(body: bytes, content_type: str) -> None:
    async with gateway(settings()) as client:
        status, answer = await client.post("/v1/dossier-events", body, content_type=content_type)
    if status not in (200, 201):
        raise Problem(f"máy chủ không nhận ({status}): {_told(answer)}")
    results = answer.get("events", [])
    new = sum(1 for one in results if one.get("status") == "new")
    print(f"Đã nhận {len(results)} sự kiện: {new} mới, {len(results) - new} đã có từ trước.")
    for one in results:
        waiting = ", chờ hồ sơ" if one.get("waiting") else ""
        print(f"  {one.get('dossier_code')}  {one.get('status')}{waiting}")


def _told(answer: object) -> str:
    """Every error of a refusal in one line."""
    if isinstance(answer, dict):
        errors = answer.get("errors") or answer.get("detail") or answer
        if isinstance(errors, list):
            return "; ".join(
                f"{e.get('field')}: {e.get('problem')} ({e.get('remedy')})" if isinstance(e, dict) else str(e)
                for e in errors
            )
        return str(errors)
    return str(answer)
