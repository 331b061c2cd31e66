"""What went wrong, one row a question, worst kind first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from knowledge.evaluation.score import (
    Row,
    facet_right,
    is_known,
    kind_right,
    right_in_three,
    should_not_be_answered,
    wrong_answered,
)


class ErrorKind(StrEnum):
    WRONG_PROCEDURE = "wrong_procedure"
    ANSWERED_OUTSIDE = "answered_outside"
    WRONG_KIND = "wrong_kind"
    NOT_AMONG_OPTIONS = "not_among_options"
    WRONG_FACET = "wrong_facet"


@dataclass(frozen=True)
class Wrong:
    kind: ErrorKind
    label: Row
    answer: Row


def errors(labels: Sequence[Row], given: Mapping[str, Row]) -> list[Wrong]:
    """Each question once, under the worst that happened to it."""
    found = [
        Wrong(kind, label, answer)
        for label in labels
        if (answer := given.get(label["id"])) is not None and (kind := _worst(label, answer)) is not None
    ]
    order = list(ErrorKind)
    return sorted(found, key=lambda wrong: order.index(wrong.kind))


def _worst(label: Row, answer: Row) -> ErrorKind | None:
    return next(_all(label, answer), None)


def _all(label: Row, answer: Row) -> Iterator[ErrorKind]:
    if is_known(label) and wrong_answered(label, answer):
        yield ErrorKind.WRONG_PROCEDURE
    if should_not_be_answered(label) and answer["outcome"] == "answer":
        yield ErrorKind.ANSWERED_OUTSIDE
    if not kind_right(label, answer):
        yield ErrorKind.WRONG_KIND
    if is_known(label) and not right_in_three(label, answer):
        yield ErrorKind.NOT_AMONG_OPTIONS
    if is_known(label) and not facet_right(label, answer):
        yield ErrorKind.WRONG_FACET


def write_errors(path: Path, wrong: Iterable[Wrong]) -> None:
    """JSON lines for whoever improves the assistant; the questions stay outside the project."""
    lines = [
        json.dumps(
            {
                "error": one.kind.value,
                **{
                    key: one.label.get(key)
                    for key in ("id", "text", "variant", "kind", "gold_codes", "facets")
                },
                "got": {
                    key: one.answer.get(key)
                    for key in ("outcome", "task", "code", "options", "facets", "p_first", "p_three")
                },
            },
            ensure_ascii=False,
        )
        for one in wrong
    ]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
