"""What a message says besides the asking itself: its topic words, or none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from core.text.facets import find_facet_cues
from core.text.fold import fold
from core.text.words import Word, words
from knowledge.search.tokens import topic

# Syllables that name no topic when nothing else is left, as they are written with their marks. Typed with
# other marks they are other words: "giá" asks for a price, "gia hạn" is a matter.
_EMPTY_WRITTEN = frozenset(
    "lệ đơn mức giá mẫu kết quả điều kiện bước các những tổng chung a à ạ ai anh ba bà bác bạn báo bao "
    "bị biết ca cả cái cảm cần chi chị cho chú cô cơ có còn con cụ của cũng cùng dạ đã đầu đâu dậy đây "
    "đấy để đem đen đến đền đều đi do đó được em gì giấy giúp giùm hà hả hay hãy he hé hen hén hết ho "
    "họ hoặc hỏi hồi ờ if in is it khi không kia là làm lần lâu lấy lên lúc luôn mà mấy mang máy mất "
    "minh mình muốn này nầy nào nay nè nếu nên ngay ngày nghe nha nhà nhận nhé nhe nhiêu nhiều như nó "
    "nói nơi nộp nữa ơi ở o on ông online phải phí qua quá ra rồi s sao sau so ta tại tao tới tối thật "
    "thay thấy thế thể thêm theo thì thôi thời thứ thưa tiền tiên tiếp tôi tốn trước tức tui tụi và vẫn "
    "vậy vầy vay việc với vụ w xin xong y ý tờ thủ tục rùi gấp lắm mai mốt phường xã tỉnh "
    "chờ đợi chừng khoảng nghen hén dữ chỗ chớ vầy hông hổng kẻo".split()
)
_EMPTY = frozenset(fold(word) for word in _EMPTY_WRITTEN)
# Words of the cues themselves: a message of nothing else names no topic ("ai phải có mặt").
_ASKING = _EMPTY | frozenset(
    "ai app bang bien buu chinh chuan cong dien dinh dong duyet file han hai hieu hoan huong huu khai "
    "kieu luat luc ly may mau mien mot nghi nhanh no quy quyen san som tham thong tri trinh truc tu "
    "tuoi tuyen uy vneid yeu zalo dung ten ky mat thay vang doi tuong ban goc chinh photo".split()
)
# Beside these alone a message about something at hand names nothing new: "một tờ nhiêu tiền",
# "bao giờ lãnh", "bao lâu xã kêu". Not "bản sao", which is a matter.
_COUNTED = frozenset(
    "mot hai ba bon nam ban to bo cuon trang lan cai dong tra nop keu goi len lai lanh linh".split()
)
# Empty one by one, together they name a matter: "nhận con" is a recognition. Not "nhận còn", "nhận bản".
_TAKEN_AS_KIN = frozenset("con cha mẹ me bố bo má ma".split())
# Where somebody is when a thing is to be done: "con ở Sài Gòn ủy quyền được không" names no matter.
_FAR_AWAY = re.compile(
    r"\b(?:(?:dang |con )?(?:o|tai|trong|ngoai|vo|ra|ve|tren|duoi) )+(?:sai gon|ha noi|da nang|can tho|hue"
    r"|vung tau|hai phong|binh duong|dong nai|nha trang|da lat|thanh pho ho chi minh|xa|que|thanh pho)\b"
)
# "Mới" that only stresses the asking: "bao lâu mới có", "mấy ngày có cái mới". Not "làm mới", a case.
_ONLY_THEN = re.compile(r"\bmoi (?:co|xong|duoc|ra|lay|nhan|tra|toi|ve|biet)\b|\bco (?:cai )?moi\b")
# Name a kind of choice rather than a choice: "loại xét đột xuất", "trường hợp bị mất".
_CHOICE_LEAD = re.compile(r"^\s*(?:cái|loại|dạng|kiểu|trường hợp|th|cai|loai|dang|kieu|truong hop)\s+", re.I)
_PUNCTUATION = re.compile(r"[^\w\s]")


# A cue over more words than this has the subject in its middle: "nhờ người khác đi sao y giùm được không".
_LONGEST_CUE = 4


@lru_cache(maxsize=1024)
def without_cues(text: str) -> str:
    """The message without the words that say which facet is asked; whole if nothing else is in it."""
    kept, position = [], 0
    for cue in find_facet_cues(text):
        said = words(text[cue.start : cue.end])
        if len(said) > _LONGEST_CUE and any(word.text not in _ASKING for word in said):
            continue
        kept.append(text[position : cue.start])
        position = max(position, cue.end)
    kept.append(text[position:])
    left = " ".join(" ".join(kept).split())
    return left if _PUNCTUATION.sub("", left).strip() else text


def topic_words(text: str) -> list[str]:
    """Folded syllables that may name a topic; empty for "còn lệ phí thì sao?"."""
    return list(_topic_words(text))


@lru_cache(maxsize=1024)
def _topic_words(text: str) -> tuple[str, ...]:
    left = without_cues(text)
    if left == text and find_facet_cues(text) and all(word.text in _ASKING for word in words(text)):
        return ()
    unwrapped = topic(left).split()
    said = words(left)
    marked = any(not _shown(left, word).isascii() for word in said)
    kin, away = _kin(left, said), _away(said)
    return tuple(
        word.text
        for word in said
        if word in kin or (word.text in unwrapped and word not in away and not _is_empty(left, word, marked))
    )


def _away(said: Sequence[Word]) -> frozenset[Word]:
    """The words that only say where somebody is, or stress that it takes its time."""
    sentence = " ".join(word.text for word in said)
    word_at = [word for word in said for _ in range(len(word.text) + 1)]
    return frozenset(
        word_at[place]
        for aside in (_FAR_AWAY, _ONLY_THEN)
        for match in aside.finditer(sentence)
        for place in range(*match.span())
    )


def _kin(text: str, said: Sequence[Word]) -> frozenset[Word]:
    """The words of "nhận con", "nhận cha": of the whole message only, for a result is "nhận" as well."""
    return frozenset(
        word
        for first, second in pairwise(said)
        if first.text == "nhan" and _shown(text, second) in _TAKEN_AS_KIN
        for word in (first, second)
    )


def only_counts(about: Sequence[str], text: str) -> bool:
    """Whether topic words only count, pay, call or hand in, so that what they speak of was said before."""
    copies = "ban" in about and "sao" in [word.text for word in words(text)]
    return bool(about) and _COUNTED.issuperset(about) and not copies


def leads_a_choice(text: str) -> str | None:
    """What follows "loại", "trường hợp" and the like; none when nothing of the kind opens the message."""
    match = _CHOICE_LEAD.match(text)
    return text[match.end() :] if match else None


def _shown(text: str, word: Word) -> str:
    return unicodedata.normalize("NFC", text[word.start : word.end].lower())


def _is_empty(text: str, word: Word, marked: bool) -> bool:
    shown = _shown(text, word)
    if marked and fold(shown) == word.text and word.text in _EMPTY:
        return shown in _EMPTY_WRITTEN
    return word.text in _EMPTY
