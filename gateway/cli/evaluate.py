"""``motcua eval``: the assistant's own exam."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from core.settings import settings
from gateway.cli import app
from gateway.cli.ask import AT_ONCE, scored, show_progress
from gateway.cli.client import gateway, in_order
from gateway.cli.problem import Problem, read_lines
from gateway.knowledge import open_knowledge, today
from knowledge.evaluation.errors import errors, write_errors
from knowledge.evaluation.exam import take_exam, write_exam
from knowledge.evaluation.plot import draw_calibration
from knowledge.evaluation.report import ERROR_WORDS, write_report
from knowledge.evaluation.score import Measure
from knowledge.schemas import Level

_NEEDED = ("id", "text", "variant", "kind", "gold_codes", "in_catalogue", "facets")


@app.command(name="eval")
def evaluate(
    labels: Annotated[Path, typer.Argument(help="tệp JSONL câu hỏi có nhãn")],
    answers: Annotated[Path | None, typer.Option(help="dùng câu trả lời có sẵn của 'ask --batch'")] = None,
    report: Annotated[Path | None, typer.Option(help="ghi báo cáo, ví dụ docs/accuracy.md")] = None,
    figures: Annotated[Path | None, typer.Option(help="ghi số liệu JSON cho trang /do-chinh-xac")] = None,
    errors_to: Annotated[Path | None, typer.Option("--errors", help="ghi danh sách câu sai, JSONL")] = None,
    plot: Annotated[Path | None, typer.Option(help="ghi hình độ tin cậy, SVG")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Chấm trợ lý trên câu hỏi có nhãn."""
    rows = _read(labels)
    given = _read_answers(answers) if answers else asyncio.run(_ask_all(rows))
    levels = asyncio.run(_levels())
    exam = take_exam(rows, given, dataset=labels.name, taken_on=today(), levels=levels, catalogue=len(levels))
    if report is not None:
        write_report(report, exam)
    if figures is not None:
        write_exam(exam, figures)
    if errors_to is not None:
        write_errors(errors_to, errors(rows, given))
    if plot is not None:
        plot.write_text(draw_calibration(exam.first, exam.three), encoding="utf-8")
    if as_json:
        print(exam.model_dump_json())
        return
    for group in exam.groups:
        _print(group.name, group.measures)
    _print("chung", exam.whole)
    _print("theo loại việc", exam.kinds)
    _print("theo khía cạnh", exam.facets)
    _print("đúng ngay đầu, theo cấp", exam.levels)
    print("\nlỗi")
    for kind, count in exam.errors.items():
        print(f"  {ERROR_WORDS[kind]:70s} {count:5d}")


def _print(title: str, found: Sequence[Measure]) -> None:
    print(f"\n{title}")
    for measure in found:
        value = "   –   " if measure.value is None else f"{measure.value:7.3f}"
        print(f"  {measure.name:46s} {value}  n={measure.n}")


async def _levels() -> dict[str, Sequence[Level]]:
    base = await open_knowledge(settings())
    return {code: procedure.levels for code, procedure in base.content.procedures.items()}


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
