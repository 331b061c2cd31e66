"""``motcua eval``: the assistant's own exam."""

from __future__ import annotations

import asyncio
import json
import uuid
from pathlib import Path
from typing import Annotated, Any

import typer

from core.settings import settings
from gateway.cli import app
from gateway.cli.ask import AT_ONCE, scored, show_progress
from gateway.cli.client import gateway, in_order
from gateway.cli.problem import Problem, read_lines
from knowledge.evaluation.report import write_report
from knowledge.evaluation.score import Measure, by_facet, by_kind, measures

_NEEDED = ("id", "text", "variant", "kind", "gold_codes", "in_catalogue", "facets")


@app.command(name="eval")
def evaluate(
    labels: Annotated[Path, typer.Argument(help="tệp JSONL câu hỏi có nhãn")],
    answers: Annotated[Path | None, typer.Option(help="dùng câu trả lời có sẵn của 'ask --batch'")] = None,
    report: Annotated[Path | None, typer.Option(help="ghi báo cáo, ví dụ docs/accuracy.md")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Chấm trợ lý trên câu hỏi có nhãn."""
    rows = _read(labels)
    given = _read_answers(answers) if answers else asyncio.run(_ask_all(rows))
    found = measures(rows, given)
    if report is not None:
        write_report(report, rows, given, dataset=labels.name)
    if as_json:
        print(json.dumps({m.name: {"value": round(m.value, 4), "n": m.n} for m in found}, ensure_ascii=False))
        return
    _print(found)
    print("\nTheo loại việc")
    _print(by_kind(rows, given))
    print("\nTheo khía cạnh")
    _print(by_facet(rows, given))


def _print(found: list[Measure]) -> None:
    for measure in found:
        print(f"{measure.name:48s} {measure.value:7.3f}  n={measure.n}")


def _read(path: Path) -> list[dict[str, Any]]:
    rows = []
    for number, row in read_lines(path):
        missing = [key for key in _NEEDED if key not in row]
        if missing:
            raise Problem(f"{path}, dòng {number}: thiếu khóa {', '.join(missing)}")
        rows.append(row)
    if not rows:
        raise Problem(f"{path}: không có câu hỏi nào")
    return rows


def _read_answers(path: Path) -> dict[str, dict[str, Any]]:
    return {str(row.get("id")): row for _, row in read_lines(path)}


async def _ask_all(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    async with gateway(settings()) as client:

        async def one(row: dict[str, Any]) -> dict[str, Any]:
            answer = await client.turn(text=row["text"], conversation=f"eval-{uuid.uuid4().hex}")
            return {"id": row["id"], **scored(answer)}

        answers: list[dict[str, Any]] = await in_order(rows, one, at_once=AT_ONCE, progress=show_progress)
    return {answer["id"]: answer for answer in answers}
