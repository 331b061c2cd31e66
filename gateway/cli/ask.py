"""``motcua ask``, ``motcua talk`` and ``motcua search``: the assistant from a terminal."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from pathlib import Path
from typing import Annotated, Any

import typer

from core.settings import settings
from gateway.cli import app
from gateway.cli.client import gateway, in_order
from gateway.cli.problem import Problem, read_lines
from gateway.cli.waiting import told_when_long

AT_ONCE = 6


def show_progress(done: int, total: int) -> None:
    if total > 20 and (done % 50 == 0 or done == total):
        print(f"\r{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(help="câu hỏi")] = None,
    conversation: Annotated[str | None, typer.Option(help="mã cuộc trò chuyện để hỏi tiếp")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="in một đối tượng JSON")] = False,
    batch: Annotated[Path | None, typer.Option(help="tệp JSONL: mỗi dòng {id, text}")] = None,
    out: Annotated[Path | None, typer.Option(help="tệp JSONL để ghi câu trả lời")] = None,
) -> None:
    """Hỏi trợ lý một câu, hoặc nhiều câu rời nhau từ một tệp."""
    if (text is None) == (batch is None):
        raise Problem("cho một câu hỏi, hoặc --batch TỆP, không cả hai")
    if batch is not None:
        if out is None:
            raise Problem("--batch cần --out TỆP để ghi câu trả lời")
        asyncio.run(_ask_batch(batch, out))
    else:
        asyncio.run(_ask_one(text or "", conversation, as_json))


async def _ask_one(text: str, conversation: str | None, as_json: bool) -> None:
    async with gateway(settings()) as client:
        answer = await client.turn(text=text, conversation=conversation or f"ask-{uuid.uuid4().hex}")
    if as_json:
        print(json.dumps(answer, ensure_ascii=False))
        return
    print(answer["text"])
    for button in answer.get("buttons", []):
        print(f"  [{button}]")


async def _ask_batch(batch: Path, out: Path) -> None:
    rows = []
    for number, row in read_lines(batch):
        if not isinstance(row.get("id"), str) or not isinstance(row.get("text"), str):
            raise Problem(f"{batch}, dòng {number}: cần hai khóa 'id' và 'text' là chữ")
        rows.append(row)
    async with gateway(settings()) as client:

        async def one(row: dict[str, Any]) -> dict[str, Any]:
            answer = await client.turn(text=row["text"], conversation=f"batch-{uuid.uuid4().hex}")
            return {"id": row["id"], **scored(answer)}

        answers: list[dict[str, Any]] = await in_order(rows, one, at_once=AT_ONCE, progress=show_progress)
    _write(out, answers)


@app.command()
def talk(
    dialogues: Annotated[Path, typer.Argument(help="tệp JSONL: mỗi dòng {id, turns: [{user}]}")],
    out: Annotated[Path, typer.Option(help="tệp JSONL để ghi câu trả lời")],
) -> None:
    """Nhiều cuộc trò chuyện, các lượt theo thứ tự."""
    asyncio.run(_talk(dialogues, out))


async def _talk(path: Path, out: Path) -> None:
    rows = []
    for number, row in read_lines(path):
        turns = row.get("turns")
        if not isinstance(turns, list) or not all(
            isinstance(t, dict) and isinstance(t.get("user"), str) for t in turns
        ):
            raise Problem(f"{path}, dòng {number}: cần 'turns' là danh sách các {{\"user\": câu nói}}")
        rows.append(row)
    async with gateway(settings()) as client:

        async def one(row: dict[str, Any]) -> dict[str, Any]:
            conversation = f"talk-{uuid.uuid4().hex}"
            turns = [
                scored(await client.turn(text=t["user"], conversation=conversation)) for t in row["turns"]
            ]
            return {"id": row.get("id"), "turns": turns}

        answers: list[dict[str, Any]] = await in_order(rows, one, at_once=AT_ONCE, progress=show_progress)
    _write(out, answers)


def scored(answer: dict[str, Any]) -> dict[str, Any]:
    names = ("outcome", "task", "code", "options", "facets", "text", "latency_ms", "p_first", "p_three")
    return {name: answer.get(name) for name in names}


def _write(out: Path, rows: list[dict[str, Any]]) -> None:
    try:
        out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    except OSError as error:
        raise Problem(f"không ghi được {out}: {error.strerror}") from None


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="câu hỏi")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="số kết quả")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Chỉ tìm thủ tục, không trả lời."""
    from gateway.knowledge import open_knowledge

    with told_when_long("Đang đọc nội dung…"):
        base = asyncio.run(open_knowledge(settings()))
        hits = [hit for hit in base.search(text, k + 5) if base.procedure(hit.code)][:k]
    if as_json:
        print(
            json.dumps(
                [{"code": h.code, "name": h.name, "score": round(h.score, 4)} for h in hits],
                ensure_ascii=False,
            )
        )
        return
    for hit in hits:
        print(f"{hit.code}  {hit.score:.3f}  {hit.name}")
