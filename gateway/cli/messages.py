"""``motcua sms``: how a text travels as SMS, and what it costs in segments."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from core.text.sms import describe
from gateway.cli import app

_NAMES = {"co_dau": "có dấu", "khong_dau": "không dấu"}


@app.command()
def sms(
    text: Annotated[str, typer.Argument(help="nội dung tin")],
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Đếm số tin SMS, có dấu và không dấu, và chọn cách gửi rẻ nhất."""
    found = describe(text)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for name, one in [("nguyên văn", found), *((a["name"], a) for a in found["alternatives"])]:
        print(f"{name}: {one['encoding']}, {one['characters']} ký tự, {one['segments']} tin")
        print(f"  {one['sent_text']}")
        for risk in one.get("risks", ()):
            print(f"  bỏ dấu thì '{risk['word']}' dễ đọc thành '{risk['reads_as']}': viết {risk['instead']}")
    print(f"Gửi: {_NAMES[found['chosen']['name']]}, {found['chosen']['segments']} tin")
