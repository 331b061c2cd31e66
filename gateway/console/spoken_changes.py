"""What an edit changes, in sentences of before and after, each field called as the form calls it.

A row of a list is named by what it is ("Lệ phí “Phí chứng thực chữ ký”, Số tiền (đồng): trước “10.000”, nay
“12.000”"), so that one figure in a long row shows as that figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from gateway.console.field_words import CHOICES, words_of
from gateway.console.model_form import FieldKind, as_mapping, key_of, kind_of

# By which of its fields a row is named, the first that it has.
_NAMING = (
    "name",
    "number",
    "title",
    "text",
    "procedure",
    "concept",
    "channels",
    "date",
    "measure",
    "label",
    "unit",
)
_LONGEST_NAME = 60
_NOTHING: Sequence[Any] = (None, "", [])


def spoken_changes(
    shape: type[BaseModel], before: Mapping[str, Any], after: Mapping[str, Any], *, within: str = ""
) -> Iterator[str]:
    """One sentence a field. ``before``, ``after``: as the file has them; ``within``: what they stand in."""
    fields = {key_of(name, info): (name, info) for name, info in shape.model_fields.items()}
    for key in dict.fromkeys([*before, *after]):
        was, now = before.get(key), after.get(key)
        if was == now or (was in _NOTHING and now in _NOTHING):
            continue
        name, info = fields.get(key, (key, None))
        kind, inner = kind_of(name, info) if info is not None else (FieldKind.LINE, None)
        words = words_of(shape, name)
        place = f"{within}{words[0] if words else key}"
        if kind is FieldKind.GROUP and inner is not None:
            yield from spoken_changes(inner, was or {}, now or {}, within=f"{place}, ")
        elif kind is FieldKind.ROWS and inner is not None:
            yield from _of_rows(inner, place, was or [], now or [])
        elif isinstance(was, list) or isinstance(now, list):
            yield from _of_items(
                place, [_said(kind, one) for one in was or []], [_said(kind, one) for one in now or []]
            )
        else:
            yield f"{place}: trước “{_said(kind, was, key)}”, nay “{_said(kind, now, key)}”."


def _of_items(place: str, was: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    gone, come = [one for one in was if one not in now], [one for one in now if one not in was]
    yield from (f"{place}: bỏ “{one}”." for one in gone)
    yield from (f"{place}: thêm “{one}”." for one in come)
    if not gone and not come:
        yield f"{place}: đổi thứ tự."


def _of_rows(shape: type[BaseModel], place: str, was: Sequence[Any], now: Sequence[Any]) -> Iterator[str]:
    """A row that is changed is told field by field: of the same name, or in the same place of as many."""
    old, new = [as_mapping(shape, one) for one in was], [as_mapping(shape, one) for one in now]
    gone = {number: one for number, one in enumerate(old) if one not in new}
    come = {number: one for number, one in enumerate(new) if one not in old}
    if not gone and not come:
        yield f"{place}: đổi thứ tự."
    for number, row in list(come.items()):
        name = _name(shape, row)
        same = next((at for at, one in gone.items() if name and _name(shape, one) == name), None)
        if same is None and len(old) == len(new) and number in gone:
            same = number
        if same is not None:
            del come[number]
            before = gone.pop(same)
            called = _name(shape, before) or str(same + 1)
            yield from spoken_changes(shape, before, row, within=f"{place} “{called}”, ")
    yield from (f"{place}: bỏ “{_whole(shape, one)}”." for one in gone.values())
    yield from (f"{place}: thêm “{_whole(shape, one)}”." for one in come.values())


def _name(shape: type[BaseModel], row: Mapping[str, Any]) -> str:
    for name in _NAMING:
        if name in shape.model_fields and row.get(name) not in _NOTHING:
            said = _said(kind_of(name, shape.model_fields[name])[0], row[name])
            return said if len(said) <= _LONGEST_NAME else f"{said[:_LONGEST_NAME].rstrip()}…"
    return ""


def _whole(shape: type[BaseModel], row: Mapping[str, Any]) -> str:
    """A whole row in one line, what is yes or no by the name of the field."""
    said = []
    for name, info in shape.model_fields.items():
        key = key_of(name, info)
        value, words, (kind, inner) = row.get(key), words_of(shape, name), kind_of(name, info)
        if value in _NOTHING or words is None:
            continue
        if kind is FieldKind.CHECK:
            said += [words[0].lower()] if _is_yes(value) else []
        elif kind is FieldKind.ROWS and inner is not None:
            said += [_whole(inner, as_mapping(inner, one)) for one in value or ()]
        elif kind is FieldKind.GROUP and inner is not None:
            said.append(_whole(inner, as_mapping(inner, value)))
        else:
            said.append(_said(kind, value, key))
    return ", ".join(one for one in said if one)


def _said(kind: FieldKind, value: Any, key: str = "") -> str:
    if value in (None, ""):
        return "chưa có"
    if kind is FieldKind.CHECK:
        return "có" if _is_yes(value) else "không"
    if isinstance(value, list):
        return "; ".join(_said(kind, one, key) for one in value)
    if kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        return CHOICES.get(str(value), str(value))
    if key == "amount" and str(value).isdecimal():
        return f"{int(value):,}".replace(",", ".")
    return str(value)


def _is_yes(value: Any) -> bool:
    return str(value).lower() == "true"
