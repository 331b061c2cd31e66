"""Notices over Zalo: in the conversation while its window is open, as a template message otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from core.channel_settings import ZaloTemplateBinding
from core.database import utc_now
from wire.alarms import Accounts, Refusals, Trouble, Unreachable, Watcher
from wire.provider import (
    About,
    Accepted,
    Ambiguous,
    Confidence,
    Lookup,
    Outcome,
    OutgoingNotice,
    Rejected,
)
from wire.receipt import Fate, Statement
from wire.zalo import consultation
from wire.zalo.client import ZaloClient, ZaloRefused, from_millis
from wire.zalo.errors import ALARMS, Verdict, ZaloError, outcome_of
from wire.zalo.http import ZaloUnclear, ZaloUnreached
from wire.zalo.templates import TemplateInfo, TemplateStatus, fill, is_tracking_id, template_body
from wire.zalo.tokens import NoToken
from wire.zalo.window import Window, WindowRules, Windows

CHANNEL = "zalo"
CONVERSATION = "zalo-oa"
TEMPLATES = "zalo-zbs"
_ON_THE_PHONE = "1"

_TROUBLE = {
    Verdict.BUG: Trouble.CONTENT,
    Verdict.CONFIG: Trouble.CONFIGURATION,
    Verdict.STOP: Trouble.ACCOUNT,
    Verdict.TOKEN: Trouble.TOKEN,
}


class _Zalo:
    name: str

    def __init__(self, client: ZaloClient, *, refusals: Refusals, watcher: Watcher) -> None:
        self._client, self._refusals, self._watcher = client, refusals, watcher

    async def lookup(self, reference: str) -> Lookup:
        """Zalo can be asked by its own message id only, and an uncertain message has none."""
        return Lookup.CANNOT_TELL

    async def _refused(self, error: ZaloError, contact: str) -> Outcome:
        if error.verdict is Verdict.NO_ZALO:
            lasts = self._client.settings.no_account_recheck
            await self._refusals.note(CHANNEL, contact, Unreachable.NO_ACCOUNT, lasts)
        elif error.verdict is Verdict.OPT_OUT:
            await self._refusals.note(CHANNEL, contact, Unreachable.REFUSED, None)
        elif error.verdict in ALARMS:
            trouble = _TROUBLE.get(error.verdict, Trouble.UNKNOWN)
            await self._watcher.alarm(self.name, trouble, f"{error.code} {error.meaning}")
        return outcome_of(error)


class ZaloConversation(_Zalo):
    """To a citizen who linked a phone and wrote lately. Free of charge while the free window is open."""

    name = CONVERSATION

    def __init__(
        self,
        client: ZaloClient,
        *,
        accounts: Accounts,
        windows: Windows,
        refusals: Refusals,
        watcher: Watcher,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(client, refusals=refusals, watcher=watcher)
        self._accounts, self._windows, self._clock = accounts, windows, clock
        self._rules = WindowRules.of(client.settings)

    async def send(self, notice: OutgoingNotice) -> Outcome:
        user_id = await self._accounts.account(CHANNEL, notice.to)
        if user_id is None:
            return Rejected(permanent=True, code="not_linked", about=About.PERSON)
        window = self._rules.window(await self._windows.citizen(user_id), self._clock())
        if window is Window.CLOSED:
            return Rejected(permanent=True, code="window_closed", about=About.PERSON)
        if window is Window.PAID and not self._client.settings.pay_in_window:
            return Rejected(permanent=True, code="window_not_free", about=About.PERSON)
        words = f"{notice.title}\n{notice.text}" if notice.title else notice.text
        body = consultation.text(
            user_id,
            consultation.fit(words, [], self._client.settings.text_limit),
            limit=self._client.settings.text_limit,
        )
        try:
            sent = await self._client.send(body)
        except ZaloRefused as error:
            return await self._refused(error.error, notice.to)
        except ZaloUnclear as error:
            # Counted as sent: rather one free answer unused than one that turns out to cost something.
            await self._windows.count(user_id)
            return Ambiguous(error.code)
        except (ZaloUnreached, NoToken) as error:
            return Rejected(permanent=False, code=_code(error))
        await self._windows.count(user_id)
        return Accepted(sent.message_id or None)


class ZaloTemplates(_Zalo):
    """A template message to a phone number; who gets it need not have written to us before."""

    name = TEMPLATES

    def __init__(
        self,
        client: ZaloClient,
        *,
        refusals: Refusals,
        watcher: Watcher,
        bindings: Mapping[str, ZaloTemplateBinding] | None = None,
        accounts: Accounts | None = None,
    ) -> None:
        super().__init__(client, refusals=refusals, watcher=watcher)
        self._bindings = client.settings.templates if bindings is None else bindings
        self._accounts = accounts

    async def send(self, notice: OutgoingNotice) -> Outcome:
        user_id = None if notice.to.startswith("+") else await self._user(notice.to)
        if user_id is None and not notice.to.startswith("+"):
            return Rejected(permanent=True, code="no_phone", about=About.PERSON)
        standing = await self._refusals.stands(CHANNEL, notice.to)
        if standing is not None:
            return Rejected(permanent=True, code=standing.value, about=About.PERSON)
        if not is_tracking_id(notice.reference):
            return Rejected(permanent=True, code="bad_reference")
        binding = self._bindings.get(notice.parameters.get("event", "")) or self._bindings.get("*")
        if binding is None:
            return Rejected(permanent=True, code="no_template")
        try:
            return await self._send(notice, binding, user_id)
        except ZaloRefused as error:
            if error.error.verdict is Verdict.BUG:
                self._client.forget_template(binding.template_id)
            return await self._refused(error.error, notice.to)
        except ZaloUnclear as error:
            return Ambiguous(error.code)
        except (ZaloUnreached, NoToken) as error:
            return Rejected(permanent=False, code=_code(error))

    async def ask(self, provider_message_id: str) -> Statement | None:
        """What became of a message whose receipt never came (``/message/status``; 1: on the telephone)."""
        try:
            found = await self._client.message_status(provider_message_id)
        except ZaloRefused as error:
            if error.error.verdict in (Verdict.TOKEN, Verdict.STOP, Verdict.RETRY):
                raise
            return None  # this message alone is unknown there
        if str(found.get("status")) != _ON_THE_PHONE:
            return None
        return Statement(
            provider=self.name,
            identity=f"{provider_message_id}:{Fate.DELIVERED}",  # as its receipt would be called
            fate=Fate.DELIVERED,
            confidence=Confidence.HANDSET,
            at=from_millis(found.get("delivery_time")),
            provider_message_id=provider_message_id,
        )

    async def _user(self, to: str) -> str | None:
        """A citizen's Zalo id, where the address for sending by it is known."""
        if self._accounts is None or self._client.settings.template_by_user_path is None:
            return None
        return await self._accounts.account(CHANNEL, to)

    async def _send(
        self, notice: OutgoingNotice, binding: ZaloTemplateBinding, user_id: str | None
    ) -> Outcome:
        try:
            info = await self._client.template(binding.template_id)
        except ZaloUnclear as error:  # only a question was asked: nothing can have been sent
            return Rejected(permanent=False, code=error.code)
        if info.status not in (None, TemplateStatus.ENABLE):
            await self._watcher.alarm(
                self.name, Trouble.CONFIGURATION, f"template {info.template_id} {info.status}"
            )
            return Rejected(permanent=True, code="template_not_enabled")
        given = {name: notice.parameters.get(ours, "") for name, ours in binding.parameters.items()}
        filled = fill(info, given)
        if filled.flaws:
            told = ", ".join(f"{flaw.parameter}: {flaw.problem}" for flaw in filled.flaws)
            await self._watcher.alarm(self.name, Trouble.CONTENT, f"template {info.template_id} {told}")
            return Rejected(permanent=True, code="parameter_refused")
        sent = await self._client.send_template(
            template_body(
                template_id=info.template_id,
                values=filled.values,
                tracking_id=notice.reference,
                phone=None if user_id else notice.to,
                user_id=user_id,
                development=self._client.settings.development_mode,
            )
        )
        return Accepted(sent.message_id)


def missing_values(info: TemplateInfo, binding: ZaloTemplateBinding) -> list[str]:
    """Parameters that a template requires and a binding does not fill: found before any night."""
    return [one.name for one in info.parameters if one.required and one.name not in binding.parameters]


def _code(error: ZaloUnreached | NoToken) -> str:
    return error.code if isinstance(error, ZaloUnreached) else "no_token"
