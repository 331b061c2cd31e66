"""The survey page, with no script at all."""

from __future__ import annotations

import re

import pytest

from gateway.public.survey import SurveyState
from tests.gateway.public.conftest import Visitor
from tests.gateway.public.scripted import LEVELS, ScriptedSurveys


async def test_the_five_words_are_buttons_in_their_order(visitor: Visitor) -> None:
    html = await visitor.get("/k/moi")
    assert visitor.status == 200
    assert re.findall(r'name="overall" value="\d">([^<]+)</button>', html) == list(LEVELS)
    assert "Thứ Sáu 20/11/2026, ông/bà đã nhận kết quả tại Trung tâm" in visitor.words
    assert "Không nhận khảo sát nữa" in visitor.words


async def test_one_tap_answers(visitor: Visitor, surveys: ScriptedSurveys) -> None:
    await visitor.post("/k/moi?lang=vi", {"overall": "4"})
    assert visitor.status == 200
    assert surveys.views["moi"].given == {"overall": "4"}
    assert "Đã ghi câu trả lời của ông/bà Hài lòng" in visitor.words
    assert "Phần này không bắt buộc" in visitor.words
    assert visitor.html.count('type="radio"') == 25
    assert "Sửa được đến 8 giờ 42, thứ Năm 26/11/2026" in visitor.words


async def test_looking_at_the_page_answers_nothing(visitor: Visitor, surveys: ScriptedSurveys) -> None:
    await visitor.get("/k/moi?overall=1")
    assert surveys.views["moi"].state is SurveyState.OPEN


async def test_the_rest_is_added_to_the_tap(visitor: Visitor, surveys: ScriptedSurveys) -> None:
    await visitor.post("/k/moi", {"overall": "4"})
    form = {"details": "1", "staff": "5", "access": "3", "comment": "  Chờ hơi lâu.  ", "officer": "x"}
    await visitor.post("/k/moi", form)
    assert surveys.views["moi"].given == {"overall": "4", "staff": "5", "access": "3"}
    assert surveys.comments["moi"] == "Chờ hơi lâu."
    assert "Cảm ơn ông/bà đã góp ý" in visitor.words
    assert 'type="radio"' not in visitor.html


async def test_an_answer_can_be_changed(visitor: Visitor, surveys: ScriptedSurveys) -> None:
    await visitor.post("/k/moi", {"overall": "2"})
    await visitor.post("/k/moi", {"overall": "4"})
    assert surveys.views["moi"].given == {"overall": "4"}


async def test_a_comment_is_cut_at_its_limit_and_an_empty_one_changes_nothing(
    visitor: Visitor, surveys: ScriptedSurveys
) -> None:
    await visitor.post("/k/moi", {"overall": "4", "comment": "a" * 5000})
    assert len(surveys.comments["moi"] or "") == 1000
    await visitor.post("/k/moi", {"details": "1", "comment": "  "})
    assert surveys.comments["moi"] is None


async def test_an_impossible_answer_asks_again(visitor: Visitor) -> None:
    await visitor.post("/k/moi", {"overall": "9"})
    assert visitor.status == 422
    assert "chọn lại một trong các mức" in visitor.words


@pytest.mark.parametrize(
    ("token", "status", "says"),
    [
        ("het-han", 410, "Phiếu này đã hết hạn"),
        ("xong", 200, "Phiếu này đã trả lời xong"),
        ("khong-co", 404, "Không thấy phiếu góp ý này"),
        ("x" * 300, 404, "Không thấy phiếu góp ý này"),
    ],
)
async def test_other_states_say_what_to_do(visitor: Visitor, token: str, status: int, says: str) -> None:
    await visitor.get(f"/k/{token}")
    assert visitor.status == status
    assert says in visitor.words
    assert "Mở trò chuyện" in visitor.words
    await visitor.post(f"/k/{token}", {"overall": "5"})
    assert visitor.status in (404, 409, 410)


async def test_no_more_surveys_is_one_tap(visitor: Visitor, surveys: ScriptedSurveys) -> None:
    await visitor.post("/k/moi/stop?lang=vi")
    assert surveys.declined == ["moi"]
    assert "từ nay không gửi khảo sát cho ông/bà nữa" in visitor.words


async def test_the_page_speaks_english_when_asked(visitor: Visitor) -> None:
    await visitor.get("/k/moi?lang=en")
    assert "On 20 November 2026 you collected your result" in visitor.words
    assert "Very satisfied" in visitor.words
    assert "Tiếng Việt" in visitor.words
    await visitor.post("/k/moi?lang=en", {"overall": "5"})
    assert "Your answer has been saved" in visitor.words
    await visitor.get("/k/moi?lang=fr")
    assert "Đã ghi câu trả lời" in visitor.words


async def test_the_link_is_kept_in_no_cache_and_told_to_nobody(visitor: Visitor) -> None:
    await visitor.get("/k/moi")
    assert visitor.headers["cache-control"] == "no-store"
    assert visitor.headers["referrer-policy"] == "same-origin"
    assert visitor.headers["x-robots-tag"] == "noindex"


async def test_another_site_cannot_answer_for_somebody(visitor: Visitor, surveys: ScriptedSurveys) -> None:
    for path in ("/k/moi", "/k/moi/stop"):
        await visitor.post(path, {"overall": "1"}, headers={"Origin": "https://xau.example"})
        assert visitor.status == 403
    assert surveys.views["moi"].state is SurveyState.OPEN
    assert surveys.declined == []
