"""A message's own page: what it says in full, and how to stop more of its kind; every stop can be taken back.

Opening the page changes nothing: messengers and mail scanners open links before people do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from core.database import Database, utc_now
from notifications import repository
from notifications.gate import CONSENT_OF
from notifications.informing import Policy
from notifications.models import Message
from notifications.page import message_of
from notifications.schemas import STATUTORY, Channel, Purpose
from people import consents
from people.citizen_models import ConsentSource
from people.citizen_models import Purpose as ConsentPurpose


class Step(StrEnum):
    NOT_MINE = "not_mine"
    MINE = "mine"
    STOP = "stop"
    RESUME = "resume"


class PageOutcome(StrEnum):
    DONE = "done"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


@dataclass(frozen=True)
class NoticeView:
    """``stops``: what can be stopped here, in words; ``stopped``, ``not_mine``: how it stands now."""

    expired: bool
    title: str | None = None
    text: str = ""
    sent_at: datetime | None = None
    dossier_code: str | None = None
    stops: str | None = None
    stopped: bool = False
    not_mine: bool = False
    consent_words: str | None = None


_STOPS: dict[Purpose, str] = {
    Purpose.SURVEY: "lời mời góp ý",
    Purpose.REMINDER: "tin nhắc hẹn",
    Purpose.CAMPAIGN: "tin tuyên truyền",
    Purpose.DIGEST: "tóm tắt đầu tuần",
}
_ON_CHANNEL: dict[str, str] = {
    Channel.ZALO: "tin về hồ sơ qua Zalo",
    Channel.ZALO_CHAT: "tin về hồ sơ qua Zalo",
    Channel.SMS: "tin về hồ sơ qua SMS",
    Channel.EMAIL: "tin về hồ sơ qua thư",
    Channel.TELEGRAM: "tin về hồ sơ qua Telegram",
}


class NoticePages:
    """``policy`` gives the decisions as published now."""

    def __init__(
        self,
        database: Database,
        policy: Callable[[], Policy] = Policy,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._policy, self._clock = database, policy, clock

    async def open(self, token: str) -> NoticeView | None:
        """What the page shows; None for a token that we did not make."""
        async with self._database.reading() as session:
            message = await self._message(session, token)
            if message is None:
                return None
            if self._is_over(message):
                return NoticeView(expired=True)
            return await self._view(session, message)

    async def act(self, token: str, step: Step) -> PageOutcome:
        """Stop, or take a stop back. Doing it twice is the same as once."""
        now = self._clock()
        async with self._database.writing() as session:
            message = await self._message(session, token)
            if message is None:
                return PageOutcome.UNKNOWN
            if self._is_over(message):
                return PageOutcome.EXPIRED
            hashes, source = _hashes(message), ConsentSource.LINK
            if step in (Step.NOT_MINE, Step.MINE):
                if message.dossier_code is None:
                    return PageOutcome.UNKNOWN
                if step is Step.NOT_MINE:
                    await consents.block(session, hashes, message.dossier_code, source=source, now=now)
                else:
                    await consents.unblock(session, hashes, message.dossier_code, now=now)
                return PageOutcome.DONE
            found = _consent(message)
            if found is None:
                return PageOutcome.UNKNOWN
            purpose, channel = found
            granted = step is Step.RESUME
            view = await self._view(session, message)
            if view.stopped == granted:  # else it stands so already
                await consents.record(
                    session, hashes, purpose, granted=granted, source=source, now=now, channel=channel
                )
            return PageOutcome.DONE

    async def _message(self, session: AsyncSession, token: str) -> Message | None:
        message_id = message_of(token)
        return await repository.message_by_id(session, message_id) if message_id else None

    def _is_over(self, message: Message) -> bool:
        return self._clock() - message.created_at > timedelta(days=self._policy().page_days)

    async def _view(self, session: AsyncSession, message: Message) -> NoticeView:
        words = message.wordings.get(Channel.WEB) or message.wordings.get(message.channel) or {}
        said = (await consents.standings(session, _hashes(message))).values()
        found = _consent(message)
        on_channel = _ON_CHANNEL.get(message.channel) if found else None
        return NoticeView(
            expired=False,
            title=words.get("title"),
            text=words.get("text", ""),
            sent_at=message.created_at,
            dossier_code=message.dossier_code,
            stops=_STOPS.get(Purpose(message.purpose)) or on_channel,
            stopped=found is not None and any(one.refused(*found) for one in said),
            not_mine=any(message.dossier_code in one.blocked_dossiers for one in said),
            consent_words=consents.WORDS[found[0], True] if found else None,
        )


def _consent(message: Message) -> tuple[ConsentPurpose, str | None] | None:
    """What a stop on this page refuses: a purpose that needs consent wholly, the law's on this channel."""
    purpose = Purpose(message.purpose)
    consent = CONSENT_OF.get(purpose)
    if consent is None or message.conversation_id is not None:
        return None
    if purpose not in STATUTORY:
        return consent, None
    channel = Channel.ZALO.value if message.channel == Channel.ZALO_CHAT else message.channel
    return consent, channel


def _hashes(message: Message) -> list[str]:
    """Every contact of the person: what is refused by mail is refused by telephone too."""
    found = {message.recipient_hash}
    if message.phone:
        found.add(keyed_hash(message.phone, "phone"))
    if message.email:
        found.add(keyed_hash(message.email.lower(), "email"))
    return sorted(found)
