"""Whose work somebody sees: rooms write a unit by its code or by its name, and both are the same unit."""

from __future__ import annotations

from collections.abc import Collection

from gateway.console.doors import AtConsole
from people.permissions import Permission


def seen_units(at: AtConsole, permission: Permission) -> frozenset[str]:
    """Codes and names of the units in which somebody may do this."""
    return at.actor.written_units_for(permission)


def is_theirs(unit: str | None, units: Collection[str]) -> bool:
    """What names no unit is everybody's: else nobody would ever look at it."""
    return unit is None or unit in units
