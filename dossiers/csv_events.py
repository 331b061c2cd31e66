"""Dossier events from a spreadsheet saved as CSV: for an office whose software sends nothing by itself.

Columns are the fields of ``docs/samples/dossier-events.csv``; commas or semicolons, with or without a
byte-order mark. Several items are put apart by ``|``; a fee is written ``name = amount = basis``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field
from typing import Any

from dossiers.cloudevents import BATCH_LIMIT
from dossiers.event import DossierEvent, digest_of, read_data, warnings_about
from dossiers.problems import EventsRefused, Problem
from dossiers.vocabularies import TYPE_PREFIX, DossierEventType

SOURCE = "csv"
_REQUIRED = ("type", "dossier_code", "occurred_at")
_PLAIN = (
    "dossier_code", "procedure_code", "procedure_name", "field", "unit", "officer", "channel", "reason",
    "notice_number", "issuer", "pay_link", "receipt_link", "paid_how",
)  # fmt: skip
_MOMENTS = ("received_at", "due_at", "occurred_at", "new_due_at", "notice_date", "pay_by")
_APPLICANT = ("applicant_name", "applicant_phone", "applicant_email", "applicant_identity_number")
_COLUMNS = {"id", "type", "items", "fees", *_PLAIN, *_MOMENTS, *_APPLICANT}
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def read_csv(text: str, *, code_pattern: str) -> list[DossierEvent]:
    """Typed events in the order of the rows; raises ``EventsRefused`` with every error of every row."""
    table = csv_table(text)
    if len(table.rows) > BATCH_LIMIT:
        raise EventsRefused([_heading_problem("quá nhiều dòng", f"tách thành tệp tối đa {BATCH_LIMIT} dòng")])
    read = read_table(table, code_pattern=code_pattern)
    if not read.events and not read.problems:
        read.problems.append(
            _heading_problem("tệp không có dòng nào", "thêm ít nhất một dòng dưới dòng tiêu đề")
        )
    if read.problems:
        raise EventsRefused(read.problems)
    return read.events


@dataclass(frozen=True)
class Table:
    """Columns by their headings; each row with its line in the file and its cells by heading.

    A cell under no heading stands under ``None``.
    """

    columns: list[str]
    rows: list[tuple[int, dict[str | None, Any]]]


@dataclass
class ReadTable:
    """What could be read and what not; ``lines`` holds the line in the file of each event."""

    events: list[DossierEvent] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def csv_table(text: str) -> Table:
    text = text.removeprefix("\ufeff")
    heading = text.split("\n", 1)[0]
    reader = csv.DictReader(
        io.StringIO(text), delimiter=";" if heading.count(";") > heading.count(",") else ","
    )
    try:
        columns = [name.strip() for name in reader.fieldnames or []]
        reader.fieldnames = columns
        return Table(columns, [(reader.line_num, dict(record)) for record in reader])
    except csv.Error:
        raise EventsRefused(
            [
                Problem(
                    index=0,
                    row=max(reader.line_num, 1),
                    field="(dòng)",
                    problem="không tách được thành các ô",
                    remedy="xem dấu ngoặc kép ở dòng này đã đóng chưa, rồi lưu lại dạng CSV",
                )
            ]
        ) from None


def read_table(table: Table, *, code_pattern: str) -> ReadTable:
    """Every row by itself; raises ``EventsRefused`` when the headings leave nothing to read."""
    _check_columns(table.columns)
    read = ReadTable()
    for index, (line, record) in enumerate(table.rows):
        event, found = _read_row(record, index, line, code_pattern)
        read.problems += found
        if event is not None:
            read.events.append(event)
            read.lines.append(line)
    return read


def _check_columns(columns: list[str]) -> None:
    problems = [
        _heading_problem(f"thiếu cột {name}", f"thêm cột {name}") for name in _REQUIRED if name not in columns
    ]
    problems += [
        _heading_problem(f"không biết cột {name}", "bỏ cột này hoặc sửa tên theo tệp mẫu")
        for name in columns
        if name not in _COLUMNS
    ]
    if problems:
        raise EventsRefused(problems)


def _read_row(
    record: dict[str | None, Any], index: int, row: int, code_pattern: str
) -> tuple[DossierEvent | None, list[Problem]]:
    values = {key: (value or "").strip() for key, value in record.items() if isinstance(key, str)}
    problems: list[Problem] = []
    if None in record:
        problems.append(
            Problem(
                index=index,
                row=row,
                field="(dòng)",
                problem="nhiều ô hơn dòng tiêu đề",
                remedy="đặt ô có dấu phẩy trong dấu ngoặc kép",
            )
        )
    kind = _kind(values.get("type", ""), index, row, problems)
    raw: dict[str, Any] = {name: values[name] for name in _PLAIN if values.get(name)}
    raw |= {name: _iso(values[name]) for name in _MOMENTS if values.get(name)}
    raw["applicant"] = {name.removeprefix("applicant_"): values.get(name) for name in _APPLICANT}
    raw["items"] = [part.strip() for part in values.get("items", "").split("|") if part.strip()]
    raw["fees"] = [_fee(part) for part in values.get("fees", "").split("|") if part.strip()]
    data, found = read_data(raw, index=index, row=row, code_pattern=code_pattern)
    problems += found
    if data is None or kind is None or problems:
        return None, problems
    identity = "\0".join((values["dossier_code"], values["type"], values["occurred_at"]))
    return (
        DossierEvent(
            type=kind,
            source=SOURCE,
            external_id=values.get("id") or hashlib.sha256(identity.encode()).hexdigest(),
            data=data,
            as_posted=digest_of(values),
            warnings=warnings_about(kind, data, raw, index=index, row=row),
        ),
        [],
    )


def _kind(text: str, index: int, row: int, problems: list[Problem]) -> DossierEventType | None:
    name = text if text.startswith(TYPE_PREFIX) else TYPE_PREFIX + text
    try:
        return DossierEventType(name)
    except ValueError:
        problems.append(
            Problem(
                index=index,
                row=row,
                field="type",
                problem="loại sự kiện không có trong danh sách",
                remedy="dùng một trong: " + ", ".join(kind.short for kind in DossierEventType),
            )
        )
        return None


def _iso(text: str) -> str:
    """Spreadsheets in Vietnam write the day first."""
    match = _DAY_FIRST.fullmatch(text)
    if not match:
        return text
    day, month, year, hour, minute, second = match.groups()
    moment = f"{year}-{int(month):02}-{int(day):02}"
    return f"{moment}T{int(hour):02}:{minute}:{second or '00'}" if hour else moment


def _fee(text: str) -> dict[str, Any]:
    name, _, rest = text.partition("=")
    amount, _, basis = rest.partition("=")
    digits = re.sub(r"[.\s]|đồng|đ$", "", amount.strip())
    return {
        "name": name.strip(),
        "amount": int(digits) if digits.isdigit() else amount.strip(),
        "basis": basis,
    }


def _heading_problem(problem: str, remedy: str) -> Problem:
    return Problem(index=0, row=1, field="(tiêu đề)", problem=problem, remedy=remedy)
