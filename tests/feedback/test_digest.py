"""A Monday's digest: what must be done first, and never what somebody said this week."""

from datetime import datetime, timedelta

from core.calendar import LOCAL
from dossiers.models import Dossier
from feedback import digest
from feedback.areas import Areas
from feedback.case_models import OpinionCase
from feedback.factors import FactorShare
from feedback.figures import Bounds, Held, Row
from feedback.index import Publication, Verdict
from feedback.instruments import Factor
from feedback.overview import overview
from feedback.periods import period
from feedback.targets import Targets

NOW = datetime(2026, 11, 30, 8, tzinfo=LOCAL)
WARD = "UBND phường Ví Dụ"


def dossier(number, due_in, closed=False):
    return Dossier(
        code=f"Z99.01-261102-{number:04d}",
        unit=WARD,
        status="returned" if closed else "processing",
        status_at=NOW,
        due_at=NOW + timedelta(days=due_in),
        closed_at=NOW if closed else None,
    )


def case(number, due_in):
    return OpinionCase(
        citizen_key=f"{number}", unit=WARD, reason="low", level=1, words="Lời của một người",
        opened_at=NOW - timedelta(days=3), due_at=NOW + timedelta(days=due_in),
    )  # fmt: skip


def test_what_presses_most_is_read_first():
    def unit(cases=0, late=0, verdict=None):
        held = Held(target="t", label="chỉ tiêu", comparator=">=", value=90, verdict=verdict)
        row = Row(city=None, group=WARD, publication=Publication.ESTIMATE, held=(held,))
        return digest.UnitWeek(WARD, 0, 0, cases, late, row)

    ways = (unit(2, 1), unit(verdict=Verdict.NOT_MET), unit(1), unit(verdict=Verdict.NOT_ENOUGH_EVIDENCE))
    assert [one.presses for one in ways] == [3, 2, 1, 0]


async def test_late_things_come_first_and_no_words_are_passed_on(database):
    async with database.writing() as session:
        session.add_all([dossier(1, -2), dossier(2, 3), dossier(3, 30), dossier(4, -9, closed=True)])
        session.add_all([case(1, -1), case(2, 1)])
    async with database.reading() as session:
        seen = await overview(session, period("2026"), targets=Targets(()), areas=Areas({}), now=NOW)
        [found] = await digest.week(session, {WARD, "UBND phường Yên"}, seen, NOW)
    assert (found.late, found.soon, found.cases, found.cases_late) == (1, 1, 2, 1)
    text = digest.as_text([found], NOW)
    assert text.splitlines()[3] == "- 1 ý kiến quá giờ chưa tìm hiểu xong: làm trước tiên."
    assert "Lời của một người" not in text
    assert digest.UnitWeek(WARD, 0, 0, 0, 0, None).lines == [
        "Không có việc gì trễ, không có ý kiến nào đang chờ."
    ]


def test_what_to_mend_first_is_the_lowest_factor_that_enough_people_judged():
    def share(factor, index, n=40):
        bounds = Bounds(lower=index - 9, upper=min(index + 6, 100)) if index else None
        return FactorShare(factor=factor, n=n, satisfied=n // 2, index=index, interval=bounds)

    shares = (share(Factor.STAFF, 91.0), share(Factor.RESULTS, 78.5), share(Factor.ACCESS, None, n=12))
    weakest = digest.weakest_of(shares)
    assert weakest == shares[1]
    assert digest.weakest_of(shares[1:]) is None
    # One of five is always the lowest: chance alone is not blamed.
    assert digest.weakest_of((share(Factor.STAFF, 82.0), share(Factor.RESULTS, 78.5))) is None
    row = Row(
        city=None, group=WARD, publication=Publication.ESTIMATE, n=120, satisfied=108, index=90.0,
        interval=Bounds(lower=83.3, upper=94.2),
    )  # fmt: skip
    assert digest.UnitWeek(WARD, 0, 0, 0, 0, row, weakest).opinion_lines == [
        "Hài lòng từ đầu năm: 90,0 % (khoảng tin cậy 83,3 – 94,2, 120 phiếu).",
        "Nên sửa trước: Kết quả 78,5 % (69,5 – 84,5; 40 phiếu), thấp nhất trong năm yếu tố.",
    ]
