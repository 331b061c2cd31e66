"""Every question in a sentence is found, and no question where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.text.facets import facet_cues, find_facet_cues
from core.text.fold import fold

ROWS = yaml.safe_load((Path(__file__).parents[2] / "bot" / "heldout_facets.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_facets_are_found_in_the_order_they_are_asked(row: dict[str, object]) -> None:
    assert facet_cues(str(row["text"])) == row["facets"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_marks_make_no_difference(row: dict[str, object]) -> None:
    assert facet_cues(fold(str(row["text"]))) == row["facets"]


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("bn tiền z", "fee"),
        ("có miễn phí không", "fee"),
        ("rồi sao nữa", "steps"),
        ("xong rồi thì làm gì tiếp", "steps"),
        ("giờ tới đâu đăng ký vậy", "place"),
        ("có lâu hông", "duration"),
        ("ai đi cũng được hả", "who"),
        ("đem theo gì", "documents"),
        ("nộp ở mô", "place"),
        ("ra phường hả", "place"),
        ("mấy bữa có", "duration"),
        ("làm trên điện thoại được không", "online"),
        ("nộp xong rồi làm gì tiếp", "steps"),
        ("bao nhiêu tuổi thì được", "conditions"),
        ("hộ nào mới được", "conditions"),
        ("ai được hưởng", "conditions"),
        ("đủ điều kiện gì", "conditions"),
        ("theo nghị định nào", "legal_basis"),
        ("rồi người ta ra quyết định gì", "result"),
        ("mẫu đơn tên gì", "form"),
        ("cần đủ đk gì", "conditions"),
        ("ai thì được đứng tên", "who"),
        ("còn chỗ nộp", "place"),
        ("tải tờ khai ở đâu", "form"),
        ("giấy độc thân có giá trị bao lâu", "result"),
        ("tiền mai táng được bao nhiêu", "result"),
        ("nhờ con đi thay được không", "who"),
    ],
)
def test_a_short_question_has_its_facet(text: str, facet: str) -> None:
    assert facet_cues(text) == [facet]


def test_a_cue_is_shown_where_it_stands_in_the_message() -> None:
    text = "Làm giấy tờ xe, hết bn tiền vậy?"
    cue = find_facet_cues(text)[-1]
    assert (cue.facet, text[cue.start : cue.end]) == ("fee", "hết bn tiền")


@given(st.text())
def test_nothing_people_can_type_breaks_the_rules(text: str) -> None:
    assert all(0 <= cue.start < cue.end <= len(text) for cue in find_facet_cues(text))


@pytest.mark.parametrize("text", ["xin luật sư miễn phí cho người nghèo", "khai tử tại nhà làm thế nào"])
def test_what_names_the_matter_is_no_cue(text: str) -> None:
    assert set(facet_cues(text)) <= {"steps"}


@pytest.mark.parametrize(
    "text", ["xin giấy chứng nhận đủ điều kiện bán thuốc", "nhà tôi không đủ điều kiện, giờ tính sao"]
)
def test_a_paper_called_by_conditions_and_a_case_that_is_told_ask_for_none(text: str) -> None:
    assert "conditions" not in facet_cues(text)
