"""What providers ask of the product, answered from the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from core.database import Database, utc_now
from core.events import publish
from people import chat_accounts, consents
from people.citizen_models import ConsentSource, Purpose
from wire.alarms import Trouble, Unreachable
from wire.zalo.tokens import TokenAlarm
from wire.zalo.window import Citizen

log = structlog.get_logger()

PROVIDER_ALARM = "motcua.alarm.provider"
"""Body {"provider", "trouble", "what"}; one a day for the same thing."""
TOKEN_ALARM = "motcua.alarm.zalo_token"  # noqa: S105
"""Body {"kind", "code", "works_until"}: somebody has to consent again, or soon."""


class AlarmEvents:
    """Alarms as events, for the console; the same alarm once a day, however often it rings."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database, self._clock = database, clock

    async def alarm(self, provider: str, trouble: Trouble, what: str) -> None:
        now = self._clock()
        log.error("provider_alarm", provider=provider, trouble=trouble.value, what=what)
        async with self._database.writing() as session:
            await publish(
                session,
                type=PROVIDER_ALARM,
                subject=provider,
                body={"provider": provider, "trouble": trouble.value, "what": what},
                external_id=f"alarm:{provider}:{trouble}:{what}:{now:%Y%m%d}"[:200],
                occurred_at=now,
            )

    async def token(self, kind: TokenAlarm, code: str, works_until: datetime) -> None:
        now = self._clock()
        log.error("zalo_token_alarm", kind=kind.value, code=code, works_until=works_until.isoformat())
        async with self._database.writing() as session:
            await publish(
                session,
                type=TOKEN_ALARM,
                subject="zalo",
                body={"kind": kind.value, "code": code, "works_until": works_until.isoformat()},
                external_id=f"zalo-token:{kind}:{works_until:%Y%m%d%H%M}",
                occurred_at=now,
            )


class KnownRefusals:
    """Contacts that a channel does not lead to. A refusal by the citizen is kept as their word, too."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database, self._clock = database, clock

    async def stands(self, channel: str, contact: str) -> Unreachable | None:
        async with self._database.reading() as session:
            found = await chat_accounts.refusal_of(session, channel, contact, now=self._clock())
        return Unreachable(found.reason) if found else None

    async def note(self, channel: str, contact: str, why: Unreachable, lasts: timedelta | None) -> None:
        now = self._clock()
        async with self._database.writing() as session:
            await chat_accounts.note_refusal(
                session,
                channel,
                contact,
                reason=why.value,
                now=now,
                until=now + lasts if lasts else None,
            )
            if why is Unreachable.REFUSED:
                await consents.record(
                    session,
                    [chat_accounts.contact_hash(contact)],
                    Purpose.STATUS,
                    granted=False,
                    source=ConsentSource.ZALO if channel == "zalo" else ConsentSource.CHAT,
                    now=now,
                    channel=channel,
                )


class KnownAccounts:
    """The account of a telephone, or of one of our conversations; none of somebody who left."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def account(self, channel: str, to: str) -> str | None:
        async with self._database.reading() as session:
            if to.startswith("+"):
                return await chat_accounts.account_for_phone(session, channel, to)
            found = await chat_accounts.account_of_conversation(session, to)
        if found is None or found.channel != channel:
            return None
        left = found.following is False and found.last_in_at is None
        return None if left else found.account


class CountedWindows:
    """How long ago a citizen of Zalo wrote, and how much has gone out since."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def citizen(self, user_id: str) -> Citizen:
        async with self._database.reading() as session:
            found = await chat_accounts.account_of(session, "zalo", user_id)
        return Citizen(found.last_in_at, found.sent) if found else Citizen(None, 0)

    async def count(self, user_id: str) -> None:
        async with self._database.writing() as session:
            await chat_accounts.count_sent(session, "zalo", user_id)
