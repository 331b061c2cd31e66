"""Days as citizens write them. Today is Sunday 22 November 2026 unless the test says otherwise."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.fold import fold
from core.text.when import find_dates, when

SUNDAY = date(2026, 11, 22)
TUESDAY = date(2026, 11, 24)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the con may ngay co, t3 ra dc ko", "11-24"),
        ("T3 này phường có làm không", "11-24"),
        ("thứ ba tui lên được không", "11-24"),
        ("thu 3 tuan sau co ai truc khong", "11-24"),
        ("thứ 3 tuần này", "11-24"),
        ("tuần sau thứ 4 được không", "11-25"),
        ("thứ tư em ra lấy", "11-25"),
        ("thứ năm tới có nghỉ không", "11-26"),
        ("thứ 6 có làm tới mấy giờ", "11-27"),
        ("thứ bảy có làm việc không", "11-28"),
        ("thứ bẩy có làm không", "11-28"),
        ("t7 phuong co lam ko", "11-28"),
        ("cn tuần sau", "11-29"),
        ("chủ nhật có ai không", "11-29"),
        ("hôm nay có làm không", "11-22"),
        ("bữa nay ủy ban mở cửa hông", "11-22"),
        ("hnay con lam ko", "11-22"),
        ("chiều nay tui ra", "11-22"),
        ("mai tui ra được không", "11-23"),
        ("Mai em lên nộp", "11-23"),
        ("sáng mai mấy giờ mở cửa", "11-23"),
        ("ngay mai co lam khong", "11-23"),
        ("mốt ra lấy được chưa", "11-24"),
        ("bữa mốt tui rảnh", "11-24"),
        ("ngay mot ra duoc khong", "11-24"),
        ("ngày kia", "11-24"),
        ("hôm qua tui có ra", "11-21"),
        ("ho so dat cua toi hen 25 nay ma sao chua thay goi", "11-25"),
        ("ngày 25 có nghỉ lễ không", "11-25"),
        ("25/11 tới lấy được không", "11-25"),
        ("ngày 25-11 có làm không", "11-25"),
        ("25/11/2026", "11-25"),
        ("hẹn 20/11 mà chưa có", "11-20"),
        ("hẹn ngày 20 mà chưa thấy gọi", "11-20"),
        ("ngày 5 có làm không", "12-05"),
        ("ngày 5 tháng sau", "12-05"),
        ("ngày 2 tháng 12 hẹn trả", "12-02"),
        ("cuối tuần có làm không", "11-22"),
        ("đầu tuần em ra", "11-23"),
        ("3 ngày nữa em ra", "11-25"),
        ("hai bữa nữa", "11-24"),
        ("2 tuần nữa tôi mới về", "12-06"),
        ("nộp hôm thứ 3 rồi mà chưa có", "11-17"),
        ("thứ sáu tuần trước tui nộp", "11-13"),
        ("thứ 2 vừa rồi tôi lên", "11-16"),
        ("lễ 24/11 có làm không", "11-24"),
    ],
)
def test_a_day_is_understood(text: str, expected: str) -> None:
    assert when(text, SUNDAY) == day(expected)


@pytest.mark.parametrize(
    "text",
    [
        "làm mấy ngày thì có",
        "3 ngày có chưa",
        "mấy bữa nữa có",
        "đăng ký khai sinh cho con thứ ba",
        "sinh con thứ 3 có bị phạt không",
        "lần thứ hai rồi đó nha",
        "lấy số thứ tự ở đâu",
        "lay so thu tu o dau",
        "thu nam chuc ngan tien gi vay",
        "thu ba tram ngan dung khong",
        "tui ở khu T3 phường Quy Nhơn",
        "lô T5 khu tái định cư",
        "sinh t3/2020",
        "cuối t3",
        "nhà số 25/11 Trần Phú",
        "hẻm 12/5 đường Nguyễn Huệ",
        "thửa 12/5 tờ bản đồ 7",
        "nghị định 118/2025/NĐ-CP",
        "hỗ trợ 24/7",
        "nộp 1/2 tiền",
        "chị Mai làm ở đó hả",
        "chi mai o phong mot cua",
        "tiền mai táng phí cho ba tui",
        "tien mai tang",
        "mai mốt rảnh tui ra",
        "mãi chưa có kết quả",
        "một ngày một lần",
        "hai mươi mốt tuổi",
        "mỗi ngày 2 lần",
        "25 tuổi rồi",
        "nghỉ 6 tháng 10 ngày",
        "sinh ngày 12/5/1950",
        "giấy cn quyền sử dụng đất",
        "thủ tục gì vậy",
        "8-11h có ai không",
        "",
        "   ",
        "/",
    ],
)
def test_what_is_no_day_is_left_alone(text: str) -> None:
    assert find_dates(text, SUNDAY) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thứ 3 có làm không", "12-01"),  # whoever means today says "hôm nay"
        ("thứ 3 này có làm không", "11-24"),
        ("thứ 2 tuần này tui nộp", "11-23"),
        ("thứ 2 tuần sau", "11-30"),
        ("thứ 7 này", "11-28"),
        ("cuối tuần", "11-28"),
        ("cuối tuần sau", "12-05"),
        ("đầu tuần sau", "11-30"),
        ("hôm thứ 2 tui nộp rồi", "11-23"),
        ("chủ nhật này", "11-29"),
    ],
)
def test_the_same_words_on_a_tuesday(text: str, expected: str) -> None:
    assert when(text, TUESDAY) == day(expected)


def test_a_weekend_has_two_days() -> None:
    (mention,) = find_dates("cuối tuần có làm không", TUESDAY)
    assert (mention.day, mention.until) == (day("11-28"), day("11-29"))


def test_two_days_in_one_sentence() -> None:
    assert [m.day for m in find_dates("t3 hay t4 ra được", SUNDAY)] == [day("11-24"), day("11-25")]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("chiều thứ 3", "chiều"),
        ("thứ 3 buổi sáng", "sáng"),
        ("sáng mai", "sáng"),
        ("chiều nay", "chiều"),
        ("mai", None),
        ("t7 sáng có làm không", "sáng"),
    ],
)
def test_the_part_of_the_day_is_kept(text: str, part: str | None) -> None:
    assert find_dates(text, SUNDAY)[0].part == part


def test_a_month_without_that_day_is_skipped() -> None:
    assert when("ngày 31 có làm không", SUNDAY) == day("12-31")


def test_new_year_is_ahead_in_november() -> None:
    assert when("1/1 có nghỉ không", SUNDAY) == date(2027, 1, 1)


def test_29_february_waits_for_a_leap_year_or_is_left_out() -> None:
    assert when("ngày 29/2 có làm không", SUNDAY) in (None, date(2028, 2, 29))
    assert when("30/2 có làm không", SUNDAY) is None


@pytest.mark.parametrize(
    "text",
    ["thứ ba tuần sau ra được không", "ngày 25 tháng 12", "sáng mai", "cuối tuần", "chủ nhật tuần sau"],
)
def test_tone_marks_change_nothing(text: str) -> None:
    assert when(fold(text), SUNDAY) == when(text, SUNDAY)


@given(st.text(max_size=60), st.dates(min_value=date(2001, 1, 1), max_value=date(2090, 1, 1)))
def test_any_text_is_read_without_failing(text: str, today: date) -> None:
    for mention in find_dates(text, today):
        assert abs(mention.day - today) <= timedelta(days=731)


WORDS = (
    "thứ ba t3 tuần sau này mai mốt ngày hôm nay 25 25/11 tháng 12 năm 2026 rồi nữa cuối đầu cn bữa".split()
)


@given(st.lists(st.sampled_from(WORDS), max_size=9), st.dates(min_value=date(2004, 2, 29)))
def test_any_order_of_date_words_is_read_without_failing(words: list[str], today: date) -> None:
    if today.year < 9990:
        find_dates(" ".join(words), today)
