"""Words that steer: a person, back, none of these, the second one. What names a matter is left alone."""

import pytest

from knowledge.dialogue.ages import age_in, fits_age
from knowledge.dialogue.ordinals import ordinal_in
from knowledge.dialogue.remainder import topic_words
from knowledge.dialogue.steering import Wish, wish_in, without_back


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("máy nói gì tui hổng hiểu", Wish.PERSON),
        ("đọc hoài chẳng hiểu gì hết", Wish.PERSON),
        ("thế thì gặp ai bây giờ", Wish.PERSON),
        ("vay hoi ai", Wish.PERSON),
        ("quay lại chuyện lúc nãy", Wish.BACK),
        ("trở lại vụ hộ chiếu hồi nãy, lệ phí bao nhiêu", Wish.BACK),
        ("tiếp tục", Wish.BACK),
        ("không có cái nào", Wish.OTHER),
        ("khác", Wish.OTHER),
        ("đúng rồi", Wish.YES),
        ("đừng hỏi nữa", Wish.PEACE),
        ("thôi khỏi đánh giá", Wish.PEACE),
        ("hoi hoai met qua dung hoi nua", Wish.PEACE),
        ("không đánh giá đâu", Wish.PEACE),
        ("không muốn bị hỏi ý kiến nữa", Wish.PEACE),
        ("tui đổi ý, cho hỏi lại cũng được", Wish.ASK_ME),
        ("cho hoi lai cung duoc", Wish.ASK_ME),
        ("thôi nghĩ lại rồi, cứ gửi khảo sát tiếp đi", Wish.ASK_ME),
        ("cho tôi nhận lại khảo sát", Wish.ASK_ME),
        ("bật lại lời mời góp ý nha", Wish.ASK_ME),
        ("cho tui hỏi lại", None),
        ("cho hỏi lại giấy khai sinh", None),
        ("tôi muốn gửi lại đánh giá", None),
        ("không nhận lại khảo sát", None),
        ("đổi ý rồi", None),
        ("không đánh giá được", None),
        ("không hỏi nữa", None),
        ("đừng hỏi ở quầy số 3", None),
        ("không hiểu sao hồ sơ của tui bị trả", None),
        ("hỏi ai làm căn cước", None),
        ("quay về quê làm khai sinh", None),
        ("trả lại đất", None),
        ("đăng ký lại kết hôn", None),
    ],
)
def test_a_wish_is_heard_where_there_is_one(text: str, wish: Wish | None) -> None:
    assert wish_in(text) is wish


def test_a_subject_called_back_by_name_keeps_its_name() -> None:
    assert without_back("trở lại vụ hộ chiếu hồi nãy, lệ phí bao nhiêu") == "hộ chiếu lệ phí bao nhiêu"


@pytest.mark.parametrize(
    ("text", "place", "rest"),
    [
        ("cái thứ hai", 1, ""),
        ("cái đầu tiên mấy ngày", 0, "mấy ngày"),
        ("số 3", 2, ""),
        ("lấy cái cuối", -1, ""),
        ("trường hợp 2 cần giấy gì", 1, "cần giấy gì"),
    ],
)
def test_one_of_the_things_listed_is_named_by_its_place(text: str, place: int, rest: str) -> None:
    assert ordinal_in(text) == (place, rest)


@pytest.mark.parametrize(
    "text", ["thứ hai mấy giờ làm", "hai cái đầu", "2 bản sao", "cái 2 ngày", "nhà số 2 Lê Lợi"]
)
def test_a_day_or_a_number_of_things_is_no_place(text: str) -> None:
    assert ordinal_in(text) is None


@pytest.mark.parametrize(
    ("text", "age"),
    [("bé mới 5 tuổi", 5), ("be 8 thang tuoi", 0), ("dưới 14 tuổi", None), ("nộp 5 ngày rồi", None)],
)
def test_an_age_is_read_where_one_is_told(text: str, age: int | None) -> None:
    assert age_in(text) == age


def test_a_record_for_an_age_takes_only_that_age() -> None:
    assert fits_age(["Cấp thẻ cho người dưới 14 tuổi"], 5) is True
    assert fits_age(["Cấp thẻ cho người dưới 14 tuổi"], 16) is False
    assert fits_age(["Cấp thẻ cho người từ đủ 14 tuổi trở lên"], 16) is True
    assert fits_age(["Đổi thẻ"], 16) is None


@pytest.mark.parametrize(
    "text",
    [
        "còn lệ phí thì sao",
        "mấy ngày xong",
        "có tốn tiền không",
        "ai phải có mặt",
        "dem theo gi",
        "điều kiện sao",
        "bao lâu mới có",
        "may ngay moi xong",
        "bao lâu có cái mới",
    ],
)
def test_a_follow_up_names_no_topic(text: str) -> None:
    assert topic_words(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gia hạn sao", ["gia", "han"]),
        ("giá sao", []),
        ("làm mới", ["moi"]),
        ("tách thửa", ["tach", "thua"]),
        ("chứng thực", ["chung", "thuc"]),
        ("mẫu đơn đăng ký kết hôn lấy ở đâu", ["dang", "ky", "hon"]),
    ],
)
def test_marks_tell_a_matter_from_a_word_that_only_asks(text: str, words: list[str]) -> None:
    assert topic_words(text) == words
