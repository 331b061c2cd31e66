"""``motcua content check``: everything under ``content/``, golden questions included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from core.content import Document, read_folder
from gateway import content_kinds
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.golden import Golden, run_golden
from gateway.knowledge import SEED
from knowledge.base import KnowledgeBase
from knowledge.published import read_content
from notifications.vocabulary import check as check_wordings

group = typer.Typer(no_args_is_help=True, help="Nội dung mà cán bộ sửa.")
app.add_typer(group, name="content")


@group.callback()
def _group() -> None:
    """Keeps ``check`` a subcommand although it is the only one."""


@group.command()
def check(
    folder: Annotated[Path, typer.Argument(help="thư mục nội dung")] = SEED,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Kiểm tra mọi tệp nội dung và hỏi thử các câu hỏi mẫu."""
    if not folder.is_dir():
        raise Problem(f"không có thư mục {folder}: xem lại đường dẫn")
    files = read_folder(folder)
    if not files:
        raise Problem(f"{folder} không có tệp nội dung nào")
    problems = [f"{key}: {why}" for key, text in files.items() if (why := content_kinds.why_not(key, text))]
    golden: list[Golden] = []
    if not problems:
        documents = [Document(key.split("/", 1)[0], key, text, 1) for key, text in files.items()]
        problems += _across(documents)
        golden = run_golden(KnowledgeBase(read_content(documents, {})))
        problems += [one.problem for one in golden if one.problem]
    if as_json:
        print(
            json.dumps({"files": len(files), "golden": len(golden), "problems": problems}, ensure_ascii=False)
        )
    else:
        for problem in problems:
            print(problem)
        print(f"{len(files)} tệp, {len(golden)} câu hỏi mẫu, {len(problems)} chỗ phải sửa.")
    if problems:
        raise typer.Exit(1)


def _across(documents: list[Document]) -> list[str]:
    """What only shows when files are read together."""
    found = [str(problem) for problem in check_wordings(content_kinds.texts(documents, "messages"))]
    for read in (content_kinds.targets, content_kinds.instruments, content_kinds.wordings):
        try:
            read(documents)
        except ValueError as error:
            found.append(str(error))
    return found
