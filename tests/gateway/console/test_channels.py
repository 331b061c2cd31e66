"""Staff see which channels are on and why not, and let Zalo's account send."""

from __future__ import annotations

import aiohttp
import pytest
from fastapi import FastAPI

from core.calendar import local_day
from core.database import utc_now
from core.metrics import exposition
from core.settings import Settings
from gateway.console.app import console_router, install_sign_in
from gateway.console.channels import _Asked
from gateway.console.doors import Door
from gateway.console.pages import ConsolePages
from gateway.provider_figures import KEPT, ProviderFigures
from gateway.provider_report import month, report
from gateway.providers import make_providers
from gateway.public.assets import Assets
from gateway.public.errors import install_error_pages
from gateway.public.pages import Pages
from gateway.public.site import Site
from knowledge.base import Content, KnowledgeBase
from notifications.informing import Budget, Policy
from notifications.schemas import Channel
from notifications.spending_repository import count_answer
from people.models import Role, UnitKind
from people.service import ensure_unit
from tests.gateway.channels.conftest import World, world  # noqa: F401 - a fixture
from tests.gateway.console.conftest import Browser, hire
from wire.zalo.pair import consent_page


async def test_without_any_account_every_provider_is_off_with_its_remedy(sqlite, tmp_path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)  # type: ignore[call-arg]
    providers = make_providers(settings, sqlite)
    lines = {line.name: line for line in await report(sqlite, providers, now=utc_now())}
    await providers.close()
    assert [name for name, line in lines.items() if line.on] == ["outbox-file"]
    assert "MOTCUA_ZALO__APP_ID" in lines["zalo-zbs"].spoken
    assert "MOTCUA_ESMS__API_KEY" in lines["esms"].spoken
    assert lines["twilio"].foreign


async def test_quota_and_price_are_told_where_they_are_known(world: World) -> None:  # noqa: F811
    assert world.channels.providers is not None
    lines = {
        line.name: line for line in await report(world.database, world.channels.providers, now=utc_now())
    }
    assert "còn 500/500 tin hôm nay" in lines["zalo-zbs"].spoken
    assert "200 đồng một tin" in lines["zalo-zbs"].spoken
    assert "1988/2000" in lines["zalo-oa"].spoken


async def test_text_messages_cost_by_the_segment(
    world: World,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def taken(*_args: object, until: object = None, **_more: object) -> dict[str, tuple[int, int]]:
        return {"esms": (1, 3)} if until else {"esms": (1, 1), "zalo-zbs": (3, 3)}

    monkeypatch.setattr("notifications.trail_repository.accepted_by_provider", taken)
    now = utc_now().replace(day=20, hour=5)
    async with world.database.writing() as session:
        await count_answer(session, "twilio", day=local_day(now), segments=3)
        await count_answer(session, "twilio", day=local_day(now).replace(day=1), segments=2)
        await count_answer(session, "twilio", day=local_day(now).replace(day=1, year=2025), segments=9)
    esms = world.settings.esms.model_copy(update={"price_vnd": 800})
    providers = make_providers(world.settings.model_copy(update={"esms": esms}), world.database)
    lines = {line.name: line for line in await report(world.database, providers, now=now, ask=False)}
    await providers.close()
    assert (lines["esms"].sent, lines["esms"].segments, lines["esms"].cost_vnd) == (2, 4, 3200)
    assert "tháng này 2 tin (4 đoạn); 800 đồng một đoạn, khoảng 3.200 đồng" in lines["esms"].spoken
    assert "tháng này 3 tin; 200 đồng một tin, khoảng 600 đồng" in lines["zalo-zbs"].spoken
    assert (lines["twilio"].sent, lines["twilio"].segments) == (2, 5), "answers to citizens' texts"


async def test_the_page_says_what_the_month_has_cost_and_how_near_the_ceiling_is(world: World) -> None:  # noqa: F811
    policy = Policy(prices={Channel.SMS: 800}, budget=Budget(month=4000))
    async with world.database.writing() as session:
        await count_answer(session, "esms", day=local_day(utc_now()), segments=2)
    found = await month(world.database, policy, now=utc_now())
    assert found.spoken == "Tháng này đã chi khoảng 1.600 đồng, 40 % của trần 4.000 đồng."
    open_end = await month(world.database, Policy(), now=utc_now())
    assert open_end.spoken == "Tháng này đã chi khoảng 0 đồng; chưa đặt trần chi phí."


async def test_measurements_have_what_the_page_has_and_ask_seldom(
    world: World,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    policy = Policy(prices={Channel.SMS: 800}, budget=Budget(month=4000))
    esms = world.settings.esms.model_copy(update={"price_vnd": 700})
    providers = make_providers(world.settings.model_copy(update={"esms": esms}), world.database)
    async with world.database.writing() as session:
        await count_answer(session, "esms", day=local_day(utc_now()), segments=2)
    figures = ProviderFigures(world.database, lambda: providers, policy=lambda: policy)
    now = utc_now()
    told = exposition(await figures.figures(now)).decode()
    for line in (
        'motcua_provider_on{provider="esms"} 1.0',
        'motcua_provider_on{provider="speedsms"} 0.0',
        'motcua_provider_month_segments{provider="esms"} 2.0',
        'motcua_provider_month_cost_vnd{provider="esms"} 1400.0',
        'motcua_provider_quota_left{provider="zalo-zbs"} 500.0',
        'motcua_provider_quota_total{provider="zalo-oa"} 2000.0',
        "motcua_month_spent_vnd 1600.0",
        "motcua_month_ceiling_vnd 4000.0",
    ):
        assert line in told
    assert 'motcua_provider_month_cost_vnd{provider="vietguys"}' not in told, "unknown is no nought"

    async def never(*_args: object, **_more: object) -> None:
        raise AssertionError("asked again")

    with monkeypatch.context() as patched:
        patched.setattr("gateway.provider_figures.report", never)
        assert exposition(await figures.figures(now + KEPT / 2)).decode() == told
    world.sandbox.zalo.tokens.expire_access()
    world.sandbox.zalo.tokens.refresh.clear()
    later = exposition(await figures.figures(now + KEPT)).decode()
    await providers.close()
    assert "motcua_provider_quota_left" not in later, "a quota that could not be asked is not told"
    assert 'motcua_provider_on{provider="zalo-zbs"} 1.0' in later


async def test_a_provider_that_cannot_be_asked_says_so_and_stays_in_the_list(world: World) -> None:  # noqa: F811
    assert world.channels.providers is not None
    world.sandbox.zalo.tokens.expire_access()
    world.sandbox.zalo.tokens.refresh.clear()
    lines = {
        line.name: line for line in await report(world.database, world.channels.providers, now=utc_now())
    }
    assert "chưa hỏi được hạn mức" in lines["zalo-zbs"].spoken


def test_only_who_began_a_consent_can_end_it_and_only_once() -> None:
    asked = _Asked(utc_now)
    consent = consent_page("http://x", app_id="1", redirect_uri="http://y")
    asked.begin(consent, "lan")
    assert asked.end(consent.state, "minh") is None
    asked.begin(consent, "lan")
    assert asked.end(consent.state, "lan") == consent
    assert asked.end(consent.state, "lan") is None
    assert asked.end("made-up", "lan") is None


@pytest.fixture
async def page(world: World, clock) -> Browser:  # noqa: F811
    """An administrator who has signed in."""
    async with world.database.writing() as session:
        await ensure_unit(session, code="phuong-a", name="UBND phường A", kind=UnitKind.WARD)
    password = await hire(world.database, "quantri", Role.ADMINISTRATOR)
    app = FastAPI()
    assets, site = Assets(), Site(sample=True)
    install_error_pages(app, Pages(assets, site))
    install_sign_in(app)
    app.include_router(
        console_router(
            ConsolePages(assets, site),
            Door(world.database, secure_cookie=False, clock=clock),
            base=lambda: KnowledgeBase(Content()),
            providers=lambda: world.channels.providers,
            public_url="http://gateway.invalid",
            sandbox_url=world.sandbox.url,
        )
    )
    found = Browser(app)
    await found.get("/console/dang-nhap")
    await found.sign_in("quantri", password)
    return found


async def test_an_administrator_sees_the_channels_and_lets_zalo_send(page: Browser, world: World) -> None:  # noqa: F811
    shown = await page.get("/console/kenh")
    assert page.status == 200
    assert "Kênh gửi tin" in shown
    assert "MOTCUA_SPEEDSMS__SECRET" in shown
    assert "Đang gửi được" in shown
    assert "chưa đặt trần chi phí" in shown
    assert f'href="{world.sandbox.url}"' in shown, "without accounts, where everything arrives"
    assert world.sandbox.accounts.zalo_app_secret not in shown
    await page.get("/console/kenh/zalo/mo")
    assert page.status == 303
    async with (
        aiohttp.ClientSession() as session,
        session.get(page.answer.headers["location"], allow_redirects=False) as answer,
    ):
        back = answer.headers["Location"]
    assert back.startswith("http://gateway.invalid/console/kenh/zalo/xong?")
    assert world.channels.providers is not None
    assert world.channels.providers.zalo is not None
    tokens = world.channels.providers.zalo.tokens
    before = await tokens.token()
    await page.get(back.removeprefix("http://gateway.invalid"))
    assert await tokens.token() != before
    assert "Đã nhận quyền gửi tin" in await page.get(page.answer.headers["location"])
    await page.get(back.removeprefix("http://gateway.invalid"))
    assert "loi=qua-han" in page.answer.headers["location"], "an address works once"


async def test_nobody_without_the_right_reaches_the_page(page: Browser, world: World) -> None:  # noqa: F811
    password = await hire(world.database, "canbo", Role.OFFICER)
    other = Browser(page.app)
    await other.get("/console/kenh")
    assert other.status == 303
    await other.get("/console/dang-nhap")
    await other.sign_in("canbo", password)
    for path in ("/console/kenh", "/console/kenh/zalo/mo", "/console/kenh/zalo/xong?code=x&state=y"):
        await other.get(path)
        assert other.status == 403
