"""A list of papers as a mail, handed to the mail server at once: whoever asked is looking at the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from core.database import new_id
from gateway.providers import Providers
from gateway.public.papers_mail import Posted
from notifications.schemas import Channel
from wire.provider import Accepted, Ambiguous, Attachment, Outcome, OutgoingNotice
from wire.smtp import NAME as SMTP

log = structlog.get_logger()

_PATIENCE_SECONDS = 15.0


class ListPost:
    """``shadow``: nothing leaves this deployment. Nothing is written down either: no address is kept."""

    def __init__(self, providers: Callable[[], Providers | None], *, shadow: bool = False) -> None:
        self._providers, self._shadow = providers, shadow

    @property
    def on(self) -> bool:
        known = self._providers()
        return known is not None and SMTP in known.by_name and not self._shadow

    async def __call__(self, to: str, *, title: str, text: str, file: Attachment) -> Posted:
        known = self._providers()
        if known is None or not self.on:
            return Posted.LATER
        notice = OutgoingNotice(
            reference=f"{new_id()}0",
            channel=Channel.EMAIL,
            to=to,
            text=text,
            title=title,
            attachments=(file,),
        )
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                outcome = await known.by_name[SMTP].send(notice)
        except TimeoutError:
            outcome = Ambiguous("timeout")
        log.info("list_by_mail", outcome=type(outcome).__name__, code=getattr(outcome, "code", None))
        return _posted(outcome)


def _posted(outcome: Outcome) -> Posted:
    if isinstance(outcome, Accepted):
        return Posted.SENT
    if isinstance(outcome, Ambiguous):
        return Posted.UNSURE
    return Posted.REFUSED if outcome.permanent else Posted.LATER
