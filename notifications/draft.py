"""A message before it is a row: to whom, in which words, and why perhaps not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core import metrics
from core.crypto import keyed_hash
from core.database import new_id
from core.events import Event, NewEvent, publish_all
from core.phones import shown
from dossiers.models import Dossier
from notifications import peace_repository, repository, verification
from notifications.chain import EntryKind, Line, append_all, words_digest
from notifications.informing import Policy
from notifications.ladder import CHAT, Rung
from notifications.lanes import lane_of
from notifications.models import Message
from notifications.quiet import EXEMPT
from notifications.schemas import Channel, MessageStatus, Purpose, Reason
from notifications.wording import Wordings
from notifications.words import words_for

UNREACHABLE = "motcua.notice.unreachable"
"""No way leads to the citizen; body {"message_id", "dossier_code", "reason"}. The unit has to act by hand."""


@dataclass(frozen=True)
class Recipient:
    """``shown`` is what a ledger may show of them."""

    hash: str
    shown: str
    phone: str | None = None
    email: str | None = None
    conversation_id: str | None = None

    @classmethod
    def by_phone(cls, phone: str, phone_hash: str) -> Recipient:
        return cls(phone_hash, shown(phone), phone=phone)


def applicant(dossier: Dossier) -> Recipient:
    """The person on the dossier, known by the phone, else by the mail address."""
    if dossier.phone and dossier.phone_hash:
        return Recipient(dossier.phone_hash, shown(dossier.phone), dossier.phone, dossier.email)
    if dossier.email and dossier.email_hash:
        return Recipient(dossier.email_hash, "thư điện tử", email=dossier.email)
    return no_one(dossier.id)


def watcher(conversation_id: str) -> Recipient:
    return Recipient(
        keyed_hash(conversation_id, "conversation"), "trò chuyện", conversation_id=conversation_id
    )


def no_one(owner_id: str) -> Recipient:
    return Recipient(keyed_hash(owner_id, "no-contact"), "không có")


@dataclass
class Draft:
    event: Event
    purpose: Purpose
    wording: str
    context: Mapping[str, Any]
    wordings: Wordings
    now: datetime
    occurred_at: datetime
    due_at: datetime
    dossier_code: str | None = None
    expires_at: datetime | None = None
    link_ref: str | None = None
    suppressed: Reason | None = None
    urgent: bool = False
    recipient: Recipient | None = None
    rungs: list[Rung] = field(default_factory=list)
    unit: str | None = None
    filed: str | None = None
    sample: bool = False
    about: str | None = None
    public_url: str = ""
    policy: Policy = field(default_factory=Policy)
    # What the gate decided, and the message's own id, by which its page is known before it is written.
    text_hash: str | None = None
    folds: tuple[str, ...] = ()
    informed_by: str | None = None
    message_id: str = field(default_factory=new_id)

    def to(self, recipient: Recipient, rungs: list[Rung], **changes: Any) -> Draft:
        return replace(self, recipient=recipient, rungs=rungs, message_id=new_id(), **changes)

    @property
    def any_hour(self) -> bool:
        """Whether it may go out at night: somebody waits for it, or it is a file on this machine."""
        return self.sample or self.purpose in EXEMPT


@dataclass(frozen=True)
class Composed:
    """A message as it would be written. ``reason``: why it will not be sent."""

    message: Message
    reason: Reason | None


Write = Callable[..., Awaitable[bool]]
"""``write`` below, or what stands in for it where nothing may be written."""


def compose(draft: Draft, *, verification_code: str | None) -> Composed:
    """The row of a draft, rendered for every rung; nothing is stored."""
    recipient = draft.recipient
    assert recipient is not None  # noqa: S101 - set by Draft.to
    # Not beside a one-time code: the wrong one of two codes would be typed.
    code = None if draft.purpose is Purpose.ONE_TIME_CODE else verification_code
    worded = [(rung, words) for rung in draft.rungs if (words := words_for(draft, rung, code)) is not None]
    reason = draft.suppressed
    if reason is None and not worded:
        reason = _why_no_words(draft)
    rung, words = worded[0] if worded else (Rung(Channel.SMS, "-"), {})
    in_chat = rung.provider == CHAT
    wordings = {one.channel.value: words for one, words in worded}
    # The message's own page says all of it, also where only a text message is sent.
    if worded and (page := words_for(draft, Rung(Channel.WEB, CHAT), code)) is not None:
        wordings.setdefault(Channel.WEB.value, page)
    message = Message(
        id=draft.message_id,
        event_id=draft.event.id,
        event_type=draft.event.type,
        dossier_code=draft.dossier_code,
        purpose=draft.purpose,
        recipient_hash=recipient.hash,
        recipient_shown=recipient.shown,
        conversation_id=recipient.conversation_id,
        phone=recipient.phone,
        email=recipient.email,
        rungs=[one.as_json() for one, _ in worded],
        rung=0,
        channel=rung.channel,
        provider=rung.provider,
        wordings=wordings,
        template_id=words.get("template_id"),
        template_version=words.get("template_version"),
        link_ref=draft.link_ref,
        about=draft.about,
        text_hash=draft.text_hash,
        cost=0 if reason else words.get("cost", 0),
        any_hour=draft.any_hour,
        lane=lane_of(draft.purpose, urgent=draft.urgent),
        verification_code=code,
        status=_status(reason, in_chat),
        reason=reason,
        due_at=None if reason or in_chat else draft.due_at,
        expires_at=draft.expires_at,
        settled_at=draft.now if reason else None,
        correlation_id=draft.event.correlation_id,
        occurred_at=draft.occurred_at,
        created_at=draft.now,
    )
    return Composed(message, reason)


async def write(session: AsyncSession, draft: Draft, *, reached_otherwise: bool = False) -> bool:
    """Write the message row; False when it stands there already.

    A message that will not be sent is written too, with its reason: silence must be explainable.
    ``reached_otherwise``: no task for the unit when nothing leads to this recipient.
    """
    desk = WritingDesk()
    new = await desk.write(session, draft, reached_otherwise=reached_otherwise)
    await desk.finish(session)
    return new


class WritingDesk:
    """``write`` for many drafts of one transaction: the rows go to the database together, in ``finish``."""

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self._known: set[tuple[str, str, str]] = set()
        self._told: set[str] = set()
        self._composed: list[tuple[Composed, Draft, bool]] = []

    async def begin(self, session: AsyncSession, event_ids: Collection[str]) -> None:
        """Forget what an earlier transaction left; read once what has been written for these events."""
        self._asked, self._known, self._composed = set(), set(), []
        await self._ask(session, event_ids)
        self._told = {event_id for event_id, _, _ in self._known}

    def has_told(self, event_id: str) -> bool:
        """Whether messages were written for this event before, by whoever planned it ahead of its turn."""
        return event_id in self._told

    async def _ask(self, session: AsyncSession, event_ids: Collection[str]) -> None:
        self._asked.update(event_ids)
        self._known |= await repository.messages_of_events(session, event_ids)

    async def write(self, session: AsyncSession, draft: Draft, *, reached_otherwise: bool = False) -> bool:
        assert draft.recipient is not None  # noqa: S101 - set by Draft.to
        if draft.event.id not in self._asked:
            await self._ask(session, [draft.event.id])
        identity = (draft.event.id, draft.recipient.hash, draft.purpose.value)
        if identity in self._known:
            return False
        self._known.add(identity)
        composed = compose(draft, verification_code=verification.new_code())
        self._composed.append((composed, draft, reached_otherwise))
        return True

    async def finish(self, session: AsyncSession) -> None:
        """Messages, their lines in the ledger, and what the units have to hear."""
        if not self._composed:
            return
        await repository.add_messages(session, [composed.message for composed, _, _ in self._composed])
        for composed, _, _ in self._composed:
            metrics.MESSAGES.labels(composed.message.channel, composed.message.status).inc()
        await append_all(session, [_planned(composed, draft) for composed, draft, _ in self._composed])
        await publish_all(
            session,
            [
                unreachable(composed.message, composed.reason)
                for composed, _, reached_otherwise in self._composed
                if composed.reason in _NO_WAY and not reached_otherwise
            ],
        )
        for composed, draft, _ in self._composed:
            await _fold(session, draft.folds, composed.message, now=draft.now)
        self._composed = []


async def _fold(session: AsyncSession, ids: Sequence[str], into: Message, *, now: datetime) -> None:
    """Take back held news that this message takes the place of."""
    if not ids:
        return
    for earlier in await peace_repository.waiting(session, ids=ids):
        if await peace_repository.take_back(session, earlier.id, Reason.FOLDED, now=now):
            facts = {"status": "cancelled", "reason": Reason.FOLDED.value, "into": into.id}
            await append_all(session, [Line(earlier, EntryKind.ENDED, now, facts)])


def _planned(composed: Composed, draft: Draft) -> Line:
    message, reason = composed.message, composed.reason
    words = message.wordings.get(message.channel, {})
    return Line(
        message,
        EntryKind.SUPPRESSED if reason else EntryKind.PLANNED,
        draft.now,
        {
            "event_type": draft.event.type,
            "purpose": draft.purpose.value,
            "channel": message.channel,
            "template": f"{message.template_id}.v{message.template_version}" if message.template_id else None,
            "reason": reason.value if reason else None,
            "words": words_digest(message.wordings) if message.wordings else None,
            "by": draft.informed_by,
            "spelling": words.get("spelling"),
            "segments": words.get("segments"),
            "cost": message.cost or None,
            "due_at": message.due_at.isoformat() if message.due_at else None,
        },
    )


_NO_WAY = (Reason.NO_CONTACT, Reason.NO_WORDING, Reason.NOT_APPROVED)


def _why_no_words(draft: Draft) -> Reason:
    if not draft.rungs:
        return Reason.NO_CONTACT
    waits = any(not draft.wordings.may_leave(draft.wording, rung.channel) for rung in draft.rungs)
    return Reason.NOT_APPROVED if waits else Reason.NO_WORDING


def _status(reason: Reason | None, in_chat: bool) -> MessageStatus:
    if reason:
        return MessageStatus.SUPPRESSED
    # The chat reads its rows itself: a row that stands there has been handed over.
    return MessageStatus.ACCEPTED if in_chat else MessageStatus.PLANNED


def unreachable(message: Message, reason: Reason) -> NewEvent:
    return NewEvent(
        type=UNREACHABLE,
        subject=message.dossier_code or message.id,
        body={"message_id": message.id, "dossier_code": message.dossier_code, "reason": reason.value},
        external_id=f"unreachable:{message.id}",
        correlation_id=message.correlation_id,
    )
