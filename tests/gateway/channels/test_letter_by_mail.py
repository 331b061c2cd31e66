"""The signed letter of apology travels with the mail of its notice, and with nothing else."""

from __future__ import annotations

from email import message_from_bytes, policy

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import utc_now
from dossiers.service import accept
from gateway.sandbox.state import Fault, PlannedFault
from gateway.sending import NEVER_QUIET, make_sending
from notifications.models import Message
from notifications.planner import Planner
from tests.dossiers.samples import full_event, read
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
