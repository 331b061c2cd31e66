"""An invitation counts as delivered once a receipt says so, and not before."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from feedback import tallies
from feedback.models import SurveyInvitation
from gateway.reached import note_reached
from notifications.models import Message

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


def invitation(number):
    return SurveyInvitation(
        id=f"{number:026d}",
        dossier_hash=f"d{number}",
        token_hash=f"t{number}",
        unit="Phường Ví Dụ",
        closed_at=NOW,
        closed_month="2026-11",
        instrument="after-pickup",
        instrument_version=1,
        send_at=NOW,
        expires_at=NOW + timedelta(days=30),
    )


def message(number, status):
    return Message(
        event_id=f"e{number}",
        event_type="motcua.survey.invited",
        purpose="survey",
        recipient_hash=f"r{number}",
        recipient_shown="09…01",
        rungs=[],
        channel="sms",
        provider="stub",
        wordings={},
        status=status,
        due_at=NOW,
        link_ref=f"{number:026d}",
        correlation_id="c",
        occurred_at=NOW,
    )


async def test_only_delivered_invitations_are_noted_and_each_once(database):
    async with database.writing() as session:
        session.add_all([invitation(1), invitation(2), invitation(3)])
        session.add_all([message(1, "delivered"), message(2, "accepted")])
    assert await note_reached(database) == 1
    assert await note_reached(database) == 0
    await tallies.refresh(database, NOW + timedelta(minutes=1))
    assert await tallies.refresh(database, NOW + timedelta(minutes=2)) == 0
    async with database.writing() as session:
        await session.execute(update(Message).where(Message.event_id == "e2").values(status="read"))
    assert await note_reached(database) == 1
    async with database.reading() as session:
        reached = await session.scalars(select(SurveyInvitation.id).where(SurveyInvitation.reached))
        assert len(reached.all()) == 2
    assert await tallies.refresh(database, NOW + timedelta(minutes=3)) == 1  # what was delivered has changed
