"""A turn is put to Rasa a second time when the first was cut short, and nothing is done twice.

Every asking is a *try* with a name of its own, which travels with the turn. An action that does something
(files a complaint, calls a person, sends a code) writes its reply beside what it did, in one transaction
(``once``). Before a turn is put again it is taken over (``Tries.again``): what an earlier try did and said is
then the answer; what such a try has not done by then it may do no more, however late it wakes up. Both hold
the same row, so that one of them comes first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository
from core.database import Database, new_id
from core.message import Reply


class Overtaken(Exception):
    """The turn was put to the assistant again meanwhile: nothing may be done in this try any more."""


@dataclass(frozen=True)
class Try:
    """One asking, as it travels in the metadata of a turn."""

    conversation_id: str
    turn: str
    name: str


@dataclass
class Tries:
    """The askings of one turn, one after the other."""

    database: Database
    conversation_id: str
    turn_id: str
    name: str = field(default_factory=new_id)

    async def again(self) -> Reply | None:
        """Begin the next one. What was said by an earlier one that did something: then nobody is asked."""
        self.name = new_id()
        async with self.database.writing() as session:
            row = await repository.turn_try(session, self.turn_id, self.conversation_id, self.name)
            if row.reply is not None:
                return Reply.model_validate(row.reply)
            row.held_by = self.name
        return None


async def once(session: AsyncSession, asked: Try, do: Callable[[], Awaitable[Reply]]) -> Reply:
    """``do`` and its reply, in the transaction of ``session``; only the reply, where it was done before.

    Raises ``Overtaken``.
    """
    row = await repository.turn_try(session, asked.turn, asked.conversation_id, asked.name)
    if row.reply is not None:
        return Reply.model_validate(row.reply)
    if row.held_by != asked.name:
        raise Overtaken
    reply = await do()
    row.reply = reply.model_dump(mode="json")
    return reply
