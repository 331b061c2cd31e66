"""Rows of a workbook laid over the procedures they name: new texts, or every problem by row and column."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from core.yaml_shape import ContentShapeError
from gateway.content_desk import read_document, write_document
from gateway.procedure_excel.columns import CHANNELS, CODE, DURATIONS, FEES, MARK, PAPERS, PROCEDURES
from gateway.procedure_excel.reading import Problem, Row
from gateway.procedure_excel.template import MARK_LENGTH
from gateway.record_compare import join_methods
from knowledge.curated import CuratedProcedure
from knowledge.published import parse_procedure


@dataclass(frozen=True)
class Standing:
    """A procedure as it stands: its draft where there is one, else the live version."""

    key: str
    text: str
    sha256: str
    drafted_by: str | None = None


@dataclass
class ExcelCheck:
    """``changed``: new texts by key with the sha256 that each started from; empty after problems."""

    problems: list[Problem] = field(default_factory=list)
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)
    same: int = 0


def check(
    rows: Sequence[Row],
    problems: Sequence[Problem],
    standing: Mapping[str, Standing],
    *,
    editable: Collection[str] | None = None,
) -> ExcelCheck:
    """``standing`` by code. ``editable``: the fields that this editor may change; all when none is given."""
    found = ExcelCheck(list(problems))
    heads: dict[str, Row] = {}
    for row in rows:
        if row.sheet is not PROCEDURES:
            continue
        if row.code in heads:
            found.problems.append(
                row.problem(CODE, f"mã này đã có ở dòng {heads[row.code].number}", "giữ một dòng")
            )
        else:
            heads[row.code] = row
    for row in rows:
        if row.sheet is not PROCEDURES and row.code not in heads:
            found.problems.append(
                row.problem(
                    CODE, "mã này không có ở trang 'Thủ tục'", "thêm dòng của mã ấy ở trang 'Thủ tục'"
                )
            )
    for code, head in heads.items():
        parts = [row for row in rows if row.code == code and row.sheet is not PROCEDURES]
        _one(found, head, parts, standing.get(code), editable)
    if found.problems:
        found.changed.clear()
        found.problems.sort(key=lambda one: (one.sheet, one.row))
    return found


def _one(
    found: ExcelCheck,
    head: Row,
    parts: Sequence[Row],
    stands: Standing | None,
    editable: Collection[str] | None,
) -> None:
    if stands is None:
        found.problems.append(
            head.problem(
                CODE,
                "không có thủ tục này trong nội dung của mình",
                "xem lại mã; thủ tục mới thì soạn ở trang Nội dung",
            )
        )
        return
    if head.mark != stands.sha256[:MARK_LENGTH]:
        who = f", {stands.drafted_by} đang có bản nháp" if stands.drafted_by else ""
        found.problems.append(
            head.problem(
                MARK, f"thủ tục này đã đổi từ khi tải mẫu{who}", "tải mẫu mới rồi chép phần sửa sang"
            )
        )
        return
    before = read_document(stands.key, stands.text)
    data = dict(before)
    for name, value in head.values.items():
        data[name] = _same_items(before.get(name), value)
    wrong = len(found.problems)
    for sheet in (FEES, DURATIONS):
        own = [row for row in parts if row.sheet is sheet]
        if own:
            data["methods"] = _methods(found, own, data["methods"], sheet.part, sheet.shape)
    papers = [row for row in parts if row.sheet is PAPERS]
    if papers:
        data["papers"] = _papers(found, papers, before.get("papers") or [])
    if len(found.problems) > wrong:
        return
    text = write_document(stands.key, data)
    try:
        made = parse_procedure(text, stands.key)
    except ContentShapeError as error:
        for one in error.problems:
            name = one.key.split(".")[0]
            found.problems.append(head.problem(name or CODE, one.problem, one.remedy))
        return
    old = parse_procedure(stands.text, stands.key)
    different = [name for name in CuratedProcedure.model_fields if getattr(made, name) != getattr(old, name)]
    if not different:
        found.same += 1
        return
    for name in different:
        if editable is not None and name not in editable:
            found.problems.append(
                head.problem(name, "phần này do tỉnh sửa", "giữ như trong mẫu, hoặc nhờ biên tập cấp tỉnh")
            )
    found.changed[stands.key] = (text, stands.sha256)


def _same_items(before: Any, value: Any) -> Any:
    """Lines that stood there already keep what belongs to them and is not shown (a question's facets)."""
    if not isinstance(value, list):
        return value
    known = {str(one.get("text")): one for one in before or [] if isinstance(one, Mapping)}
    plain = not known
    return [one if plain else known.get(one, {"text": one}) for one in value]


def _methods(
    found: ExcelCheck,
    rows: Sequence[Row],
    groups: Sequence[Mapping[str, Any]],
    part: str,
    shape: type[BaseModel],
) -> list[dict[str, Any]]:
    """The ways of filing with the rows in place of what stood; what is shared is written once."""
    own: dict[str, list[dict[str, Any]]] = {}
    known = [channel for group in groups for channel in group[CHANNELS]]
    for row in rows:
        values = dict(row.values)
        channels = values.pop(CHANNELS, None)
        if not channels and not row.broken:
            found.problems.append(row.problem(CHANNELS, "chưa ghi cách nộp", "ghi như trong mẫu"))
            continue
        if not _fits(found, row, values, shape):
            continue
        for channel in channels:
            if channel not in known:
                found.problems.append(
                    row.problem(
                        CHANNELS, "thủ tục này không nộp được cách ấy", "thêm cách nộp ở biểu mẫu trước"
                    )
                )
            own.setdefault(channel, []).append(values)
    made: list[dict[str, Any]] = []
    for group in groups:
        for channel in group[CHANNELS]:
            alone = {**group, CHANNELS: [channel]}
            if channel in own:
                alone[part] = own[channel]
            join_methods(made, alone)
    return made


def _fits(found: ExcelCheck, row: Row, values: dict[str, Any], shape: type[BaseModel]) -> bool:
    """Whether a row has its shape and every figure its basis."""
    if row.broken:
        return False
    try:
        shape.model_validate(values)
    except ValidationError as error:
        for one in error.errors():
            where = str(one["loc"][0]) if one["loc"] else "amount"
            problem = "còn thiếu" if one["type"] == "missing" else "không khớp với loại đã chọn"
            found.problems.append(
                row.problem(
                    where,
                    problem,
                    "số tiền chỉ có khi loại là 'Có mức thu'" if not one["loc"] else "điền ô này",
                )
            )
        return False
    said = values.get("kind") not in (None, "unknown") or values.get("unit") is not None
    if said and not values.get("basis"):
        found.problems.append(row.problem("basis", "số tiền, thời hạn chưa có căn cứ", "ghi số văn bản"))
        return False
    return True


def _papers(found: ExcelCheck, rows: Sequence[Row], before: Sequence[Any]) -> list[dict[str, Any]]:
    shown = {column.name for column in PAPERS.columns}
    hidden: dict[str, list[dict[str, Any]]] = {}
    for one in before:
        kept = {name: value for name, value in one.items() if name not in shown}
        hidden.setdefault(one["name"], []).append(kept)
    made = []
    for row in rows:
        if _fits(found, row, row.values, PAPERS.shape):
            same_name = hidden.get(row.values["name"])
            made.append({**row.values, **(same_name.pop(0) if same_name else {})})
    return made
