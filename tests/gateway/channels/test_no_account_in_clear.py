"""Whatever channel a citizen comes by, no table holds the number of an account or a telephone in clear."""

from __future__ import annotations

from urllib.parse import urlencode

from sqlalchemy import Text, select, type_coerce

from core.database import Base, Database
from gateway.sandbox.sms import short_code_message
from notifications.models import Attempt
from tests.gateway.asgi import call
from tests.gateway.channels.conftest import PHONE, World
from tests.gateway.channels.test_zalo import send_notices


async def as_stored(database: Database) -> str:
    """Every row as whoever copies the disk reads it."""
    async with database.reading() as session:
        return repr(
            [
                (await session.execute(select(*(type_coerce(one, Text) for one in table.columns)))).all()
                for table in Base.metadata.sorted_tables
            ]
        )


async def notice_by_telegram(world: World) -> None:
    """The dossier of a linked account moves on."""
    await world.dossier()
    await send_notices(world)
    async with world.database.reading() as session:
        assert await session.scalar(select(Attempt).where(Attempt.provider == "telegram"))


async def test_after_every_channel_was_used_no_account_stands_in_clear(world: World) -> None:
    sandbox = world.sandbox
    citizen = sandbox.state.people.by_phone(PHONE)
    assert world.channels.telegram is not None
    await world.channels.telegram.connect("http://gateway.invalid")
    asked = sandbox.telegram.says(citizen, "làm giấy khai sinh cần gì")
    await world.happens(asked)
    await world.happens(
        sandbox.telegram.presses(citizen, world.shown[-1].buttons[1].payload, world.shown[-1])
    )
    await world.happens(sandbox.telegram.shares_contact(citizen))
    await notice_by_telegram(world)
    await world.happens(sandbox.zalo.follows(citizen))
    await world.happens(sandbox.zalo.says(citizen, "làm giấy khai sinh cần gì"))
    await world.happens(short_code_message(sandbox.wire, sandbox.accounts, PHONE, "HCC lam giay khai sinh"))
    # A gateway that gives its messages no number of their own.
    path = f"/webhooks/sms/{sandbox.accounts.sms_in_secret}"
    body = urlencode({"from": PHONE, "text": "HCC mat so do"}).encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert (await call(world.app, "POST", path, body=body, headers=kind)).status == 200
    # One more that stays in the inbox, not worked on.
    await world.deliver(sandbox.zalo.follows(citizen))
    stored = await as_stored(world.database)
    assert {one.channel for one in world.shown} >= {"telegram", "zalo", "sms"}
    accounts = (str(citizen.chat_id), citizen.zalo_id, PHONE, PHONE[1:], f"0{PHONE[3:]}", "mat so do")
    assert [one for one in accounts if one in stored] == []
