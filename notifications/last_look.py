"""What people said since a message was planned: looked up once more at the moment of sending.

A refusal takes back what waits. What was in doubt at that moment, or comes to its next rung later, is stopped
here: nothing is begun after somebody said no.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from notifications.gate import CONSENT_OF, said_of
from notifications.models import Message
from notifications.schemas import STATUTORY, Channel, Purpose, Reason
from people.consents import Standing, refusals


async def refused_since(session: AsyncSession, messages: Sequence[Message]) -> Mapping[str, Reason]:
    """By message, why it must not go out on its rung. For ``NOT_THEIRS`` no other rung will do either.

    A person is known by the telephone and by the mail address: what either of them refused is refused.
    """
    contacts = {message.id: _contacts(message) for message in messages}
    standings = await refusals(session, set().union(*contacts.values()))
    found = {}
    for message in messages:
        for contact in contacts[message.id] & standings.keys():
            if (reason := _reason(message, standings[contact])) is not None:
                found[message.id] = reason
                if reason is Reason.NOT_THEIRS:
                    break
    return found


def _contacts(message: Message) -> set[str]:
    mail = {keyed_hash(message.email.lower(), "email")} if message.email and message.phone else set()
    return {message.recipient_hash} | mail


def _reason(message: Message, standing: Standing) -> Reason | None:
    if message.dossier_code in standing.blocked_dossiers:
        return Reason.NOT_THEIRS
    purpose = Purpose(message.purpose)
    consent = CONSENT_OF.get(purpose)
    if consent is None:
        return None
    if purpose not in STATUTORY and standing.refused(consent):
        return Reason.OPTED_OUT
    return Reason.OPTED_OUT if standing.refused(consent, said_of(Channel(message.channel))) else None
