"""Who may change a document, by whose it is: a ward's own, what is decided for everybody, or common to all.

A ward owns its place with address, telephone and hours. What binds every ward (calendar, targets, days of the
law, wording of notices, legal documents) is the province's. Aliases and general answers are common to all: a
ward proposes, the province's approver publishes. Every ward may hold an answer, for a doubt cannot wait; the
hold is lifted by whoever set it, by the same unit or one above it, or by the province's approver.
"""

from __future__ import annotations

from gateway import content_desk
from gateway.content_desk import DECIDED, WARD_FIELDS
from knowledge.places import UNITS
from people.permissions import Actor, Permission

_PLACES = "places/"


def unit_of(key: str) -> str | None:
    """Code of the unit to which a document belongs; none for what belongs to no single one."""
    if key.startswith(_PLACES) and not key.startswith(UNITS):
        return key.removeprefix(_PLACES).removesuffix(".yaml")
    return None


def of_own_unit(actor: Actor, key: str) -> bool:
    """Whether this belongs to the very unit in which somebody has a post, not to one below it."""
    unit = unit_of(key)
    return unit is not None and any(post.unit == unit for post in actor.posts)


def needed_to_edit(key: str) -> Permission:
    folder = key.split("/", 1)[0]
    return Permission.CONTENT_FIGURES if folder in DECIDED else Permission.CONTENT_EDIT


def may(actor: Actor, permission: Permission, key: str) -> bool:
    """Whether somebody may do this to this very document."""
    return actor.may(permission, unit_of(key))


def can_be_held(key: str) -> bool:
    """What citizens are answered from."""
    return key.startswith(("procedures/", "general/", _PLACES)) and content_desk.kind_of(key) is not None


def may_hold(actor: Actor, key: str) -> bool:
    return can_be_held(key) and may(actor, Permission.CONTENT_HOLD, key)


def may_edit(actor: Actor, key: str) -> bool:
    return content_desk.kind_of(key) is not None and may(actor, needed_to_edit(key), key)


def editable(actor: Actor, key: str) -> frozenset[str] | None:
    """Which fields somebody may change: all, the ward's own of a procedure, or none."""
    if not may_edit(actor, key):
        return frozenset()
    if key.startswith("procedures/") and not actor.may(Permission.CONTENT_FIGURES):
        return WARD_FIELDS
    return None


def may_lift(actor: Actor, key: str, *, held_by: str, holder: Actor | None) -> bool:
    """``holder``: who set the hold, with the posts they have now; none where the account is gone."""
    if held_by == actor.username or may(actor, Permission.CONTENT_APPROVE, key):
        return True
    theirs = holder.units_for(Permission.CONTENT_HOLD) if holder is not None else frozenset()
    return bool(theirs) and theirs <= actor.units_for(Permission.CONTENT_HOLD)
