"""What a text message costs, and what a citizen reads when marks are left out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.sms import GSM7, GSM7_TWICE, SmsEncoding, choose, describe, measure, strip_marks
from core.text.stripped import risks_of

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"
gsm_text = st.text(alphabet=sorted(GSM7 | GSM7_TWICE), max_size=700)


@pytest.mark.parametrize(
    ("text", "encoding", "characters", "segments"),
    [
        ("", SmsEncoding.GSM7, 0, 1),
        ("a" * 160, SmsEncoding.GSM7, 160, 1),
        ("a" * 161, SmsEncoding.GSM7, 161, 2),
        ("a" * 306, SmsEncoding.GSM7, 306, 2),
        ("a" * 307, SmsEncoding.GSM7, 307, 3),
        ("đ" * 70, SmsEncoding.UCS2, 70, 1),
        ("đ" * 71, SmsEncoding.UCS2, 71, 2),
        ("đ" * 134, SmsEncoding.UCS2, 134, 2),
        ("đ" * 135, SmsEncoding.UCS2, 135, 3),
        ("€" * 80, SmsEncoding.GSM7, 160, 1),
        ("a" * 152 + "€" + "a" * 10, SmsEncoding.GSM7, 164, 2),
        ("€" * 153, SmsEncoding.GSM7, 306, 3),  # 153 is odd: a pair is never torn, so one unit stays empty
        ("🙂" * 35, SmsEncoding.UCS2, 70, 1),
        ("🙂" * 67, SmsEncoding.UCS2, 134, 3),
        ("\f", SmsEncoding.GSM7, 2, 1),
    ],
)
def test_parts_are_counted_as_networks_count_them(text, encoding, characters, segments):
    size = measure(text)
    assert (size.encoding, size.characters, size.segments) == (encoding, characters, segments)


def test_only_six_small_vietnamese_letters_are_cheap():
    cheap = {char for char in VIETNAMESE if measure(char).encoding is SmsEncoding.GSM7}
    assert cheap - set("aeiouy") == set("àèéìòù")


def test_marks_typed_separately_cost_no_more_than_composed_ones():
    decomposed = "e\u0302\u0309"
    assert describe(decomposed)["sent_text"] == "ể"
    assert describe(decomposed)["characters"] == 1


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("Đã có kết quả, mời ông/bà đến nhận", "Da co ket qua, moi ong/ba den nhan"),
        ("“Hẹn” – thứ Hai…", '"Hen" - thu Hai...'),
        ("15.000\u00a0₫", "15.000 d"),
        ("Chào 🙂 bác", "Chao bac"),
        ("Đúng không?", "Dung khong?"),
        ("a\u200bb", "ab"),
        ("ﬁ ½ Ａ", "fi 1/2 A"),
    ],
)
def test_the_unmarked_text_reads_the_same(marked, plain):
    assert strip_marks(marked) == plain


@given(st.text(max_size=400))
def test_an_unmarked_text_is_always_cheap_and_gains_no_question_marks(text):
    plain = strip_marks(text)
    assert measure(plain).encoding is SmsEncoding.GSM7
    assert plain.count("?") <= unicodedata.normalize("NFKD", text).count("?")
    assert strip_marks(plain) == plain


@given(st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " 0123456789.,:/-?", max_size=400))
def test_no_vietnamese_letter_is_ever_lost(text):
    assert len(strip_marks(text)) == len(text)


@given(gsm_text)
def test_cheap_text_needs_the_parts_its_units_need(text):
    size = measure(text)
    assert size.characters == sum(2 if char in GSM7_TWICE else 1 for char in text)
    if size.characters <= 160:
        assert size.segments == 1
    else:  # at most one unit of each part stays empty
        assert -(-size.characters // 153) <= size.segments <= -(-size.characters // 152)


@given(st.text(min_size=1, max_size=400))
def test_one_more_letter_never_makes_it_shorter(text):
    assert measure(text + "đ").segments >= measure(text).segments


def test_the_command_shows_the_text_as_given_and_the_cheaper_spelling():
    shown = describe("Hồ sơ của ông/bà đã có kết quả, mời ông/bà đến nhận trong giờ làm việc. Xin cảm ơn.")
    assert (shown["encoding"], shown["segments"]) == ("UCS-2", 2)
    assert [(a["encoding"], a["segments"]) for a in shown["alternatives"]] == [("GSM-7", 1)]
    assert describe("Da co ket qua")["alternatives"] == []


LONG = "Hồ sơ của ông/bà đã có kết quả, mời ông/bà đến nhận trong giờ làm việc. Xin cảm ơn."


@pytest.mark.parametrize(
    ("text", "short", "marks", "name", "segments"),
    [
        (LONG, None, True, "khong_dau", 1),
        ("Hồ sơ đã có kết quả", None, True, "co_dau", 1),  # marks cost nothing here
        ("Hồ sơ đã có kết quả", None, False, "khong_dau", 1),
        ("Da co ket qua", None, True, "khong_dau", 1),
        # "dừng" would read "đúng": its marks stay, though they cost a part more.
        ("Hồ sơ đã dừng giải quyết, lý do ghi trong văn bản gửi ông/bà hôm nay.", None, True, "co_dau", 1),
        ("Hồ sơ đã dừng giải quyết, xem văn bản. " * 3, None, True, "co_dau", 2),
        ("Hồ sơ đã dừng giải quyết, xem văn bản. " * 3, "Hồ sơ đã dừng", True, "ngan_co_dau", 1),
        (LONG * 3, LONG, True, "ngan_khong_dau", 1),
        ("Đã dừng hồ sơ", None, False, "khong_dau", 1),  # the carrier takes nothing else
    ],
)  # fmt: skip
def test_the_cheapest_spelling_that_nobody_misreads_is_sent(text, short, marks, name, segments):
    choice = choose(text, short=short, marks=marks)
    assert (choice.name, choice.size.segments) == (name, segments)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Đừng đưa mã cho ai", ["đừng"]),
        ("đã trả kết quả lúc 9 giờ", ["đã trả"]),
        ("Ghi đúng tên, diện tích lớn", ["đúng", "lớn"]),
        ("áp dụng và sử dụng", []),
        ("mã dùng trong 5 phút, buổi sáng, đúng hẹn, nộp đủ", []),
        ("đường dây, lớnx, xbán", []),
        ("Đã trả, ĐÃ TRẢ", ["đã trả"]),
    ],
)
def test_words_that_would_turn_rude_or_unclear_are_known(text, words):
    assert [risk.word for risk in risks_of(text)] == words


def test_the_list_is_of_words_that_change_without_marks_and_says_what_to_write():
    from core.text.stripped import _LIST

    for word, reads_as, _, instead, clear in _LIST:
        assert strip_marks(word) != word
        assert reads_as
        assert instead
        assert all("$" in neighbour for neighbour in clear)


@given(st.text(alphabet=VIETNAMESE + " .,0123456789", max_size=300), st.booleans())
def test_what_is_chosen_never_costs_more_than_the_text_as_given(text, marks):
    chosen = choose(text, marks=marks)
    assert chosen.size.segments <= measure(text).segments
    assert chosen.risks == () or not marks
