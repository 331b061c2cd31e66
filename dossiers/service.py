"""Taking in dossier events: each goes to the event log and to its dossier in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import new_id
from core.events import NewEvent, Published, PublishStatus, publish_all, publish_groups
from dossiers import repository
from dossiers.event import DossierEvent
from dossiers.kinds import is_sample
from dossiers.models import Dossier, DossierStep
from dossiers.problems import Problem
from dossiers.same_day import decided_on_the_day
from dossiers.schemas import DossierEventData, data_of
from dossiers.taking_steps import take_step
from dossiers.vocabularies import MEANING, DossierEventType, DossierStatus

MATCHED = "motcua.dossier.matched"
"""Published for a step that waited for its dossier; body {"event_id"}: only now can anybody be told of it."""

_OPENING = {DossierEventType.RECEIVED, DossierEventType.REGISTERED}


@dataclass(frozen=True)
class Accepted:
    """``waiting``: kept, but its dossier is not known yet."""

    event_id: str
    source: str
    external_id: str
    dossier_code: str
    status: PublishStatus
    waiting: bool
    warnings: tuple[Problem, ...]


class EventConflict(Exception):
    """Events known under the same identity with another body. Nothing of the batch may be stored."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} conflicts")
        self.problems = list(problems)


async def accept(session: AsyncSession, events: Sequence[DossierEvent], *, now: datetime) -> list[Accepted]:
    """Store new events and apply them to their dossiers, in order.

    An event seen before with the same body changes nothing. Raises ``EventConflict``, naming every conflict,
    when an identity is known with another body; nothing of the batch is stored then.
    """
    (answer,) = await accept_batches(session, [events], now=now)
    if isinstance(answer, EventConflict):
        raise answer
    return answer


async def accept_batches(
    session: AsyncSession, batches: Sequence[Sequence[DossierEvent]], *, now: datetime
) -> list[list[Accepted] | EventConflict]:
    """``accept`` for several batches in one transaction, each all or nothing, in their order."""
    groups = [[_to_publish(event, now) for event in batch] for batch in batches]
    published = await publish_groups(session, groups)
    taken: list[tuple[DossierEvent, Published, datetime]] = []
    conflicts: dict[int, EventConflict] = {}
    for number, (batch, answers) in enumerate(zip(batches, published, strict=True)):
        found = [
            _conflict(index, event)
            for index, (event, one) in enumerate(zip(batch, answers, strict=True))
            if one.status is PublishStatus.CONFLICT
        ]
        if found:
            conflicts[number] = EventConflict(found)
        else:
            taken += [(event, one, _happened(event, now)) for event, one in zip(batch, answers, strict=True)]
    steps = await _apply(session, taken, now)
    return [
        conflicts.get(number)
        or [_accepted(event, one, steps) for event, one in zip(batch, answers, strict=True)]
        for number, (batch, answers) in enumerate(zip(batches, published, strict=True))
    ]


def _happened(event: DossierEvent, now: datetime) -> datetime:
    return min(event.data.occurred_at, now) if event.time_known else now


def _to_publish(event: DossierEvent, now: datetime) -> NewEvent:
    happened = _happened(event, now)
    return NewEvent(
        type=event.type,
        subject=event.data.dossier_code,
        body=event.body(),
        source=event.source,
        external_id=event.external_id,
        occurred_at=happened,
        urgent=decided_on_the_day(event.type, event.data.received_at, happened),
    )


def _accepted(event: DossierEvent, published: Published, steps: Mapping[str, DossierStep]) -> Accepted:
    step = steps.get(published.event_id)
    return Accepted(
        event_id=published.event_id,
        source=event.source,
        external_id=event.external_id,
        dossier_code=event.data.dossier_code,
        status=published.status,
        # A later event of the batch may have brought the dossier that this one waited for.
        waiting=step is None or step.dossier_id is None,
        warnings=event.warnings,
    )


def _conflict(index: int, event: DossierEvent) -> Problem:
    return Problem(
        index=index,
        field="id",
        problem=f"sự kiện {event.external_id} đã được nhận với nội dung khác",
        remedy="sự kiện mới thì gửi với id mới; gửi lại thì giữ nguyên nội dung",
    )


async def _apply(
    session: AsyncSession, taken: Sequence[tuple[DossierEvent, Published, datetime]], now: datetime
) -> dict[str, DossierStep]:
    """Let the new events change their dossiers, in order; the steps of all events by event id."""
    seen = [one.event_id for _, one, _ in taken if one.status is PublishStatus.SEEN]
    steps = await repository.steps_by_events(session, seen) if seen else {}
    fresh = [(event, one, happened) for event, one, happened in taken if one.status is PublishStatus.NEW]
    if not fresh:
        return steps
    codes = {event.data.dossier_code for event, _, _ in fresh}
    dossiers = await repository.dossiers_by_codes(session, codes, lock=True)
    waiting: dict[str, list[DossierStep]] = {}
    for step in await repository.waiting_steps(session, codes - dossiers.keys()):
        waiting.setdefault(step.dossier_code, []).append(step)
    opened: list[Dossier] = []
    matched: list[tuple[Dossier, DossierStep]] = []
    new: list[DossierStep] = []
    bodies = {one.event_id: event.data for event, one, _ in fresh}
    for event, one, happened in fresh:
        code = event.data.dossier_code
        dossier = dossiers.get(code)
        if dossier is None and _can_open(event.type, event.data):
            dossier = dossiers[code] = _open(event.type, event.data, happened)
            opened.append(dossier)
        step = steps[one.event_id] = DossierStep(
            event_id=one.event_id,
            dossier_code=code,
            dossier_id=dossier.id if dossier else None,
            type=event.type,
            occurred_at=happened,
            recorded_at=now,
            overtaken=False,
        )
        new.append(step)
        if dossier is None:
            waiting.setdefault(code, []).append(step)
            continue
        take_step(dossier, step, event.data)
        matched += [(dossier, earlier) for earlier in _in_order(waiting.pop(code, []))]
    await _match(session, matched, bodies)
    await repository.add_history(session, opened, new)
    await publish_all(session, [_matched(dossier, step) for dossier, step in matched])
    return steps


def _in_order(steps: list[DossierStep]) -> list[DossierStep]:
    return sorted(steps, key=lambda step: step.occurred_at)


def _can_open(kind: DossierEventType, data: DossierEventData) -> bool:
    """Whether an event says enough about a dossier that we have never heard of."""
    described = data.procedure_code or data.procedure_name
    return kind in _OPENING or bool(described and data.unit and data.received_at)


def _open(kind: DossierEventType, data: DossierEventData, happened: datetime) -> Dossier:
    return Dossier(
        id=new_id(),
        code=data.dossier_code,
        status=MEANING[kind].status or DossierStatus.PROCESSING,
        status_at=happened,
        extension_count=0,
        supplement_count=0,
        sample=is_sample(data.dossier_code),
    )


async def _match(
    session: AsyncSession,
    matched: Sequence[tuple[Dossier, DossierStep]],
    bodies: dict[str, DossierEventData],
) -> None:
    """Give steps that waited to the dossier that has come. ``bodies``: of the events that came with it."""
    if not matched:
        return
    earlier = [step.event_id for _, step in matched if step.event_id not in bodies]
    stored = await repository.events_by_ids(session, earlier) if earlier else {}
    for dossier, step in matched:
        data = bodies.get(step.event_id) or data_of(stored[step.event_id].body)
        step.dossier_id = dossier.id
        take_step(dossier, step, data)


def _matched(dossier: Dossier, step: DossierStep) -> NewEvent:
    return NewEvent(
        type=MATCHED,
        subject=dossier.code,
        body={"event_id": step.event_id},
        external_id=f"matched:{step.event_id}",
    )
