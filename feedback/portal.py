"""Figures of other systems, read from a table that somebody copied out of them."""

from __future__ import annotations

import csv
import io
from datetime import date

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from feedback.kpi_models import Figure, PortalFigure

_COLUMNS = ("figure", "unit", "from", "to", "value", "source")


class PortalFileError(ValueError):
    """A line cannot be read; the message names line, column and remedy."""


async def load_portal_figures(session: AsyncSession, text: str) -> int:
    """Keep every line, in the place of what was loaded for the same days; nothing where one is wrong.

    ``unit`` as our units are called, or the key of a former city. Dates as 2026-03-14; values in percent.
    """
    reader = csv.DictReader(io.StringIO(text))
    if missing := [name for name in _COLUMNS if name not in (reader.fieldnames or ())]:
        raise PortalFileError(f"thiếu cột '{missing[0]}': dòng đầu phải là {','.join(_COLUMNS)}")
    rows = [_read(number, line) for number, line in enumerate(reader, start=2)]
    for row in rows:
        await session.execute(
            delete(PortalFigure).where(
                PortalFigure.figure == row.figure,
                PortalFigure.unit == row.unit,
                PortalFigure.first_day == row.first_day,
                PortalFigure.last_day == row.last_day,
            )
        )
        session.add(row)
        await session.flush()
    return len(rows)


def _read(number: int, line: dict[str, str]) -> PortalFigure:
    if line["figure"] not in Figure:
        known = ", ".join(Figure)
        raise PortalFileError(f"dòng {number}, cột figure: không có '{line['figure']}', chọn trong {known}")
    try:
        first, last = date.fromisoformat(line["from"]), date.fromisoformat(line["to"])
    except ValueError:
        raise PortalFileError(f"dòng {number}, cột from hoặc to: viết dạng 2026-03-14") from None
    try:
        value = float(line["value"].replace(",", "."))
    except ValueError:
        raise PortalFileError(f"dòng {number}, cột value: '{line['value']}' không phải số") from None
    return PortalFigure(
        figure=line["figure"],
        unit=line["unit"].strip(),
        first_day=first,
        last_day=last,
        value=value,
        source=line["source"].strip() or "nguồn không ghi",
    )
