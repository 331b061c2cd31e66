"""The assistant's exam: labelled questions held against what it answered.

Definitions are those of the public question set: *right first* is a right code answered or offered first,
*right in three* a right code answered or among at most three options, *wrong answered* a code answered
without asking that is not right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
Pair = tuple[Row, Row]

VARIANTS = ("full", "nodia", "teen", "abbr")
VARIANT_WORDS = {"full": "đủ dấu", "nodia": "không dấu", "teen": "viết kiểu nhắn tin", "abbr": "viết tắt"}

_TASK_KINDS = {
    "dossier_status",
    "complaint",
    "handover",
    "greeting",
    "thanks",
    "office_info",
    "survey",
}
_OVERVIEW = {"overview", "steps"}


@dataclass(frozen=True)
class Measure:
    """One figure of the exam: its share and on how many rows it stands."""

    name: str
    value: float
    n: int


def right_at_once(label: Row, given: Row) -> bool:
    return given["outcome"] == "answer" and given.get("code") in label["gold_codes"]


def right_first(label: Row, given: Row) -> bool:
    offered = (given.get("options") or [None])[0]
    return right_at_once(label, given) or (given["outcome"] == "clarify" and offered in label["gold_codes"])


def right_in_three(label: Row, given: Row) -> bool:
    offered = (given.get("options") or [])[:3]
    return right_at_once(label, given) or (
        given["outcome"] == "clarify" and any(code in label["gold_codes"] for code in offered)
    )


def wrong_answered(label: Row, given: Row) -> bool:
    return given["outcome"] == "answer" and given.get("code") not in label["gold_codes"]


def facet_right(label: Row, given: Row) -> bool:
    wanted, got = set(label["facets"]), set(given.get("facets") or [])
    if wanted & _OVERVIEW and got & _OVERVIEW:
        got |= _OVERVIEW
    return bool(wanted & got) if len(wanted) <= 1 else wanted <= got


def kind_right(label: Row, given: Row) -> bool:
    kind, outcome = label["kind"], given["outcome"]
    if kind == "procedure":
        return outcome in ("answer", "clarify") or (not label["in_catalogue"] and outcome == "fallback")
    if kind in _TASK_KINDS:
        return bool(outcome == "task" and given.get("task") == kind)
    return outcome in (("refuse", "fallback", "task") if kind == "unsafe" else ("refuse", "fallback"))


def should_not_be_answered(label: Row) -> bool:
    return label["kind"] in ("out_of_scope", "unsafe") or (
        label["kind"] == "procedure" and not label["in_catalogue"]
    )


def measures(labels: Sequence[Row], given: Mapping[str, Row]) -> list[Measure]:
    """Every figure of the exam, in the order in which it is read."""
    pairs = [(label, given[label["id"]]) for label in labels if label["id"] in given]
    known = [p for p in pairs if p[0]["kind"] == "procedure" and p[0]["in_catalogue"]]
    found: list[Measure] = []
    for variant in VARIANTS:
        rows = [p for p in known if p[0]["variant"] == variant]
        words = VARIANT_WORDS[variant]
        found += [
            _share(f"đúng ngay đầu, {words}", rows, right_first),
            _share(f"đúng trong ba, {words}", rows, right_in_three),
            _share(f"trả lời sai, {words}", rows, wrong_answered),
            _share(f"trả lời đúng không hỏi lại, {words}", rows, right_at_once),
        ]
    found.append(_share("đúng khía cạnh", known, facet_right))
    found.append(_share("đúng loại việc", pairs, kind_right))
    outside = [p for p in pairs if should_not_be_answered(p[0])]
    found.append(_share("ngoài danh mục mà vẫn trả lời", outside, lambda _, a: a["outcome"] == "answer"))
    return found


def by_kind(labels: Sequence[Row], given: Mapping[str, Row]) -> list[Measure]:
    groups: dict[str, list[Pair]] = defaultdict(list)
    for label in labels:
        if label["id"] in given:
            groups[label["kind"]].append((label, given[label["id"]]))
    return [_share(kind, rows, kind_right) for kind, rows in sorted(groups.items())]


def by_facet(labels: Sequence[Row], given: Mapping[str, Row]) -> list[Measure]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for label in labels:
        if label["kind"] == "procedure" and label["in_catalogue"] and label["id"] in given:
            got = set(given[label["id"]].get("facets") or [])
            for facet in label["facets"]:
                groups[facet].append(facet in got)
    return [Measure(facet, sum(hits) / len(hits), len(hits)) for facet, hits in sorted(groups.items())]


def errors(labels: Sequence[Row], given: Mapping[str, Row]) -> list[Pair]:
    """Questions answered wrongly without asking, or answered though nobody here knows the answer."""
    found = []
    for label in labels:
        answer = given.get(label["id"])
        if answer is None:
            continue
        known = label["kind"] == "procedure" and label["in_catalogue"]
        if (known and wrong_answered(label, answer)) or (
            should_not_be_answered(label) and answer["outcome"] == "answer"
        ):
            found.append((label, answer))
    return found


def _share(name: str, rows: Iterable[Pair], good: Callable[[Row, Row], bool]) -> Measure:
    results = [good(label, answer) for label, answer in rows]
    return Measure(name, sum(results) / len(results) if results else float("nan"), len(results))
