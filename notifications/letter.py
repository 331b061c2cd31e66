"""What a provider is handed: the words of the rung, with what is made only at the moment of sending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from notifications.models import Message
from notifications.schemas import Channel
from notifications.survey_rules import LINK_MARK
from wire.provider import Attachment, OutgoingNotice

LinkFor = Callable[[AsyncSession, str], Awaitable[str | None]]
AttachmentsFor = Callable[[AsyncSession, Message], Awaitable[tuple[Attachment, ...]]]


def reference_of(message: Message) -> str:
    """Our name for a message on the rung it stands on: the same whenever it is tried again there."""
    return f"{message.id}{message.rung}"


@dataclass(frozen=True)
class LetterDesk:
    """``link_for`` makes a survey's link; ``attachments_for`` files that go with a mail, such as a letter."""

    link_for: LinkFor | None = None
    attachments_for: AttachmentsFor | None = None

    async def write(self, session: AsyncSession, message: Message, *, now: datetime) -> OutgoingNotice | None:
        """None when what its link leads to is over."""
        text: str = message.wordings[message.channel]["text"]
        if message.link_ref is not None:
            link = await self.link_for(session, message.link_ref) if self.link_for else None
            if link is None:
                return None
            text = text.replace(LINK_MARK, link)
        attachments: tuple[Attachment, ...] = ()
        if self.attachments_for is not None and message.channel == Channel.EMAIL:
            attachments = await self.attachments_for(session, message)
        return OutgoingNotice(
            reference=reference_of(message),
            channel=message.channel,
            to=_address(message),
            text=text,
            title=message.wordings[message.channel]["title"],
            dossier_code=message.dossier_code,
            written_at=now,
            parameters=message.wordings[message.channel].get("parameters", {}),
            attachments=attachments,
            unsubscribe_url=message.wordings[message.channel].get("unsubscribe_url"),
        )


def _address(message: Message) -> str:
    """A mail address, a telephone, or the conversation of somebody who is reached by no telephone of ours."""
    if message.channel == Channel.EMAIL:
        return message.email or ""
    return message.phone or message.conversation_id or ""
