"""Nine indicators: the machine draws the dossiers, and nobody rates the own work."""

import pytest

from core.calendar import LOCAL
from dossiers.models import Dossier
from feedback.instruments import UNITS_RATING, AnswerError
from feedback.nine_indicators import Band
from feedback.unit_rating import bands, rate, to_rate
from feedback.walk_in import BallotRefused
from tests.feedback.conftest import CLOSED

UNIT = "Phường Ví Dụ"
HALF = "Lan"


@pytest.fixture
async def closed(database):
    async with database.writing() as session:
        for number in range(40):
            session.add(
                Dossier(
                    code=f"Z99.01-261102-{number:04d}",
                    unit=UNIT,
                    officer=HALF if number % 2 else "Mai",
                    status="returned",
                    status_at=CLOSED,
                    due_at=CLOSED,
                    closed_at=CLOSED,
                    supplement_count=1,
                )
            )
    return database


async def test_only_drawn_dossiers_of_others_wait_and_each_until_it_is_rated(closed, instruments, plan):
    plan = plan.model_copy(update={"rating_rate": 0.5})
    nine = instruments[UNITS_RATING]
    common = {"units": {UNIT}, "by": HALF, "plan": plan, "now": CLOSED}

    async def waiting(session):
        return await to_rate(session, {UNIT}, plan, by=HALF, now=CLOSED, limit=99)

    async with closed.writing() as session:
        before = await waiting(session)
        assert 3 <= len(before) <= 17
        assert all(int(one.code[-4:]) % 2 == 0 for one in before)
        first = before[0]
        assert first.known == {"total_time": 1, "contacts": 1}
        points = dict.fromkeys((question.id for question in nine.questions), "2")
        assert await rate(session, nine, points, code=first.code, **common) is None
        assert first.code not in {one.code for one in await waiting(session)}
        assert await rate(session, nine, {**points, "contacts": "0"}, code=first.code, **common) is None
        with pytest.raises(AnswerError):
            await rate(session, nine, {"contacts": "1"}, code=before[1].code, **common)
        refused = {
            await rate(session, nine, points, code=f"Z99.01-261102-{number:04d}", **common)
            for number in range(1, 40, 2)
        }
        assert refused == {BallotRefused.OWN_WORK, BallotRefused.NO_DOSSIER}
        month = f"{CLOSED.astimezone(LOCAL):%Y-%m}"
        counted = await bands(session, [month], sample=False, now=CLOSED)
    assert counted == {UNIT: {**dict.fromkeys(Band, 0), Band.EXCELLENT: 1}}
