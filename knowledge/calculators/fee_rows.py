"""The fees of a record on one day: which rows hold, which have ended, which come later.

A reduction has an end (``Fee.until``); the rate after it says so in its case ("sau ngày 31/12/2026"). Nothing
is added to what the record says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from knowledge.answer.figures import channels_words, fee_words, group_by_sameness, lower_first
from knowledge.schemas import Fee, FeeKind, Procedure, SubmissionChannel

_DAY = r"(\d{1,2})/(\d{1,2})/(\d{4})"
_SINCE = re.compile(rf"\b(sau ngày|từ ngày|kể từ ngày) {_DAY}", re.IGNORECASE)
_UNTIL = re.compile(rf"\bđến hết(?: ngày)? {_DAY}", re.IGNORECASE)


class Standing(StrEnum):
    HOLDS = "holds"
    ENDED = "ended"
    LATER = "later"


@dataclass(frozen=True)
class FeeRow:
    """One row: the ways of filing it is for, from when to when, and how it stands on the day asked about."""

    channels: tuple[SubmissionChannel, ...]
    fee: Fee
    standing: Standing
    since: date | None
    until: date | None

    @property
    def is_dated(self) -> bool:
        return self.since is not None or self.until is not None

    @property
    def words(self) -> str:
        """``lệ phí đổi thẻ 25.000 đồng/thẻ``, without its case and its basis."""
        if not self.fee.name:
            return fee_words(self.fee)
        mark = " " if self.fee.kind is FeeKind.KNOWN else ": "
        return f"{lower_first(self.fee.name)}{mark}{fee_words(self.fee)}"


def fee_rows(procedure: Procedure, on: date, way: SubmissionChannel | None = None) -> tuple[FeeRow, ...]:
    """Every fee of the record, those of ``way`` alone if one is given, in the order of the record."""
    methods = [one for one in procedure.methods if way is None or one.channel is way]
    rows = []
    for channels, method in group_by_sameness(methods, "fees"):
        for fee in method.fees:
            since, until = _since(fee), _until(fee)
            standing = Standing.HOLDS
            if until is not None and on > until:
                standing = Standing.ENDED
            elif since is not None and on < since:
                standing = Standing.LATER
            rows.append(FeeRow(channels, fee, standing, since, until))
    return tuple(rows)


def without_ended_fees(procedure: Procedure, on: date) -> Procedure:
    """The record without rates that had ended; a way of filing with no other rate keeps its last one."""
    methods = []
    for method in procedure.methods:
        kept = tuple(fee for fee in method.fees if (until := _until(fee)) is None or on <= until)
        methods.append(method.model_copy(update={"fees": kept or method.fees}))
    return procedure.model_copy(update={"methods": tuple(methods)})


def holding(rows: Sequence[FeeRow]) -> tuple[FeeRow, ...]:
    return tuple(row for row in rows if row.standing is Standing.HOLDS)


def row_line(row: FeeRow, *, with_channels: bool) -> str:
    """A row with its case, end and legal source, as it is shown beside a calculation."""
    parts = [row.words]
    if row.fee.when and row.since is None:
        parts.append(f" ({lower_first(row.fee.when)})")
    if row.until:
        parts.append(f", áp dụng đến hết {row.until:%d/%m/%Y}")
    if row.fee.basis:
        parts.append(f" (theo {row.fee.basis})")
    said = "".join(parts)
    return f"{channels_words(row.channels)}: {said}" if with_channels else said


def dated_lines(procedure: Procedure, on: date) -> list[str]:
    """What holds on the day asked about where a rate of the record begins or ends; nothing elsewhere."""
    rows = fee_rows(procedure, on)
    if not any(row.is_dated for row in rows):
        return []
    now = [row for row in holding(rows) if row.fee.kind is FeeKind.KNOWN]
    several = len({row.channels for row in rows}) > 1
    lines = [f"Ngày {on:%d/%m/%Y}: {row_line(row, with_channels=several)}." for row in now]
    for row in rows:
        if row.standing is Standing.LATER and row.since and row.fee.kind is FeeKind.KNOWN:
            before = row.since - timedelta(days=1)
            lines.append(f"Sau {before:%d/%m/%Y}: {row_line(row, with_channels=several)}.")
    return list(dict.fromkeys(lines))


def dated_remark(procedure: Procedure, on: date) -> str | None:
    """One sentence beside an answer that lists the rows: which holds on that day, and what follows."""
    rows = [row for row in fee_rows(procedure, on) if row.is_dated and row.fee.kind is FeeKind.KNOWN]
    now = dict.fromkeys(
        fee_words(row.fee) + (f" (theo {row.fee.basis})" if row.fee.basis else "") for row in holding(rows)
    )
    if not now:
        return None
    later = dict.fromkeys(
        f"sau {row.since - timedelta(days=1):%d/%m/%Y} là {fee_words(row.fee)}"
        for row in rows
        if row.standing is Standing.LATER and row.since
    )
    return f"Ngày {on:%d/%m/%Y} áp dụng mức {'; '.join((*now, *later))}."


def _since(fee: Fee) -> date | None:
    match = _SINCE.search(fee.when or "")
    if match is None:
        return None
    day = _date(match[2], match[3], match[4])
    return day + timedelta(days=1) if day and match[1].lower() == "sau ngày" else day


def _until(fee: Fee) -> date | None:
    if fee.until:
        return fee.until
    match = _UNTIL.search(fee.when or "")
    return _date(match[1], match[2], match[3]) if match else None


def _date(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
