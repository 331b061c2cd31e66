"""A provider that does what a test tells it, a clock that stands still, short ways to post and to look."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.crypto import keyed_hash
from core.database import Database
from dossiers.service import accept
from notifications.gatekeeper import Gatekeeper
from notifications.informing import Informing
from notifications.ladder import Ladders, Rung
from notifications.models import Message
from notifications.planner import Planner
from notifications.pushing import PlannerPolicy
from notifications.schemas import Channel, Purpose
from notifications.send_policy import SendPolicy
from notifications.sender import Sender
from notifications.wording import load_templates
from people.citizen_models import ConsentSource
from people.citizen_models import Purpose as Consented
from people.consents import record
from tests.dossiers.samples import REPOSITORY, read
from wire.provider import Accepted, Lookup, OutgoingNotice

# A code of an agency that is no sample, so that its messages go where the ladder says.
PHONE = "+84900000001"
REAL = "H98.01-261102-0001"
WORDINGS = load_templates(REPOSITORY / "content")
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday, 9 o'clock in Vietnam
NIGHT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)  # half past ten at night


class Clock:
    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


class StubProvider:
    """Gives the outcomes it was given, then accepts; remembers what it was asked to send."""

    def __init__(self, name: str, *outcomes: Any, answers: tuple[Lookup, ...] = ()) -> None:
        self.name = name
        self.sent: list[OutgoingNotice] = []
        self.outcomes = deque(outcomes)
        self.answers = deque(answers)
        self.asked: list[str] = []

    async def send(self, notice: OutgoingNotice) -> Any:
        self.sent.append(notice)
        outcome = self.outcomes.popleft() if self.outcomes else Accepted(f"{self.name}-{len(self.sent)}")
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def lookup(self, reference: str) -> Lookup:
        self.asked.append(reference)
        return self.answers.popleft() if self.answers else Lookup.CANNOT_TELL


LADDERS: Ladders = {
    Purpose.STATUS: (
        Rung(Channel.ZALO, "zalo"),
        Rung(Channel.SMS, "sms"),
        Rung(Channel.EMAIL, "mail"),
    ),
    Purpose.SURVEY: (Rung(Channel.SMS, "sms"),),
    Purpose.ONE_TIME_CODE: (Rung(Channel.SMS, "sms"),),
    Purpose.COMPLAINT: (Rung(Channel.SMS, "sms"),),
    Purpose.REMINDER: (Rung(Channel.SMS, "sms"),),
    Purpose.CAMPAIGN: (Rung(Channel.SMS, "sms"),),
    Purpose.CONFIRMATION: (Rung(Channel.SMS, "sms"),),
    Purpose.ALERT: (Rung(Channel.EMAIL, "mail"),),
    Purpose.DIGEST: (Rung(Channel.EMAIL, "mail"),),
}


def planner(
    database: Database, clock: Clock, ladders: Ladders = LADDERS, *, informing: Informing | None = None
) -> Planner:
    decided = informing or Informing()
    return Planner(
        database,
        lambda: WORDINGS,
        policy=PlannerPolicy(ladders=ladders),
        gatekeeper=Gatekeeper(lambda: decided),
        clock=clock,
    )


async def answer(
    database: Database, clock: Clock, purpose: Consented, *, granted: bool = True, **more: Any
) -> None:
    """The owner of the usual test number says yes or no."""
    async with database.writing() as session:
        await record(
            session,
            [keyed_hash(more.pop("phone", PHONE), "phone")],
            purpose,
            granted=granted,
            source=ConsentSource.COUNTER,
            now=clock(),
            **more,
        )


def sender(database: Database, clock: Clock, *providers: Any, **more: Any) -> Sender:
    policy = SendPolicy(**more.pop("policy", {}))
    return Sender(database, {one.name: one for one in providers}, policy=policy, clock=clock, **more)


async def post(database: Database, body: Any, clock: Clock) -> None:
    async with database.writing() as session:
        await accept(session, read(body), now=clock())


async def messages(database: Database) -> list[Message]:
    async with database.reading() as session:
        return list(await session.scalars(select(Message).order_by(Message.position)))


async def only(database: Database) -> Message:
    (message,) = await messages(database)
    return message
