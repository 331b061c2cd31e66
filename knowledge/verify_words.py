"""Where a national record says something else than a curated procedure, beyond the figures.

What both sides must name alike (decision, levels, field) is compared as it stands. Sentences are ours by
intent, so they are not held against the record's: what counts is whether the record's own sentences have
changed since ours were written. A note of a person covers one reading of the record, known by its mark.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.text.fold import fold
from knowledge.curated import CuratedProcedure, DifferentField
from knowledge.schemas import Level, Procedure
from knowledge.verify import Difference, with_note

LEVEL_WORDS = {Level.COMMUNE: "xã", Level.PROVINCE: "tỉnh", Level.MINISTRY: "bộ", Level.OTHER: "cơ quan khác"}
FACTS = (DifferentField.DECISION, DifferentField.LEVELS, DifferentField.FIELD)
SENTENCES = (
    DifferentField.NAME,
    DifferentField.PAPERS,
    DifferentField.STEPS,
    DifferentField.CONDITIONS,
    DifferentField.RESULTS,
    DifferentField.LEGAL,
)
OWN_WORDS = "câu chữ của mình"


@dataclass(frozen=True)
class WordDifference(Difference):
    """``mine`` and ``theirs`` line by line; ``came``, ``went``: what changed in the record since then."""

    mine: Sequence[str] = ()
    theirs: Sequence[str] = ()
    came: Sequence[str] = ()
    went: Sequence[str] = ()


def word_differences(
    curated: CuratedProcedure, record: Procedure, earlier: Procedure | None
) -> list[WordDifference]:
    """``earlier``: the record as it stood when the curated file was written; none when that is not known."""
    found = [*_facts(curated, record), *_sentences(curated, record, earlier)]
    return [with_note(one, curated) for one in found]


def value_of(record: Procedure, field: DifferentField) -> Any:
    """A field of the record in the shape of a curated file; empty when the record does not say it."""
    value = getattr(record, field.value)
    if field in (DifferentField.PAPERS, DifferentField.LEGAL):
        return [one.model_dump(mode="json", exclude_defaults=True) for one in value]
    return [str(one) for one in value] if isinstance(value, tuple) else value


def _facts(curated: CuratedProcedure, record: Procedure) -> Iterator[WordDifference]:
    for field in FACTS:
        mine, theirs = _lines(curated, field), _lines(record, field)
        if theirs and set(map(fold, mine)) != set(map(fold, theirs)):
            yield WordDifference(
                curated.code, field, "thông tin chung", ", ".join(mine), ", ".join(theirs), None, mine, theirs
            )


def _sentences(
    curated: CuratedProcedure, record: Procedure, earlier: Procedure | None
) -> Iterator[WordDifference]:
    if earlier is None:
        return
    for field in SENTENCES:
        before, now = _lines(earlier, field), _lines(record, field)
        if before == now:
            continue
        known, left = set(before), set(now)
        yield WordDifference(
            curated.code,
            field,
            "bản quốc gia đổi từ khi mình viết",
            OWN_WORDS,
            reading(record, field),
            None,
            _lines(curated, field),
            now,
            [line for line in now if line not in known],
            [line for line in before if line not in left],
        )


def _lines(of: CuratedProcedure | Procedure, field: DifferentField) -> list[str]:
    value = getattr(of, field.value)
    if value is None:
        return []
    if field is DifferentField.LEVELS:
        return [LEVEL_WORDS[one] for one in sorted(value)]
    if field is DifferentField.LEGAL:
        return [" ".join(filter(None, (one.number, one.title))) for one in value]
    if field is DifferentField.PAPERS:
        return [
            "; ".join(
                filter(
                    None,
                    (
                        one.formal_name or one.name,
                        f"{one.originals} bản chính" if one.originals else "",
                        f"{one.copies} bản sao" if one.copies else "",
                        one.when,
                        one.note,
                    ),
                )
            )
            for one in value
        ]
    return [value] if isinstance(value, str) else [str(one) for one in value]


def reading(record: Procedure, field: DifferentField) -> str:
    """The mark of what a record says in a field, for the note of whoever has read it."""
    text = json.dumps(_lines(record, field), ensure_ascii=False)
    return f"bản ghi dấu {hashlib.sha256(text.encode()).hexdigest()[:12]}"
