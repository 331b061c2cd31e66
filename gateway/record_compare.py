"""A curated procedure beside its national record: what differs, and taking one side of it into a draft."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from gateway.content_desk import read_document, write_document
from knowledge.curated import DifferentField
from knowledge.published import parse_procedure
from knowledge.schemas import Method, Procedure
from knowledge.verify import Difference, differences
from knowledge.verify_words import FACTS, OWN_WORDS, SENTENCES, reading, value_of, word_differences

_METHODS = frozenset({DifferentField.FEE, DifferentField.DURATION, DifferentField.CHANNELS})
TAKEN = _METHODS | frozenset(FACTS) | frozenset(SENTENCES)
"""What can be taken over as it is; numbers in sentences are written by a person."""

NEEDS_BASIS = _METHODS
"""Where every figure taken over is given its document."""


class CompareError(ValueError):
    """What is missing, in words for the editor."""


def compare(key: str, text: str, record: Procedure, former: Sequence[Procedure] = ()) -> list[Difference]:
    """``former``: earlier versions of the record, oldest first."""
    curated = parse_procedure(text, key)
    return [
        *differences(curated, record, _source(record)),
        *word_differences(curated, record, read_then(record, former, curated.updated)),
    ]


def read_then(record: Procedure, former: Sequence[Procedure], day: date) -> Procedure:
    """The version that its source still had on ``day``, when ours was written.

    An import says of a version how long it stood, not since when; where the first import came later than our
    text, its version is taken for the one that was read.
    """
    return next((one for one in former if one.source_date is not None and one.source_date >= day), record)


def take_theirs(key: str, text: str, record: Procedure, field: DifferentField, basis: str) -> str:
    """``text`` with the record's fees, times or ways of filing. Every figure needs its basis."""
    if field not in TAKEN:
        raise CompareError("Con số trong câu chữ thì sửa tay trong biểu mẫu.")
    basis = " ".join(basis.split())
    if field not in _METHODS:
        return _take_words(key, text, record, field)
    ours = parse_procedure(text, key)
    mine = {method.channel: method for method in ours.to_procedure().methods}
    theirs: dict[Any, list[Method]] = {}
    for method in record.methods:
        theirs.setdefault(method.channel, []).append(method)
    groups: list[dict[str, Any]] = []
    channels = list(theirs) if field is DifferentField.CHANNELS else list(mine)
    for channel in channels:
        own, recorded = mine.get(channel), theirs.get(channel, [])
        durations = _rows([d for method in recorded for d in method.durations], basis)
        fees = _rows([f for method in recorded for f in method.fees], basis)
        group = {
            "channels": [channel.value],
            "durations": durations
            if recorded and (own is None or field is DifferentField.DURATION)
            else _rows(own.durations if own else (), None),
            "fees": fees
            if recorded and (own is None or field is DifferentField.FEE)
            else _rows(own.fees if own else (), None),
        }
        if own is not None and own.note:
            group["note"] = own.note
        join_methods(groups, group)
    if not basis and _without_basis(groups):
        raise CompareError("Ghi căn cứ: số tiền và thời hạn phải có văn bản.")
    data = read_document(key, text)
    return write_document(key, {**data, "methods": groups})


def _take_words(key: str, text: str, record: Procedure, field: DifferentField) -> str:
    value = value_of(record, field)
    if not value:
        raise CompareError("Bản quốc gia để trống chỗ này: sửa tay trong biểu mẫu, hoặc giữ bản của mình.")
    data = {**read_document(key, text), field.value: value}
    if field in SENTENCES and record.source_date:
        # The other sentences are judged against the record as before; only a person moves this day on.
        note = {
            "field": field.value,
            "ours": OWN_WORDS,
            "record": reading(record, field),
            "why": "đã lấy theo bản quốc gia",
            "basis": record.decision or record.code,
        }
        others = [one for one in data.get("differs") or [] if one["field"] != field.value]
        data["differs"] = [*others, note]
    return write_document(key, data)


def keep_ours(key: str, text: str, difference: Difference, why: str, basis: str) -> str:
    """``text`` with a note of why the difference is right; it covers this reading of the record alone."""
    why, basis = " ".join(why.split()), " ".join(basis.split())
    if len(why) < 10 or not basis:
        raise CompareError("Ghi vì sao giữ bản của mình (một câu) và căn cứ.")
    data = read_document(key, text)
    note = {
        "field": difference.field.value,
        "ours": difference.ours,
        "record": difference.record,
        "why": why,
        "basis": basis,
    }
    others = [
        one
        for one in data.get("differs") or []
        if (one["field"], one["ours"]) != (note["field"], note["ours"])
    ]
    return write_document(key, {**data, "differs": [*others, note]})


def difference_at(found: Sequence[Difference], number: int, ours: str, record: str) -> Difference:
    """The one that was looked at; another import or edit in between is told, not overwritten."""
    if not 0 <= number < len(found) or (found[number].ours, found[number].record) != (ours, record):
        raise CompareError("Hai bản vừa đổi: xem lại rồi chọn.")
    return found[number]


def _rows(rows: Sequence[Any], basis: str | None) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        data = row.model_dump(mode="json", exclude_none=True)
        if basis and not data.get("basis"):
            data["basis"] = basis
        if data not in found:
            found.append(data)
    return found


def join_methods(groups: list[dict[str, Any]], group: dict[str, Any]) -> None:
    """Ways of filing that share times and fees are written once."""
    for known in groups:
        if {k: v for k, v in known.items() if k != "channels"} == {
            k: v for k, v in group.items() if k != "channels"
        }:
            known["channels"] += group["channels"]
            return
    groups.append(group)


def _without_basis(groups: Sequence[dict[str, Any]]) -> bool:
    return any(
        not row.get("basis")
        for group in groups
        for row in (
            *(fee for fee in group["fees"] if fee["kind"] != "unknown"),
            *(duration for duration in group["durations"] if duration.get("unit")),
        )
    )


def _source(record: Procedure) -> str:
    return json.dumps(record.model_dump(mode="json"), ensure_ascii=False)
