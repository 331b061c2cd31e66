"""The five factors: counted from those who went on, hidden where they are few, each by itself."""

import uuid

from core.calendar import LOCAL
from feedback.areas import Areas
from feedback.count_repository import Asked
from feedback.factors import factor_rows
from feedback.instruments import Factor
from feedback.models import SurveyAnswer
from feedback.overview import overview
from feedback.periods import period
from feedback.targets import City, Targets
from tests.feedback.conftest import CLOSED

MONTH = period("2026-11")


def answers(unit, pattern, count, instrument="after-pickup"):
    return [
        SurveyAnswer(
            answer_key=uuid.uuid4().hex,
            month="2026-11",
            half=1,
            unit=unit,
            instrument=instrument,
            instrument_version=1,
            headline=int(pattern[0]),
            factors=pattern[1:],
            answers={},
            change_until=CLOSED.isoformat(),
        )
        for _ in range(count)
    ]


async def rows_of(database, *rows):
    async with database.writing() as session:
        session.add_all([one for group in rows for one in group])
    async with database.reading() as session:
        found = await factor_rows(
            session, MONTH.span, Areas({"A": City.QUY_NHON}), Asked("after-pickup", 1, False), CLOSED
        )
    return {row.group: {share.factor: share for share in row.shares} for row in found}


async def test_each_factor_is_counted_from_those_who_answered_it(database):
    found = await rows_of(database, answers("Phường A", "545-3-", 40), answers("Phường A", "3-2---", 20))
    a = found["Phường A"]
    assert (a[Factor.ACCESS].n, a[Factor.ACCESS].satisfied, a[Factor.ACCESS].index) == (40, 40, 100.0)
    assert (a[Factor.PROCEDURES].n, a[Factor.PROCEDURES].index) == (60, 66.7)
    assert a[Factor.PROCEDURES].interval.lower < 66.7 < a[Factor.PROCEDURES].interval.upper
    assert a[Factor.STAFF].n is None
    assert (a[Factor.RESULTS].n, a[Factor.RESULTS].satisfied) == (40, 0)


async def test_few_answers_to_a_factor_are_hidden_and_cannot_be_had_by_subtraction(database):
    found = await rows_of(
        database,
        answers("Phường A", "54----", 4),
        answers("Phường A", "5-----", 90),
        answers("Phường A nhỏ", "51----", 12),
        answers("Phường A lớn", "54----", 40),
    )
    assert set(found) == {None, "Phường A lớn"}, "the whole less the others would tell of the four"
    large = found["Phường A lớn"][Factor.ACCESS]
    assert (large.n, large.index) == (40, 100.0)
    assert found[None][Factor.ACCESS].n == 56


async def test_other_questionnaires_are_measures_of_their_own(database):
    rows = answers("Phường A", "5-----", 40, "complaint-answered") + answers("Phường A", "1-----", 9)
    async with database.writing() as session:
        session.add_all(rows)
    async with database.reading() as session:
        seen = await overview(
            session,
            MONTH,
            targets=Targets(()),
            areas=Areas({"A": City.QUY_NHON}),
            now=CLOSED.astimezone(LOCAL),
        )
    assert (seen.report.total.n, seen.report.total.satisfied) == (9, 0)
    [other] = seen.others
    assert other.instrument == "complaint-answered"
    assert {row.group: row.index for row in other.rows} == {None: 100.0, "Phường A": 100.0}
