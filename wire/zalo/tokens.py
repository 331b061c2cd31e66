"""Access tokens of a Zalo account: refreshed by one writer, stored before they are used.

What a death of the process does, by the moment at which it comes:

==============================  ======================================================================
before the request is sent      the claim in the row runs out; the next one asks with the same token
after Zalo's answer arrived     the pair is in the rescue file, or in the row already; nothing is lost
after Zalo took the request,    the old refresh token may be spent and the new one gone. The row shows
before its answer arrived       it (``asked_at``). The old access token works until its hour is over, so
                                the office has that long; the old refresh token is tried again, because
                                Zalo may not have taken the request after all; if it is refused, an
                                alarm asks an administrator to consent again. More cannot be done from
                                this side: Zalo offers no question "which is my newest token".
==============================  ======================================================================
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from core.channel_settings import ZaloSettings
from core.database import new_id, utc_now
from wire.zalo.http import ZaloHttp, ZaloUnclear, ZaloUnreached
from wire.zalo.pair import BadTokenAnswer, Stored, TokenPair, TokenStore, pair_from
from wire.zalo.rescue import RescueFile

log = structlog.get_logger()

_CLAIM_MARGIN = timedelta(seconds=30)
_PAUSE_AFTER_FAILURE = timedelta(minutes=5)
_STORE_PAUSES = (0.2, 1.0, 3.0, 10.0, 30.0)


class TokenAlarm(StrEnum):
    """What an administrator is told. Each asks for an action before the account falls silent."""

    REFRESH_FAILED = "refresh_failed"
    ANSWER_UNCLEAR = "answer_unclear"
    CONSENT_NEEDED = "consent_needed"
    REFRESH_TOKEN_ENDS = "refresh_token_ends"  # noqa: S105


Alarm = Callable[[TokenAlarm, str, datetime], Awaitable[None]]
"""Told with the kind, a code without secrets, and the moment until which the account still works."""


class NoToken(Exception):
    """There is no token to work with; the text says what to do."""


class TokenKeeper:
    """``token`` for whoever sends; ``tick`` from one schedule, every minute or so."""

    def __init__(
        self,
        settings: ZaloSettings,
        http: ZaloHttp,
        store: TokenStore,
        *,
        alarm: Alarm,
        rescue: RescueFile | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings, self._http, self._store = settings, http, store
        self._alarm, self._rescue, self._clock = alarm, rescue, clock
        self._owner = new_id()
        self._running: asyncio.Task[Stored] | None = None
        self._not_before: datetime | None = None

    @property
    def oa_id(self) -> str:
        return self._settings.oa_id or ""

    async def token(self) -> str:
        """An access token that works now. Raises ``NoToken``."""
        stored = await self._read()
        now = self._clock()
        if stored.pair.access_expires_at - now > self._settings.refresh_before_expiry:
            return stored.pair.access_token
        try:
            return (await self._refreshed(stored)).pair.access_token
        except NoToken:
            if stored.pair.access_expires_at > now:  # the old one lasts a while yet
                return stored.pair.access_token
            raise

    async def renewed(self, refused: str) -> str:
        """Another token after Zalo refused ``refused``: the newer one of the store, else a refreshed one."""
        stored = await self._read()
        if stored.pair.access_token != refused:
            return stored.pair.access_token
        return (await self._refreshed(stored)).pair.access_token

    async def tick(self) -> None:
        """Refresh in time, and raise an alarm while the refresh token can still be replaced calmly."""
        stored = await self._store.read(self.oa_id)
        if stored is None:
            return
        now, pair = self._clock(), stored.pair
        if pair.refresh_expires_at - now <= self._settings.refresh_token_alarm:
            await self._alarm(TokenAlarm.REFRESH_TOKEN_ENDS, "", pair.refresh_expires_at)
        if pair.access_expires_at - now <= self._settings.refresh_before_expiry:
            try:
                await self._refreshed(stored)
            except NoToken as error:
                log.warning("zalo_token_not_refreshed", reason=str(error))

    async def first(self, code: str, verifier: str) -> None:
        """Turn the code of the consent page into the first pair. Raises ``NoToken`` with Zalo's reason."""
        try:
            answer = await self._http.form(
                f"{self._settings.oauth_url}/v4/oa/access_token",
                {
                    "app_id": self._settings.app_id or "",
                    "code": code,
                    "grant_type": "authorization_code",
                    "code_verifier": verifier,
                },
                secret_key=self._secret(),
            )
            if answer.error:
                raise NoToken(f"Zalo refused the consent ({answer.error})")
            pair = pair_from(answer.whole, self._clock(), self._settings.refresh_token_life)
        except (ZaloUnclear, ZaloUnreached) as error:
            raise NoToken(f"Zalo could not be asked ({error.code}): consent again") from None
        except BadTokenAnswer as error:
            raise NoToken(f"Zalo's answer holds no tokens ({error}): consent again") from None
        await self._store.put(self.oa_id, pair, now=self._clock(), after=None)
        self._not_before = None

    async def _read(self) -> Stored:
        stored = await self._store.read(self.oa_id)
        if stored is None:
            raise NoToken("no administrator has consented for this account yet")
        return stored

    async def _refreshed(self, stored: Stored) -> Stored:
        """One refresh at a time in this process; a caller that gives up does not stop it half-way."""
        if self._running is None or self._running.done():
            if self._not_before is not None and self._clock() < self._not_before:
                raise NoToken("the last refresh failed a moment ago")
            self._running = asyncio.create_task(self._refresh(stored))
            self._running.add_done_callback(_seen)
        return await asyncio.shield(self._running)

    async def _refresh(self, stored: Stored) -> Stored:
        rescued = self._rescue.find(self.oa_id, stored.generation) if self._rescue else None
        if rescued is not None:
            await self._keep(rescued, stored.generation)
            return Stored(rescued, stored.generation + 1)
        now = self._clock()
        until = now + timedelta(seconds=self._settings.timeout_seconds) + _CLAIM_MARGIN
        if not await self._store.claim(
            self.oa_id, generation=stored.generation, owner=self._owner, now=now, until=until
        ):
            return await self._others_pair(stored)
        try:
            answer = await self._http.form(
                f"{self._settings.oauth_url}/v4/oa/access_token",
                {
                    "app_id": self._settings.app_id or "",
                    "refresh_token": stored.pair.refresh_token,
                    "grant_type": "refresh_token",
                },
                secret_key=self._secret(),
            )
        except ZaloUnreached as error:
            await self._failed(TokenAlarm.REFRESH_FAILED, error.code, stored, answered=True)
        except ZaloUnclear as error:
            await self._failed(TokenAlarm.ANSWER_UNCLEAR, error.code, stored, answered=False)
        else:
            if answer.error:
                lost = stored.asked_at is not None
                kind = TokenAlarm.CONSENT_NEEDED if lost else TokenAlarm.REFRESH_FAILED
                await self._failed(kind, str(answer.error), stored, answered=True)
            try:
                pair = pair_from(answer.whole, self._clock(), self._settings.refresh_token_life)
            except BadTokenAnswer as error:
                await self._failed(TokenAlarm.ANSWER_UNCLEAR, str(error), stored, answered=False)
            if self._rescue:
                self._rescue.keep(self.oa_id, stored.generation, pair)
            await self._keep(pair, stored.generation)
            self._not_before = None
            return Stored(pair, stored.generation + 1)
        raise AssertionError("unreachable")

    async def _keep(self, pair: TokenPair, generation: int) -> None:
        """Store the pair before anybody uses it; a database that is away is waited for."""
        for pause in (*_STORE_PAUSES, None):
            try:
                await self._store.put(self.oa_id, pair, now=self._clock(), after=generation)
                break
            except Exception as error:
                log.error("zalo_pair_not_stored", reason=type(error).__name__)
                if pause is None:
                    raise NoToken("the new pair could not be stored; it waits in the rescue file") from error
                await asyncio.sleep(pause)
        if self._rescue:
            self._rescue.clear(self.oa_id)

    async def _others_pair(self, stored: Stored) -> Stored:
        """Somebody else is refreshing: their pair, or the old one as long as it works."""
        if stored.pair.access_expires_at > self._clock():
            fresh = await self._store.read(self.oa_id)
            return fresh or stored
        for _ in range(int(self._settings.timeout_seconds * 4)):
            await asyncio.sleep(0.25)
            fresh = await self._store.read(self.oa_id)
            if fresh is not None and fresh.generation > stored.generation:
                return fresh
        raise NoToken("another process is refreshing the token and has not finished")

    async def _failed(self, kind: TokenAlarm, code: str, stored: Stored, *, answered: bool) -> None:
        self._not_before = self._clock() + _PAUSE_AFTER_FAILURE
        await self._store.release(self.oa_id, owner=self._owner, failure=f"{kind}:{code}", answered=answered)
        await self._alarm(kind, code, stored.pair.access_expires_at)
        raise NoToken(_REMEDY[kind])

    def _secret(self) -> str:
        secret = self._settings.app_secret
        return secret.get_secret_value() if secret else ""


_REMEDY = {
    TokenAlarm.REFRESH_FAILED: "Zalo gave no new token: check the app's secret, then consent again",
    TokenAlarm.ANSWER_UNCLEAR: "Zalo's answer was lost; tried again in a few minutes",
    TokenAlarm.CONSENT_NEEDED: "the refresh token is spent: an administrator has to consent again",
}


def _seen(task: asyncio.Task[Stored]) -> None:
    """A refresh that nobody waits for any more must not end as "never retrieved"."""
    if not task.cancelled():
        task.exception()
