"""A small city with a simulated half year, for pages and reports."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from core.calendar import LOCAL, WorkingCalendar
from core.database import Database
from feedback import tallies
from feedback.areas import Areas
from feedback.draw import InvitationPlan
from feedback.instruments import load_instruments
from feedback.kpis import refresh
from feedback.simulation.plant import plant_year
from feedback.simulation.year import Office, World, simulate
from feedback.targets import City, load_targets
from gateway.opinion import OpinionContent
from gateway.opinion_desk import OpinionDesk

CONTENT = Path(__file__).parents[2] / "content"
NOW = datetime(2026, 7, 2, 9, tzinfo=LOCAL)
BIG, MIDDLE, SMALL = "UBND phường Quy Nhơn", "UBND phường Bình Lộc", "UBND phường Hàng Gòn"
OFFICES = (Office(BIG, 0.97, 420), Office(MIDDLE, 0.75, 360), Office(SMALL, 0.9, 14))
CITY = OpinionContent(
    plan=InvitationPlan(),
    instruments=load_instruments(CONTENT / "surveys"),
    targets=load_targets(CONTENT / "targets"),
    areas=Areas({"Quy Nhơn": City.QUY_NHON, "Bình Lộc": City.LONG_KHANH, "Hàng Gòn": City.LONG_KHANH}),
)


async def settle(database: Database) -> None:
    """Plant the half year and count the figures beside the index."""
    asks = simulate(World(offices=OFFICES, cheating=0.1), date(2026, 1, 1), date(2026, 6, 30), seed=8)
    async with database.writing() as session:
        await plant_year(session, CITY.instruments["after-pickup"], asks, calendar=WorkingCalendar(), now=NOW)
    await refresh(database, NOW)
    await tallies.refresh(database, NOW, CITY.areas)


def desk_of(database: Database) -> OpinionDesk:
    return OpinionDesk(database, lambda: CITY, clock=lambda: NOW)
