"""Rules for promises: the unit is warned, the citizen hears only what is certain."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from core.events import Event
from dossiers import deadlines, extension
from dossiers import repository as dossiers
from dossiers.models import Dossier
from notifications.draft import Recipient, no_one
from notifications.facts import unit_of
from notifications.pushing import Telling
from notifications.schemas import Purpose
from notifications.template_language import UNKNOWN
from notifications.vocabulary import (
    DATE_AT_RISK,
    DATE_MOVED,
    DEADLINE_AGAIN,
    DEADLINE_LIST,
    DEADLINE_MISSED,
    DEADLINE_NEAR,
    DEADLINE_UNSIGNED,
    short_unit,
)

_ALERTS = {
    deadlines.NEAR: DEADLINE_NEAR,
    deadlines.UNSIGNED: DEADLINE_UNSIGNED,
    deadlines.MISSED: DEADLINE_MISSED,
    extension.AGAIN: DEADLINE_AGAIN,
}
_TOLD = {deadlines.UNSIGNED: DATE_AT_RISK, deadlines.MOVED: DATE_MOVED}
TYPES = (*_ALERTS, deadlines.MOVED)


async def deadline(session: AsyncSession, event: Event, telling: Telling) -> None:
    """Alerts to the officer and the head of the unit; to the citizen, that a date will be missed or moved."""
    dossier = await dossiers.dossier_by_code(session, event.body["dossier_code"])
    if dossier is None:
        return
    context = _facts(event, dossier, telling)
    if event.type in _ALERTS:
        await _alert(session, event, telling, dossier, context)
    if event.type in _TOLD:
        draft = telling.draft(event, Purpose.STATUS, _TOLD[event.type], context)
        draft.dossier_code = dossier.code
        await telling.applicant(session, draft, dossier, told_otherwise=False)


async def listed(session: AsyncSession, event: Event, telling: Telling) -> None:
    """A list of the morning or the draft of a week's reminder was made: to the head of the unit."""
    body = event.body
    context = {
        "unit": unit_of(body["unit"], telling.unit_name),
        "count": body["count"],
        "list_day": date.fromisoformat(body["day"]),
        "weekly": body["kind"] == "weekly",
    }
    draft = telling.draft(event, Purpose.ALERT, DEADLINE_LIST, context)
    draft.about, draft.unit = f"list:{body['report_id']}", body["unit"]
    desk = telling.informing.desk(body["unit"])
    if desk is not None and desk.head:
        recipient = Recipient(keyed_hash(desk.head.lower(), "email"), "hộp thư đơn vị", email=desk.head)
        await telling.push(session, draft, recipient, told_otherwise=True)


def _facts(event: Event, dossier: Dossier, telling: Telling) -> dict[str, Any]:
    unit = unit_of(dossier.unit, telling.unit_name)
    body = event.body
    return {
        "dossier_code": dossier.code,
        "unit": unit,
        "unit_short": short_unit(unit),
        "officer": dossier.officer or UNKNOWN,
        "procedure_name": dossier.procedure_name or UNKNOWN,
        "who_calls": body.get("who_calls") or unit,
        "due_on": date.fromisoformat(body["due_on"]),
        "old_due_on": date.fromisoformat(body["old_due_on"]) if body.get("old_due_on") else None,
        "days": body.get("days_left", body.get("days_late")),
        "reason": body.get("reason"),
        "ordinal": body.get("ordinal"),
        "lookup_address": telling.policy.lookup_address,
    }


async def _alert(
    session: AsyncSession, event: Event, telling: Telling, dossier: Dossier, context: dict[str, Any]
) -> None:
    draft = telling.draft(event, Purpose.ALERT, _ALERTS[event.type], context)
    draft.dossier_code, draft.unit, draft.sample = dossier.code, dossier.unit, dossier.sample
    desk = telling.informing.desk(dossier.unit)
    found = [] if desk is None else [desk.officers.get(dossier.officer or ""), desk.head]
    addresses = list(dict.fromkeys(address for address in found if address))
    for address in addresses:
        recipient = Recipient(keyed_hash(address.lower(), "email"), "hộp thư đơn vị", email=address)
        await telling.push(session, draft, recipient, told_otherwise=True)
    if (
        not addresses
    ):  # the ledger says why nobody was warned by mail; the console's list shows it all the same
        await telling.push(session, draft, no_one(f"{event.id}:desk"), told_otherwise=True)
