"""A message explains itself, and a printed proof says no more than it must."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import text

from notifications import ledger
from notifications.audit import check_all
from notifications.proof import as_pdf, check_lines, proof_of
from notifications.receipts import IncomingReceipt, ReceiptDesk
from notifications.schemas import MessageStatus
from notifications.telling import explain
from tests.dossiers.samples import full_event
from tests.notifications.helpers import MORNING, REAL, Clock, StubProvider, messages, planner, post, sender
from wire.provider import Confidence, Rejected

URL = "https://motcua.example.gov.vn"


@pytest.fixture
async def told(database):
    """Refused by Zalo, taken and delivered as a text message."""
    clock = Clock()
    await post(database, full_event("result_ready", dossier_code=REAL), clock)
    await planner(database, clock).tick()
    providers = (StubProvider("zalo", Rejected(permanent=True, code="-118")), StubProvider("sms"))
    for _ in range(2):
        await sender(database, clock, *providers).tick()
    async with database.writing() as session:
        receipt = IncomingReceipt(
            "sms", "r1", MessageStatus.DELIVERED, Confidence.HANDSET, MORNING, provider_message_id="sms-1"
        )
        await ReceiptDesk().record(session, receipt, now=MORNING)
    return database


async def proof(database, **more):
    async with database.reading() as session:
        return await proof_of(session, REAL, now=MORNING, public_url=URL, **more)


async def test_every_step_of_a_message_is_told_in_plain_words(told):
    async with told.reading() as session:
        (view,) = (await ledger.for_dossier(session, REAL)).notifications
    story = "\n".join(explain(view))
    for part in (
        "Tin: đã có kết quả", "Kế hoạch: Zalo, rồi tin nhắn SMS, rồi thư điện tử",
        "Lần gửi 1, 9 giờ, thứ Hai 23/11/2026: Zalo qua zalo, bị từ chối hẳn (mã -118, số này không",
        "Lần gửi 2", "tin nhắn SMS qua sms, bên chuyển tin đã nhận",
        "đã đến máy người nhận (máy người nhận xác nhận)", "Nay: đã đến máy người nhận",
    ):  # fmt: skip
        assert part in story


async def test_the_proof_names_time_channel_and_result_and_not_the_person(told):
    found = await proof(told)
    page = "\n".join(check_lines(found))
    (message,) = await messages(told)
    words = message.wordings["sms"]["text"]
    for part in (
        "Ủy ban nhân dân phường Mẫu", REAL, "đã có kết quả", "tin nhắn SMS", "đã đến máy người nhận",
        message.verification_code, hashlib.sha256(words.encode()).hexdigest(), "nguyên vẹn",
    ):  # fmt: skip
        assert part in page
    for secret in ("Nguyễn", "0900000001", "900000001", words):
        assert secret not in page
    assert found.check_url == f"{URL}/kiem-tra?ma={message.verification_code}"
    assert as_pdf(found).startswith(b"%PDF-")


async def test_a_proof_from_a_ledger_that_was_touched_says_so(told):
    async with told.writing() as session:
        await session.execute(text("delete from ledger_entry where number = 3"))
    found = await proof(told)
    assert not found.intact
    assert "thiếu dòng ở đây" in dict(found.chain)["Tình trạng sổ"]
    assert not (await check_all(told)).intact


async def test_nothing_is_proved_that_was_not_given(database):
    clock = Clock()
    assert await proof(database) is None
    await post(database, full_event(dossier_code=REAL), clock)
    await planner(database, clock).tick()
    assert await proof(database) is None  # planned, not given
