"""``motcua calibrate``: when to answer and when to ask back, fitted on questions made of the content."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.settings import settings
from gateway.cli import app
from knowledge.base import KnowledgeBase
from knowledge.dialogue.remainder import without_cues
from knowledge.search.calibrate import Example, fit, write
from knowledge.search.decide import CALIBRATION_FILE
from knowledge.search.practice import Question, practice

_SEED = 11


@app.command()
def calibrate(
    out: Annotated[Path, typer.Option(help="tệp để ghi")] = CALIBRATION_FILE,
) -> None:
    """Hiệu chỉnh khi nào trả lời, khi nào hỏi lại; cần nạp danh mục quốc gia trước."""
    from gateway.cli.problem import Problem
    from gateway.knowledge import open_knowledge
    from gateway.searching import Searching
    from knowledge.lexicon import Lexicon

    whole = asyncio.run(open_knowledge(settings()))
    searching = Searching.of(settings())
    if searching.passages is None:
        raise Problem("hiệu chỉnh cần phần tìm theo nghĩa: chạy 'uv sync --extra encoder'")
    lexicon = whole.content.lexicon
    short = lexicon.short_ways() if isinstance(lexicon, Lexicon) else {}
    made = practice(whole.content, short, random.Random(_SEED))
    base = KnowledgeBase(made.content)
    on_words = fit(_examples(base, made.questions, "theo chữ"))
    for _ in searching.encode(base):
        pass
    base.index.attach(searching.passages)
    with_meaning = fit(_examples(base, made.questions, "theo nghĩa"))
    write(on_words, with_meaning, out)
    for name, found in (("theo chữ", on_words), ("theo nghĩa", with_meaning)):
        print(f"{name}: {found['questions']} câu, Brier {found['first_brier']} và {found['three_brier']}")


def _examples(base: KnowledgeBase, questions: tuple[Question, ...], way: str) -> list[Example]:
    found = []
    for number, question in enumerate(questions, 1):
        hits = base.search(without_cues(question.text), whole=question.text)
        found.append(Example(hits=tuple(hits), right=question.right))
        if number % 100 == 0:
            print(f"\rHỏi thử {way}: {number}/{len(questions)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found
