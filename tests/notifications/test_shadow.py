"""In shadow everything is planned and written down, and nobody gets anything."""

from __future__ import annotations

from datetime import timedelta

from core.database import Database
from notifications.gatekeeper import Gatekeeper
from notifications.informing import Informing
from notifications.ledger import for_dossier
from notifications.planner import Planner
from notifications.pushing import PlannerPolicy
from notifications.schemas import MessageStatus, Reason
from notifications.shadow import shadow
from tests.dossiers.samples import full_event
from tests.notifications.helpers import LADDERS, REAL, WORDINGS, Clock, StubProvider, only, post, sender


async def test_what_would_be_sent_is_written_down_with_its_words_and_nothing_leaves(
    database: Database,
) -> None:
    clock = Clock()
    informing = Informing()
    planner = Planner(
        database,
        lambda: WORDINGS,
        policy=PlannerPolicy(ladders=LADDERS, shadow=True),
        gatekeeper=Gatekeeper(lambda: informing),
        clock=clock,
    )
    await post(database, full_event("received", dossier_code=REAL), clock)
    await planner.tick()
    message = await only(database)
    assert (message.status, message.reason) == (MessageStatus.SUPPRESSED, Reason.SHADOW)
    assert message.channel == "zalo"
    assert message.wordings["sms"]["text"]
    providers = [StubProvider(name) for name in ("zalo", "sms", "mail")]
    assert await sender(database, clock, *providers).tick() == 0
    assert not any(provider.sent for provider in providers)
    async with database.reading() as session:
        told = await for_dossier(session, REAL)
        found = await shadow(session, clock() - timedelta(days=1), clock() + timedelta(days=1))
    assert told is not None
    assert "chạy thầm" in (told.notifications[0].why or "")
    assert sum(count.messages for count in found.would.values()) == 1
    assert found.really_sent == 0
