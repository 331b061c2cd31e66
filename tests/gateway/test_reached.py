"""An invitation counts as delivered once a receipt says so, and not before."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from feedback import tallies
from feedback.areas import Areas
from feedback.models import SurveyInvitation
from gateway.bench.plans import listening
from gateway.reached import Reached
from notifications.models import Message

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
AREAS = Areas({})


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
        settled_at=NOW if status == "delivered" else None,
        link_ref=f"{number:026d}",
        correlation_id="c",
        occurred_at=NOW,
    )


async def test_only_delivered_invitations_are_noted_and_each_once(database):
    async with database.writing() as session:
        session.add_all([invitation(1), invitation(2), invitation(3)])
        session.add_all([message(1, "delivered"), message(2, "accepted")])
    reached = Reached(database, clock=lambda: NOW)
    assert await reached.note() == 1
    assert await reached.note() == 0
    await tallies.refresh(database, NOW + timedelta(minutes=1), AREAS)
    assert await tallies.refresh(database, NOW + timedelta(minutes=2), AREAS) == 0
    async with database.writing() as session:
        await session.execute(
            update(Message).where(Message.event_id == "e2").values(status="read", settled_at=NOW)
        )
    assert await reached.note() == 1
    async with database.reading() as session:
        reached = await session.scalars(select(SurveyInvitation.id).where(SurveyInvitation.reached))
        assert len(reached.all()) == 2
    assert (
        await tallies.refresh(database, NOW + timedelta(minutes=3), AREAS) == 1
    )  # what was delivered has changed


async def test_only_what_arrived_since_the_last_look_is_read_again(sqlite):
    """However many messages there are: what they are found by begins at the moment of the last look."""
    now = NOW + timedelta(days=1)
    reached = Reached(sqlite, clock=lambda: now)
    await reached.note()
    async with sqlite.writing() as session:
        session.add_all([invitation(1), invitation(2), message(1, "delivered"), message(2, "delivered")])
        await session.flush()
        await session.execute(update(Message).where(Message.event_id == "e2").values(settled_at=now))
    with listening() as heard:
        assert await reached.note() == 1  # the other one arrived before anybody looked
    [(statement, parameters)] = [
        one for one in heard.statements.items() if "FROM survey_invitation" in one[0]
    ]
    async with sqlite.reading() as session:
        connection = await session.connection()
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = " ".join(row[3] for row in plan)
    assert "USING INDEX ix_message_survey (settled_at>?)" in steps
    assert "SCAN" not in steps
    assert await Reached(sqlite, clock=lambda: now).note() == 1  # whoever begins reads everything once
