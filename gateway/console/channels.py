"""Channels: which are on, what is left, what they cost; and Zalo's consent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.provider_report import ProviderLine, month, report, zalo_access
from gateway.providers import Providers
from notifications.informing import Policy
from notifications.spending import TakenBefore
from people.permissions import Permission
from wire.zalo.pair import Consent, consent_page
from wire.zalo.tokens import NoToken

HOME = "/console/kenh"
# What a page says comes from here, never from its address: anybody can write a link.
_DONE = {"zalo": "Đã nhận quyền gửi tin qua Zalo."}
_TROUBLES = {
    "cau-hinh": "Chưa có cấu hình Zalo.",
    "qua-han": "Lần cấp quyền này đã quá hạn hoặc chưa xong. Bấm cấp quyền lại.",
    "oa-khac": "Đã đồng ý cho một OA khác. Chọn đúng OA của cơ quan rồi làm lại.",
}
_CONSENT_LASTS = timedelta(minutes=15)
_CHANNELS = {"zalo": "Zalo", "sms": "SMS", "telegram": "Telegram", "email": "Thư điện tử", "web": "Thư mục"}


class _Asked:
    """Walks to Zalo's consent page that have not come back; of this process alone."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._asked: dict[str, tuple[Consent, str, datetime]] = {}

    def begin(self, consent: Consent, actor: str) -> None:
        now = self._clock()
        self._asked = {key: one for key, one in self._asked.items() if one[2] > now}
        self._asked[consent.state] = (consent, actor, now + _CONSENT_LASTS)

    def end(self, state: str, actor: str) -> Consent | None:
        """The walk that this member of staff began."""
        found = self._asked.pop(state, None)
        return found[0] if found and found[1] == actor and found[2] > self._clock() else None


def channels_router(
    pages: ConsolePages,
    door: Door,
    providers: Callable[[], Providers | None],
    *,
    policy: Callable[[], Policy],
    public_url: str,
    sandbox_url: str | None = None,
) -> APIRouter:
    """``sandbox_url``: of the telephones on which everything arrives while there are no accounts."""
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.CHANNELS))
    asked, before = _Asked(door.clock), TakenBefore()
    back = f"{public_url}{HOME}/zalo/xong"

    async def shown(request: Request, at: AtConsole, *, done: str = "", trouble: str = "") -> Response:
        lines: list[ProviderLine] = []
        access = None
        if (known := providers()) is not None:
            lines = await report(door.database, known, now=door.clock(), before=before)
            if (zalo := known.zalo) is not None:
                access = await zalo_access(door.database, zalo.tokens.oa_id)
        return pages.page(
            request,
            "channels.html",
            at,
            lines=lines,
            month=await month(door.database, policy(), now=door.clock()),
            access=access,
            channel_names=_CHANNELS,
            back=back,
            sandbox_url=sandbox_url,
            now=door.clock(),
            done=done,
            trouble=trouble,
        )

    @router.get("")
    async def show(request: Request, xong: str = "", loi: str = "", at: AtConsole = allowed) -> Response:
        return await shown(request, at, done=_DONE.get(xong, ""), trouble=_TROUBLES.get(loi, ""))

    @router.get("/zalo/mo")
    async def open_consent(at: AtConsole = allowed) -> Response:
        """On to Zalo. Nothing is changed by going there."""
        known = providers()
        zalo = known.zalo if known else None
        if zalo is None:
            return _home(loi="cau-hinh")
        settings = zalo.settings
        consent = consent_page(settings.oauth_url, app_id=settings.app_id or "", redirect_uri=back)
        asked.begin(consent, at.actor.username)
        return RedirectResponse(consent.url, 303)

    @router.get("/zalo/xong")
    async def consented(
        request: Request, code: str = "", state: str = "", oa_id: str = "", at: AtConsole = allowed
    ) -> Response:
        """Back from Zalo with a code that buys the first pair."""
        known = providers()
        zalo = known.zalo if known else None
        consent = asked.end(state, at.actor.username)
        if zalo is None or consent is None or not code:
            return _home(loi="qua-han")
        if oa_id and oa_id != zalo.tokens.oa_id:
            return _home(loi="oa-khac")
        try:
            await zalo.tokens.first(code, consent.verifier)
        except NoToken as error:
            return await shown(request, at, trouble=f"Zalo chưa cấp quyền: {error}.")
        async with door.database.writing() as session:
            await at.note(session, "zalo.consent", zalo.tokens.oa_id)
        return _home(xong="zalo")

    return router


def _home(**told: str) -> Response:
    return RedirectResponse(f"{HOME}?{urlencode(told)}", 303)
