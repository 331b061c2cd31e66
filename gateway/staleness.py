"""Staleness looked for once a day and after every change of content or catalogue, and listed for staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from core.content import published
from core.database import Database, utc_now
from core.generations import generation
from gateway.knowledge import today
from knowledge.catalogue import load_catalogue
from knowledge.published import read_content
from knowledge.stale_tasks import Changed, settle
from knowledge.staleness import Stale, stale_records
from people.models import Role

ROLE_WORDS = {
    Role.PROVINCIAL_EDITOR: "biên tập viên kiểm soát thủ tục cấp tỉnh",
    Role.WARD_EDITOR: "biên tập viên của phường, xã",
}


class StaleWatch:
    """``tick`` does nothing until the day, the content or the catalogue has changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: tuple[date, int, int] | None = None

    async def tick(self) -> Changed | None:
        async with self._database.reading() as session:
            state = (
                today(),
                await generation(session, "content"),
                await generation(session, "catalogue"),
            )
        if state == self._seen:
            return None
        found = await look(self._database, state[0])
        async with self._database.writing() as session:
            changed = await settle(session, found, now=utc_now())
        self._seen = state
        return changed


async def look(database: Database, on: date) -> Mapping[str, tuple[Stale, ...]]:
    """Every record of the database that is stale on that day, with its reasons."""
    async with database.reading() as session:
        documents = await published(session)
        catalogue = await load_catalogue(session)
    return stale_records(read_content(documents, catalogue), on)


@dataclass(frozen=True)
class StaleGroup:
    """One subject with the records it touches, as staff read it."""

    kind: str
    reason: str
    owner: str
    codes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def grouped(found: Mapping[str, Iterable[Stale]]) -> Sequence[StaleGroup]:
    """The reason that touches most records first."""
    codes: dict[Stale, list[str]] = defaultdict(list)
    for code, why in found.items():
        for one in dict.fromkeys(why):
            codes[one].append(code)
    groups = [
        StaleGroup(one.kind.value, one.said, one.owner.value, tuple(sorted(where)))
        for one, where in codes.items()
    ]
    return sorted(groups, key=lambda group: (-len(group.codes), group.reason))
