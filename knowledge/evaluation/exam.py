"""The exam as one document: figures, calibration and counts of errors, without a word of any question.

It is written by ``motcua eval``, shipped beside this module as ``latest.json`` and shown on
``/do-chinh-xac``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from knowledge.evaluation.calibration import Bin, bins
from knowledge.evaluation.errors import ErrorKind, errors
from knowledge.evaluation.score import (
    VARIANT_WORDS,
    VARIANTS,
    Levels,
    Measure,
    Row,
    by_facet,
    by_kind,
    by_level,
    core_measures,
    facet_share,
    kind_share,
    outside_share,
    right_first,
    right_in_three,
)

LATEST = Path(__file__).with_name("latest.json")


class Group(BaseModel):
    """Figures of one way of writing, or of all of them together (``key`` "all")."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    measures: tuple[Measure, ...]


class Exam(BaseModel):
    """``questions``: base questions; ``rows``: their writings. Times in milliseconds, six asking at once."""

    model_config = ConfigDict(frozen=True)

    dataset: str
    taken_on: date
    catalogue: int
    questions: int
    rows: int
    groups: tuple[Group, ...]
    whole: tuple[Measure, ...]
    kinds: tuple[Measure, ...]
    facets: tuple[Measure, ...]
    levels: tuple[Measure, ...]
    first: tuple[Bin, ...]
    three: tuple[Bin, ...]
    errors: Mapping[ErrorKind, int]
    p50_ms: int | None = None
    p95_ms: int | None = None


def take_exam(
    labels: Sequence[Row],
    given: Mapping[str, Row],
    *,
    dataset: str,
    taken_on: date,
    levels: Levels,
    catalogue: int,
) -> Exam:
    """``levels``: the level of every procedure by code; ``catalogue``: how many procedures were loaded."""
    latencies = sorted(answer["latency_ms"] for answer in given.values() if answer.get("latency_ms"))
    wrong = errors(labels, given)
    return Exam(
        dataset=dataset,
        taken_on=taken_on,
        catalogue=catalogue,
        questions=len({str(label["id"]).split(".")[0] for label in labels}),
        rows=len(labels),
        groups=(
            Group(key="all", name="mọi cách viết", measures=core_measures(labels, given)),
            *(
                Group(key=v, name=VARIANT_WORDS[v], measures=core_measures(labels, given, v))
                for v in VARIANTS
            ),
        ),
        whole=(facet_share(labels, given), kind_share(labels, given), outside_share(labels, given)),
        kinds=tuple(by_kind(labels, given)),
        facets=tuple(by_facet(labels, given)),
        levels=tuple(by_level(labels, given, levels)),
        first=bins(labels, given, "p_first", right_first),
        three=bins(labels, given, "p_three", right_in_three),
        errors={kind: sum(one.kind is kind for one in wrong) for kind in ErrorKind},
        p50_ms=round(latencies[len(latencies) // 2]) if latencies else None,
        p95_ms=round(latencies[int(len(latencies) * 0.95)]) if latencies else None,
    )


def read_exam(path: Path = LATEST) -> Exam | None:
    """The exam taken last; ``None`` when none was taken yet."""
    return Exam.model_validate_json(path.read_text(encoding="utf-8")) if path.exists() else None


def write_exam(exam: Exam, path: Path = LATEST) -> None:
    path.write_text(exam.model_dump_json(indent=1) + "\n", encoding="utf-8")
