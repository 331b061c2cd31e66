"""What readers of the event log need to know about dossier events, for many events in few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.events import Event
from dossiers import repository
from dossiers.lookup import CODE_REQUESTED
from dossiers.models import Dossier, DossierStep, DossierWatch, OneTimeCode
from dossiers.service import MATCHED


@dataclass(frozen=True)
class News:
    """One event with its place in the history of its dossier, and the conversations that hear of it.

    For ``MATCHED`` the event is the one that had waited.
    """

    event: Event
    step: DossierStep
    dossier: Dossier
    watchers: Sequence[DossierWatch]


async def news_of(session: AsyncSession, events: Sequence[Event]) -> dict[str, News]:
    """By the id of the event in the log. One whose dossier is not known yet is left out."""
    waited = await repository.events_by_ids(
        session, [event.body["event_id"] for event in events if event.type == MATCHED]
    )
    meant = {event.id: waited[event.body["event_id"]] if event.type == MATCHED else event for event in events}
    steps = await repository.steps_by_events(session, [event.id for event in meant.values()])
    dossiers = await repository.dossiers_by_ids(
        session, [step.dossier_id for step in steps.values() if step.dossier_id]
    )
    watchers: dict[str, list[DossierWatch]] = {}
    for watch in await repository.watchers(session, dossiers):
        watchers.setdefault(watch.dossier_id, []).append(watch)
    found = {}
    for identifier, event in meant.items():
        step = steps.get(event.id)
        if step is not None and step.dossier_id is not None:
            dossier = dossiers[step.dossier_id]
            found[identifier] = News(event, step, dossier, watchers.get(dossier.id, ()))
    return found


@dataclass(frozen=True)
class Asked:
    """A one-time code that somebody waits for, and the dossier to whose telephone it goes."""

    code: OneTimeCode
    dossier: Dossier


async def codes_asked_for(session: AsyncSession, events: Sequence[Event]) -> dict[str, Asked]:
    """By the id of the event; a request whose telephone proves nothing is left out."""
    named = {event.id: event.body["one_time_code_id"] for event in events if event.type == CODE_REQUESTED}
    if not named:
        return {}
    codes = await repository.codes_by_ids(session, named.values())
    dossiers = await repository.dossiers_by_ids(
        session, [code.dossier_id for code in codes.values() if code.dossier_id]
    )
    return {
        identifier: Asked(code, dossiers[code.dossier_id])
        for identifier, name in named.items()
        if (code := codes.get(name)) is not None and code.dossier_id is not None
    }
