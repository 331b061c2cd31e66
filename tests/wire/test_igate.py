"""The look-up of iGate against a server that speaks its format: what is asked, what each answer means."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select

from core.event_reading import read_events
from core.intake_settings import IgateSettings
from dossiers.asked_events import kind_of
from dossiers.models import Dossier
from dossiers.service import accept
from dossiers.vocabularies import NATIONAL_WORDS, ZaloState
from gateway.igate_poller import IgatePoller
from tests.dossiers.samples import CODE_PATTERN, full_event, read
from wire.igate import IgateBusy, IgateClient, IgateRefused, IgateUnclear, IgateUnreachable

CODE = "H98.01-261102-0001"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def row(status="Đang xử lý", **more):
    return {
        "code": CODE,
        "applicant": {"data": {"fullname": "Nguyễn Văn Mẫu"}},
        "procedure": {"translate": [{"name": "Thủ tục mẫu"}]},
        "statusCurrentTask": status,
        "applyMethod": {"name": "Trực tiếp"},
        "appliedDate": "2026-11-02T08:00:00.000+0700",
        "completedDate": None,
        "appointmentDate": "2026-11-25T17:00:00.000+0700",
        **more,
    }


class Igate:
    """Answers with what the test puts in; remembers what it was asked."""

    def __init__(self) -> None:
        self.rows = [row()]
        self.answers: list[web.Response] = []
        self.tokens = 0
        self.asked: list[web.Request] = []
        self.token_answer: web.Response | None = None

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert dict(form) == {"grant_type": "client_credentials", "client_id": "c", "client_secret": "s"}
        self.tokens += 1
        return self.token_answer or web.json_response({"access_token": f"t{self.tokens}", "expires_in": 300})

    async def search(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        if self.answers:
            return self.answers.pop(0)
        return web.json_response(
            {"content": [one for one in self.rows if one["code"] == request.query["code"]]}
        )


@pytest.fixture
async def igate() -> AsyncIterator[tuple[Igate, IgateClient, IgateSettings]]:
    server = Igate()
    app = web.Application()
    app.router.add_post("/auth/realms/digo/protocol/openid-connect/token", server.token)
    app.router.add_get("/pa/dossier-search/dvc", server.search)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    settings = IgateSettings(
        api_url=url, auth_url=f"{url}/auth", client_id="c", client_secret="s", timeout_seconds=20
    )
    async with aiohttp.ClientSession() as session:
        yield server, IgateClient(settings, session), settings
    await runner.cleanup()


async def test_a_dossier_is_asked_for_as_documented_and_read(igate):
    server, client, _ = igate
    found = await client.look_up(CODE)
    request = server.asked[0]
    assert dict(request.query) == {"page": "0", "size": "10", "spec": "slice", "code": CODE}
    assert request.headers["Authorization"] == "Bearer t1"
    assert (found.status, found.applicant_name, found.procedure_name) == (
        "Đang xử lý", "Nguyễn Văn Mẫu", "Thủ tục mẫu",
    )  # fmt: skip
    await client.look_up(CODE)
    assert server.tokens == 1, "a token is used until it ends"
    server.rows = []
    assert await client.look_up(CODE) is None


async def test_a_token_that_ended_early_is_renewed_once(igate):
    server, client, _ = igate
    server.answers = [web.Response(status=401)]
    assert (await client.look_up(CODE)).code == CODE
    assert server.tokens == 2
    server.answers = [web.Response(status=401), web.Response(status=401)]
    with pytest.raises(IgateRefused):
        await client.look_up(CODE)


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (web.Response(status=403), IgateRefused, "http_403"),
        (web.Response(status=429, headers={"Retry-After": "7"}), IgateBusy, "http_429"),
        (web.Response(status=503), IgateBusy, "http_503"),
        (web.Response(status=404), IgateUnclear, "http_404"),
        (web.Response(text="<html>"), IgateUnclear, "no_object"),
        (web.json_response([]), IgateUnclear, "no_object"),
        (web.json_response({"rows": []}), IgateUnclear, "no_content"),
        (web.json_response({"content": [{"code": CODE}]}), IgateUnclear, "no_status"),
    ],
)
async def test_every_failure_has_its_name(igate, answer, error, code):
    server, client, _ = igate
    server.answers = [answer]
    with pytest.raises(error) as refused:
        await client.look_up(CODE)
    assert refused.value.code == code
    if code == "http_429":
        assert refused.value.retry_after == 7


async def test_an_account_that_is_not_accepted_and_a_server_that_is_not_there(igate):
    server, client, settings = igate
    server.token_answer = web.Response(status=401)
    with pytest.raises(IgateRefused, match="token_refused"):
        await client.look_up(CODE)
    async with aiohttp.ClientSession() as session:
        away = IgateClient(settings.model_copy(update={"auth_url": "http://127.0.0.1:1"}), session)
        with pytest.raises(IgateUnreachable):
            await away.look_up(CODE)


def test_every_word_of_the_portal_and_of_the_zalo_account_is_understood():
    for words in [*NATIONAL_WORDS.values(), *ZaloState]:
        assert kind_of(words.upper(), {}) is not None
    assert kind_of("Chờ ký duyệt", {}) is None
    assert kind_of("chờ ký duyệt", {"Chờ ký duyệt": "processing"}).short == "processing"


async def test_asking_again_makes_no_second_event_and_going_back_makes_one(igate, database):
    server, client, settings = igate
    async with database.writing() as session:
        await accept(session, read(full_event(dossier_code=CODE)), now=NOW)
    now = [NOW]
    poller = IgatePoller(database, client, settings, code_pattern=CODE_PATTERN, clock=lambda: now[0])
    seen = []
    for status in ("Đang xử lý", "Đang xử lý", "Yêu cầu bổ sung giấy tờ", "Đang xử lý", "Chờ ký duyệt"):
        server.rows = [row(status)]
        now[0] = datetime.fromtimestamp(now[0].timestamp() + 16 * 60, UTC)
        found = await poller.tick()
        seen.append(found.new)
        assert await poller.tick() is None, "one round in its time"
    assert seen == [1, 0, 1, 1, 0]
    assert "Chờ ký duyệt" in found.problems[0].problem
    async with database.reading() as session:
        events = await read_events(session, after=0, types=["vn.motcua.dossier.processing"])
        dossier = await session.scalar(select(Dossier))
    assert len(events) == 2
    assert dossier.status == "processing"
    assert dossier.phone == "+84900000001", "what iGate does not say stays"


async def test_a_refused_account_ends_the_round_and_says_so(igate, database):
    server, client, settings = igate
    poller = IgatePoller(
        database, client, settings.model_copy(update={"at_once": 1}), code_pattern=CODE_PATTERN
    )
    server.answers = [web.Response(status=403)]
    found = await poller.ask([CODE, CODE, CODE])
    assert (found.asked, found.failed) == (1, {"http_403": 1})
