"""A campaign from its file to its pause; the words of every notice as citizens read them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from core.content import ContentStatus, Document, add_version
from core.content_mirror import read_folder
from core.database import Database
from core.events import Event
from gateway import content_kinds
from gateway.console.message_templates import views_of
from notifications.campaigns import TESTED
from notifications.desk_models import Campaign
from notifications.models import Message
from notifications.planner import Planner
from notifications.vocabulary import SPECIMEN
from people.models import Role
from tests.gateway.console.conftest import Browser, Clock, hire
from tests.gateway.console.test_dossiers import multipart

SEED = read_folder(Path(__file__).resolve().parents[3] / "content")
GOOD = b"phone,ten\n0900000001,Lan\n0900000002,Minh\n"
BAD = b"phone,ten\n0900000001,\nabc,Minh\n"


@pytest.fixture
async def head(browser: Browser, database: Database) -> Browser:
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    await browser.get("/console/dot-tin")
    return browser


def form(head: Browser, **more: str) -> dict[str, str]:
    token = re.search(r'name="form_token" value="([0-9a-f]{64})"', head.html)
    assert token
    return {
        "form_token": token[1],
        "name": "Đổi căn cước",
        "unit": "UBND phường A",
        "body": "{{ ten }} ơi, tuần này phường làm căn cước lưu động.",
        **more,
    }


async def test_every_row_is_checked_and_a_bad_file_keeps_what_was_typed_and_sends_nothing(
    head: Browser, database: Database
) -> None:
    page = await head.upload("/console/dot-tin", multipart(form(head, save="1"), BAD))
    assert head.status == 422
    assert "không phải số di động" in page
    assert "để trống" in page
    assert "căn cước lưu động" in page
    async with database.reading() as session:
        assert await session.scalar(select(Campaign)) is None


async def test_a_campaign_is_kept_with_its_cost_tested_started_and_paused(
    head: Browser, database: Database, clock: Clock
) -> None:
    page = await head.upload("/console/dot-tin", multipart(form(head), GOOD))
    assert "<b>2</b> người nhận được" in page
    assert "2 người chưa đồng ý" in page
    assert "[QC]" in page
    await head.upload("/console/dot-tin", multipart(form(head, save="1"), GOOD))
    assert head.status == 303
    path = head.answer.headers["location"]
    page = await head.get(path)
    assert "Đã lưu, chưa gửi" in page
    await head.post(f"{path}/thu", {"phone": "0900000009"})
    async with database.reading() as session:
        assert await session.scalar(select(Event).where(Event.type == TESTED))
    planner = Planner(database, lambda: content_kinds.wordings([]), clock=clock)
    while await planner.tick():
        pass
    async with database.reading() as session:
        message = await session.scalar(select(Message))
        assert message is not None
        assert message.phone == "+84900000009"
        assert "Lan" in message.wordings["sms"]["text"]
        assert message.reason is None
    await head.get(path)
    await head.post(f"{path}/gui", {"luc": "2026-12-01T08:00"})
    assert "Đang gửi" in await head.get(path)
    await head.post(f"{path}/dung", {})
    assert "Tạm dừng" in await head.get(path)
    await head.post(f"{path}/huy", {})
    await head.get(path)
    page = await head.post(f"{path}/gui", {})
    assert head.status == 422


async def test_another_ward_does_not_see_a_campaign(head: Browser, database: Database) -> None:
    await head.upload("/console/dot-tin", multipart(form(head, save="1"), GOOD))
    path = head.answer.headers["location"]
    other = Browser(head.app)
    await other.sign_in("phutrach.b", await hire(database, "phutrach.b", Role.HEAD_OF_UNIT, "phuong-b"))
    assert "Đổi căn cước" not in await other.get("/console/dot-tin")
    await other.get(path)
    assert other.status == 404


async def test_a_template_is_shown_in_every_channel_with_its_parts(head: Browser, database: Database) -> None:
    async with database.writing() as session:
        for key, text in SEED.items():
            if key.startswith("messages/received/"):
                await add_version(session, key=key, text=text, status=ContentStatus.PUBLISHED, author="seed")
    assert "Đã tiếp nhận hồ sơ" in await head.get("/console/mau-tin")
    page = await head.get("/console/mau-tin/received")
    for said in ("Tin nhắn SMS", "(1 đoạn, không dấu", "Zalo", "Thư điện tử", str(SPECIMEN["dossier_code"])):
        assert said in page, said
    await head.get("/console/mau-tin/khong-co")
    assert head.status == 404


def test_a_template_that_misses_what_the_law_asks_for_says_so() -> None:
    key = "messages/received/web.v1.yaml"
    broken = SEED[key].replace("officer, ", "").replace("{{ officer }}", "ai đó")
    (view,) = views_of([Document("messages", key, broken, 1)])
    assert any("officer" in one for one in view.problems)
