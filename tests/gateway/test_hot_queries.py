"""The way of a notice never reads a whole table: what is quick today stays so after years."""

from __future__ import annotations

from gateway.bench import samples
from gateway.bench.plans import listening, whole_tables
from gateway.receipts import Receipts
from notifications.ledger import for_dossier
from tests.notifications.helpers import Clock, StubProvider, messages, planner, post, sender
from wire.provider import Ambiguous, Confidence
from wire.receipt import Fate, Statement


async def test_no_statement_on_the_way_of_a_notice_reads_a_whole_table(database):
    clock = Clock()
    zalo, sms = StubProvider("zalo"), StubProvider("sms", Ambiguous("timeout"))
    with listening() as heard:
        for kind in ("received", "processing", "result_ready"):
            await post(database, [samples.event(number, kind=kind) for number in (1, 2)], clock)
            clock.pass_(minutes=1)
        while await planner(database, clock).tick():
            pass
        clock.pass_(hours=12)
        for _ in range(3):
            await sender(database, clock, zalo, sms).tick()
            clock.pass_(minutes=20)
        receipts = Receipts(database, clock=clock)
        arrived = Statement("sms", "r1", Fate.DELIVERED, Confidence.HANDSET, provider_message_id="sms-1")
        await receipts.store(arrived)
        while await receipts.work():
            pass
        async with database.reading() as session:
            await for_dossier(session, samples.code(1))
    assert len(await messages(database)) == 6
    assert len(heard.statements) > 30
    assert whole_tables(database.url, heard, small=True) == {}
