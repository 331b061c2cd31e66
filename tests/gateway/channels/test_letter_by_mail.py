"""The signed letter of apology travels with the mail of its notice, and with nothing else."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import utc_now
from dossiers.extension_files import FileKind, FileStore
from dossiers.service import accept
from gateway.deadlines import DeadlineDesk, SignedFile
from gateway.sandbox.state import Fault, PlannedFault
from gateway.sending import NEVER_QUIET, make_sending
from notifications.models import Message
from notifications.planner import Planner
from tests.core.test_calendar import CALENDAR, at
from tests.dossiers.samples import full_event, read
from tests.dossiers.test_extension import SIGNED
from tests.gateway.channels.conftest import World
from tests.notifications.helpers import WORDINGS
from wire.provider import Attachment

LETTER = Attachment("xin-loi-H98.01-261102-0001.pdf", "application/pdf", b"%PDF-1.7 ky so")


async def test_the_letter_goes_with_the_mail_and_is_not_even_read_for_other_channels(world: World) -> None:
    for name, code in (("zalo-zbs", -118), ("esms", 103), ("twilio", 30002)):
        world.sandbox.state.plan(name, PlannedFault(Fault.ERROR, code))
    read_for: list[str] = []

    async def letters(_session: AsyncSession, message: Message) -> tuple[Attachment, ...]:
        read_for.append(message.channel)
        return (LETTER,)

    async with world.database.writing() as session:
        await accept(session, read(full_event(dossier_code="H98.01-261102-0001")), now=utc_now())
    sending = await make_sending(world.settings, world.database)
    await Planner(world.database, lambda: WORDINGS, policy=sending.policy).tick()
    sender = sending.sender(world.database, quiet=NEVER_QUIET, attachments_for=letters, clock=utc_now)
    while await sender.tick():
        pass
    await sending.close()
    assert read_for == ["email"]
    assert world.shown[-1].attachments == [LETTER.name]
    assert world.sandbox.mail is not None
    mail = message_from_bytes(world.sandbox.mail.mailbox.raw[-1], policy=policy.default)
    (part,) = mail.iter_attachments()  # type: ignore[attr-defined]
    assert (part.get_content_type(), part.get_content()) == ("application/pdf", LETTER.content)


async def test_from_the_signature_to_the_mailbox_nobody_has_to_attach_anything(
    world: World, tmp_path: Path
) -> None:
    code, monday = "H98.01-261102-0001", at("2026-11-23T09:00")
    only_mail = {"name": "Nguyễn Văn Mẫu", "email": "mau@example.com"}
    async with world.database.writing() as session:
        await accept(session, read(full_event(dossier_code=code, applicant=only_mail)), now=monday)
    desk = DeadlineDesk(
        world.database, lambda: CALENDAR, FileStore(tmp_path), clock=lambda: monday, data_dir=tmp_path
    )
    letter = await desk.draft(code, by="Mẫu")
    steps = {"by": "Mẫu"}
    reason = "chưa nhận lại kết quả đo đạc"
    letter = await desk.give_reason(
        letter.id, version=letter.version, reason=reason, new_due_on=date(2026, 12, 2), **steps
    )
    signed = SignedFile(FileKind.SIGNED_PDF, "thu.pdf", SIGNED)
    letter = await desk.sign(
        letter.id, version=letter.version, signer="Lê Thị Mẫu", position="Phó Chủ tịch", file=signed, **steps
    )
    letter = await desk.number(
        letter.id, version=letter.version, notice_number="12/VB-UBND", numbered_on=date(2026, 11, 23), **steps
    )
    await desk.send(letter.id, version=letter.version, **steps)

    async def letters(session: AsyncSession, message: Message) -> tuple[Attachment, ...]:
        return await desk.attachments(session, message.event_id)

    sending = await make_sending(world.settings, world.database)
    await Planner(world.database, lambda: WORDINGS, policy=sending.policy, clock=lambda: monday).tick()
    sender = sending.sender(world.database, quiet=NEVER_QUIET, attachments_for=letters, clock=lambda: monday)
    while await sender.tick():
        pass
    await sending.close()
    (received, told) = world.shown
    assert (received.attachments, told.attachments) == ([], [f"xin-loi-{code}.pdf"])
    assert "Văn bản xin lỗi đã ký, số 12/VB-UBND, ở tệp kèm thư này." in told.text
    assert "không thay văn bản xin lỗi" not in told.text
    assert "thứ Tư 02/12/2026" in told.text
    assert world.sandbox.mail is not None
    mail = message_from_bytes(world.sandbox.mail.mailbox.raw[-1], policy=policy.default)
    (part,) = mail.iter_attachments()  # type: ignore[attr-defined]
    assert part.get_content() == SIGNED
