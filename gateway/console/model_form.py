"""A form for any typed document: one field in plain words for every entry of its shape, no YAML to see.

The shape (a Pydantic model) says which fields there are, ``field_words`` how they are called. Drawn by
 ``content_fields.html`` and read back into the same nested data. Rows of a list end with an empty one:
filling it adds a row, emptying a row removes it. Works without JavaScript.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.calendar_year import OfficePeriod
from gateway.console.field_words import CHOICES, words_of

Form = Mapping[str, str]

_SPARE_ROWS = 1
# A list that stands for a whole begins with as many rows as it mostly has: a morning and an afternoon.
_LEAST_ROWS: Mapping[type[Any], int] = {OfficePeriod: 2}


class FieldKind(StrEnum):
    LINE = "line"
    AREA = "area"
    LINES = "lines"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    CHECK = "check"
    CHOICE = "choice"
    CHOICES = "choices"
    ROWS = "rows"
    GROUP = "group"


@dataclass(frozen=True)
class FieldView:
    """One field as the page draws it; ``rows``: the fields of each row of a list, or of a group."""

    name: str
    label: str
    hint: str
    kind: FieldKind
    value: Any = None
    options: Sequence[tuple[str, str]] = ()
    rows: Sequence[Sequence[FieldView]] = field(default_factory=tuple)
    locked: bool = False


def fields_of(
    shape: type[BaseModel],
    data: Mapping[str, Any],
    *,
    editable: frozenset[str] | None = None,
    prefix: str = "",
) -> list[FieldView]:
    """The fields of ``shape`` filled with ``data``. ``editable``: top-level names one may change."""
    found = []
    for name, info in shape.model_fields.items():
        words = words_of(shape, name)
        if words is None:
            continue
        view = _view(f"{prefix}{name}", name, words, info, data.get(key_of(name, info)))
        if editable is not None and name not in editable:
            view = FieldView(**{**view.__dict__, "locked": True})
        found.append(view)
    return found


def read_form(
    shape: type[BaseModel], form: Form, before: Mapping[str, Any], *, editable: frozenset[str] | None = None
) -> dict[str, Any]:
    """``before`` with what the form says in place of it; fields that are not shown stay."""
    found = dict(before)
    for name, info in shape.model_fields.items():
        if words_of(shape, name) is None or (editable is not None and name not in editable):
            continue
        key = key_of(name, info)
        value = _read(name, name, info, form, before.get(key))
        if value in (None, "", [], (), {}):
            found.pop(key, None)
        else:
            found[key] = value
    return found


def spoken_place(shape: type[BaseModel], path: str) -> str:
    """Where in the form a problem is, as the form calls it.

    ``methods.0.fees.1.basis`` is "Cách nộp, thời hạn, lệ phí 1, Lệ phí 2, Căn cứ".
    """
    words: list[str] = []
    inside: type[Any] | None = shape
    for part in path.split("."):
        if part.isdigit() and words:
            words[-1] += f" {int(part) + 1}"
            continue
        fields = inside.model_fields if inside is not None and issubclass(inside, BaseModel) else {}
        name = next((name for name, info in fields.items() if part in (name, key_of(name, info))), None)
        found = words_of(inside, name) if inside is not None and name else None
        words.append(found[0] if found else part)
        inside = kind_of(name, fields[name])[1] if name else None
    return ", ".join(words)


def key_of(name: str, info: FieldInfo) -> str:
    """What a field is called in the file."""
    return info.alias or name


def _view(path: str, name: str, words: tuple[str, str], info: FieldInfo, value: Any) -> FieldView:
    label, hint = words
    kind, inner = kind_of(name, info)
    if kind is FieldKind.GROUP:
        assert inner is not None  # noqa: S101 - a group has a shape
        return FieldView(
            path,
            label,
            hint,
            kind,
            rows=[fields_of(inner, as_mapping(inner, value or {}), prefix=f"{path}.")],
        )
    if kind is FieldKind.ROWS:
        assert inner is not None  # noqa: S101 - rows have a shape
        rows = [
            fields_of(inner, as_mapping(inner, row), prefix=f"{path}.{number}.")
            for number, row in enumerate([*(value or []), *([{}] * _spare(inner, value))])
        ]
        return FieldView(path, label, hint, kind, rows=rows)
    options: list[tuple[str, str]] = []
    if kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        assert inner is not None  # noqa: S101 - a choice has an enumeration
        options = [(one.value, CHOICES.get(one.value, one.value)) for one in inner]
        if kind is FieldKind.CHOICE and not info.is_required():
            options.insert(0, ("", "—"))
    if kind is FieldKind.LINES:
        value = "\n".join(str(one) for one in value or [])
    if kind is FieldKind.CHECK:
        value = str(value).lower() == "true"
    return FieldView(path, label, hint, kind, value=value, options=options)


def _read(path: str, name: str, info: FieldInfo, form: Form, before: Any) -> Any:
    kind, inner = kind_of(name, info)
    if kind is FieldKind.GROUP:
        assert inner is not None  # noqa: S101 - a group has a shape
        return _read_row(inner, f"{path}.", form, before or {})
    if kind is FieldKind.ROWS:
        assert inner is not None  # noqa: S101 - rows have a shape
        rows = []
        old = list(before or [])
        for number in range(len(old) + _spare(inner, old)):
            start = f"{path}.{number}."
            if not any(key.startswith(start) for key in form):
                continue
            kept = as_mapping(inner, old[number]) if number < len(old) else {}
            row = _read_row(inner, start, form, kept)
            if _says_something(inner, row):
                rows.append(row)
        return rows
    if kind is FieldKind.CHOICES:
        assert inner is not None  # noqa: S101 - a choice has an enumeration
        return [one.value for one in inner if f"{path}.{one.value}" in form]
    if kind is FieldKind.CHECK:
        return path in form
    text = form.get(path, "").strip()
    if kind is FieldKind.LINES:
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text.replace("\r\n", "\n")


def _spare(shape: type[Any], rows: Sequence[Any] | None) -> int:
    """How many empty rows stand at the end of a list."""
    return max(_SPARE_ROWS, _LEAST_ROWS.get(shape, 0) - len(rows or ()))


def _read_row(shape: type[BaseModel], start: str, form: Form, kept: Mapping[str, Any]) -> dict[str, Any]:
    """One row: what is not shown stays, in front of what the form says."""
    shown = {key_of(name, info) for name, info in shape.model_fields.items() if words_of(shape, name)}
    row = {key: value for key, value in kept.items() if key not in shown}
    for name, info in shape.model_fields.items():
        key = key_of(name, info)
        if key in shown:
            value = _read(f"{start}{name}", name, info, form, kept.get(key))
            if value not in (None, "", []) and (value is not False or info.is_required()):
                row[key] = value
    return row


def _says_something(shape: type[BaseModel], row: Mapping[str, Any]) -> bool:
    """A row in which only a choice stands at its first value was not filled in."""
    fields = {key_of(name, info): (name, info) for name, info in shape.model_fields.items()}
    written = {
        key
        for key, value in row.items()
        if value not in (None, "", [], False)
        and words_of(shape, fields[key][0])
        and kind_of(*fields[key])[0] is not FieldKind.CHOICE
    }
    if written or any(
        info.is_required() and words_of(shape, name) and kind_of(name, info)[0] is not FieldKind.CHOICE
        for name, info in fields.values()
    ):
        return bool(written)
    # A row that may consist of choices alone, such as a fee that is free.
    return any(row.get(name) not in (None, "", "known") for name in ("kind", "unit") if name in row)


def as_mapping(shape: type[BaseModel], row: Any) -> Mapping[str, Any]:
    """A row that the file writes in short (a golden question as a plain sentence) in full."""
    if isinstance(row, Mapping):
        return row
    return {next(iter(shape.model_fields)): row}


def kind_of(name: str, info: FieldInfo) -> tuple[FieldKind, type[Any] | None]:
    """How a field is shown, and the shape of its rows or the enumeration of its choices."""
    inner, several = _plain_type(info.annotation)
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return (FieldKind.ROWS if several else FieldKind.GROUP), inner
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return (FieldKind.CHOICES if several else FieldKind.CHOICE), inner
    if several:
        return FieldKind.LINES, None
    if inner is bool:
        return FieldKind.CHECK, None
    if inner in (int, float):
        return FieldKind.NUMBER, None
    if inner is time:
        return FieldKind.TIME, None
    if inner is date:
        return FieldKind.DATE, None
    return (
        FieldKind.AREA
        if name in ("summary", "text", "note", "connected", "body", "short")
        else FieldKind.LINE
    ), None


def _plain_type(annotation: Any) -> tuple[Any, bool]:
    """The type behind ``X | None`` and ``tuple[X, ...]``, and whether it stands in a list."""
    if get_origin(annotation) in (Union, types.UnionType):
        return _plain_type(next(one for one in get_args(annotation) if one is not type(None)))
    if get_origin(annotation) in (tuple, list):
        return _plain_type(get_args(annotation)[0])[0], True
    return annotation, False
