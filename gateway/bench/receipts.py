"""Receipts by the thousand: every one doubled, in any order, and each message must end in its right state."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select

from core.database import Database
from gateway.bench.dispatch import fill, until
from gateway.bench.kinds import Kind
from gateway.bench.load import as_fast_as_possible, request_bytes
from gateway.bench.world import ESMS_SECRET, world
from notifications.models import Attempt, Message, Receipt
from notifications.schemas import MessageStatus

_CONNECTIONS = 128
_FAILED_EVERY = 10


async def measure(kind: Kind, *, messages: int = 5_000, tell: Callable[[str], None]) -> dict[str, Any]:
    """Four callbacks a message in eSMS's own form: sent and delivered (every tenth: failed), each twice."""
    async with world(kind, redis=True) as made:
        database = made.database()
        try:
            tell(f"{messages} messages out")
            url = await made.start_stub(latency_seconds=0.0)
            await fill(database, range(messages))
            worker = {"providers": {"esms": {"url": url}}, "rungs": [["sms", "esms"]]}
            await made.start_workers(worker)

            async def out() -> bool:
                return await _count(database, MessageStatus.ACCEPTED) == messages

            await until(out, seconds=120 + messages / 20)
            async with database.reading() as session:
                references = list(await session.scalars(select(Attempt.reference).order_by(Attempt.id)))
            callbacks = _callbacks(references)
            await made.start_gateway()
            tell(f"{len(callbacks)} callbacks")
            before = made.cpu_seconds("gateway"), made.cpu_seconds("worker")
            began = time.perf_counter()
            times = await as_fast_as_possible(
                "127.0.0.1", made.gateway_port, callbacks, connections=_CONNECTIONS
            )
            gateway_cpu = made.cpu_seconds("gateway") - before[0]
            if set(times.statuses) != {200}:
                raise RuntimeError(f"not every receipt was taken: {times.statuses}")
            started = time.perf_counter()

            async def worked_on() -> bool:
                async with database.reading() as session:
                    waits = select(Receipt.id).where(Receipt.work_at.is_not(None)).limit(1)
                    return await session.scalar(waits) is None

            await until(worked_on, seconds=120)
            behind = time.perf_counter() - started
            whole = time.perf_counter() - began
            worker_cpu = made.cpu_seconds("worker") - before[1]
            failed = len(references[::_FAILED_EVERY])
            right = (
                await _count(database, MessageStatus.DELIVERED) == messages - failed
                and await _count(database, MessageStatus.FAILED) == failed
            )
        finally:
            await database.dispose()
    return {
        "database": kind.value,
        "callbacks": len(callbacks),
        "accepted_per_s": round(times.per_second),
        "in_final_state_per_s": round(len(callbacks) / whole),
        "cpu_us_per_callback_gateway": round(gateway_cpu / len(callbacks) * 1e6),
        "cpu_us_per_callback_worker": round(worker_cpu / len(callbacks) * 1e6),
        "p99_ms": times.quantile(0.99),
        "worked_off_after_s": round(behind, 2),
        "right_final_state": right,
    }


async def _count(database: Database, status: MessageStatus) -> int:
    async with database.reading() as session:
        query = select(func.count()).select_from(Message).where(Message.status == status)
        return await session.scalar(query) or 0


def _callbacks(references: list[str]) -> list[bytes]:
    made = []
    for number, reference in enumerate(references):
        last = {"SendStatus": "5", "SendSuccess": "0", "SendFailed": "1"}
        if number % _FAILED_EVERY:
            last = {"SendStatus": "5", "SendSuccess": "1", "SendFailed": "0"}
        for fields in ({"SendStatus": "7", "SendSuccess": "0", "SendFailed": "0"}, last):
            query = urlencode({"SMSID": f"s-{reference}", "RequestId": reference, **fields})
            request = request_bytes("GET", f"/webhooks/esms/{ESMS_SECRET}?{query}", headers={})
            made += [request, request]
    random.Random(7).shuffle(made)
    return made
