"""A citizen on Telegram, through aiogram's own dispatcher and client."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetMe
from pydantic import SecretStr

from conversations import notices
from conversations.models import Direction, Turn
from core.channel_settings import TelegramSettings
from core.database import utc_now
from core.message import OutboundMessage, Speaker
from dossiers.lookup import Proof, WatchRole
from dossiers.repository import watched
from gateway.channels import telegram as telegram_module
from gateway.channels.inbox import Inbox
from gateway.channels.push import Push
from gateway.channels.telegram import telegram_router
from gateway.providers import make_providers
from tests.gateway.channels.conftest import PHONE, World


@pytest.fixture
def citizen(world: World):
    return world.sandbox.state.people.by_phone(PHONE)


@pytest.fixture
async def telegram(world: World):
    """The bot with its webhook set, as at the start of the product."""
    channel = world.channels.telegram
    assert channel is not None
    await channel.connect("http://gateway.invalid")
    return world.sandbox.telegram


async def test_a_question_and_a_pressed_button(world, telegram, citizen) -> None:
    await world.happens(telegram.says(citizen, "làm giấy khai sinh cần gì"))
    card = world.shown[-1]
    assert card.text == "Dạ, về: làm giấy khai sinh cần gì\nCần giấy chứng sinh."
    await world.happens(telegram.presses(citizen, card.buttons[1].payload, card))
    assert world.assistant.asked == [("làm giấy khai sinh cần gì", None), ("", "task:handover")]
    assert len(telegram.answered) == 1


async def test_a_repeated_update_is_handled_once(world, telegram, citizen) -> None:
    update = telegram.says(citizen, "xin chào")
    for _ in range(3):
        await world.happens(update)
    assert len(world.shown) == 1


@pytest.mark.parametrize("secret", ["wrong", "", None])
async def test_without_the_secret_nobody_speaks_for_a_citizen(world, telegram, citizen, secret) -> None:
    update = telegram.says(citizen, "xin chào")
    headers = {k: v for k, v in update.headers.items() if "Secret" not in k}
    if secret is not None:
        headers["X-Telegram-Bot-Api-Secret-Token"] = secret
    assert (await world.deliver(update, headers=headers)).status == 403
    await world.settle()
    assert world.shown == []


def test_the_webhook_refuses_to_exist_without_a_secret() -> None:
    with pytest.raises(ValueError, match="MOTCUA_TELEGRAM__WEBHOOK_SECRET"):
        telegram_router(TelegramSettings(token=SecretStr("1:a")), Inbox(None))  # type: ignore[arg-type]


async def test_a_token_without_a_secret_is_visibly_off(world) -> None:
    telegram = TelegramSettings(token=SecretStr("123456:a"))
    settings = world.settings.model_copy(update={"telegram": telegram})
    providers = make_providers(settings, world.database)
    (row,) = [row for row in providers.rows if row.name == "telegram"]
    assert not row.on
    assert "MOTCUA_TELEGRAM__WEBHOOK_SECRET" in row.why_off
    await providers.close()


async def test_ones_own_contact_links_and_somebody_elses_card_does_not(world, telegram, citizen) -> None:
    code = await world.dossier()
    await world.happens(telegram.says(citizen, "/start"))
    assert [one.title for one in world.shown[-1].buttons] == ["Tra hồ sơ", "Nhận tin về hồ sơ"]
    await world.happens(telegram.presses(citizen, "link:start"))
    assert world.shown[-1].buttons[0].payload == "#share-contact"
    other = world.sandbox.state.people.by_phone("0900000077")
    await world.happens(telegram.shares_contact(other, of=citizen))
    assert "danh thiếp của người khác" in world.shown[-1].text
    assert code not in world.shown[-1].text
    await world.happens(telegram.shares_contact(citizen))
    assert code in world.shown[-1].text
    accounts = world.channels.providers.by_name["telegram"]._accounts
    assert await accounts.account("telegram", PHONE) == str(citizen.chat_id)
    await world.happens(telegram.presses(citizen, "link:stop"))
    assert await accounts.account("telegram", PHONE) is None


async def test_a_deep_link_works_once_and_for_half_an_hour(world, telegram, citizen) -> None:
    code = await world.dossier()
    async with world.database.writing() as session:
        page = await notices.open_for(session, "webchat", "somebody")
        from dossiers.lookup import bind
        from dossiers.repository import dossier_by_code

        dossier = await dossier_by_code(session, code)
        await bind(
            session, conversation_id=page.id, channel="webchat", dossier_id=dossier.id,
            role=WatchRole.APPLICANT, proof=Proof.ONE_TIME_CODE, now=utc_now(),
        )  # fmt: skip
    link = await world.channels.telegram.link(page.id, WatchRole.RELATIVE)
    word = link.partition("?start=")[2]
    assert link.startswith("https://t.me/motcua_thu_bot?start=")
    assert len(word) <= 64
    assert code not in link
    await world.happens(telegram.says(citizen, f"/start {word}"))
    assert code in world.shown[-1].text
    stranger = world.sandbox.state.people.by_phone("0900000077")
    await world.happens(telegram.says(stranger, f"/start {word}"))
    assert "đã dùng rồi hoặc đã hết hạn" in world.shown[-1].text
    late = await world.channels.telegram.link(page.id, WatchRole.RELATIVE)
    world.channels.telegram._conversing._clock = lambda: utc_now() + timedelta(minutes=31)
    await world.happens(telegram.says(stranger, f"/start {late.partition('?start=')[2]}"))
    assert "đã hết hạn" in world.shown[-1].text
    async with world.database.reading() as session:
        chat = await notices.find(session, "telegram", str(citizen.chat_id))
        assert [one.code for one in await watched(session, chat.id)] == [code]


async def test_whoever_blocks_the_bot_is_left_alone(world, telegram, citizen) -> None:
    await world.happens(telegram.says(citizen, "xin chào"))
    await world.happens(telegram.blocks(citizen))
    async with world.database.reading() as session:
        from people.chat_accounts import account_of

        account = await account_of(session, "telegram", str(citizen.chat_id))
    assert account.following is False


async def test_what_is_no_update_gets_its_200_and_is_not_kept(world, telegram, citizen) -> None:
    update = telegram.says(citizen, "x")
    for body in (b"{}", b"[]", b"{", b'{"update_id": "x"}'):
        assert (await world.deliver(update, body=body)).status == 200
    await world.settle()
    assert world.shown == []


async def test_an_officers_words_are_carried_to_the_chat_once_with_the_name(world, telegram, citizen) -> None:
    await world.happens(telegram.says(citizen, "gặp cán bộ"))
    async with world.database.writing() as session:
        chat = await notices.find(session, "telegram", str(citizen.chat_id))
        said = OutboundMessage(
            text="Chào anh, tôi xem ngay.", speaker=Speaker.OFFICER, speaker_name="Chị Thử"
        )
        session.add(
            Turn(
                conversation_id=chat.id, direction=Direction.OUT, text=said.text,
                message=json.loads(said.model_dump_json()), correlation_id="x",
            )
        )  # fmt: skip
    push = Push(world.database)

    async def send(account, answer):
        return await world.channels.telegram.send(int(account), answer)

    push.senders["telegram"] = send
    assert await push.tick() == 1
    assert await push.tick() == 0
    assert world.shown[-1].text == "Chị Thử: Chào anh, tôi xem ngay."


async def until(look, seconds=60.0):
    for _ in range(int(seconds / 0.05)):
        if look():
            return
        await asyncio.sleep(0.05)
    pytest.fail("nothing came within the time")


async def test_without_a_public_address_updates_are_fetched_stored_and_handled_once(
    world, citizen, monkeypatch
) -> None:
    monkeypatch.setattr(telegram_module, "POLL_PAUSE", 0.05)
    channel, played = world.channels.telegram, world.sandbox.telegram
    await channel.connect("http://gateway.invalid")  # as a webhook of yesterday that is still set
    refused = iter([TelegramNetworkError(GetMe(), "away"), TelegramNetworkError(GetMe(), "away")])
    delete = channel.bot.delete_webhook

    async def away_at_first(**more):
        for error in refused:
            raise error
        return await delete(**more)

    monkeypatch.setattr(type(channel.bot), "delete_webhook", lambda _bot, **more: away_at_first(**more))
    polling = asyncio.create_task(channel.poll(world.channels.inbox))
    await until(lambda: played._webhook is None)
    assert played.says(citizen, "làm giấy khai sinh cần gì") is None, "nothing is delivered, it waits"
    while not world.shown:
        await world.settle()
        await asyncio.sleep(0.05)
    played.presses(citizen, world.shown[0].buttons[1].payload, world.shown[0])
    played.shares_contact(citizen)
    while len(world.shown) < 3:
        await world.settle()
        await asyncio.sleep(0.05)
    polling.cancel()
    assert world.assistant.asked == [("làm giấy khai sinh cần gì", None), ("", "task:handover")]
    assert any("Đã liên kết" in one.text for one in world.shown)
    again = asyncio.create_task(channel.poll(world.channels.inbox))  # a restart asks from the beginning
    await asyncio.sleep(0.3)
    await world.settle()
    again.cancel()
    assert len(world.shown) == 3
