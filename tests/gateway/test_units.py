"""The tree of units is made of our own wards alone."""

from __future__ import annotations

from sqlalchemy import select

from core.content import ContentStatus, add_version
from core.content_mirror import read_folder
from core.database import Database
from gateway.units import ensure_units
from people.models import Unit, UnitKind
from tests.conftest import REPOSITORY


async def test_the_units_of_the_whole_provinces_make_no_wards_of_ours(database: Database) -> None:
    async with database.writing() as session:
        for key, text in read_folder(REPOSITORY / "content" / "places").items():
            await add_version(
                session, key=f"places/{key}", text=text, status=ContentStatus.PUBLISHED, author="seed"
            )
    await ensure_units(database)
    async with database.reading() as session:
        wards = (await session.scalars(select(Unit).where(Unit.kind == UnitKind.WARD))).all()
    assert len(wards) == 10
