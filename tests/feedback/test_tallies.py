"""Numbers that stand for rows say what the rows say, whatever was written and whoever wrote it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from core.calendar import LOCAL
from feedback import flagging, retention, tallies, tally_repository
from feedback.areas import Areas
from feedback.figures import By
from feedback.flags import Trace
from feedback.instruments import SHORT_SURVEY
from feedback.links import token_for
from feedback.marks import marks
from feedback.models import CountedHalf, Mode, SurveyAnswer, SurveyInvitation, SurveyTally, SurveyTrace
from feedback.overview import overview
from feedback.periods import period
from feedback.service import Surveys
from feedback.simulation.others import KINDS, plant_others
from feedback.simulation.plant import clear_sample, plant_year
from feedback.simulation.year import Office, World, simulate
from feedback.span import Slice
from feedback.tally_counting import count
from feedback.targets import City, Targets
from feedback.walk_in import Given, record_ballot, record_walk_in
from gateway.bench.plans import listening
from tests.feedback.conftest import CLOSED, close

AREAS = Areas({"Quy Nhơn": City.QUY_NHON, "Bình Lộc": City.LONG_KHANH})
OFFICES = (Office("UBND phường Quy Nhơn", 0.95, 300), Office("UBND phường Bình Lộc", 0.8, 60))
OTHER = "Z99.01-261102-0002"
NOW = datetime(2026, 7, 20, 9, tzinfo=LOCAL)


async def told(database, now, names=("2026", "2026-06"), ways=tuple(By), areas=AREAS):
    """Everything that pages and reports say."""
    found = {}
    async with database.reading() as session:
        for name in names:
            for filed in (False, True):
                wanted = period(name, administrative=filed)
                common = {"targets": Targets(()), "areas": areas, "now": now}
                for by in ways:
                    found[name, filed, by] = await overview(session, wanted, **common, by=by)
                found[name, filed] = await marks(session, wanted.span, **common)
    return found


async def from_rows(database, now, **more):
    """The same with no number believed."""
    async with database.writing() as session:
        before = list(await session.scalars(select(CountedHalf)))
        await session.execute(update(CountedHalf).values(counted_at=None))
    seen = await told(database, now, **more)
    async with database.writing() as session:
        await session.execute(delete(CountedHalf))
        for one in before:
            await session.merge(one)
    return seen


async def test_a_year_of_every_questionnaire_is_told_alike_by_numbers_and_by_rows(
    database, instruments, calendar
):
    asks = simulate(World(offices=OFFICES, cheating=0.1), NOW.date().replace(month=1, day=1), NOW.date(), 3)
    async with database.writing() as session:
        await plant_year(session, instruments[SHORT_SURVEY], asks, calendar=calendar, now=NOW)
        counts = await plant_others(session, instruments, asks, now=NOW, seed=3)
    assert set(counts) == set(KINDS)
    assert min(counts.values()) > 0
    by_rows = await told(database, NOW)
    assert await tallies.refresh(database, NOW, AREAS) > 10
    async with database.reading() as session:
        source = await tally_repository.source(session, ["2026-05"], NOW)
    assert source.tallied == {Slice("2026-05", 1), Slice("2026-05", 2)}
    assert await told(database, NOW) == by_rows
    # A page of a year reads the sheets alone, however many units and procedures have numbers of their own.
    few = {"names": ("2026",), "ways": (By.PROCEDURE,)}
    with listening() as heard:
        at_first = await told(database, NOW, **few)
    assert not [one for one in heard.statements if "survey_tally.grp" in one]
    # Who adds units up to other cities is told so from the first moment.
    others = Areas({"Quy Nhơn": City.LONG_KHANH})
    elsewhere = await from_rows(database, NOW, areas=others, **few)
    assert elsewhere != at_first
    assert await told(database, NOW, areas=others, **few) == elsewhere
    assert await tallies.refresh(database, NOW, others) == 0
    assert await told(database, NOW, areas=others, **few) == elsewhere
    assert await told(database, NOW, **few) == at_first
    assert await tallies.refresh(database, NOW, AREAS) == 0
    seen = by_rows["2026", False, By.UNIT]
    assert {one.instrument for one in seen.others} == {"complaint-answered", "sipas-long", "after-chat"}
    assert seen.bands
    assert seen.factors
    assert seen.walk_in == ()  # waiting time alone is told at the counter
    # Nothing changes: nothing is counted again.
    assert await tallies.refresh(database, NOW + timedelta(minutes=5), AREAS) == 0
    async with database.writing() as session:
        await clear_sample(session)
    assert (await told(database, NOW))["2026", False, By.UNIT].report.version is None


@pytest.fixture
async def office(database, run_invitations, clock):
    """One invited citizen, everything counted a month later."""
    await close(database)
    await run_invitations()
    clock.pass_(days=3)
    await tallies.refresh(database, clock(), AREAS)
    return database


async def test_when_cities_are_put_together_otherwise_sheets_are_made_before_the_next_look(office, clock):
    now = {"areas": AREAS}
    keeper = tallies.SheetKeeper(office, lambda: now["areas"])
    with listening() as heard:
        await keeper.tick()
    assert not heard.statements, "nothing has changed"
    now["areas"] = Areas({"Quy Nhơn": City.LONG_KHANH})
    await keeper.tick()
    with listening() as heard:
        await keeper.tick()
        assert not heard.statements
        await told(office, clock(), names=("2026-11",), ways=(By.PROCEDURE,), areas=now["areas"])
    assert heard.statements
    assert not [one for one in heard.statements if "survey_tally.grp" in one]


async def test_every_kind_of_writing_takes_back_the_numbers_of_its_half_month(
    office, clock, instruments, run_invitations
):
    async with office.reading() as session:
        invitation = await session.scalar(select(SurveyInvitation.id))
        token = await token_for(session, invitation, clock())
    given = Given(instruments[SHORT_SURVEY], {"overall": 3})
    surveys = Surveys(office, clock=clock)

    async def answered():
        await surveys.answer(token, {"overall": 5})

    async def changed():
        await surveys.answer(token, {"overall": 1, "staff": 2})

    async def flagged():
        async with office.writing() as session:
            key = await session.scalar(select(SurveyAnswer.answer_key).limit(1))
            await session.execute(delete(SurveyTrace))
            many = [Trace(str(n) if n else key, "phuong-vi-du", clock(), "1-----", "d") for n in range(5)]
            await flagging.leave_traces(session, many, clock())
        await flagging.mark_and_forget(office, clock())

    async def walked_in():
        async with office.writing() as session:
            await record_walk_in(session, given, unit="phuong-vi-du", mode=Mode.POSTER, device="", now=CLOSED)

    async def another_closed():
        await close(office, OTHER, applicant={"name": "Ví Dụ", "phone": "0900000002"})
        await run_invitations()

    async def ballot():
        async with office.writing() as session:
            await record_ballot(
                session,
                given,
                dossier_code="Z99.01-261102-0002",
                mode=Mode.PAPER,
                entered_by="Ai",
                now=CLOSED,
            )

    for write in (answered, changed, flagged, walked_in, another_closed, ballot):
        await write()
        clock.pass_(minutes=16)  # so long (``FRESH``), numbers of before may be believed
        seen = await told(office, clock(), names=("2026-11",), ways=(By.UNIT,))
        assert seen == await from_rows(office, clock(), names=("2026-11",), ways=(By.UNIT,)), write.__name__
        async with office.reading() as session:
            changed_now = await session.scalar(select(CountedHalf.changed).where(CountedHalf.half == 2))
        assert changed_now, write.__name__
        await tallies.refresh(office, clock(), AREAS)
        assert await told(office, clock(), names=("2026-11",), ways=(By.UNIT,)) == seen, write.__name__


async def test_what_is_written_while_a_half_is_counted_is_not_lost(office, clock):
    """The numbers of a moment ago are kept, and the half month stays one that has changed."""
    at = Slice("2026-11", 2)
    async with office.writing() as session:
        await tally_repository.touch(session, [at])
        await tally_repository.begin(session, at, "mine")
    async with office.reading() as session:
        rows, to_come = await count(session, at, clock())
    async with office.writing() as session:
        await tally_repository.touch(session, [at])  # somebody answers meanwhile
    async with office.writing() as session:
        await tally_repository.keep(session, at, "mine", rows, clock(), to_come=to_come)
    async with office.reading() as session:
        assert await session.scalar(select(CountedHalf.changed).where(CountedHalf.half == 2))
        assert at in await tally_repository.to_count(session)


async def test_an_invitation_is_counted_when_its_day_has_come(database, run_invitations, clock):
    await close(database)
    await run_invitations()
    assert await tallies.refresh(database, clock(), AREAS) > 0

    async def invited():
        async with database.reading() as session:
            rows = await session.scalars(select(SurveyTally.invited).where(SurveyTally.axis == "unit"))
            return sum(rows)

    assert await invited() == 0
    clock.pass_(days=4)
    await tallies.refresh(database, clock(), AREAS)
    assert await invited() == 1
    assert await tallies.refresh(database, clock(), AREAS) == 0


async def test_forgetting_a_month_keeps_its_numbers_and_counts_nothing_twice(office, clock):
    async with office.reading() as session:
        token = await token_for(session, await session.scalar(select(SurveyInvitation.id)), clock())
    await Surveys(office, clock=clock).answer(token, {"overall": 5})
    await tallies.refresh(office, clock(), AREAS)
    before = (await told(office, clock(), ways=(By.UNIT,), names=("2026-11",)))["2026-11", False, By.UNIT]
    clock.pass_(days=430)
    assert await retention.forget(office, clock()) == ["2026-11"]
    at_once = await told(office, clock(), names=("2026-11",))
    await tallies.refresh(office, clock(), AREAS)
    by_sheets = await told(office, clock(), names=("2026-11",))
    assert by_sheets == at_once
    after = by_sheets["2026-11", False, By.UNIT]
    assert (after.report.total.invited, after.report.total.n) == (1, before.report.total.n)
    async with office.reading() as session:
        assert not any(await session.scalars(select(SurveyTally.live)))
