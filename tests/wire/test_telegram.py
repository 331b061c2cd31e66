"""aiogram's own client against the sandbox: messages, buttons, and what each refusal means."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import pytest

from gateway.sandbox.state import Fault, Person, PlannedFault
from tests.wire.fakes import REFERENCE, Linked, Remembered, Watching, notice
from wire.alarms import Trouble, Unreachable
from wire.provider import About, Accepted, Ambiguous, Lookup, Rejected
from wire.telegram import Choice, TelegramNotices, ask_for_contact, make_bot

CHAT = Person("+84900000001", "x").chat_id


@pytest.fixture
def watching() -> Watching:
    return Watching()


@pytest.fixture
def remembered() -> Remembered:
    return Remembered()


@pytest.fixture
async def telegram(telegram_settings, watching, remembered) -> AsyncIterator[TelegramNotices]:
    bot = make_bot(telegram_settings)
    yield TelegramNotices(bot, accounts=Linked(telegram=str(CHAT)), refusals=remembered, watcher=watching)
    await bot.session.close()


def sent(sandbox) -> dict[str, str]:
    return dict(parse_qsl(sandbox.state.asked[-1].body.decode()))


async def test_a_notice_reaches_the_linked_chat(telegram, sandbox) -> None:
    outcome = await telegram.send(notice("Hồ sơ đã có kết quả.", channel="telegram"))
    assert isinstance(outcome, Accepted)
    assert str(outcome.provider_message_id).isdigit()
    assert str(CHAT) not in str(outcome.provider_message_id), "the number of a chat is personal"
    assert sent(sandbox) == {"chat_id": str(CHAT), "text": "Hồ sơ đã có kết quả."}
    assert sandbox.state.arrivals[-1].who == "+84900000001"
    assert await telegram.lookup(REFERENCE) is Lookup.CANNOT_TELL


async def test_buttons_carry_at_most_64_bytes(telegram, sandbox) -> None:
    await telegram.say(
        CHAT,
        "Chọn",
        [
            Choice("Gặp cán bộ", data="task:handover"),
            Choice("Quá dài", data="đ" * 33),
            Choice("Xem", url="https://e.gov.vn"),
            Choice("Gọi", url="tel:+842563000000"),
        ],
    )
    rows = json.loads(sent(sandbox)["reply_markup"])["inline_keyboard"]
    assert rows == [
        [{"text": "Gặp cán bộ", "callback_data": "task:handover"}],
        [{"text": "Xem", "url": "https://e.gov.vn"}],
    ]


async def test_the_contact_is_asked_for_with_telegrams_own_button(telegram, sandbox) -> None:
    await telegram.say(CHAT, "Bấm nút", markup=ask_for_contact("Chia sẻ số của tôi"))
    rows = json.loads(sent(sandbox)["reply_markup"])["keyboard"]
    assert rows == [[{"text": "Chia sẻ số của tôi", "request_contact": True}]]


async def test_a_text_too_long_for_telegram_is_cut_and_sent_once(telegram, sandbox) -> None:
    assert isinstance(await telegram.say(CHAT, "a" * 5000), Accepted)
    assert len(sandbox.state.arrivals[-1].text) == 4096


@pytest.mark.parametrize(
    ("kind", "code", "outcome"),
    [
        ("error", 400, Rejected(permanent=True, code="chat_not_found", about=About.PERSON)),
        ("error", 401, Rejected(permanent=True, code="TelegramUnauthorizedError")),
        ("error", 403, Rejected(permanent=True, code="blocked", about=About.PERSON)),
        ("error", 404, Rejected(permanent=True, code="TelegramNotFound")),
        ("error", 429, Rejected(permanent=False, code="retry_after", after=3)),
        ("error", 500, Ambiguous("server_error")),
        ("server_error", 502, Ambiguous("unreadable")),
        ("unreadable", None, Ambiguous("unreadable")),
        ("drop", None, Ambiguous("network")),
    ],
)
async def test_each_refusal_has_its_outcome(
    telegram, sandbox, watching, remembered, kind, code, outcome
) -> None:
    sandbox.state.plan("telegram", PlannedFault(Fault(kind), code))
    assert await telegram.send(notice(channel="telegram")) == outcome
    blocked = remembered.known == {("telegram", "+84900000001"): (Unreachable.BLOCKED, None)}
    assert blocked == (code == 403)
    alarmed = watching.alarms == [("telegram", Trouble.CONFIGURATION, "TelegramUnauthorizedError")]
    assert alarmed == (code == 401)


@pytest.mark.parametrize("patience", [1.0])
async def test_an_answer_that_does_not_come_leaves_it_open(telegram, sandbox) -> None:
    sandbox.state.plan("telegram", PlannedFault(Fault.HANG, seconds=1.5))
    assert await telegram.send(notice(channel="telegram")) == Ambiguous("network")


async def test_nobody_there_is_certainly_not_taken(telegram_settings, watching, remembered) -> None:
    away = telegram_settings.model_copy(update={"base_url": "http://127.0.0.1:9"})
    bot = make_bot(away)
    provider = TelegramNotices(
        bot, accounts=Linked(telegram=str(CHAT)), refusals=remembered, watcher=watching
    )
    assert await provider.send(notice()) == Rejected(permanent=False, code="unreached")
    await bot.session.close()


async def test_without_a_linked_chat_the_next_rung_takes_it(telegram_settings, watching, remembered) -> None:
    bot = make_bot(telegram_settings)
    provider = TelegramNotices(bot, accounts=Linked(), refusals=remembered, watcher=watching)
    assert await provider.send(notice()) == Rejected(permanent=True, code="not_linked", about=About.PERSON)
    await bot.session.close()


async def test_a_chat_that_blocked_the_bot_is_left_in_peace(telegram, sandbox, remembered) -> None:
    await remembered.note("telegram", "+84900000001", Unreachable.BLOCKED, None)
    assert await telegram.send(notice()) == Rejected(permanent=True, code="blocked", about=About.PERSON)
    assert not sandbox.state.asked
