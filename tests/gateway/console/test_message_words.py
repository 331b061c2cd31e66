"""The words of notices in forms, and what carriers have approved: only that leaves."""

from __future__ import annotations

import html
import re

import pytest

from core.content import ContentStatus, add_version, live_version, published
from core.database import Database
from core.event_reading import read_events
from gateway import message_words
from gateway.approved_words import approved_only
from gateway.content_desk import read_document, write_document
from gateway.worker_content import WorkerContent
from notifications import approvals
from notifications.approvals import ApprovalState
from notifications.draft import UNREACHABLE
from notifications.gatekeeper import Gatekeeper
from notifications.informing import Informing
from notifications.planner import Planner
from notifications.pushing import PlannerPolicy
from notifications.schemas import Channel, Reason
from people.models import Role
from tests.dossiers.samples import full_event
from tests.gateway.console.conftest import NOW, Browser, hire
from tests.gateway.console.test_content import SEED, form_of, publish
from tests.notifications.helpers import LADDERS, WORDINGS, Clock, messages, post

SMS = "messages/received/sms.v1.yaml"
ZALO = "messages/received/zalo.v1.yaml"
MAIL = "messages/received/email.v1.yaml"


async def approve(database: Database, key: str, state: ApprovalState = ApprovalState.APPROVED) -> None:
    async with database.writing() as session:
        live = await live_version(session, key)
        assert live
        words = approvals.registered_words(key, live.body)
        assert words
        await approvals.note(
            session, key=key, words_sha=words, version=live.version, state=state, reference="TB-1",
            reason="lý do mẫu", by="lan", now=NOW,
        )  # fmt: skip


async def leaves(database: Database) -> set[Channel]:
    """The channels that would carry the news of a dossier's reception."""
    content = WorkerContent(database, approved_only=True)
    await content.refresh()
    wordings = content.wordings()
    return {one for one in Channel if wordings.find("received", one) and wordings.may_leave("received", one)}


async def test_only_approved_words_leave_and_mail_needs_nobody(database: Database) -> None:
    for key in (SMS, ZALO, MAIL):
        await publish(database, key)
    assert await leaves(database) == {Channel.EMAIL}
    await approve(database, SMS, ApprovalState.AWAITING)
    assert await leaves(database) == {Channel.EMAIL}
    await approve(database, SMS)
    assert await leaves(database) == {Channel.EMAIL, Channel.SMS}
    await approve(database, SMS, ApprovalState.REFUSED)
    assert await leaves(database) == {Channel.EMAIL}


async def test_while_new_words_wait_the_approved_ones_go_on(database: Database) -> None:
    await publish(database, SMS)
    await approve(database, SMS)
    new = SEED[SMS].replace("Đã nhận hồ sơ", "Đã tiếp nhận hồ sơ")
    async with database.writing() as session:
        await add_version(session, key=SMS, text=new, status=ContentStatus.PUBLISHED, author="lan")
    async with database.reading() as session:
        used, missing = await approved_only(session, await published(session, ["messages"]))
    assert not missing
    assert "Đã nhận hồ sơ" in used[0].text
    await approve(database, SMS)
    async with database.reading() as session:
        used, _ = await approved_only(session, await published(session, ["messages"]))
    assert "Đã tiếp nhận hồ sơ" in used[0].text


def test_another_basis_needs_no_new_approval_and_another_word_does() -> None:
    words = approvals.registered_words(SMS, SEED[SMS])
    assert approvals.registered_words(SMS, SEED[SMS].replace("khoản 1", "khoản 2")) == words
    assert approvals.registered_words(SMS, SEED[SMS].replace("Đã nhận", "Vừa nhận")) != words
    assert approvals.registered_words(MAIL, SEED[MAIL]) is None


async def test_a_refusal_needs_its_reason_and_the_page_tells_where_each_stands(
    browser: Browser, database: Database
) -> None:
    await publish(database, SMS)
    await browser.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    assert "SMS: chưa đăng ký" in await browser.get("/console/mau-tin")
    page = await browser.get("/console/mau-tin/received")
    words = re.search(r'name="words" value="(\w{64})"', page)
    assert words
    step = {"key": SMS, "words": words[1], "state": "refused"}
    page = await browser.post("/console/mau-tin/received", step)
    assert "Ghi lý do nhà mạng" in page
    await browser.post("/console/mau-tin/received", {**step, "reason": "thiếu tên cơ quan"})
    page = await browser.get("/console/mau-tin/received")
    assert "bị từ chối" in page
    assert "thiếu tên cơ quan" in page
    await browser.post("/console/mau-tin/received", {**step, "state": "approved", "reference": "TB-77"})
    assert "đã được duyệt" in await browser.get("/console/mau-tin/received")
    page = await browser.post("/console/mau-tin/received", {**step, "words": "0" * 64, "state": "approved"})
    assert "vừa đổi" in page


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("{{ unit_short }}: {{ ten_nguoi }} {{ verification_code }}", "không dùng được ở đây"),
        ("Xem tại https://x.vn {{ verification_code }}", "đường dẫn viết cứng"),
        ("{{ unit_short }}: " + "dài " * 60 + "{{ verification_code }}", "rút gọn"),
        ("{{ unit_short }} {% if %}", "không dùng được câu mẫu"),
    ],
)
async def test_words_that_a_carrier_would_refuse_are_refused_in_the_form(
    body: str, told: str, browser: Browser, database: Database
) -> None:
    await publish(database, SMS)
    await browser.sign_in("bientap", await hire(database, "bientap", Role.PROVINCIAL_EDITOR, "tinh"))
    page = await browser.get(f"/console/noi-dung/sua/{SMS}")
    assert "Chỗ trống dùng được ở đây" in page
    form = {**form_of(page), "body": body}
    assert told in html.unescape(await browser.post(f"/console/noi-dung/the/{SMS}", form))
    await browser.get(f"/console/noi-dung/sua/{SMS}")
    page = await browser.post(f"/console/noi-dung/sua/{SMS}", form)
    assert (browser.status, told in html.unescape(page)) == (422, True)


def test_placeholders_are_counted_from_the_words_themselves() -> None:
    data = {**read_document(SMS, SEED[SMS]), "body": "{{ unit_short }} {{ verification_code }}"}
    assert read_document(SMS, write_document(SMS, data))["variables"] == ["unit_short", "verification_code"]


def test_every_shipped_wording_is_shown_filled_in_and_without_a_problem() -> None:
    for key in (one for one in SEED if one.startswith("messages/")):
        assert message_words.faces(key, SEED[key]), key
        assert message_words.problems(key, SEED[key]) == [], key


async def test_a_notice_takes_the_next_channel_or_becomes_a_task_of_the_unit(database: Database) -> None:
    clock = Clock()
    withheld = WORDINGS.without(frozenset({("received", Channel.ZALO), ("received", Channel.SMS)}))
    planner = Planner(
        database, lambda: withheld, policy=PlannerPolicy(ladders=LADDERS), gatekeeper=Gatekeeper(Informing),
        clock=clock,
    )  # fmt: skip
    applicant = {"name": "Nguyễn Văn Mẫu", "phone": "0900000001"}
    for number, more in enumerate(({"email": "mau@example.org"}, {})):
        event = full_event(
            number=number + 1, dossier_code=f"H98.01-261102-000{number + 1}", applicant={**applicant, **more}
        )
        await post(database, event, clock)
    while await planner.tick():
        pass
    by_mail, by_hand = await messages(database)
    assert [one["channel"] for one in by_mail.rungs] == [Channel.EMAIL]
    assert by_hand.reason == Reason.NOT_APPROVED
    async with database.reading() as session:
        told = await read_events(session, after=0, limit=50, types=[UNREACHABLE])
    assert [one.body["reason"] for one in told] == [Reason.NOT_APPROVED]
