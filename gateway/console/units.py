"""Whose work somebody sees: rooms write a unit by its code or by its name, and both are the same unit."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from gateway.console.doors import AtConsole
from people.accounts_repository import names_of_units
from people.permissions import Permission


async def seen_units(session: AsyncSession, at: AtConsole, permission: Permission) -> frozenset[str]:
    """Codes and names of the units in which somebody may do this."""
    codes = at.actor.units_for(permission)
    return codes | await names_of_units(session, codes)


def is_theirs(unit: str | None, units: Collection[str]) -> bool:
    """What names no unit is everybody's: else nobody would ever look at it."""
    return unit is None or unit in units
