"""A citizen's own list of papers by mail, over the real client to a server that speaks SMTP."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from gateway.list_post import ListPost
from gateway.public.papers_mail import Posted, words
from gateway.sandbox.state import Fault, PlannedFault
from tests.gateway.channels.conftest import World
from wire.mail_bounce import read_report
from wire.provider import Attachment

LIST = Attachment("giay-to-1.001193.pdf", "application/pdf", b"%PDF-1.7 mau")
PAGE = "https://motcua.example/p/1.001193/giay-to/704224.q"


async def sent_by(world: World) -> Posted:
    office = ListPost(lambda: world.channels.providers)
    assert office.on
    text = words("Đăng ký khai sinh", PAGE)
    return await office("mau@example.com", title="Giấy tờ: Đăng ký khai sinh", text=text, file=LIST)


async def test_the_list_arrives_with_its_pdf_and_says_what_it_is(world: World) -> None:
    assert await sent_by(world) is Posted.SENT
    (shown,) = world.shown
    assert (shown.channel, shown.who) == ("email", "mau@example.com")
    assert shown.text.startswith("Danh sách giấy tờ đăng ký khai sinh ở tệp đính kèm")
    assert PAGE in shown.text
    assert world.sandbox.mail is not None
    mail = message_from_bytes(world.sandbox.mail.mailbox.raw[0], policy=policy.default)
    (part,) = mail.iter_attachments()  # type: ignore[attr-defined]
    assert (part.get_filename(), part.get_content_type()) == (LIST.name, "application/pdf")
    assert part.get_content() == LIST.content
    assert mail["List-Unsubscribe"] is None, "asked for once: there is nothing to end"
    bounce = (
        f"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n"
        f"Content-Type: message/delivery-status\r\n\r\nOriginal-Envelope-Id: {mail['Message-ID']}\r\n\r\n"
        f"Final-Recipient: rfc822; mau@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x--\r\n"
    )
    (report,) = read_report(bounce.encode())
    assert report.statement is not None
    await world.channels.receipts.store(report.statement)
    assert await world.channels.receipts.work() == 1, "a bounce of no notice of ours is no error"


@pytest.mark.parametrize(
    ("provider", "fault", "posted"),
    [
        ("smtp-rcpt", PlannedFault(Fault.ERROR, 550), Posted.REFUSED),
        ("smtp-rcpt", PlannedFault(Fault.ERROR, 451), Posted.LATER),
        ("smtp", PlannedFault(Fault.ERROR, 452), Posted.LATER),
        ("smtp", PlannedFault(Fault.DROP), Posted.UNSURE),
        ("smtp", PlannedFault(Fault.HANG, seconds=3), Posted.UNSURE),
    ],
)
async def test_what_the_mail_server_says_becomes_what_the_page_says(
    world: World, monkeypatch: pytest.MonkeyPatch, provider: str, fault: PlannedFault, posted: Posted
) -> None:
    if fault.kind is Fault.HANG:
        monkeypatch.setattr("gateway.list_post._PATIENCE_SECONDS", 0.5)
    world.sandbox.state.plan(provider, fault)
    assert await sent_by(world) is posted


async def test_in_shadow_and_before_the_start_nothing_can_be_sent(world: World) -> None:
    assert not ListPost(lambda: world.channels.providers, shadow=True).on
    assert not ListPost(lambda: None).on
