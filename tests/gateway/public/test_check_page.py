"""``/kiem-tra``: a citizen learns whether a message is real, and a curious person learns nothing."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from gateway.public.assets import Assets
from gateway.public.check import check_router
from gateway.public.pages import Pages
from notifications.verify import known_messages
from tests.dossiers.samples import full_event
from tests.gateway.asgi import call
from tests.gateway.public.scripted import SITE, check_message
from tests.notifications.helpers import REAL, Clock, StubProvider, messages, planner, post, sender


@pytest.fixture
def app():
    now = [0.0]
    app = FastAPI()
    app.include_router(check_router(Pages(Assets(), SITE), check_message, clock=lambda: now[0]))
    app.state.now = now
    return app


async def ask(app, code):
    answer = await call(app, "GET", f"/kiem-tra?ma={code}")
    return answer.status, answer.body.decode()


@pytest.mark.parametrize("typed", ["ABCD2345", "abcd2345", "abcd-2345"])
async def test_a_real_code_shows_what_was_sent_when_and_by_whom(app, typed):
    status, page = await ask(app, typed)
    assert status == 200
    for part in ("Đã có kết quả", "8 giờ 42, thứ Hai 23/11/2026", "tin nhắn SMS", "Phường Mẫu", "0001"):
        assert part in page


@pytest.mark.parametrize("typed", ["ABCD2346", "khong-co", "%3Cscript%3E"])
async def test_a_code_that_nobody_sent_is_a_warning_and_says_what_to_do(app, typed):
    status, page = await ask(app, typed)
    assert status == 404
    assert "nhiều khả năng là tin giả" in page
    assert "<script>" not in page.replace('<script type="module"', "")


async def test_trying_codes_is_slowed_down_and_allowed_again_after_a_minute(app):
    seen = [(await ask(app, f"ABCD23{n}"))[0] for n in range(12)]
    assert seen == [404] * 10 + [429] * 2
    app.state.now[0] = 61.0
    assert (await ask(app, "ABCD2345"))[0] == 200


async def test_what_is_shown_comes_from_the_message_and_names_nobody(database):
    clock = Clock()
    await post(database, full_event("result_ready", dossier_code=REAL), clock)
    await planner(database, clock).tick()
    (message,) = await messages(database)
    async with database.reading() as session:
        assert await known_messages(session, message.verification_code) == []  # not sent yet
    await sender(database, clock, StubProvider("zalo")).tick()
    async with database.reading() as session:
        (known,) = await known_messages(session, message.verification_code.lower())
        assert await known_messages(session, "không phải mã") == []
    assert (known.what, known.channel, known.dossier_tail) == ("đã có kết quả", "Zalo", "0001")
    assert known.unit == "Ủy ban nhân dân phường Mẫu"
    assert "Nguyễn" not in str(known)
