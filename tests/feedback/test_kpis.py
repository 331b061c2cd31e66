"""The figures beside the index, each on rows made by hand."""

from datetime import date, datetime

from core.calendar import LOCAL
from dossiers.models import Complaint, Dossier, DossierStep
from dossiers.vocabularies import DossierEventType, DossierStatus
from feedback import kpi_repository
from feedback.areas import Areas
from feedback.figure_rows import figure_rows
from feedback.figures import Bounds
from feedback.index import Verdict
from feedback.kpi_models import Figure
from feedback.kpi_repository import Part
from feedback.kpis import count_figures, percentage, refresh
from feedback.models import SurveyAnswer
from feedback.span import Slice, Span
from feedback.targets import City, load_targets
from gateway.bench.plans import listening, whole_tables
from gateway.opinion_words import words
from tests.conftest import REPOSITORY

NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 30)).slices
WARD, QUY_NHON = "Phường Ví Dụ", "UBND phường Quy Nhơn"
TARGETS = load_targets(REPOSITORY / "content/targets")


def at(day, hour=9, month=11):
    return datetime(2026, month, day, hour, tzinfo=LOCAL)


def dossier(number, **more):
    more = {"status": DossierStatus.RETURNED, "closed_at": at(10), "unit": WARD, "channel": "counter", **more}
    more = {"received_at": at(2), "due_at": at(12), "status_at": more["closed_at"] or at(2), **more}
    return Dossier(code=f"Z99.01-261102-{number:04d}", **more)


def complaint(number, due, answered=None, **more):
    return Complaint(
        receipt_code=f"VIDU{number:02d}",
        text="Ví dụ",
        unit=WARD,
        status="answered" if answered else "received",
        forward_by=due,
        due_on=due,
        created_at=at(1),
        answered_at=answered,
        **{"kind": "reflection", **more},
    )


async def count(database, *rows):
    async with database.writing() as session:
        session.add_all(rows)
        await session.flush()
        await count_figures(session, NOVEMBER)
        # Counting again counts nothing twice.
        await count_figures(session, NOVEMBER)
    async with database.reading() as session:
        found = await kpi_repository.figures(session, NOVEMBER, sample=False)
    return {figure: (part.part, part.whole, part.left_out) for figure, part in found if part.unit == WARD}


async def test_land_certificates_are_judged_apart(database):
    land = {"field": "Đất đai", "procedure_name": "Cấp đổi Giấy chứng nhận đã cấp"}
    found = await count(
        database,
        dossier(1, **land),
        dossier(2, **land, due_at=at(9)),
        dossier(3, field="đất đai", procedure_name="Chuyển mục đích sử dụng đất", due_at=at(9)),
        dossier(4, field="Hộ tịch"),
        dossier(5, field="Hộ tịch", due_at=None),
        dossier(6, field="Hộ tịch", status=DossierStatus.PROCESSING, closed_at=None),
    )
    assert found[Figure.LAND_ON_TIME] == (1, 2, 0)
    assert found[Figure.ON_TIME] == (2, 4, 1)
    # The two late ones are not satisfied in the sense of Decision 766; who has no date is.
    assert found[Figure.D766_PROCEDURES] == (3, 5, 0)


async def test_the_day_is_the_vietnamese_one(database):
    late = datetime(2026, 11, 30, 23, 30, tzinfo=LOCAL)  # still the 30th here, 16:30 the same day in UTC
    early = datetime(2026, 11, 1, 0, 30, tzinfo=LOCAL)  # the 31st of October in UTC
    found = await count(
        database,
        dossier(1, closed_at=late, due_at=datetime(2026, 11, 30, 8, tzinfo=LOCAL)),
        dossier(2, closed_at=early, due_at=datetime(2026, 11, 1, 17, tzinfo=LOCAL)),
        dossier(3, closed_at=datetime(2026, 12, 1, 0, 5, tzinfo=LOCAL)),
    )
    assert found[Figure.ON_TIME] == (2, 2, 0)


async def test_a_dossier_that_was_complained_about_is_not_quietly_satisfied(database):
    found = await count(
        database, dossier(1), dossier(2), complaint(1, date(2026, 11, 20), dossier_code="Z99.01-261102-0001")
    )
    assert found[Figure.D766_PROCEDURES] == (1, 2, 0)


async def test_shares_online_and_by_post(database):
    found = await count(
        database,
        dossier(1, channel="online"),
        dossier(2, channel="online", status=DossierStatus.POSTED),
        dossier(3),
        dossier(4, channel=None),
        dossier(5, received_at=at(28, month=10), closed_at=at(1)),
    )
    assert found[Figure.ONLINE] == (2, 3, 0)
    assert found[Figure.POST] == (1, 5, 0)


async def test_how_fees_were_paid_is_a_share_of_those_of_whom_it_is_known(database):
    paid = {"paid_at": at(5)}
    found = await count(
        database,
        dossier(1, **paid, paid_how="online"),
        dossier(2, **paid, paid_how="transfer"),
        dossier(3, **paid, paid_how="card"),
        dossier(4, **paid, paid_how="cash"),
        dossier(5, **paid),
        dossier(6),
        dossier(7, paid_at=at(31, month=10), paid_how="online"),
    )
    assert found[Figure.ONLINE_PAYMENT] == (1, 4, 1)
    assert found[Figure.CASHLESS] == (3, 4, 1)


async def test_reflections_count_when_they_were_due_and_complaints_are_none(database):
    found = await count(
        database,
        complaint(1, date(2026, 11, 20), at(20, 16)),
        complaint(2, date(2026, 11, 20), at(21, 8)),
        complaint(3, date(2026, 11, 30)),
        complaint(4, date(2026, 12, 1), at(3)),
        complaint(5, date(2026, 11, 20), at(2), kind="complaint"),
    )
    assert found[Figure.REFLECTIONS_ON_TIME] == (1, 3, 0)


async def test_waiting_is_a_mean_of_minutes(database):
    def waited(number, minutes, half=1):
        return SurveyAnswer(
            answer_key=f"waited {number}",
            month="2026-11",
            half=half,
            unit=WARD,
            instrument="waiting-time",
            instrument_version=1,
            headline=minutes,
            answers={"minutes": minutes},
            change_until=at(1).isoformat(),
        )

    found = await count(database, waited(1, 5), waited(2, 25), waited(3, 9, half=2))
    part, whole, _ = found[Figure.WAITING_MINUTES]
    assert percentage(Figure.WAITING_MINUTES, part, whole) == 13
    async with database.reading() as session:
        [squares] = [
            one.squares
            for figure, one in await kpi_repository.figures(session, NOVEMBER, sample=False)
            if figure is Figure.WAITING_MINUTES
        ]
    assert squares == 25 + 625 + 81
    assert percentage(Figure.ON_TIME, 3, 4) == 75
    assert percentage(Figure.ON_TIME, 0, 0) is None


async def test_only_what_may_still_change_is_counted_again(database):
    async with database.writing() as session:
        session.add(dossier(1, received_at=at(2, month=1), closed_at=at(5, month=1), due_at=at(9, month=1)))
    assert await refresh(database, at(20)) == 22
    assert await refresh(database, at(20)) < 22
    async with database.reading() as session:
        kept = await kpi_repository.figures(session, [Slice("2026-01", 1)], sample=False)
    assert (Figure.ON_TIME, 1) in {(figure, part.part) for figure, part in kept}


async def test_dossiers_of_earlier_years_are_not_read_for_the_figures_of_today(database):
    async with database.writing() as session:
        session.add_all(
            [
                dossier(1),
                dossier(2, status=DossierStatus.RESULT_READY, closed_at=None, status_at=at(12)),
                dossier(3, received_at=at(2, month=1), closed_at=at(5, month=1)),
            ]
        )
    with listening() as heard:
        await refresh(database, at(20))
    counted = {one: given for one, given in heard.statements.items() if "count(" in one}
    assert len(counted) > 4
    years = {"dossier", "dossier_step"}
    assert whole_tables(database.url, heard, small=True, growing=years) == {}


async def test_a_result_that_waits_at_the_counter_is_decided_and_one_that_was_withdrawn_is_not(database):
    waiting = {"status": DossierStatus.RESULT_READY, "closed_at": None}
    found = await count(
        database,
        dossier(1, **waiting, status_at=at(11)),
        dossier(2, **waiting, status_at=at(11, month=9)),
        dossier(3, status=DossierStatus.WITHDRAWN),
        DossierStep(
            event_id="ready", dossier_code="Z99.01-261102-0001", dossier_id="first",
            type=DossierEventType.RESULT_READY, occurred_at=at(11), recorded_at=at(11), overtaken=False,
        ),
        dossier(4, id="first", **waiting, status_at=at(11)),
    )  # fmt: skip
    assert found[Figure.ON_TIME] == (1, 1, 0)


def test_waiting_is_held_against_its_target_with_its_interval():
    def row(minutes, **more):
        squares = sum(one * one for one in minutes)
        part = Part(QUY_NHON, False, sum(minutes), len(minutes), squares=squares, **more)
        areas = Areas({"Quy Nhơn": City.QUY_NHON})
        rows = figure_rows([(Figure.WAITING_MINUTES, part)], [], TARGETS, areas, date(2026, 11, 30))
        return next(one for one in rows if one.group is None)

    def verdicts(found):
        return {held.verdict for held in found.held}

    short = row([8, 10, 12] * 20)
    assert (short.value, short.interval) == (10.0, Bounds(lower=9.6, upper=10.4))
    assert verdicts(short) == {Verdict.MET}
    assert words.target(short.held[0]).startswith("tối đa 15 phút")
    assert verdicts(row([20, 30] * 20)) == {Verdict.NOT_MET}
    assert verdicts(row([5, 24] * 20)) == {Verdict.NOT_ENOUGH_EVIDENCE}
    assert verdicts(row([5] * 20)) == {Verdict.NOT_ENOUGH_EVIDENCE}, "twenty people are too few"
