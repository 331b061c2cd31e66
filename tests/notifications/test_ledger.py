"""A ledger that was tampered with shows it, and where."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update

from notifications import ledger
from notifications.audit import check_all, check_chain
from notifications.chain import EntryKind, Fault
from notifications.models import Attempt, LedgerEntry, LedgerHead, Message
from notifications.receipts import IncomingReceipt, ReceiptDesk
from notifications.schemas import MessageStatus
from notifications.verification import ALPHABET, new_code, normal
from tests.dossiers.samples import full_event
from tests.notifications.helpers import MORNING, REAL, Clock, StubProvider, messages, planner, post, sender
from wire.provider import Confidence

OTHER = "H98.01-261102-0002"


@pytest.fixture
async def told(database):
    """Two dossiers with a delivered notice each."""
    clock = Clock()
    zalo = StubProvider("zalo")
    for number, code in enumerate((REAL, OTHER), start=1):
        await post(database, full_event("received", number=number, dossier_code=code), clock)
    await planner(database, clock).tick()
    await sender(database, clock, zalo).tick()
    for number in (1, 2):
        async with database.writing() as session:
            receipt = IncomingReceipt(
                "zalo", f"r{number}", MessageStatus.DELIVERED, Confidence.HANDSET, MORNING,
                provider_message_id=f"zalo-{number}",
            )  # fmt: skip
            await ReceiptDesk().record(session, receipt, now=MORNING)
    return database


async def breaks(database, code=REAL):
    async with database.reading() as session:
        return [(one.fault, one.number) for one in (await check_chain(session, code)).breaks]


async def change(database, *statements):
    async with database.writing() as session:
        for statement in statements:
            await session.execute(statement)


async def test_an_untouched_ledger_holds(told):
    checked = await check_all(told)
    assert (checked.chains, checked.entries, checked.intact) == (2, 8, True)


ENTRY = LedgerEntry.chain == REAL


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (update(LedgerEntry).where(ENTRY, LedgerEntry.number == 3).values(facts={"outcome": "accepted?"}),
         (Fault.LINE_CHANGED, 3)),
        (delete(LedgerEntry).where(ENTRY, LedgerEntry.number == 2), (Fault.LINE_MISSING, 2)),
        (delete(LedgerEntry).where(ENTRY, LedgerEntry.number == 4), (Fault.END_MISSING, 4)),
        (delete(LedgerEntry).where(ENTRY), (Fault.END_MISSING, 1)),
        (delete(LedgerHead).where(LedgerHead.chain == REAL), (Fault.HEAD_MISSING, None)),
        (update(LedgerHead).where(LedgerHead.chain == REAL).values(count=3), (Fault.HEAD_CHANGED, None)),
        (update(Attempt).values(provider="sms"), (Fault.ROW_CHANGED, 2)),
        (update(Message).values(event_type="vn.motcua.dossier.returned"), (Fault.ROW_CHANGED, 1)),
        (update(Message).values(wordings={"zalo": {"text": "chưa từng gửi"}}), (Fault.ROW_CHANGED, 1)),
        (text("DELETE FROM receipt"), (Fault.ROW_MISSING, 4)),
    ],
    ids=["changed", "taken-out", "last-line", "all-lines", "head", "head-count", "attempt", "event", "words",
         "receipt"],
)  # fmt: skip
async def test_whatever_is_changed_or_removed_shows(told, statement, expected):
    await change(told, statement)
    assert await breaks(told) == [expected]
    assert not (await check_all(told)).intact


async def test_a_cut_end_shows_even_when_the_count_is_cut_too(told):
    """Without the deployment's secret nobody can seal a shorter chain."""
    async with told.reading() as session:
        third = await session.scalar(select(LedgerEntry.hash).where(ENTRY, LedgerEntry.number == 3))
    await change(
        told,
        delete(LedgerEntry).where(ENTRY, LedgerEntry.number == 4),
        update(LedgerHead).where(LedgerHead.chain == REAL).values(count=3, hash=third),
    )
    assert await breaks(told) == [(Fault.HEAD_CHANGED, None)]


async def test_a_lost_head_does_not_stop_notices_and_stays_visible(told):
    await change(told, delete(LedgerHead).where(LedgerHead.chain == REAL))
    async with told.writing() as session:
        message = (await messages(told))[0]
        await ledger.append(session, message, EntryKind.ENDED, at=MORNING, status="failed")
    assert await breaks(told) == [(Fault.HEAD_MISSING, 5)]


async def test_a_deleted_wording_is_no_forgery(told):
    await change(told, update(Message).values(wordings={}))
    assert await breaks(told) == []


async def test_every_notice_carries_its_code_in_its_words(told):
    for message in await messages(told):
        assert message.verification_code
        for words in message.wordings.values():
            assert message.verification_code in words["text"]


def test_a_code_is_read_as_people_type_it():
    assert normal(" abcd-2345 ") == "ABCD2345"
    assert normal("ABCD234") is None
    assert normal("ABCD234O") is None
    assert set(new_code()) <= set(ALPHABET)
    assert not set("01ILO") & set(ALPHABET)
