"""A message before it is a row: to whom, in which words, and why perhaps not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from core.events import Event, publish
from core.phones import shown
from core.text.sms import strip_marks
from dossiers.models import Dossier
from notifications import ledger, repository, verification
from notifications.chain import words_digest
from notifications.ladder import CHAT, Rung
from notifications.ledger import EntryKind
from notifications.models import Message
from notifications.schemas import Channel, MessageStatus, Purpose, Reason
from notifications.wording import Wordings, render

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
    recipient: Recipient | None = None
    rungs: list[Rung] = field(default_factory=list)

    def to(self, recipient: Recipient, rungs: list[Rung]) -> Draft:
        return replace(self, recipient=recipient, rungs=rungs)


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
    worded = [
        (rung, words) for rung in draft.rungs if (words := _words(draft, rung.channel, code)) is not None
    ]
    reason = draft.suppressed
    if reason is None and not worded:
        reason = Reason.NO_WORDING if draft.rungs else Reason.NO_CONTACT
    rung, words = worded[0] if worded else (Rung(Channel.SMS, "-"), {})
    in_chat = rung.provider == CHAT
    message = Message(
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
        wordings={one.channel.value: words for one, words in worded},
        template_id=words.get("template_id"),
        template_version=words.get("template_version"),
        link_ref=draft.link_ref,
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
    assert draft.recipient is not None  # noqa: S101 - set by Draft.to
    if await repository.message_exists(session, draft.event.id, draft.recipient.hash, draft.purpose):
        return False
    composed = compose(draft, verification_code=verification.new_code())
    message, reason = composed.message, composed.reason
    await repository.add_message(session, message)
    kind = EntryKind.SUPPRESSED if reason else EntryKind.PLANNED
    await ledger.append(
        session,
        message,
        kind,
        at=draft.now,
        event_type=draft.event.type,
        purpose=draft.purpose.value,
        channel=message.channel,
        template=f"{message.template_id}.v{message.template_version}" if message.template_id else None,
        reason=reason.value if reason else None,
        words=words_digest(message.wordings) if message.wordings else None,
    )
    if reason in (Reason.NO_CONTACT, Reason.NO_WORDING) and not reached_otherwise:
        await tell_unit(session, message, reason)
    return True


def _status(reason: Reason | None, in_chat: bool) -> MessageStatus:
    if reason:
        return MessageStatus.SUPPRESSED
    # The chat reads its rows itself: a row that stands there has been handed over.
    return MessageStatus.ACCEPTED if in_chat else MessageStatus.PLANNED


def _words(draft: Draft, channel: Channel, verification_code: str | None) -> dict[str, Any] | None:
    wording = draft.wordings.find(draft.wording, channel)
    if wording is None:
        return None
    rendered = render(wording, {**draft.context, "verification_code": verification_code})
    return {
        "title": rendered.title,
        # A text message goes out without marks: one letter with a mark would more than double its price.
        "text": strip_marks(rendered.text) if channel is Channel.SMS else rendered.text,
        "template_id": rendered.template_id,
        "template_version": rendered.template_version,
    }


async def tell_unit(session: AsyncSession, message: Message, reason: Reason) -> None:
    await publish(
        session,
        type=UNREACHABLE,
        subject=message.dossier_code or message.id,
        body={"message_id": message.id, "dossier_code": message.dossier_code, "reason": reason.value},
        external_id=f"unreachable:{message.id}",
        correlation_id=message.correlation_id,
    )
