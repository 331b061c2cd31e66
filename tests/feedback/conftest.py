"""A closed dossier, and everything that is needed to be asked about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.calendar import LOCAL, WorkingCalendar
from dossiers.event import DossierEvent
from dossiers.schemas import DossierEventData
from dossiers.service import accept
from dossiers.vocabularies import TYPE_PREFIX, DossierEventType
from feedback import invite
from feedback.draw import load_plan
from feedback.instruments import load_instruments

CONTENT = Path(__file__).parents[2] / "content"
# A Friday, in office hours.
CLOSED = datetime(2026, 11, 20, 9, 30, tzinfo=LOCAL)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock(CLOSED + timedelta(minutes=5))


@pytest.fixture(scope="session")
def instruments():
    return load_instruments(CONTENT / "surveys")


@pytest.fixture(scope="session")
def plan():
    """As published, but everybody gets the short questionnaire, however often."""
    published = load_plan(CONTENT / "surveys/plan/invitations.yaml")
    return published.model_copy(update={"rest_days": 0, "long_rate": 0.0})


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    return WorkingCalendar()


async def close(database, code="Z99.01-261102-0001", kind="returned", *, event_id=None, **more):
    """Tell of the closing of an invented dossier."""
    data = {
        "dossier_code": code,
        "procedure_code": "1.001193",
        "procedure_name": "Đăng ký khai sinh",
        "field": "Hộ tịch",
        "unit": "phuong-vi-du",
        "officer": "Cán Bộ Ví Dụ",
        "applicant": {"name": "Nguyễn Thị Ví Dụ", "phone": "0900000001"},
        "received_at": (CLOSED - timedelta(days=20)).isoformat(),
        "occurred_at": CLOSED.isoformat(),
        "channel": "counter",
        **more,
    }
    await tell(database, kind, data, event_id)


async def tell(database, kind, data, event_id=None):
    """Hand one dossier event in, as the one-stop software would."""
    event = DossierEvent(
        type=DossierEventType(TYPE_PREFIX + kind),
        source="test",
        external_id=event_id or f"{data['dossier_code']}-{kind}",
        data=DossierEventData.model_validate(data),
        as_posted="",
    )
    async with database.writing() as session:
        await accept(session, [event], now=CLOSED + timedelta(minutes=1))


@pytest.fixture
def run_invitations(database, plan, instruments, calendar, clock):
    """One tick of the consumer, with a plan that a test may change."""

    async def run(**changes):
        changed = plan.model_copy(update=changes)
        return dict(
            await invite.tick(database, plan=changed, instruments=instruments, calendar=calendar, now=clock())
        )

    return run
