"""Our search beside BM25 over names alone, in the same minutes and on the same questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core.text.fold import fold
from gateway.cli.problem import Problem, read_lines
from gateway.cli.timing import timed
from knowledge.base import KnowledgeBase
from knowledge.dialogue.remainder import without_cues
from knowledge.schemas import Procedure
from knowledge.search.index import SearchIndex
from knowledge.search.lexical import RowIndex
from knowledge.search.rows import Terms
from knowledge.search.tokens import terms, words

_QUESTIONS = 400
# The size at which the speed of the words is promised.
_LARGE = 6000

Labelled = tuple[str, frozenset[str]]


def read_labels(path: Path) -> list[Labelled]:
    """Questions that have a right code."""
    rows = [row for _, row in read_lines(path) if row.get("gold_codes")]
    if not rows or any("text" not in row for row in rows):
        raise Problem(f"{path}: cần các dòng có text và gold_codes")
    return [(row["text"], frozenset(row["gold_codes"])) for row in rows]


def search_figures(base: KnowledgeBase, labelled: Sequence[Labelled] | None) -> dict[str, Any]:
    records = list(base.content.procedures.values())
    names_only = _names_only(records)
    questions = [g.text for one in base.content.curated.values() for g in one.golden][:_QUESTIONS]
    started = time.perf_counter()
    on_words = SearchIndex(records, base.content.phrases, base.content.lexicon)
    built = time.perf_counter() - started
    again = time.perf_counter()
    edited = [records[0].model_copy(update={"aliases": ("tên gọi mới",)}), *records[1:]]
    SearchIndex(edited, base.content.phrases, base.content.lexicon, before=on_words)
    rebuilt = time.perf_counter() - again
    enlarging = time.perf_counter()
    large = SearchIndex(_enlarged(records), base.content.phrases, base.content.lexicon)
    enlarged = time.perf_counter() - enlarging
    words_ms = timed(questions, on_words.search)
    large_ms = timed(questions, large.search)
    ours = timed(questions, base.search)
    reference = timed(questions, names_only)
    figures: dict[str, Any] = {
        "records": len(base.index),
        "with_meaning": base.index.knows_meaning,
        "build_s": round(built, 2),
        "build_after_an_edit_s": round(rebuilt, 3),
        f"build_at_{_LARGE}_s": round(enlarged, 2),
        "p50_ms": ours[0],
        "p95_ms": ours[1],
        "words_only_p50_ms": words_ms[0],
        "words_only_p95_ms": words_ms[1],
        f"words_only_at_{_LARGE}_p50_ms": large_ms[0],
        f"words_only_at_{_LARGE}_p95_ms": large_ms[1],
        "reference_names_only_p50_ms": reference[0],
        "ratio_p50": round(ours[0] / reference[0], 1),
    }
    if labelled:
        for name, find in (
            ("", lambda text: [hit.code for hit in base.search(without_cues(text), whole=text)]),
            ("words_only_", lambda text: [hit.code for hit in on_words.search(without_cues(text))]),
            ("reference_names_only_", names_only),
        ):
            figures |= _accuracy(name, labelled, find)
    return figures


def _names_only(records: Sequence[Procedure]) -> Callable[[str], list[str]]:
    cut = Terms(lambda text: terms(words(text)))
    index = RowIndex(cut.cut([fold(record.name)] for record in records), [1.0] * len(records), cut)

    def find(question: str) -> list[str]:
        scores = index.best_rows(index.row_scores(dict.fromkeys(terms(words(fold(question))), 1.0)))
        return [records[number].code for number in (-scores).argsort()[:10]]

    return find


def _enlarged(records: Sequence[Procedure]) -> list[Procedure]:
    """The catalogue repeated under other codes until it is large."""
    times = range(-(-_LARGE // len(records)))
    copies = (
        record.model_copy(update={"code": f"{record.code}#{time}"} if time else {})
        for time in times
        for record in records
    )
    return list(copies)[:_LARGE]


def _accuracy(name: str, labelled: Sequence[Labelled], find: Callable[[str], list[str]]) -> dict[str, float]:
    found = [[code for code in find(text) if ":" not in code] for text, _ in labelled]
    pairs = [(codes, right) for codes, (_, right) in zip(found, labelled, strict=True)]
    return {
        f"{name}right_first": round(sum(bool({*c[:1]} & right) for c, right in pairs) / len(pairs), 3),
        f"{name}right_in_three": round(sum(bool({*c[:3]} & right) for c, right in pairs) / len(pairs), 3),
    }
