"""Fees worked out: every number from the record or from the shown sum, rates by their day, who pays less."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.content_mirror import read_folder
from knowledge.answer.guard import figures, figures_of
from knowledge.calculators.check import check_calculators
from knowledge.calculators.exempt import answer_to, plea_in
from knowledge.calculators.fee_rows import Standing, dated_lines, fee_rows, holding
from knowledge.calculators.schemas import PERSONS, parse_calculator, parse_persons
from knowledge.calculators.sum_up import bind, quantities_in, times_unit, work_out
from knowledge.published import parse_procedure
from knowledge.schemas import FeeKind, Procedure
from tests.conftest import REPOSITORY

RECORDS = {
    record.code: record
    for key, text in read_folder(REPOSITORY / "content" / "procedures").items()
    for record in [parse_procedure(text, f"procedures/{key}").to_procedure()]
}
FILES = {
    f"calculators/{key}": text for key, text in read_folder(REPOSITORY / "content" / "calculators").items()
}
CALCULATORS = [parse_calculator(text, key) for key, text in FILES.items() if key != PERSONS]
PEOPLE = parse_persons(FILES[PERSONS], PERSONS)
BY_PAGE = next(one for one in CALCULATORS if one.id == "chung-thuc-theo-trang")
COPY, CARD = RECORDS["2.000815"], RECORDS["1.014063"]
TODAY, NEXT_YEAR = date(2026, 11, 26), date(2027, 1, 5)


def test_every_calculator_finds_its_rows_in_its_records() -> None:
    assert check_calculators(CALCULATORS, RECORDS, TODAY) == []


@pytest.mark.parametrize(
    ("text", "total", "last"),
    [
        ("chứng thực 3 bản mỗi bản 5 trang hết bao nhiêu", 21_000, "3 bản × 7.000 đồng = 21.000 đồng"),
        ("chung thuc 3 ban moi ban 5 trang het bao nhieu", 21_000, "3 bản × 7.000 đồng = 21.000 đồng"),
        ("sao y hai bản một trang", 4_000, "2 bản × 2.000 đồng = 4.000 đồng"),
        ("photo công chứng 2 trang", 4_000, "2 trang đầu × 2.000 đồng = 4.000 đồng"),
        ("sao y 1 bản 300 trang", 200_000, "Mỗi bản thu nhiều nhất 200.000 đồng"),
    ],
)
def test_copies_by_the_page_are_worked_out_and_shown(text: str, total: int, last: str) -> None:
    bound = bind(BY_PAGE, COPY, TODAY)
    assert bound is not None
    result = work_out(bound, quantities_in(text, BY_PAGE))
    assert result is not None
    assert result.total == total
    assert result.lines[-1] == last
    assert {row.fee.basis for row in result.rows} == {"226/2016/TT-BTC"}


def test_without_the_number_of_pages_nothing_is_worked_out() -> None:
    bound = bind(BY_PAGE, COPY, TODAY)
    assert bound is not None
    assert work_out(bound, quantities_in("sao y 3 bản hết bao nhiêu", BY_PAGE)) is None
    assert work_out(bound, {"pages": 10_000}) is None


@given(copies=st.integers(1, 200), pages=st.integers(1, 500))
def test_no_number_of_a_sum_comes_from_nowhere(copies: int, pages: int) -> None:
    bound = bind(BY_PAGE, COPY, TODAY)
    assert bound is not None
    result = work_out(bound, {"copies": copies, "pages": pages})
    assert result is not None
    # An arithmetic of its own, besides the engine's.
    first, later = min(pages, 2), max(pages - 2, 0)
    by_page = first * 2000 + later * 1000
    one = min(by_page, 200_000)
    assert result.total == copies * one
    shown = {copies, pages, first, later, first * 2000, later * 1000, by_page, one, copies * one}
    allowed = figures_of(COPY) | {f"number:{number}" for number in shown}
    assert figures(" ".join(result.lines)) <= allowed


def test_a_record_that_changed_lets_the_calculator_rest() -> None:
    def changed(**update: object) -> Procedure:
        method = COPY.methods[0]
        fees = (method.fees[0], method.fees[1].model_copy(update=update))
        return COPY.model_copy(update={"methods": (method.model_copy(update={"fees": fees}),)})

    assert bind(BY_PAGE, changed(), TODAY) is not None
    assert bind(BY_PAGE, changed(note=None), TODAY) is None
    assert bind(BY_PAGE, changed(when="Từ trang thứ 4 trở đi"), TODAY) is None
    (problem,) = check_calculators(
        [BY_PAGE.model_copy(update={"procedures": ("2.000815",)})], {"2.000815": changed(note=None)}, TODAY
    )
    assert "2.000815" in str(problem)


def test_an_amount_that_changes_in_the_record_changes_the_sum() -> None:
    method = COPY.methods[0]
    dearer = method.fees[0].model_copy(update={"amount": 3000})
    record = COPY.model_copy(
        update={"methods": (method.model_copy(update={"fees": (dearer, method.fees[1])}),)}
    )
    bound = bind(BY_PAGE, record, TODAY)
    assert bound is not None
    result = work_out(bound, {"pages": 2})
    assert result is not None
    assert result.total == 6000


def test_the_halved_fee_of_the_identity_card_ends_with_the_year() -> None:
    def amounts(day: date) -> set[int | None]:
        return {r.fee.amount for r in holding(fee_rows(CARD, day)) if r.fee.kind is FeeKind.KNOWN}

    assert amounts(date(2026, 12, 31)) == {25_000}
    assert amounts(date(2027, 1, 1)) == {50_000}
    assert Standing.LATER in {row.standing for row in fee_rows(CARD, TODAY)}
    assert Standing.ENDED in {row.standing for row in fee_rows(CARD, NEXT_YEAR)}
    now, later = dated_lines(CARD, TODAY)
    assert "25.000 đồng/thẻ, áp dụng đến hết 31/12/2026" in now
    assert "64/2025/TT-BTC" in now
    assert later.startswith("Sau 31/12/2026")
    assert "50.000 đồng/thẻ" in later
    (only,) = dated_lines(CARD, NEXT_YEAR)
    assert "25.000" not in only


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.code)
def test_rows_of_every_record_say_only_what_the_record_says(record: Procedure) -> None:
    for day in (TODAY, NEXT_YEAR):
        lines = dated_lines(record, day)
        spelled = f"date:{day.day}/{day.month}/{day.year}"
        assert figures(" ".join(lines)) <= figures_of(record) | {spelled}


def test_so_many_of_one_thing_are_multiplied_only_where_one_row_holds() -> None:
    three = times_unit("đổi 3 thẻ hết bao nhiêu", CARD, TODAY)
    assert three is not None
    assert three.lines == ("3 thẻ × 25.000 đồng = 75.000 đồng.",)
    assert times_unit("làm 3 hộ chiếu", RECORDS["1.001456"], TODAY) is None
    assert times_unit("đổi thẻ hết bao nhiêu", CARD, TODAY) is None


@pytest.mark.parametrize(
    ("text", "person", "alone"),
    [
        ("tui là hộ nghèo có được giảm phí không", "ho-ngheo", True),
        ("nha tui can ngheo co duoc mien le phi khong", "can-ngheo", True),
        ("con liệt sĩ có phải đóng lệ phí không", "co-cong", True),
        ("người khuyết tật được miễn không", "khuyet-tat", True),
        ("hộ nghèo làm khai tử có được miễn phí không", "ho-ngheo", False),
    ],
)
def test_who_asks_to_pay_less_is_understood(text: str, person: str, alone: bool) -> None:
    plea = plea_in(text, PEOPLE)
    assert plea is not None
    assert (plea.person.id, plea.alone) == (person, alone)


@pytest.mark.parametrize(
    "text",
    [
        "xin công nhận hộ nghèo cần giấy gì",
        "người khuyết tật giảm trừ gia cảnh thế nào",
        "sinh viên hộ nghèo miễn học phí ra sao",
        "con liệt sĩ được miễn nghĩa vụ quân sự không vậy cán bộ",
    ],
)
def test_other_matters_of_the_same_people_are_no_question_of_fees(text: str) -> None:
    assert plea_in(text, PEOPLE) is None


def test_whether_somebody_pays_less_is_told_from_the_record_alone() -> None:
    poor = plea_in("tui là hộ nghèo có được giảm phí không", PEOPLE)
    near_poor = plea_in("hộ cận nghèo có được giảm phí không", PEOPLE)
    assert poor is not None
    assert near_poor is not None
    assert "có trong diện được miễn, giảm" in answer_to(poor, RECORDS["1.004873"])
    assert "không ghi hộ cận nghèo" in answer_to(near_poor, RECORDS["1.004873"])
    assert "không ghi ai được miễn" in answer_to(poor, CARD)
    assert "không thu lệ phí của ai" in answer_to(poor, RECORDS["1.012564"])
