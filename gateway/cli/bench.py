"""``motcua bench``: speed as a ratio to a reference measured in the same minutes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from core.settings import settings
from gateway.cli import app
from gateway.cli.bench_chat import chat_figures
from gateway.cli.bench_search import read_labels, search_figures
from gateway.cli.problem import read_lines

group = typer.Typer(no_args_is_help=True, help="Đo tốc độ.")
app.add_typer(group, name="bench")

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
def chat(
    labels: Annotated[Path | None, typer.Option(help="tệp JSONL có text: hỏi các câu này")] = None,
    seconds: Annotated[int, typer.Option(min=4, help="mỗi cách đo trong bao nhiêu giây")] = 40,
    as_json: _JSON = False,
) -> None:
    """Tám người hỏi, cách nhau hai giây rồi không nghỉ, so với một lời chào hỏi thẳng Rasa."""
    questions = [row["text"] for _, row in read_lines(labels)] if labels else None
    _print(asyncio.run(chat_figures(questions, seconds=seconds)), as_json)


def _print(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:32s} {value}")
