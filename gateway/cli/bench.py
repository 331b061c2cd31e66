"""``motcua bench``: speed as a ratio to a reference measured in the same minutes."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from typing import Annotated, Any

import typer

from core.settings import settings
from core.text.fold import fold
from gateway.cli import app
from gateway.cli.client import gateway, in_order
from knowledge.search.lexical import RowIndex
from knowledge.search.tokens import terms, words

group = typer.Typer(no_args_is_help=True, help="Đo tốc độ.")
app.add_typer(group, name="bench")

_CITIZENS = 8
_JSON = Annotated[bool, typer.Option("--json", help="in JSON")]


@group.callback()
def _group() -> None:
    """Each bench prints its figures beside a reference."""


@group.command()
def search(as_json: _JSON = False) -> None:
    """Tìm thủ tục, so với BM25 chỉ trên tên."""
    from gateway.knowledge import open_knowledge

    base = asyncio.run(open_knowledge(settings()))
    started = time.perf_counter()
    size = len(base.index)
    built = time.perf_counter() - started
    records = list(base.content.procedures.values())
    names = [terms(words(fold(record.name))) for record in records]
    plain = RowIndex(names, list(range(len(names))), [1.0] * len(names))
    questions = [g.text for one in base.content.curated.values() for g in one.golden][:600]
    ours = _timed(questions, base.search)
    reference = _timed(
        questions, lambda q: plain.best_rows(plain.row_scores(dict.fromkeys(terms(words(fold(q))), 1.0)))
    )
    _print(
        {
            "records": size,
            "build_s": round(built, 2),
            "p50_ms": ours[0],
            "p95_ms": ours[1],
            "reference_names_only_p50_ms": reference[0],
            "ratio_p50": round(ours[0] / reference[0], 1),
        },
        as_json,
    )


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
    ours, reference = _quantiles(answers), _quantiles(greeting)
    return {
        "citizens": _CITIZENS,
        "turns_per_s": round(turns / passed, 1),
        "p50_ms": ours[0],
        "p95_ms": ours[1],
        "reference_greeting_p50_ms": reference[0],
        "ratio_p50": round(ours[0] / reference[0], 2),
    }


def _timed(questions: list[str], work: Callable[[str], object]) -> tuple[float, float]:
    times = []
    for question in questions:
        started = time.perf_counter()
        work(question)
        times.append((time.perf_counter() - started) * 1000)
    return _quantiles(times)


def _quantiles(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return round(ordered[len(ordered) // 2], 2), round(ordered[int(len(ordered) * 0.95)], 2)


def _print(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:32s} {value}")
