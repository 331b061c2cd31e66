"""The report: the index of wards and cities against their targets, and what it keeps to itself."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from core.calendar import LOCAL
from dossiers.models import Dossier, DossierStep
from dossiers.vocabularies import DossierEventType, DossierStatus
from feedback.areas import Areas
from feedback.figures import By
from feedback.index import Publication, Verdict
from feedback.kpis import count_figures
from feedback.models import SurveyAnswer, SurveyInvitation
from feedback.report import index_report, months_between
from feedback.report_text import as_text
from feedback.sample import WARDS, plant_sample
from feedback.span import Span
from feedback.targets import City, Measure, load_targets
from tests.feedback.conftest import CONTENT

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
NOW = datetime(2026, 12, 1, tzinfo=UTC)
AREAS = Areas(
    {
        "Quy Nhơn": City.QUY_NHON,
        "Quy Nhơn Nam": City.QUY_NHON,
        "Quy Nhơn Bắc": City.QUY_NHON,
        "Quy Nhơn Đông": City.QUY_NHON,
        "Quy Nhơn Tây": City.QUY_NHON,
        "Long Khánh": City.LONG_KHANH,
        "Bảo Vinh": City.LONG_KHANH,
        "Bình Lộc": City.LONG_KHANH,
        "Hàng Gòn": City.LONG_KHANH,
        "Xuân Lập": City.LONG_KHANH,
    }
)


@pytest.fixture(scope="module")
def targets():
    return load_targets(CONTENT / "targets")


@pytest.fixture
def report(database, targets):
    async def make(by=By.UNIT, period=NOVEMBER):
        async with database.writing() as session:
            await count_figures(session, Span(*period).slices)
        async with database.reading() as session:
            return await index_report(session, targets, *period, by=by, areas=AREAS, now=NOW)

    return make


async def answers(
    database, unit, satisfied, n, *, invited=None, month="2026-11", sample=False, version=1, **more
):
    """Put ``n`` answers of a unit into the database, ``satisfied`` of them satisfied."""
    common = {"unit": unit, "field": "Hộ tịch", "channel": "counter", **more}
    common |= {"instrument": "after-pickup", "instrument_version": version, "sample": sample}
    closed = datetime.fromisoformat(f"{month}-10T03:00:00+00:00")
    async with database.writing() as session:
        for place in range(n):
            level = 4 if place < satisfied else 3
            session.add(
                SurveyAnswer(
                    answer_key=uuid.uuid4().hex,
                    month=month,
                    headline=level,
                    answers={"overall": level},
                    change_until=closed.isoformat(),
                    **common,
                )
            )
        for _ in range(2 * n if invited is None else invited):
            session.add(
                SurveyInvitation(
                    dossier_hash=uuid.uuid4().hex,
                    token_hash=uuid.uuid4().hex,
                    closed_at=closed,
                    closed_month=month,
                    send_at=closed,
                    expires_at=closed + timedelta(days=30),
                    **common,
                )
            )


def find(rows, group):
    [row] = [row for row in rows if row.group == group]
    return row


async def test_a_ward_is_held_against_the_target_of_its_former_city(database, report):
    await answers(database, "Phường Bảo Vinh", 388, 400, invited=1000)
    await answers(database, "Phường Quy Nhơn Nam", 340, 400, invited=1600)
    found = await report()
    bao_vinh, nam = find(found.rows, "Phường Bảo Vinh"), find(found.rows, "Phường Quy Nhơn Nam")
    assert (bao_vinh.n, bao_vinh.satisfied, bao_vinh.index) == (400, 388, 97.0)
    assert (bao_vinh.interval.lower, bao_vinh.interval.upper) == (94.8, 98.3)
    assert (bao_vinh.invited, bao_vinh.response_rate, bao_vinh.representative) == (1000, 40.0, True)
    [held] = bao_vinh.held
    assert (held.value, held.verdict) == (94, Verdict.MET)
    assert held.label == "chỉ tiêu năm 2024, Kế hoạch 112/KH-UBND"
    [held] = nam.held
    assert (held.value, held.verdict) == (90, Verdict.NOT_MET)
    assert "468/QĐ-TTg" in held.label
    assert nam.representative is False
    assert (nam.silence.lower, nam.silence.upper) == (21.2, 96.2)


async def test_a_former_city_is_the_sum_of_its_wards(database, report):
    await answers(database, "UBND phường Quy Nhơn", 90, 100)
    await answers(database, "UBND phường Quy Nhơn Nam", 50, 60)
    await answers(database, "UBND phường Xuân Lập", 40, 40)
    found = await report()
    cities = {row.city: (row.n, row.satisfied) for row in found.cities}
    assert cities == {City.QUY_NHON: (160, 140), City.LONG_KHANH: (40, 40)}
    assert (found.total.n, found.total.satisfied) == (200, 180)
    assert {row.group: row.city for row in found.rows}["UBND phường Quy Nhơn Nam"] is City.QUY_NHON


async def test_between_the_bounds_the_evidence_is_not_enough_and_the_need_is_named(database, report):
    await answers(database, "Phường Quy Nhơn", 94, 100)
    [held] = (await report()).rows[0].held
    assert (held.verdict, held.answers_needed) == (Verdict.NOT_ENOUGH_EVIDENCE, 204)


async def test_under_thirty_answers_only_counts_are_given_and_nothing_is_decided(database, report):
    await answers(database, "Phường Quy Nhơn", 5, 29)
    [row] = (await report()).rows
    assert (row.publication, row.n, row.satisfied) == (Publication.COUNTS, 29, 5)
    assert (row.index, row.interval, row.silence) == (None, None, None)
    assert [held.verdict for held in row.held] == [Verdict.NOT_ENOUGH_EVIDENCE]


async def test_a_hidden_ward_cannot_be_had_by_subtraction(database, report):
    await answers(database, "Phường Quy Nhơn", 90, 100)
    await answers(database, "Phường Quy Nhơn Nam", 1, 4)
    await answers(database, "Phường Quy Nhơn Bắc", 30, 33)
    await answers(database, "Phường Quy Nhơn Đông", 50, 50)
    found = await report()
    hidden = {row.group for row in found.rows if row.publication is Publication.HIDDEN}
    assert hidden == {"Phường Quy Nhơn Nam", "Phường Quy Nhơn Bắc"}
    for row in found.rows:
        if row.group in hidden:
            assert (row.n, row.satisfied, row.index, row.interval, row.response_rate) == (None,) * 5
            assert [held.verdict for held in row.held] == [None]
    left = found.total.n - sum(row.n for row in found.rows if row.n)
    assert left == 37  # the two together, and not the four


async def test_a_city_with_few_answers_hides_its_neighbour_city_and_the_wards_of_both(database, report):
    await answers(database, "Phường Quy Nhơn", 90, 100)
    await answers(database, "Phường Long Khánh", 2, 3)
    found = await report()
    assert {row.publication for row in (*found.cities, *found.rows)} == {Publication.HIDDEN}
    assert found.total.n == 103


async def test_fewer_than_five_answers_in_all_show_nothing(database, report):
    await answers(database, "Phường Quy Nhơn", 4, 4)
    found = await report()
    assert found.total.publication is Publication.HIDDEN
    assert '"n": 4' not in str(found.to_json()).replace("'", '"')
    assert "–" in as_text(found)


async def test_land_and_construction_have_a_target_of_their_own(database, report):
    await answers(database, "Phường Quy Nhơn", 88, 100, field="Đất đai")
    await answers(database, "Phường Quy Nhơn", 88, 100, field="Hộ tịch")
    found = await report(by=By.FIELD)
    assert find(found.rows, "Đất đai").held[0].value == 85
    assert find(found.rows, "Hộ tịch").held[0].value == 90


@pytest.mark.parametrize(
    ("by", "column", "groups"),
    [
        (By.CHANNEL, "channel", ("counter", "online")),
        (By.OFFICER_GROUP, "officer_group", ("Nhóm một", "Nhóm hai")),
    ],
)
async def test_other_ways_to_look_at_it(database, report, by, column, groups):
    for group, satisfied in zip(groups, (40, 30), strict=True):
        await answers(database, "Phường Quy Nhơn", satisfied, 40, **{column: group})
    found = await report(by=by)
    assert {row.group: row.satisfied for row in found.rows} == dict(zip(groups, (40, 30), strict=True))


async def test_a_dossier_counts_in_the_month_it_closed(database, report):
    await answers(database, "Phường Quy Nhơn", 30, 30, month="2026-10")
    await answers(database, "Phường Quy Nhơn", 40, 40, month="2026-11")
    assert (await report()).total.n == 40
    both = await report(period=(date(2026, 10, 31), date(2026, 11, 15)))
    assert (both.total.n, both.months) == (70, ("2026-10", "2026-11"))
    assert months_between(date(2025, 11, 5), date(2026, 2, 1)) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    with pytest.raises(ValueError, match="before it starts"):
        months_between(date(2026, 2, 1), date(2026, 1, 31))


async def test_other_words_are_another_measurement(database, report):
    await answers(database, "Phường Quy Nhơn", 10, 40, version=1)
    await answers(database, "Phường Quy Nhơn", 40, 40, version=2)
    found = await report()
    assert (found.version, found.total.satisfied, found.older_answers) == (2, 40, 40)
    assert "40 phiếu trả lời theo bản câu hỏi cũ" in as_text(found)


async def test_invitations_still_to_be_sent_do_not_count_as_silence(database, report):
    await answers(database, "Phường Quy Nhơn", 40, 40, invited=80)
    async with database.writing() as session:
        session.add(
            SurveyInvitation(
                dossier_hash="later",
                token_hash="later",
                unit="Phường Quy Nhơn",
                closed_at=NOW - timedelta(days=2),
                closed_month="2026-11",
                instrument="after-pickup",
                instrument_version=1,
                send_at=NOW + timedelta(hours=1),
                expires_at=NOW + timedelta(days=30),
            )
        )
    assert (await report(by=By.CHANNEL)).total.invited == 80


async def test_samples_never_mix_with_what_citizens_said(database, report):
    await answers(database, "Phường Quy Nhơn", 10, 50, sample=True)
    found = await report()
    assert (found.sample, found.total.n) == (True, 50)
    assert as_text(found).startswith("SỐ LIỆU MẪU")
    await answers(database, "Phường Quy Nhơn", 6, 6)
    found = await report()
    assert (found.sample, found.total.n) == (False, 6)
    assert "MẪU" not in as_text(found)


async def test_the_sample_city_shows_every_kind_of_row_and_verdict(database, report, instruments):
    async with database.writing() as session:
        planted = await plant_sample(session, instruments["after-pickup"], today=date(2026, 11, 22))
    async with database.writing() as session:
        assert await plant_sample(session, instruments["after-pickup"], today=date(2026, 11, 23)) == 0
    assert planted == sum(ward.answered for ward in WARDS) == 415
    found = await report(period=(date(2026, 8, 1), date(2026, 11, 22)))
    assert (found.sample, found.total.n, len(found.rows)) == (True, 415, 10)
    assert {row.publication for row in found.rows} == set(Publication)
    verdicts = {held.verdict for row in found.rows for held in row.held}
    assert verdicts == {*Verdict, None}
    assert {row.representative for row in found.rows} == {True, False, None}


async def test_an_empty_period_says_so(report):
    found = await report()
    assert (found.version, found.rows, found.sample) == (None, (), False)
    assert "Chưa có phiếu trả lời." in as_text(found)


async def test_the_printed_table_names_year_and_source_of_every_target(database, report):
    await answers(database, "Phường Bảo Vinh", 388, 400, invited=1600)
    text = as_text(await report())
    assert "Phường Bảo Vinh: đạt (từ 94 %, chỉ tiêu năm 2024, Kế hoạch 112/KH-UBND)" in text
    assert "97,0 %" in text
    assert "94,8 – 98,3" in text
    assert "1.600" in text
    assert "không đại diện" in text


async def dossier(database, number, *, due, ready=None, closed=None, status=DossierStatus.RETURNED, **more):
    async with database.writing() as session:
        found = Dossier(
            code=f"Z99.01-261102-{number:04d}",
            unit="Phường Bảo Vinh",
            status=status,
            status_at=closed or ready,
            due_at=due,
            closed_at=closed,
            **more,
        )
        session.add(found)
        await session.flush()
        if ready:
            session.add(
                DossierStep(
                    event_id=f"event-{number}",
                    dossier_code=found.code,
                    dossier_id=found.id,
                    type=DossierEventType.RESULT_READY,
                    occurred_at=ready,
                    recorded_at=ready,
                )
            )


def day(number, hour=0):
    return datetime(2026, 11, number, hour, tzinfo=LOCAL)


async def test_on_time_is_when_the_result_was_ready_against_the_printed_day(database, report):
    await dossier(database, 1, due=day(10), ready=day(10, 16), closed=day(20))  # fetched late, ready in time
    await dossier(
        database, 2, due=day(10), ready=day(11), closed=day(11), new_due_at=day(12)
    )  # late all the same
    await dossier(database, 3, due=day(10, 17), closed=day(9))
    await dossier(database, 4, due=None, closed=day(9))
    await dossier(database, 5, due=day(10), closed=day(9), status=DossierStatus.WITHDRAWN)
    await dossier(database, 6, due=day(10), closed=day(9), sample=True)
    await dossier(database, 7, due=day(10), ready=day(1) - timedelta(hours=1), closed=day(2))  # of October
    found = await report()
    city, ward = found.on_time
    assert (city.city, city.group, ward.group) == (City.LONG_KHANH, None, "Phường Bảo Vinh")
    for row in (city, ward):
        assert (row.decided, row.on_time, row.undated, row.rate) == (4, 2, 1, 66.7)
        [held] = row.held
        assert (held.value, held.verdict) == (97, Verdict.NOT_MET)
    assert "66,7 % (2/3 hồ sơ, 1 hồ sơ không có ngày hẹn)" in as_text(found)
    assert Measure.ON_TIME not in {found.measure}


def test_the_longest_ward_name_decides():
    areas = Areas({"Quy Nhơn": City.QUY_NHON, "Long Khánh": City.LONG_KHANH}, default=City.QUY_NHON)
    assert areas.city_of("Trung tâm Phục vụ hành chính công PHƯỜNG LONG KHÁNH") is City.LONG_KHANH
    assert areas.city_of("Ủy ban nhân dân phường Mẫu") is City.QUY_NHON
    assert AREAS.city_of("Ủy ban nhân dân phường Mẫu") is None
    assert AREAS.city_of("phuong-quy-nhon-nam") is City.QUY_NHON
