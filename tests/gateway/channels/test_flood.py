"""Deliveries come twice, four times, all at once and in any order: each is answered, each is handled once."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from core.inbox import DeliveryStatus, InboundDelivery
from gateway.bench.webhooks import Flood
from notifications.models import Receipt
from tests.gateway.channels.conftest import World


async def test_repeated_and_disordered_deliveries_are_each_handled_once(world: World) -> None:
    assert world.channels.telegram is not None
    await world.channels.telegram.connect("http://gateway.invalid")
    flood = Flood(world.sandbox)
    deliveries = flood.deliveries(80)
    assert len(deliveries) > 160
    answers = await asyncio.gather(
        *(world.deliver(one) for one in deliveries), *(_work_beside(world) for _ in range(3))
    )
    assert {answer.status for answer in answers if answer is not None} == {200}
    await world.settle()
    for late in deliveries[:40]:  # Zalo repeats for twelve hours
        await world.happens(late)
    assert (flood.doubled, flood.lost) == (0, 0)
    assert sum(flood.answers.values()) == 60
    async with world.database.reading() as session:
        statuses = await session.execute(
            select(InboundDelivery.status, func.count()).group_by(InboundDelivery.status)
        )
        assert dict(statuses.all()) == {DeliveryStatus.DONE: 80}
        assert await session.scalar(select(func.count()).select_from(Receipt)) == 20


async def _work_beside(world: World) -> None:
    """The inbox is worked on while more comes in, by several at once as with several processes."""
    for _ in range(5):
        await world.channels.inbox.tick()
        await asyncio.sleep(0)
