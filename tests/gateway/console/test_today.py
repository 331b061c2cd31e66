"""The day begins with what waits, and what is late is said first."""

from __future__ import annotations

import re
from datetime import timedelta

from conversations.models import Conversation, Handover
from core.database import Database
from people.models import Role
from tests.gateway.console.conftest import Browser, Clock, hire
from tests.gateway.console.test_complaints import file


def tile(page: str, path: str) -> str:
    found = re.search(rf'<a class="card tile" href="{path}">(.*?)</a>', page, re.S)
    return re.sub(r"<[^>]+>", " ", found[1]) if found else ""


async def test_each_job_says_how_much_waits_and_how_much_is_late(
    browser: Browser, database: Database, clock: Clock
) -> None:
    async with database.writing() as session:
        for number, minutes in ((1, 1), (2, 9)):
            talk = Conversation(channel="web", key_hash=f"k{number}")
            session.add(talk)
            await session.flush()
            since = clock.now - timedelta(minutes=minutes)
            session.add(
                Handover(
                    receipt=f"K7M2Q{number}",
                    conversation_id=talk.id,
                    unit="phuong-a",
                    answer_by=clock.now,
                    created_at=since,
                )
            )
    await file(database, clock)
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    page = await browser.get("/console")
    assert "2 đang chờ, 1 đã trễ" in tile(page, "/console/tro-chuyen")
    assert "1 đang chờ" in tile(page, "/console/phan-anh")
    assert "Không có gì chờ" in tile(page, "/console/viec-bao-tin")
    other = Browser(browser.app)
    await other.sign_in("ben.kia", await hire(database, "ben.kia", Role.HEAD_OF_UNIT, "phuong-b"))
    page = await other.get("/console")
    assert "Không có gì chờ" in tile(page, "/console/tro-chuyen")
    assert "Không có gì chờ" in tile(page, "/console/phan-anh")


async def test_a_complaint_about_oneself_is_not_even_counted(
    browser: Browser, database: Database, clock: Clock
) -> None:
    await file(database, clock, about="ông Truong.Quay")
    await browser.sign_in("truong.quay", await hire(database, "truong.quay", Role.HEAD_OF_UNIT))
    assert "Không có gì chờ" in tile(await browser.get("/console"), "/console/phan-anh")
