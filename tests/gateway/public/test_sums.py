"""The calculators on a procedure's page: a form without scripts, every figure with its source."""

from __future__ import annotations

import re
from datetime import date

import pytest

from core.calendar import WorkingCalendar
from core.content_mirror import read_folder
from gateway.public.present import procedure_page
from gateway.public.sums import sums_for
from knowledge.base import Content, KnowledgeBase
from knowledge.calculators.schemas import PERSONS, parse_calculator
from knowledge.published import parse_procedure
from tests.conftest import REPOSITORY
from tests.gateway.public.conftest import Visitor

TODAY = date(2026, 11, 26)
RECORDS = {
    record.code: record
    for key, text in read_folder(REPOSITORY / "content" / "procedures").items()
    for record in [parse_procedure(text, f"procedures/{key}").to_procedure()]
}
BASE = KnowledgeBase(
    Content(
        procedures=RECORDS,
        calculators=[
            parse_calculator(text, f"calculators/{key}")
            for key, text in read_folder(REPOSITORY / "content" / "calculators").items()
            if f"calculators/{key}" != PERSONS
        ],
    )
)
CALENDAR = WorkingCalendar()


def test_three_copies_of_five_pages_show_rows_source_and_sum() -> None:
    asked = {"copies": "3", "pages": "5"}
    found = sums_for(BASE, CALENDAR, RECORDS["2.000815"], TODAY, asked)
    assert found is not None
    assert found.sums[-1] == "3 bản × 7.000 đồng = 21.000 đồng."
    assert any("226/2016/TT-BTC" in row for row in found.rows)
    assert [field.value for field in found.numbers] == ["3", "5"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"pages": "0"}, "từ 1 đến 500"),
        ({"pages": "rất nhiều"}, "từ 1 đến 500"),
        ({"pages": "2", "ngay": "hôm qua"}, "viết dạng 2026-11-30"),
        ({"pages": "2", "ngay": "2020-01-01"}, "từ hôm nay trở đi"),
    ],
)
def test_a_slip_in_the_form_is_named_with_its_remedy(asked: dict[str, str], says: str) -> None:
    found = sums_for(BASE, CALENDAR, RECORDS["2.000815"], TODAY, asked)
    assert found is not None
    assert says in " ".join(found.problems)
    assert not found.sums


def test_a_rate_that_ends_is_read_by_the_day_that_was_chosen() -> None:
    card = RECORDS["1.014063"]
    now = sums_for(BASE, CALENDAR, card, TODAY, {})
    later = sums_for(BASE, CALENDAR, card, TODAY, {"ngay": "2027-01-05"})
    assert now is not None
    assert later is not None
    assert "25.000 đồng/thẻ" in now.rows[0]
    assert all("25.000" not in row for row in later.rows)
    assert "50.000 đồng/thẻ" in later.rows[0]


def test_the_page_leaves_out_a_rate_that_has_ended() -> None:
    def values(day: date) -> str:
        page = procedure_page(RECORDS["1.014063"], day)
        return " ".join(line.value for group in page.fees for line in group.lines)

    assert "25.000" in values(TODAY)
    assert "25.000" not in values(date(2027, 1, 1))
    assert "50.000" in values(date(2027, 1, 1))


async def test_the_form_works_without_scripts(visitor: Visitor) -> None:
    html = await visitor.get("/p/9.000001")
    assert 'action="/p/9.000001#tinh"' in html
    await visitor.get("/p/9.000001?ngay=2026-11-27")
    assert re.search(
        r"thứ Sáu 27/11/2026 .* cộng 3 ngày làm việc .* hẹn trả thứ Tư 02/12/2026", visitor.words
    )
    assert 'role="status"' in visitor.html
