"""The tree of units made from the places in the content: province, former city, its wards.

Only ever added to: a ward that staff work in is never removed because a file was.
"""

from __future__ import annotations

import re

from core.content import published
from core.database import Database
from core.text.fold import fold
from gateway import content_kinds
from people.models import UnitKind
from people.service import ensure_unit


def province_code(name: str) -> str:
    """ "Gia Lai" → "tinh-gia-lai"."""
    return "tinh-" + re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


async def ensure_units(database: Database) -> None:
    async with database.reading() as session:
        documents = await published(session)
    places = content_kinds.places(documents)
    async with database.writing() as session:
        for place in places:
            province, city = province_code(place.province), f"tp-{place.city}"
            await ensure_unit(session, code=province, name=f"Tỉnh {place.province}", kind=UnitKind.PROVINCE)
            await ensure_unit(
                session,
                code=city,
                name=f"Các phường, xã của {place.former_city} trước đây",
                kind=UnitKind.CITY,
                parent_code=province,
            )
            await ensure_unit(
                session,
                code=place.id,
                name=place.authority,
                kind=UnitKind.WARD,
                parent_code=city,
            )
