"""Every provider as an administrator wants to see it: on or off and why, what is left, what it has cost."""

from __future__ import annotations

import asyncio
from datetime import datetime

from pydantic import BaseModel

from core.database import Database
from gateway.providers import Providers
from notifications.informing import Policy
from notifications.schemas import Channel
from notifications.spending import TakenBefore, spent_this_month, taken_this_month
from wire.zalo.client import ZaloRefused
from wire.zalo.http import ZaloUnclear, ZaloUnreached
from wire.zalo.provider import CONVERSATION, TEMPLATES
from wire.zalo.token_store import DatabaseTokens
from wire.zalo.tokens import NoToken

_QUOTA_SECONDS = 5.0
_NONE = (0, 0)


class Quota(BaseModel):
    """What is ``left`` of how many; ``told`` in words, which also say why it could not be asked."""

    told: str
    left: int | None = None
    total: int | None = None


_NO_QUOTA = Quota(told="")


class ProviderLine(BaseModel):
    """``sent``, ``segments`` and ``cost_vnd`` count this month: notices, codes, answers by text message.

    The cost is what the configured price makes of it: of a segment for text messages, which carriers bill by
    segments, of a message elsewhere.
    """

    name: str
    channel: str
    on: bool
    why_off: str
    foreign: bool
    note: str
    price_vnd: int | None
    sent: int
    segments: int
    cost_vnd: int | None
    quota: str
    quota_left: int | None = None
    quota_total: int | None = None

    @property
    def spoken(self) -> str:
        """The line in words."""
        if not self.on:
            return f"tắt: {self.why_off}"
        by_segment = self.channel == Channel.SMS
        counted = f" ({self.segments} đoạn)" if by_segment else ""
        told = ["bật", f"tháng này {self.sent} tin{counted}"]
        if self.price_vnd is not None:
            unit = "đoạn" if by_segment else "tin"
            told.append(
                "miễn phí"
                if self.price_vnd == 0
                else f"{_dong(self.price_vnd)} một {unit}, khoảng {_dong(self.cost_vnd or 0)}"
            )
        return "; ".join([*told, *(part for part in (self.quota, self.note) if part)])


class MonthLine(BaseModel):
    """All that was spent this month, by the published prices; a ceiling of 0 is none."""

    spent_vnd: int
    ceiling_vnd: int

    @property
    def spoken(self) -> str:
        spent = f"Tháng này đã chi khoảng {_dong(self.spent_vnd)}"
        if not self.ceiling_vnd:
            return f"{spent}; chưa đặt trần chi phí."
        percent = self.spent_vnd * 100 // self.ceiling_vnd
        return f"{spent}, {percent} % của trần {_dong(self.ceiling_vnd)}."


class ZaloAccess(BaseModel):
    """How long the account lets us send without anybody doing anything."""

    consented: bool
    works_until: datetime | None = None
    consent_until: datetime | None = None
    failure: str | None = None


async def report(
    database: Database,
    providers: Providers,
    *,
    now: datetime,
    ask: bool = True,
    before: TakenBefore | None = None,
) -> list[ProviderLine]:
    """``ask``: providers are asked for what is left, some seconds at most. ``before``: for who asks often."""
    async with database.reading() as session:
        sent = await taken_this_month(session, now, before)
    known = await quotas(providers) if ask else {}
    return [
        ProviderLine(
            name=row.name,
            channel=row.channel.value,
            on=row.on,
            why_off=row.why_off,
            foreign=row.foreign,
            note=row.note,
            price_vnd=row.price_vnd,
            sent=sent.get(row.name, _NONE)[0],
            segments=sent.get(row.name, _NONE)[1],
            cost_vnd=None if row.price_vnd is None else row.price_vnd * sent.get(row.name, _NONE)[1],
            quota=known.get(row.name, _NO_QUOTA).told,
            quota_left=known.get(row.name, _NO_QUOTA).left,
            quota_total=known.get(row.name, _NO_QUOTA).total,
        )
        for row in providers.rows
    ]


async def month(database: Database, policy: Policy, *, now: datetime) -> MonthLine:
    async with database.reading() as session:
        spent = await spent_this_month(session, policy, now)
    return MonthLine(spent_vnd=spent, ceiling_vnd=policy.budget.month)


async def quotas(providers: Providers) -> dict[str, Quota]:
    """What is left, by provider; one that cannot be asked says why."""
    zalo = providers.zalo
    if zalo is None:
        return {}
    try:
        async with asyncio.timeout(_QUOTA_SECONDS):
            daily, chat = await zalo.template_quota(), await zalo.conversation_quota()
    except (ZaloRefused, ZaloUnclear, ZaloUnreached, NoToken, TimeoutError) as error:
        unknown = Quota(told=f"chưa hỏi được hạn mức ({error})")
        return {CONVERSATION: unknown, TEMPLATES: unknown}
    left, total = _count(daily.remaining), _count(daily.total)
    found = {
        TEMPLATES: Quota(told=f"còn {left}/{total} tin hôm nay", left=daily.remaining, total=daily.total)
    }
    if chat:
        left, total = _count(chat[0].remaining), _count(chat[0].total)
        found[CONVERSATION] = Quota(
            told=f"gói tin tư vấn còn {left}/{total}", left=chat[0].remaining, total=chat[0].total
        )
    return found


async def zalo_access(database: Database, oa_id: str) -> ZaloAccess:
    stored = await DatabaseTokens(database).read(oa_id)
    if stored is None:
        return ZaloAccess(consented=False)
    return ZaloAccess(
        consented=True,
        works_until=stored.pair.access_expires_at,
        consent_until=stored.pair.refresh_expires_at,
        failure=stored.failure,
    )


def _count(value: int | None) -> str:
    return "?" if value is None else str(value)


def _dong(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")
