"""What somebody said after a message was planned holds, although nobody has taken the message back yet."""

from __future__ import annotations

import pytest

from core.crypto import keyed_hash
from core.events import publish
from notifications.gate import CONSENT_OF
from notifications.last_look import refused_since
from notifications.schemas import MessageStatus, Purpose, Reason
from notifications.survey_rules import SURVEY_INVITED
from people import consents
from people.citizen_models import ConsentSource
from people.citizen_models import Purpose as Consented
from tests.dossiers.samples import full_event
from tests.notifications.helpers import (
    PHONE,
    REAL,
    Clock,
    StubProvider,
    answer,
    messages,
    only,
    planner,
    post,
    sender,
)

MAIL = "mau@example.com"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def planned(sqlite, clock):
    """One notice, planned for Zalo, then a text message, then a mail."""
    await post(sqlite, full_event(dossier_code=REAL), clock)
    await planner(sqlite, clock).tick()
    return sqlite


async def refuse(database, clock, contact, channel, *, purpose=Consented.STATUS, granted=False):
    kind = "email" if "@" in contact else "phone"
    async with database.writing() as session:
        await consents.record(
            session, [keyed_hash(contact, kind)], purpose, granted=granted,
            source=ConsentSource.COUNTER, now=clock(), channel=channel,
        )  # fmt: skip


async def send(database, clock):
    stubs = [StubProvider(name) for name in ("zalo", "sms", "mail")]
    one = sender(database, clock, *stubs)
    for _ in range(4):
        await one.tick()
    return [len(stub.sent) for stub in stubs]


async def test_where_nothing_was_said_it_goes_as_planned(planned, clock):
    async with planned.reading() as session:
        assert await refused_since(session, await messages(planned)) == {}
    assert await send(planned, clock) == [1, 0, 0]


@pytest.mark.parametrize(
    ("said", "copies"),
    [
        ([(PHONE, "zalo")], [0, 1, 0]),
        ([(PHONE, "zalo"), (PHONE, "sms")], [0, 0, 1]),
        # The same person, known by the mail address.
        ([(PHONE, "zalo"), (PHONE, "sms"), (MAIL, "email")], [0, 0, 0]),
        ([(MAIL, "zalo")], [0, 1, 0]),
        ([(PHONE, "email")], [1, 0, 0]),
    ],
)
async def test_a_channel_that_was_refused_since_is_left_out_and_the_next_one_told(
    planned, clock, said, copies
):
    for contact, channel in said:
        await refuse(planned, clock, contact, channel)
    assert await send(planned, clock) == copies
    message = await only(planned)
    if not any(copies):
        assert (message.status, message.reason) == (MessageStatus.CANCELLED, Reason.OPTED_OUT)


async def test_who_changed_their_mind_again_is_told(planned, clock):
    await refuse(planned, clock, PHONE, "zalo")
    clock.pass_(minutes=1)
    await refuse(planned, clock, PHONE, "zalo", granted=True)
    assert await send(planned, clock) == [1, 0, 0]


@pytest.mark.parametrize(("contact", "kind"), [(PHONE, "phone"), (MAIL, "email")])
async def test_not_my_dossier_stops_every_channel(planned, clock, contact, kind):
    async with planned.writing() as session:
        hashes = [keyed_hash(contact, kind)]
        await consents.block(session, hashes, REAL, source=ConsentSource.HOTLINE, now=clock())
    assert await send(planned, clock) == [0, 0, 0]
    message = await only(planned)
    assert (message.status, message.reason) == (MessageStatus.CANCELLED, Reason.NOT_THEIRS)


async def test_an_invitation_that_was_refused_since_does_not_go(sqlite, clock):
    await post(sqlite, full_event(dossier_code=REAL), clock)
    await answer(sqlite, clock, Consented.SURVEY)
    async with sqlite.writing() as session:
        body = {"invitation_id": "i1", "dossier_code": REAL, "send_at": clock().isoformat()}
        await publish(session, type=SURVEY_INVITED, subject=REAL, body=body, occurred_at=clock())
    await planner(sqlite, clock).tick()
    clock.pass_(minutes=1)
    await refuse(sqlite, clock, PHONE, None, purpose=Consented.SURVEY)
    await send(sqlite, clock)
    survey = next(row for row in await messages(sqlite) if row.purpose == Purpose.SURVEY)
    assert (survey.status, survey.reason) == (MessageStatus.CANCELLED, Reason.OPTED_OUT)


def test_what_somebody_waits_for_is_no_matter_of_consent():
    assert Purpose.ONE_TIME_CODE not in CONSENT_OF
    assert Purpose.CONFIRMATION not in CONSENT_OF
