"""Questions that got no answer: kept with their context, like ones together, for people who edit content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import unanswered_repository as repository
from conversations.models import (
    Conversation,
    GroupStatus,
    Turn,
    Unanswered,
    UnansweredGroup,
    UnansweredReason,
)
from core.crypto import keyed_hash
from core.message import Outcome, Reply, Task
from core.text.words import words

# Words shared by two questions, as a share of all of theirs, from which they are alike; fewer are enough
# where both came near the same record.
_ALIKE, _ALIKE_NEAR_ONE_RECORD = 0.5, 0.25
# A repeat says nearly the same words, and enough of them to be no "cảm ơn".
_REPEATS, _REPEAT_WORDS = 0.8, 3
# Groups looked through for a like one: the latest; an older one is found again by its very words.
_LOOKED_THROUGH = 300
_BEFORE = 3
_KEPT_BEFORE = 2


@dataclass(frozen=True)
class UnansweredContext:
    """One question as it was asked: masked words, what the talk was about, what was offered."""

    question: str
    reason: str
    channel: str | None
    at: str
    before: list[str]
    code: str | None
    options: list[str]


@dataclass(frozen=True)
class GroupReport:
    """A group with its three newest questions."""

    key: str
    count: int
    first_seen: str
    last_seen: str
    candidate: str | None
    status: str
    reasons: list[str]
    channels: list[str]
    contexts: list[UnansweredContext]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of their words that two questions have in common (0..1)."""
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left and right else float(left == right)


def is_repeat(text: str, before: Sequence[str]) -> bool:
    """Whether just this was asked shortly before."""
    said = [word.text for word in words(text)]
    return len(said) >= _REPEAT_WORDS and any(
        likeness(said, [word.text for word in words(earlier)]) >= _REPEATS for earlier in before
    )


def reason_of(reply: Reply, *, repeat: bool) -> UnansweredReason | None:
    """Why a reply is none; nothing for an answer that stands."""
    if missed := reply.context.get("missed"):
        return UnansweredReason(missed)
    if reply.task is Task.HANDOVER and reply.messages:
        return UnansweredReason.HANDOVER
    if reply.outcome is Outcome.FALLBACK and (reply.context or reply.task):  # not "too fast", not "no words"
        return UnansweredReason.FALLBACK
    if reply.context.get("invented"):
        return UnansweredReason.SAFE_CARD
    if repeat and reply.outcome in (Outcome.ANSWER, Outcome.CLARIFY):
        return UnansweredReason.REPEAT
    return None


async def notice(
    session: AsyncSession, conversation: Conversation, turn: Turn, reply: Reply, now: datetime
) -> None:
    """After a turn: keep its question if it got no answer. A handover is about what was asked before it."""
    before = await repository.said_before(session, conversation.id, turn.id, _BEFORE)
    reason = reason_of(reply, repeat=is_repeat(turn.text, before))
    if reason is None or not turn.text.strip():
        return
    context = {**conversation.context, **reply.context}
    question = turn.text
    if reason in (UnansweredReason.HANDOVER, UnansweredReason.OTHER_CHOICE):
        earlier = context.get("lost") or context.get("asked") or (before[0] if before else None)
        question = str(earlier or question)
    await keep(session, conversation, reason, question, context, before=before, now=now)


async def keep(
    session: AsyncSession,
    conversation: Conversation,
    reason: UnansweredReason,
    question: str,
    context: dict[str, Any],
    *,
    before: Sequence[str],
    now: datetime,
) -> None:
    """Store one question (masked already) in the group of its like."""
    about = context.get("about") or {}
    terms = sorted(set(about.get("terms") or [word.text for word in words(question)]))
    candidate = next(iter(about.get("candidates") or []), None)
    key = await _group_for(session, terms, candidate, now)
    await repository.count_one_more(
        session,
        Unanswered(
            conversation_id=conversation.id,
            group_key=key,
            reason=reason,
            channel=conversation.channel,
            question=question,
            context={
                "before": list(before[:_KEPT_BEFORE]),
                "code": context.get("code"),
                "options": context.get("listed") or [],
            },
            at=now,
        ),
    )


async def _group_for(session: AsyncSession, terms: list[str], candidate: str | None, now: datetime) -> str:
    key = keyed_hash(" ".join(terms), "unanswered")[:16]
    if await repository.group(session, key) is not None:
        return key
    for known in await repository.latest_groups(session, _LOOKED_THROUGH):
        shared = likeness(terms, known.terms)
        same_record = candidate is not None and known.candidate == candidate
        if shared >= (_ALIKE_NEAR_ONE_RECORD if same_record else _ALIKE):
            return known.key
    await repository.add_group(
        session, UnansweredGroup(key=key, terms=terms, candidate=candidate, first_at=now, last_at=now)
    )
    return key


async def groups(
    session: AsyncSession,
    *,
    limit: int = 50,
    contexts: int = 3,
    statuses: Sequence[GroupStatus] = repository.TO_DO,
    after: tuple[int, datetime, str] | None = None,
) -> list[GroupReport]:
    """What got no answer, the most frequent first. ``after``: count, moment and key of the last one seen."""
    found = await repository.biggest_groups(session, limit, statuses, after=after)
    return await _reports(session, found, contexts)


async def report(session: AsyncSession, group: UnansweredGroup, *, contexts: int = 3) -> GroupReport:
    (one,) = await _reports(session, [group], contexts)
    return one


async def _reports(
    session: AsyncSession, groups: Sequence[UnansweredGroup], contexts: int
) -> list[GroupReport]:
    keys = [group.key for group in groups]
    kinds = await repository.kinds_of(session, keys)
    newest = await repository.newest_of_each(session, keys, contexts)
    return [
        GroupReport(
            key=group.key,
            count=group.count,
            first_seen=group.first_at.isoformat(),
            last_seen=group.last_at.isoformat(),
            candidate=group.candidate,
            status=group.status,
            reasons=sorted({reason for reason, _ in kinds[group.key]}),
            channels=sorted({channel for _, channel in kinds[group.key] if channel}),
            contexts=[_context(item) for item in newest[group.key]],
        )
        for group in groups
    ]


def _context(item: Unanswered) -> UnansweredContext:
    return UnansweredContext(
        question=item.question,
        reason=item.reason,
        channel=item.channel,
        at=item.at.isoformat(),
        before=list(item.context.get("before") or []),
        code=item.context.get("code"),
        options=list(item.context.get("options") or []),
    )
