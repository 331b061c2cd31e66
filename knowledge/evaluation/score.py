"""The assistant's exam: labelled questions held against what it answered.

Definitions are those of the public question set: *right first* is a right code answered or offered first,
*right in three* a right code answered or among at most three options, *wrong answered* a code answered
without asking that is not right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from knowledge.schemas import Level

Row = Mapping[str, Any]
Pair = tuple[Row, Row]

VARIANTS = ("full", "nodia", "teen", "abbr")
VARIANT_WORDS = {"full": "đủ dấu", "nodia": "không dấu", "teen": "viết kiểu nhắn tin", "abbr": "viết tắt"}

KIND_WORDS = {
    "procedure": "hỏi thủ tục",
    "dossier_status": "tra hồ sơ",
    "complaint": "phản ánh",
    "handover": "gặp cán bộ",
    "greeting": "chào hỏi",
    "thanks": "cảm ơn",
    "office_info": "giờ giấc, địa điểm",
    "survey": "góp ý, khảo sát",
    "out_of_scope": "việc ngoài phạm vi",
    "unsafe": "lời không an toàn",
}
FACET_WORDS = {
    "overview": "tóm tắt",
    "documents": "giấy tờ",
    "fee": "lệ phí",
    "duration": "thời gian",
    "place": "nơi nộp",
    "online": "nộp qua mạng",
    "steps": "các bước",
    "conditions": "điều kiện",
    "legal_basis": "căn cứ pháp lý",
    "form": "mẫu tờ khai",
    "result": "kết quả nhận về",
    "who": "ai được làm",
}
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


Levels = Mapping[str, Sequence[Level]]
LEVEL_WORDS = {
    Level.COMMUNE: "cấp xã",
    Level.PROVINCE: "cấp tỉnh",
    Level.MINISTRY: "cấp bộ",
    Level.OTHER: "cơ quan khác",
}


class Measure(BaseModel):
    """One figure of the exam: its share, ``None`` where there was no row, and on how many rows it stands."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    value: float | None
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


def is_known(label: Row) -> bool:
    return bool(label["kind"] == "procedure" and label["in_catalogue"])


def core_measures(
    labels: Sequence[Row], given: Mapping[str, Row], variant: str | None = None
) -> tuple[Measure, ...]:
    """The four figures of finding the procedure; of one way of writing, or of all."""
    rows = [
        (label, answer)
        for label, answer in _pairs(labels, given)
        if is_known(label) and variant in (None, label["variant"])
    ]
    return (
        _share("right_first", "đúng ngay đầu", rows, right_first),
        _share("right_in_three", "đúng trong ba", rows, right_in_three),
        _share("wrong_answered", "trả lời sai", rows, wrong_answered),
        _share("right_at_once", "trả lời đúng không hỏi lại", rows, right_at_once),
    )


def facet_share(labels: Sequence[Row], given: Mapping[str, Row]) -> Measure:
    known = [pair for pair in _pairs(labels, given) if is_known(pair[0])]
    return _share("facet", "đúng khía cạnh", known, facet_right)


def kind_share(labels: Sequence[Row], given: Mapping[str, Row]) -> Measure:
    return _share("kind", "đúng loại việc", _pairs(labels, given), kind_right)


def outside_share(labels: Sequence[Row], given: Mapping[str, Row]) -> Measure:
    outside = [pair for pair in _pairs(labels, given) if should_not_be_answered(pair[0])]
    return _share("outside", "ngoài danh mục mà vẫn trả lời", outside, lambda _, a: a["outcome"] == "answer")


def by_kind(labels: Sequence[Row], given: Mapping[str, Row]) -> list[Measure]:
    groups: dict[str, list[Pair]] = defaultdict(list)
    for label, answer in _pairs(labels, given):
        groups[label["kind"]].append((label, answer))
    return [
        _share(kind, KIND_WORDS.get(kind, kind), rows, kind_right) for kind, rows in sorted(groups.items())
    ]


def by_facet(labels: Sequence[Row], given: Mapping[str, Row]) -> list[Measure]:
    """How often a facet that was asked is among those answered."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for label, answer in _pairs(labels, given):
        if is_known(label):
            for facet in label["facets"]:
                groups[facet].append(({**label, "facet": facet}, answer))
    return [
        _share(
            facet, FACET_WORDS.get(facet, facet), rows, lambda one, a: one["facet"] in (a.get("facets") or [])
        )
        for facet, rows in sorted(groups.items())
    ]


def by_level(labels: Sequence[Row], given: Mapping[str, Row], levels: Levels) -> list[Measure]:
    """Right first by the level of the first accepted code: commune, province, ministry."""
    groups: dict[Level, list[Pair]] = defaultdict(list)
    for label, answer in _pairs(labels, given):
        if is_known(label) and (of := levels.get(label["gold_codes"][0])):
            groups[of[0]].append((label, answer))
    return [
        _share(level.value, LEVEL_WORDS[level], groups[level], right_first)
        for level in Level
        if groups[level]
    ]


def _pairs(labels: Sequence[Row], given: Mapping[str, Row]) -> list[Pair]:
    return [(label, given[label["id"]]) for label in labels if label["id"] in given]


def _share(key: str, name: str, rows: Iterable[Pair], good: Callable[[Row, Row], bool]) -> Measure:
    results = [good(label, answer) for label, answer in rows]
    value = round(sum(results) / len(results), 6) if results else None
    return Measure(key=key, name=name, value=value, n=len(results))
