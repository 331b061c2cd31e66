"""``motcua due``: the due date in Vietnamese working days."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated

import typer

from core.calendar import LOCAL, MOST_DAYS, WorkingCalendar
from core.calendar_year import parse_calendar_year
from core.content_mirror import read_folder
from core.settings import settings
from core.text.spell import spell_date
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.knowledge import SEED


@app.command()
def due(
    day: Annotated[str, typer.Argument(metavar="DATE", help="ngày nhận hồ sơ, dạng 2026-11-20")],
    days: Annotated[int, typer.Argument(help="số ngày làm việc")],
    received: Annotated[str | None, typer.Option(help="giờ nhận, dạng 15:30")] = None,
    same_day: Annotated[
        bool, typer.Option("--same-day", help="thủ tục trả trong ngày: áp dụng mốc 15 giờ")
    ] = False,
) -> None:
    """Ngày hẹn trả tính theo ngày làm việc, có Tết và ngày làm bù."""
    try:
        start = date.fromisoformat(day)
    except ValueError:
        raise Problem(f"ngày '{day}' không đọc được: viết dạng 2026-11-20") from None
    if not 0 <= days <= MOST_DAYS:
        raise Problem(f"số ngày {days} không dùng được: cho một số từ 0 đến {MOST_DAYS}")
    at: datetime | date = start
    if received is not None:
        try:
            at = datetime.combine(start, time.fromisoformat(received), LOCAL)
        except ValueError:
            raise Problem(f"giờ '{received}' không đọc được: viết dạng 15:30") from None
    calendar = working_calendar()
    result = calendar.due_date(at, days, same_day=same_day)
    accepted = calendar.acceptance_day(at, same_day)
    print(f"Tính là nhận {spell_date(accepted)}; hẹn trả {spell_date(result)}.")
    if not calendar.is_confirmed(result):
        print(f"Lịch nghỉ năm {result.year} chưa có quyết định chính thức, ngày này có thể đổi.")
    print(result.isoformat())


def working_calendar() -> WorkingCalendar:
    """From the mirror of published content where there is one, else from the shipped files."""
    mirror = settings().mirror / "calendar"
    folder = mirror if mirror.exists() else SEED / "calendar"
    return WorkingCalendar(parse_calendar_year(text, key) for key, text in read_folder(folder).items())
