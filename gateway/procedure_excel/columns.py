"""Which fields of a procedure stand in which sheet and column, and how a cell is read and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from core.text.fold import fold
from gateway.console.field_words import CHOICES, words_of
from knowledge.curated import CuratedMethod, CuratedProcedure
from knowledge.schemas import Duration, DurationUnit, Fee, FeeKind, Paper, SubmissionChannel

CODE, MARK, CHANNELS = "code", "mark", "channels"
_ADDED = {CODE: "Mã thủ tục", MARK: "Dấu bản (đừng sửa)"}
YES, NO = "có", "không"


class CellKind(StrEnum):
    LINE = "line"
    LINES = "lines"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"


class CellError(ValueError):
    """What is wrong with a cell; ``remedy`` says what to write instead."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.remedy = remedy


@dataclass(frozen=True)
class Column:
    """``options``: value in the file by the words that stand in the cell."""

    name: str
    label: str
    kind: CellKind = CellKind.LINE
    options: Mapping[str, str] | None = None
    width: int = 24

    def write(self, value: Any) -> str:
        """A value of a document as its cell shows it."""
        if value in (None, "", [], ()):
            return ""
        if self.kind is CellKind.YES_NO:
            return YES if str(value).lower() == "true" else ""
        if self.kind is CellKind.LINES:
            return "\n".join(_first_text(one) for one in value)
        if self.kind is CellKind.CHOICES:
            return ", ".join(CHOICES[str(one)] for one in value)
        if self.kind is CellKind.CHOICE:
            return CHOICES[str(value)]
        return str(value)

    def read(self, cell: Any) -> Any:
        """What a cell says, as a document keeps it; nothing for an empty one. Raises CellError."""
        text = _text(cell)
        if not text:
            return None
        match self.kind:
            case CellKind.LINES:
                return [line.strip() for line in text.splitlines() if line.strip()]
            case CellKind.NUMBER:
                return _number(text)
            case CellKind.DATE:
                return _date(cell, text)
            case CellKind.YES_NO:
                return self._yes(text)
            case CellKind.CHOICE:
                return self._choice(text)
            case CellKind.CHOICES:
                return [self._choice(one) for one in text.replace(";", ",").split(",") if one.strip()]
        return text

    def _choice(self, text: str) -> str:
        options = self.options or {}
        found = {fold(words): value for words, value in options.items()}.get(fold(text.strip()))
        if found is None:
            raise CellError(f"không có lựa chọn '{text[:40]}'", f"chọn một trong: {', '.join(options)}")
        return found

    def _yes(self, text: str) -> bool:
        if fold(text) in ("co", "x", "true", "1"):
            return True
        if fold(text) in ("khong", "false", "0"):
            return False
        raise CellError(f"'{text[:40]}' không phải có hoặc không", "ghi 'có', hoặc để trống")


@dataclass(frozen=True)
class SheetOf:
    """``part``: what of a procedure one row of this sheet is."""

    title: str
    part: str
    shape: type[BaseModel]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        return next((one for one in self.columns if one.name == name), None)


def _column(shape: type[BaseModel], name: str, kind: CellKind = CellKind.LINE, **more: Any) -> Column:
    words = words_of(shape, name)
    return Column(name, words[0] if words else name, kind, **more)


def _options(of: type[StrEnum]) -> dict[str, str]:
    return {CHOICES[one.value]: one.value for one in of}


_CODE = Column(CODE, _ADDED[CODE], width=14)
_K = CellKind
_CHANNELS = _column(CuratedMethod, CHANNELS, _K.CHOICES, options=_options(SubmissionChannel))

PROCEDURES = SheetOf(
    "Thủ tục",
    "procedure",
    CuratedProcedure,
    (
        _CODE,
        Column(MARK, _ADDED[MARK], width=16),
        *(_column(CuratedProcedure, one, width=32) for one in ("plain_name", "option_label")),
        _column(CuratedProcedure, "summary", width=48),
        *(
            _column(CuratedProcedure, one, _K.LINES, width=48)
            for one in ("who", "where", "steps", "conditions", "exemptions", "results", "aliases", "golden")
        ),
        _column(CuratedProcedure, "sample_form"),
    ),
)
FEES = SheetOf(
    "Lệ phí",
    "fees",
    Fee,
    (
        _CODE,
        _CHANNELS,
        _column(Fee, "kind", _K.CHOICE, options=_options(FeeKind)),
        _column(Fee, "amount", _K.NUMBER),
        _column(Fee, "name"),
        _column(Fee, "per"),
        _column(Fee, "when"),
        _column(Fee, "until", _K.DATE),
        _column(Fee, "basis"),
        _column(Fee, "note", width=40),
    ),
)
DURATIONS = SheetOf(
    "Thời hạn",
    "durations",
    Duration,
    (
        _CODE,
        _CHANNELS,
        _column(Duration, "value", _K.NUMBER),
        _column(Duration, "unit", _K.CHOICE, options=_options(DurationUnit)),
        _column(Duration, "when"),
        _column(Duration, "basis"),
        _column(Duration, "note", width=40),
    ),
)
PAPERS = SheetOf(
    "Giấy tờ",
    "papers",
    Paper,
    (
        _CODE,
        _column(Paper, "name", width=40),
        _column(Paper, "formal_name"),
        _column(Paper, "originals", _K.NUMBER),
        _column(Paper, "copies", _K.NUMBER),
        _column(Paper, "show_only", _K.YES_NO),
        _column(Paper, "when"),
        _column(Paper, "note", width=40),
        _column(Paper, "connected", width=40),
        _column(Paper, "form_name"),
    ),
)
SHEETS = (PROCEDURES, FEES, DURATIONS, PAPERS)


def _first_text(one: Any) -> str:
    return str(one.get("text") or next(iter(one.values()), "")) if isinstance(one, Mapping) else str(one)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).replace("\r\n", "\n").strip()


def _number(text: str) -> str:
    """Whole numbers; the dots of thousands are taken out."""
    plain = text.replace(".", "").replace(",", "").replace(" ", "").removesuffix("đ").removesuffix("đồng")
    if not plain.isascii() or not plain.isdigit():
        raise CellError(f"'{text[:40]}' không phải số", "chỉ ghi số, ví dụ 8000")
    return str(int(plain))


def _date(cell: Any, text: str) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day without an hour
        except ValueError:
            continue
    if isinstance(cell, date):
        return cell.isoformat()
    raise CellError(f"'{text[:40]}' không phải ngày", "ghi ngày dạng 31/12/2026")
