"""``motcua survey index``: what citizens say, held against the city's targets."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.calendar import LOCAL, local_day
from core.content import published
from core.database import utc_now
from feedback import tallies, template_ratings
from feedback.count_repository import has_any_real_answer
from feedback.figures import By
from feedback.instruments import SHORT_SURVEY
from feedback.kpis import count_figures, refresh
from feedback.report import index_report
from feedback.report_text import as_text
from feedback.span import Span
from gateway.cli import app
from gateway.cli.problem import Problem
from gateway.cli.waiting import ready_database, told_when_long
from people.unit_repository import all_units


class ReportKind(StrEnum):
    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"


group = typer.Typer(no_args_is_help=True, help="Khảo sát và chỉ số hài lòng.")
app.add_typer(group, name="survey")


@group.command()
def index(
    start: Annotated[str, typer.Option("--from", help="ngày đầu, dạng 2026-01-01")],
    end: Annotated[str, typer.Option("--to", help="ngày cuối, dạng 2026-12-31")],
    by: Annotated[By, typer.Option(help="chia theo")] = By.UNIT,
    as_json: Annotated[bool, typer.Option("--json", help="in JSON")] = False,
) -> None:
    """Chỉ số, số phiếu, khoảng tin cậy, tỷ lệ trả lời và kết luận với từng chỉ tiêu."""
    first, last = _day(start, "--from"), _day(end, "--to")
    if last < first:
        raise Problem(f"--to ({last}) đứng trước --from ({first}): đổi lại thứ tự")
    with told_when_long("Đang tính chỉ số…"):
        asyncio.run(_index(first, last, by, as_json))


@group.command()
def report(
    name: Annotated[str, typer.Option("--period", help="2026, 2026-Q3, 2026-6T, 2026-9T hoặc 2026-11")],
    kind: Annotated[ReportKind, typer.Option("--format", help="docx, xlsx hoặc pdf")] = ReportKind.DOCX,
    out: Annotated[Path | None, typer.Option(help="tệp ghi ra; không nêu thì đặt tên theo kỳ")] = None,
    calendar: Annotated[
        bool, typer.Option("--calendar", help="theo tháng dương lịch, không chốt ngày 14")
    ] = False,
) -> None:
    """Báo cáo của một kỳ để gửi đi; kỳ hành chính chốt vào ngày ghi ở content/surveys/plan."""
    asyncio.run(_report(name, kind, out or Path(f"bao-cao-{name}.{kind.value}"), administrative=not calendar))


@group.command()
def digest(unit: Annotated[str, typer.Option(help="tên đơn vị; không nêu thì mọi đơn vị")] = "") -> None:
    """Tuần này: việc trễ, ý kiến cần tìm hiểu, chỉ số từ đầu năm."""
    with told_when_long("Đang tính…"):
        asyncio.run(_digest(unit))


@group.command()
def portal(file: Annotated[Path, typer.Argument(help="CSV: figure,unit,from,to,value,source")]) -> None:
    """Nạp con số của Cổng hoặc nơi khác, để báo cáo nêu chỗ chênh lệch."""
    asyncio.run(_portal(file))


@group.command()
def simulate(
    year: Annotated[int, typer.Option(help="năm bịa ra")] = 0,
    seed: Annotated[int, typer.Option(help="cùng số thì cùng một năm")] = 20261126,
    size: Annotated[float, typer.Option(min=0.01, max=100, help="1 là khoảng 9.700 hồ sơ được mời")] = 1.0,
    cheating: Annotated[float, typer.Option(min=0, max=0.5, help="phần phiếu giả, từ 0 đến 0,5")] = 0.1,
    silent: Annotated[
        float, typer.Option(min=0, max=0.9, help="người không hài lòng ít trả lời hơn bao nhiêu phần")
    ] = 0.3,
) -> None:
    """Bịa một năm ý kiến cho thành phố mẫu: đơn vị tốt xấu khác nhau, người im lặng, người gian lận."""
    asyncio.run(_simulate(year, seed, size, cheating, silent))


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(f"{option}: '{text}' không phải ngày, viết dạng 2026-01-31") from None


async def _index(first: date, last: date, by: By, as_json: bool) -> None:
    from gateway import content_kinds

    database = await ready_database()
    try:
        async with database.reading() as session:
            documents = await published(session)
        areas = content_kinds.areas(documents)
        await tallies.refresh(database, utc_now(), areas)
        async with database.writing() as session:
            cut_day = content_kinds.invitation_plan(documents).cut_day
            await count_figures(session, Span(first, last, cut_day).slices, cut_day)
            report = await index_report(
                session,
                content_kinds.targets(documents),
                first,
                last,
                by=by,
                areas=areas,
                cut_day=cut_day,
            )
            months = f"{first:%Y-%m}", f"{last:%Y-%m}"
            stars = template_ratings.shown(await template_ratings.stars_between(session, *months))
    finally:
        await database.dispose()
    if as_json:
        print(json.dumps({**report.to_json(), "template_ratings": stars}, ensure_ascii=False))
    else:
        print(f"{as_text(report)}\n{template_ratings.as_line(stars)}")


async def _simulate(year: int, seed: int, size: float, cheating: float, silent: float) -> None:
    from feedback.simulation.others import plant_others
    from feedback.simulation.people import Habits
    from feedback.simulation.plant import clear_sample, plant_year
    from feedback.simulation.year import World, simulate
    from gateway import content_kinds

    now = utc_now()
    year = year or now.astimezone(LOCAL).year
    database = await ready_database()
    try:
        async with database.reading() as session:
            documents = await published(session)
            if await has_any_real_answer(session):
                raise Problem(
                    "cơ sở dữ liệu này đã có phiếu thật của người dân: đặt MOTCUA_DATA_DIR sang thư mục khác"
                )
        calendar = content_kinds.calendar(documents)
        habits = Habits(others_answer=Habits.satisfied_answer * (1 - silent))
        world = World(habits=habits, cheating=cheating, size=size, calendar=calendar)
        typer.echo(f"Đang bịa năm {year}…", err=True)
        asks = simulate(world, date(year, 1, 1), date(year, 12, 31), seed)
        async with database.writing() as session:
            await clear_sample(session)
            instruments = content_kinds.instruments(documents)
            count = await plant_year(session, instruments[SHORT_SURVEY], asks, calendar=calendar, now=now)
            others = await plant_others(session, instruments, asks, now=now, seed=seed)
        typer.echo("Đang tính các chỉ tiêu khác…", err=True)
        await refresh(database, now, content_kinds.invitation_plan(documents).cut_day)
        await tallies.refresh(database, now, content_kinds.areas(documents))
    finally:
        await database.dispose()
    made_up = sum(bool(ask.attack) for ask in asks)
    print(f"{count} phiếu của năm {year}, trong đó {made_up} phiếu giả. Mọi dòng đều đánh dấu là mẫu.")
    print("Phiếu khác: " + ", ".join(f"{name} {number}" for name, number in others.items()) + ".")
    print(f"Xem: motcua survey index --from {year}-01-01 --to {year}-12-31, hoặc trang /minh-bach")


async def _report(name: str, kind: ReportKind, out: Path, *, administrative: bool) -> None:
    from feedback.marks import marks
    from feedback.periods import PeriodError
    from gateway.opinion import opinion_content
    from gateway.opinion_desk import OpinionDesk

    database = await ready_database()
    try:
        async with database.reading() as session:
            content = opinion_content(await published(session))
        desk = OpinionDesk(database, lambda: content)
        try:
            period = desk.period(name, administrative=administrative)
        except PeriodError as error:
            raise Problem(f"--period: {error}") from None
        typer.echo("Đang tính…", err=True)
        await refresh(database, utc_now(), content.plan.cut_day)
        await tallies.refresh(database, utc_now(), content.areas)
        async with database.reading() as session:
            found = await marks(
                session, period.span, targets=content.targets, areas=content.areas, now=utc_now()
            )
        body = await desk.report(await desk.overview(period), found, kind.value)
    finally:
        await database.dispose()
    out.write_bytes(body)
    print(out)


async def _portal(file: Path) -> None:
    from feedback.portal import PortalFileError, load_portal_figures

    database = await ready_database()
    try:
        async with database.writing() as session:
            count = await load_portal_figures(session, file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Problem(f"{file}: không mở được ({error.strerror})") from None
    except PortalFileError as error:
        raise Problem(f"{file}: {error}") from None
    finally:
        await database.dispose()
    print(f"Đã nạp {count} con số.")


async def _digest(unit: str) -> None:
    from feedback import digest as weekly
    from feedback.kpis import refresh
    from feedback.periods import current
    from gateway.opinion import opinion_content
    from gateway.opinion_desk import OpinionDesk

    now = utc_now()
    database = await ready_database()
    try:
        async with database.reading() as session:
            content = opinion_content(await published(session))
            names = {row.name for row in await all_units(session) if row.active}
        if unit and unit not in names:
            raise Problem(f"--unit: không có đơn vị '{unit}', viết đúng tên như ở /console/tai-khoan")
        await refresh(database, now, content.plan.cut_day)
        await tallies.refresh(database, now, content.areas)
        desk = OpinionDesk(database, lambda: content)
        seen = await desk.overview(desk.period(current(local_day(now))))
        async with database.reading() as session:
            weeks = await weekly.week(session, {unit} if unit else names, seen, now)
    finally:
        await database.dispose()
    print(weekly.as_text(weeks, now))
