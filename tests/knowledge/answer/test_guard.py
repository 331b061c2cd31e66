"""The guard: a figure that nobody gave does not leave."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answer.compose import answer
from knowledge.answer.guard import figures, figures_of, invented
from knowledge.schemas import Facet, Fee, FeeKind, Method, Procedure, SubmissionChannel

RECORD = Procedure(
    code="1.999999",
    name="Thủ tục mẫu",
    field="mẫu",
    decision="163/QĐ-BTP",
    methods=(
        Method(
            channel=SubmissionChannel.COUNTER,
            fees=(Fee(kind=FeeKind.KNOWN, amount=15000, per="bản", basis="123/2015/NĐ-CP"),),
        ),
    ),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15.000 đồng", {"number:15000"}),
        ("15000 đồng", {"number:15000"}),
        ("02 bản", {"number:2"}),
        ("ngày 02/12/2026", {"date:2/12/2026"}),
        ("2026-12-02", {"date:2/12/2026"}),
        ("Quyết định 163/QĐ-BTP", {"ref:163/QĐ-BTP"}),
        ("Nghị định 123/2015/NĐ-CP", {"ref:123/2015/NĐ-CP"}),
        ("thủ tục 1.001193", {"code:1.001193"}),
        ("hồ sơ H99.01-261102-0001", {"dossier:H99.01-261102-0001"}),
        ("7 giờ 30", {"number:7", "number:30"}),
        ("không có số nào", set()),
    ],
)
def test_every_figure_is_seen_in_one_spelling(text: str, expected: set[str]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Lệ phí 16.000 đồng",
        "Sau 3 ngày làm việc",
        "Theo Nghị định 124/2015/NĐ-CP",
        "Hẹn trả 01/12/2026",
        "Lệ phí 1.500 đồng",
        "Gọi 0256 3 123 456",
    ],
)
def test_a_figure_that_is_not_in_the_record_is_caught(text: str) -> None:
    assert invented(text, figures_of(RECORD))


def test_what_the_record_says_may_leave_with_list_numerals() -> None:
    text = "1. Bản chính\n2. 15.000 đồng/bản\nCăn cứ: 123/2015/NĐ-CP, 163/QĐ-BTP, thủ tục 1.999999"
    assert invented(text, figures_of(RECORD)) == set()


@given(amount=st.integers(min_value=0, max_value=99_999_999).filter(lambda n: n != 15000))
def test_no_other_amount_passes(amount: int) -> None:
    spelled = f"{amount:,}".replace(",", ".")
    assert invented(f"Lệ phí {spelled} đồng", figures_of(RECORD))


def test_a_wrong_remark_turns_the_answer_into_the_safe_card_without_figures() -> None:
    result = answer(RECORD, [Facet.FEE], remarks=["Hẹn trả thứ Tư 02/12/2026."])
    assert result.safe_card
    assert result.invented == {"date:2/12/2026"}
    assert figures(result.message.text) == set()


def test_a_calculation_that_is_shown_may_leave() -> None:
    remark = "Hẹn trả thứ Tư 02/12/2026."
    result = answer(RECORD, [Facet.FEE], remarks=[remark], given=[remark])
    assert not result.safe_card
    assert "02/12/2026" in result.message.text
