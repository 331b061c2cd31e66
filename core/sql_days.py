"""Days on the ward's wall calendar, in SQL."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func
from sqlalchemy.ext.asyncio import AsyncSession


def local_day_of(session: AsyncSession, moment: Any) -> ColumnElement[date]:
    """The Vietnamese day of a stored moment, comparable with others and with a stored date."""
    if session.get_bind().dialect.name == "sqlite":
        shifted: ColumnElement[date] = func.date(moment, "+7 hours")
        return shifted
    return cast(func.timezone("Asia/Ho_Chi_Minh", moment), Date)
