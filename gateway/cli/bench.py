"""``motcua bench``: speed as a ratio to a reference measured in the same minutes."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from pathlib import Path
from typing import Annotated, Any

import typer

from core.settings import settings
from gateway.cli import app
from gateway.cli.bench_search import read_labels, search_figures
from gateway.cli.client import gateway, in_order
from gateway.cli.timing import quantiles

group = typer.Typer(no_args_is_help=True, help="Đo tốc độ.")
app.add_typer(group, name="bench")

_CITIZENS = 8
_JSON = Annotated[bool, typer.Option("--json", help="in JSON")]


@group.callback()
def _group() -> None:
    """Each bench prints its figures beside a reference."""


@group.command()
def search(
    labels: Annotated[Path | None, typer.Option(help="tệp JSONL câu hỏi có nhãn: đo cả đúng sai")] = None,
    as_json: _JSON = False,
) -> None:
    """Tìm thủ tục, so với BM25 chỉ trên tên: tốc độ, và đúng sai nếu có tệp câu hỏi có nhãn."""
    from gateway.knowledge import open_knowledge

    base = asyncio.run(open_knowledge(settings()))
    _print(search_figures(base, read_labels(labels) if labels else None), as_json)


@group.command()
def chat(turns: Annotated[int, typer.Option(min=8, help="số lượt")] = 200, as_json: _JSON = False) -> None:
    """Tám người hỏi không nghỉ, so với một lời chào không cần tìm kiếm."""
    _print(asyncio.run(_chat(turns)), as_json)


async def _chat(turns: int) -> dict[str, Any]:
    async with gateway(settings()) as client:

        async def one(text: str) -> float:
            started = time.perf_counter()
            await client.turn(text=text, conversation=f"bench-{uuid.uuid4().hex}")
            return (time.perf_counter() - started) * 1000

        await in_order(["xin chào"] * _CITIZENS, one, at_once=_CITIZENS)
        greeting: list[float] = await in_order(["xin chào"] * turns, one, at_once=_CITIZENS)
        asked = ["làm giấy khai sinh cần gì", "dang ky ket hon bao nhieu tien", "sổ đỏ bị mất làm lại ở đâu"]
        rows = [asked[number % len(asked)] for number in range(turns)]
        started = time.perf_counter()
        answers: list[float] = await in_order(rows, one, at_once=_CITIZENS)
        passed = time.perf_counter() - started
    ours, reference = quantiles(answers), quantiles(greeting)
    return {
        "citizens": _CITIZENS,
        "turns_per_s": round(turns / passed, 1),
        "p50_ms": ours[0],
        "p95_ms": ours[1],
        "reference_greeting_p50_ms": reference[0],
        "ratio_p50": round(ours[0] / reference[0], 2),
    }


def _print(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:32s} {value}")
