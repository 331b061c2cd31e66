"""All SQL about units and what lies below each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from people.models import Unit


class UnitInTree(NamedTuple):
    id: str
    code: str
    name: str
    parent_id: str | None
    active: bool


_UNIT = Unit.id, Unit.code, Unit.name, Unit.parent_id, Unit.active


@dataclass(frozen=True)
class UnitTree:
    """Units by id, with what lies below each."""

    units: dict[str, UnitInTree]
    children: dict[str | None, list[str]]

    def code(self, unit_id: str) -> str:
        return self.units[unit_id].code

    def name(self, unit_id: str) -> str:
        return self.units[unit_id].name

    def below(self, unit_id: str) -> frozenset[str]:
        """Codes of the unit and of every unit under it."""
        return frozenset(self.units[one].code for one in self._ids_below(unit_id))

    def names_below(self, unit_id: str) -> frozenset[str]:
        return frozenset(self.units[one].name for one in self._ids_below(unit_id))

    def _ids_below(self, unit_id: str) -> Iterator[str]:
        waiting = [unit_id]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(self.children.get(one, []))


async def unit_tree(session: AsyncSession) -> UnitTree:
    rows = await session.execute(select(*_UNIT))
    units = {row[0]: UnitInTree(*row) for row in rows}
    children: dict[str | None, list[str]] = defaultdict(list)
    for unit in units.values():
        children[unit.parent_id].append(unit.id)
    return UnitTree(units, children)


async def all_units(session: AsyncSession) -> Sequence[UnitInTree]:
    """Those in use, by name."""
    rows = await session.execute(select(*_UNIT).where(Unit.active.is_(True)).order_by(Unit.name))
    return [UnitInTree(*row) for row in rows]
