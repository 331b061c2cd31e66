"""By what a person is known who is reached in several ways: so that nobody is asked twice in a short time.

Somebody complains in a chat and collects a result by telephone: the invitation of each knows one contact
alone. What ties them is the dossier, which the chat follows or the complaint names; and two dossiers of one
person are tied by the identity number that the one-stop software sends with each.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from dossiers import complaint_repository
from dossiers import repository as dossiers
from dossiers.lookup import WatchRole
from dossiers.models import Complaint, Dossier

_IN_CHAT = "survey-chat"


def chat_hash(conversation_id: str) -> str:
    """By what somebody is known who is reached in a chat alone."""
    return keyed_hash(conversation_id, _IN_CHAT)


def contacts_of(dossier: Dossier) -> tuple[str, ...]:
    """The preferred one first."""
    return tuple(one for one in (dossier.phone_hash, dossier.email_hash) if one)


def _all_of(dossier: Dossier) -> tuple[str, ...]:
    return (*contacts_of(dossier), *([dossier.person_hash] if dossier.person_hash else []))


async def known_by_dossier(session: AsyncSession, dossier: Dossier) -> tuple[str, ...]:
    """Chats of the applicant that follow it, and whoever complained about it. Relatives are other people."""
    watches = await dossiers.watchers(session, [dossier.id])
    found = [chat_hash(one.conversation_id) for one in watches if one.role != WatchRole.RELATIVE]
    for complaint in await complaint_repository.of_dossier(session, dossier.code):
        found += _of(complaint)
    return _once(found)


async def known_by_chat(session: AsyncSession, conversation_id: str) -> tuple[str, ...]:
    """The contacts on the dossiers that the chat follows, and the persons they are about."""
    watches = await dossiers.watches_of(session, conversation_id)
    mine = {one.dossier_id for one in watches if one.role != WatchRole.RELATIVE}
    seen = await dossiers.watched(session, conversation_id)
    return _once(one for dossier in seen if dossier.id in mine for one in _all_of(dossier))


async def known_by_complaint(session: AsyncSession, complaint: Complaint) -> tuple[str, ...]:
    """The chat it was made in, and the contacts on the dossiers that it is about or that the chat follows."""
    found = _of(complaint)
    if complaint.conversation_id is not None:
        found += await known_by_chat(session, complaint.conversation_id)
    if complaint.dossier_code is not None:
        dossier = await dossiers.dossier_by_code(session, complaint.dossier_code)
        found += _all_of(dossier) if dossier else ()
    return _once(found)


async def person_of_complaint(session: AsyncSession, complaint: Complaint) -> str | None:
    """Of the dossier that it names: as a rule it is the applicant who complains."""
    if complaint.dossier_code is None:
        return None
    dossier = await dossiers.dossier_by_code(session, complaint.dossier_code)
    return dossier.person_hash if dossier else None


async def proved_by_chat(session: AsyncSession, conversation_id: str) -> tuple[str, ...]:
    """In which ways whoever writes in a chat is known for certain: the chat first, then the contacts on the
    own dossiers that it follows."""
    return _once([chat_hash(conversation_id), *await known_by_chat(session, conversation_id)])


async def known_to_chat(session: AsyncSession, conversation_id: str) -> tuple[str, ...]:
    """Every way in which whoever writes in a chat may be asked: those that are certain, and the numbers left
    with complaints made in it."""
    found = [*await proved_by_chat(session, conversation_id)]
    for complaint in await complaint_repository.of_conversation(session, conversation_id):
        found += _of(complaint)
    return _once(found)


def _of(complaint: Complaint) -> list[str]:
    chat = [chat_hash(complaint.conversation_id)] if complaint.conversation_id else []
    return [*chat, *([complaint.phone_hash] if complaint.phone_hash else [])]


def _once(hashes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hashes))
