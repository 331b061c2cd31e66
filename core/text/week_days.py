"""Days named by their place in the week or from today: "t3", "thứ ba tuần sau", "mốt", "cuối tuần".

Weeks begin on Monday. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Optional

from core.text.dated import DatedSentence, Reading

_SHORT = re.compile(r"(?:t|th|thu)([2-7])\Z")
_NUMBER_WORDS = {"hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7}
_SUNDAY = 6

# "lần thứ hai", "con thứ ba", "số thứ tự": an order, not a day.
_ORDERED = frozenset(
    "lần con người đứa vợ chồng bé cháu cái bản tờ bước điều câu việc số hàng giấy xe nhà thửa ý cấp loại"
    " ngôi căn theo năm lấy đời tầng kỳ đợt trường".split()
)
# "thu năm ngàn", typed without marks: to collect five thousand.
_COUNTED = frozenset("ngàn nghìn trăm chục mươi triệu tỷ tỉ đồng lần loại khoản tháng ngày người k".split())
# "quận T3", "lô T5" are places; "cuối t3", "sinh t3" are months.
_NOT_BEFORE_SHORT = frozenset(
    "quận q khu kv tổ ấp xã phường p đường số hẻm block tòa toà lô căn phòng tầng nhà cổng hết cuối đầu trong"
    " tháng sinh thửa tuyến mã".split()
)
_NOT_BEHIND_SHORT = frozenset("khu kv quận năm tháng".split())
_NOT_BEFORE_CN = frozenset("giấy gcn bằng số khu kcn lịch phòng".split())
_NAME_BEFORE_MAI = frozenset(
    "chị cô bà thị tên bé cây hoa chậu vườn hoàng bạch ban nhật cầu đường khoai rượu nay em bạn xóm".split()
)
_BEFORE_MAI = frozenset("ngày sáng trưa chiều tối bữa khuya sớm đến tới qua".split())
_BEHIND_NGAY_MOT = frozenset("được dc đc ra có tôi tui mình em lên nộp là thì không ko k nghỉ làm".split())
_PARTS = ("sáng", "trưa", "chiều", "tối", "khuya")


def weekday(sentence: DatedSentence, index: int) -> Optional[Reading]:
    """ "thứ ba", "t3", "cn", with "này", "tuần sau", "vừa rồi" behind or "tuần sau" before."""
    named = _weekday_number(sentence, index)
    if named is None:
        return None
    number, after = named
    monday = sentence.today - timedelta(days=sentence.today.weekday())
    if sentence.has(after, "tuần"):
        shift = sentence.shift(after + 1)
        if shift:
            return Reading(_in_week(sentence, monday, shift[0], number), shift[1])
    before = index - 2 if sentence.has(index - 1, "vào", "ngày", "bữa", "hôm") else index - 1
    if sentence.has(before - 1, "tuần") and (shift := sentence.shift(before)):
        return Reading(_in_week(sentence, monday, shift[0], number), after)
    ahead = (number - sentence.today.weekday()) % 7
    shift = sentence.shift(after)
    past = sentence.has(index - 1, "hôm", "bữa") and sentence.looks_back
    if (shift and shift[0] < 0) or (past and not shift):
        back = (sentence.today.weekday() - number) % 7 or 7
        return Reading(sentence.today - timedelta(days=back), shift[1] if shift else after)
    if shift and shift[0] == 0:
        return Reading(sentence.today + timedelta(days=ahead), shift[1])
    # Whoever means today says "hôm nay".
    return Reading(sentence.today + timedelta(days=ahead or 7), shift[1] if shift else after)


def _in_week(sentence: DatedSentence, monday: date, shift: int, number: int) -> date:
    day = monday + timedelta(days=7 * shift + number)
    # On a Sunday "thứ Ba tuần này" already means the days that come.
    if (
        shift == 0
        and day < sentence.today
        and sentence.today.weekday() == _SUNDAY
        and not sentence.looks_back
    ):
        day += timedelta(days=7)
    return day


def _weekday_number(sentence: DatedSentence, index: int) -> Optional[tuple[int, int]]:
    """Monday 0 to Sunday 6, and the index behind the words that said it."""
    word = sentence.words[index]
    if sentence.has(index, "chủ", "chúa") and sentence.has(index + 1, "nhật"):
        return _SUNDAY, index + 2
    if word.plain == "cn":
        return None if sentence.has_any(index - 1, _NOT_BEFORE_CN) else (_SUNDAY, index + 1)
    short = _SHORT.match(word.plain)
    if short:
        if sentence.touches(index, "/"):
            return None  # "t3/2026" is March
        if sentence.has_any(index - 1, _NOT_BEFORE_SHORT) or sentence.has_any(index + 1, _NOT_BEHIND_SHORT):
            return None
        return int(short.group(1)) - 2, index + 1
    if not sentence.has(index, "thứ") or sentence.has_any(index - 1, _ORDERED):
        return None
    number = sentence.number(index + 1, 7)
    if number is None:
        number = next((n for name, n in _NUMBER_WORDS.items() if sentence.has(index + 1, name)), None)
    if number is None or number < 2 or sentence.has_any(index + 2, _COUNTED):
        return None
    if number == 2 and sentence.has(index + 2, "là", ",") and sentence.has(index - 1, ".", ";", "\n"):
        return None  # "Thứ nhất … Thứ hai là …"
    return number - 2, index + 2


def relative_day(sentence: DatedSentence, index: int) -> Optional[Reading]:
    """ "hôm nay", "chiều nay", "mai", "mốt", "hôm qua"."""
    for words, shift in (
        (("hôm", "nay"), 0), (("hôm", "ni"), 0), (("bữa", "nay"), 0), (("bữa", "ni"), 0),
        (("hôm", "qua"), -1), (("bữa", "qua"), -1), (("hôm", "kia"), -2),
        (("ngày", "kia"), 2), (("ngày", "kìa"), 3),
    ):  # fmt: skip
        if sentence.has(index, words[0]) and sentence.has(index + 1, words[1]):
            if words[1] == "kìa" and not sentence.words[index + 1].has_tones:
                continue
            return _days(sentence, shift, index + 2)
    word = sentence.words[index]
    if word.plain in ("hnay", "bnay"):
        return _days(sentence, 0, index + 1)
    if sentence.has_any(index, _PARTS):
        if sentence.has(index + 1, "nay"):
            return _days(sentence, 0, index + 2)
        # Unmarked "sang qua" is more often "sang qua tên".
        if sentence.has(index + 1, "qua") and (word.has_tones or word.plain in ("chieu", "trua")):
            return _days(sentence, -1, index + 2)
    if word.plain == "ngmai":
        return _days(sentence, 1, index + 1)
    return _tomorrow(sentence, index) or _after_tomorrow(sentence, index)


def _tomorrow(sentence: DatedSentence, index: int) -> Optional[Reading]:
    word = sentence.words[index]
    if word.lower != "mai" or sentence.has(index + 1, "táng", "mốt", "kia", "sau", "mối", "một", "này"):
        return None
    if word.shown[0].isupper() and index > 0 and not sentence.words[index - 1].is_mark:
        return None  # a name
    if not sentence.has_any(index - 1, _BEFORE_MAI) and sentence.has_any(index - 1, _NAME_BEFORE_MAI):
        return None
    return _days(sentence, 1, index + 1)


def _after_tomorrow(sentence: DatedSentence, index: int) -> Optional[Reading]:
    word = sentence.words[index]
    if word.plain != "mot" or sentence.has(index - 1, "mươi", "mai", "trăm", "hăm"):
        return None
    if word.lower == "mốt":
        return _days(sentence, 2, index + 1)
    if word.has_tones:
        return None
    # Unmarked "mot" is nearly always "một".
    if sentence.has(index - 1, "sáng", "chiều", "bữa") and not sentence.has_any(index + 1, _COUNTED):
        return _days(sentence, 2, index + 1)
    if sentence.has(index - 1, "ngày") and sentence.has_any(index + 1, _BEHIND_NGAY_MOT):
        return _days(sentence, 2, index + 1)
    return None


def week_edge(sentence: DatedSentence, index: int) -> Optional[Reading]:
    """ "cuối tuần" is a Saturday until its Sunday; "đầu tuần" is a Monday."""
    if not sentence.has(index + 1, "tuần") or not sentence.has(index, "cuối", "đầu"):
        return None
    shift, after = sentence.shift(index + 2) or (None, index + 2)
    today = sentence.today
    monday = today - timedelta(days=today.weekday())
    if sentence.has(index, "đầu"):
        weeks = shift if shift is not None else int(today.weekday() > 0)
        return Reading(monday + timedelta(days=7 * weeks), after)
    saturday = monday + timedelta(days=7 * (shift or 0) + 5)
    start = max(saturday, today) if not shift else saturday
    return Reading(start, after, saturday + timedelta(days=1))


def days_from_now(sentence: DatedSentence, index: int) -> Optional[Reading]:
    """ "3 ngày nữa", "hai bữa nữa", "2 tuần nữa", "3 ngày trước"."""
    count = sentence.number(index, 60)
    if count is None:
        words = {"một": 1, **_NUMBER_WORDS}
        count = next((n for name, n in words.items() if sentence.has(index, name)), None)
    if count is None:
        return None
    if sentence.has(index + 1, "tuần"):
        count *= 7
    elif not sentence.has(index + 1, "ngày", "bữa", "hôm"):
        return None
    if sentence.has(index + 2, "nữa", "nửa"):
        return _days(sentence, count, index + 3)
    if sentence.has(index + 2, "trước") and not sentence.has(index + 3, "khi", "ngày"):
        return _days(sentence, -count, index + 3)
    return None


def _days(sentence: DatedSentence, shift: int, after: int) -> Reading:
    return Reading(sentence.today + timedelta(days=shift), after)
