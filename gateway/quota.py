"""What is left at the providers, in words for an administrator."""

from __future__ import annotations

from gateway.providers import Providers
from wire.zalo.client import ZaloRefused
from wire.zalo.http import ZaloUnclear, ZaloUnreached
from wire.zalo.provider import CONVERSATION, TEMPLATES
from wire.zalo.tokens import NoToken


async def quotas(providers: Providers) -> dict[str, str]:
    """By provider; one that cannot be asked says why."""
    zalo = providers.zalo
    if zalo is None:
        return {}
    try:
        daily = await zalo.template_quota()
        chat = await zalo.conversation_quota()
    except (ZaloRefused, ZaloUnclear, ZaloUnreached, NoToken) as error:
        told = f"chưa hỏi được hạn mức ({error})"
        return {CONVERSATION: told, TEMPLATES: told}
    found = {TEMPLATES: f"còn {_count(daily.remaining)}/{_count(daily.total)} tin hôm nay"}
    if chat:
        found[CONVERSATION] = f"gói tin tư vấn còn {_count(chat[0].remaining)}/{_count(chat[0].total)}"
    return found


def _count(value: int | None) -> str:
    return "?" if value is None else str(value)
