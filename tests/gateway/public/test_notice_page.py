"""The page of one notice: read by whoever has its link, kept in no cache, and one press stops it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from fastapi import FastAPI

from gateway.public.assets import Assets
from gateway.public.notices import notices_router
from gateway.public.pages import Pages
from gateway.public.site import Site
from notifications.notice_page import NoticePages
from notifications.page import token_of
from tests.dossiers.samples import full_event
from tests.gateway.asgi import call
from tests.notifications.helpers import REAL, Clock, only, planner, post

HTML = {"accept": "text/html", "host": "motcua.test"}


@pytest.fixture
async def page(database):
    clock = Clock()
    await post(database, full_event(dossier_code=REAL), clock)
    await planner(database, clock).tick()
    app = FastAPI()
    app.include_router(notices_router(Pages(Assets(), Site()), NoticePages(database, clock=clock)))
    path = f"/t/{token_of((await only(database)).id)}"

    async def visit(method="GET", form=None, where=path, **headers):
        body = urlencode(form or {}).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"} if form else {}
        answer = await call(app, method, where, body=body, headers={**HTML, **kind, **headers})
        return answer, answer.body.decode()

    return visit


async def test_the_whole_notice_is_there_and_only_for_its_holder(page):
    answer, html = await page()
    assert answer.status == 200
    for part in (
        "đã được tiếp nhận",
        "Trần Thị Mẫu",
        "Không phải hồ sơ của tôi",
        "Ngừng tin về hồ sơ qua Zalo",
    ):
        assert part in html
    assert "Nguyễn Văn Mẫu" not in html
    assert "0900000001" not in html
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "same-origin"


async def test_opening_changes_nothing_and_one_press_stops_and_takes_back(page):
    origin = {"origin": "http://motcua.test"}
    for _ in range(2):
        assert "Đã dừng" not in (await page())[1]
    answer, _ = await page("POST", {"do": "not_mine"}, **origin)
    assert answer.status == 303
    assert "Đã dừng" in (await page())[1]
    await page("POST", {"do": "mine"}, **origin)
    assert "Đã dừng" not in (await page())[1]
    await page("POST", {"do": "stop"}, **origin)
    assert "Đã ngừng" in (await page())[1]


async def test_the_button_of_a_mail_program_stops_too(page):
    answer, _ = await page("POST", {"List-Unsubscribe": "One-Click"})
    assert answer.status == 303
    assert "Đã ngừng" in (await page())[1]


@pytest.mark.parametrize(
    ("form", "headers", "where"),
    [
        ({"do": "not_mine"}, {"origin": "https://evil.example"}, None),
        ({"do": "explode"}, {}, None),
        ({"do": "stop"}, {}, "/t/" + "a" * 42),
        ({"do": "stop"}, {}, "/t/" + "a" * 300),
    ],
)
async def test_another_site_a_wrong_word_or_a_guess_changes_nothing(page, form, headers, where):
    answer, html = await page("POST", form, **({"where": where} if where else {}), **headers)
    assert answer.status == 404
    assert "Không có tin này" in html
    assert "Đã dừng" not in (await page())[1]
