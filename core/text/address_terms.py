"""How to address a citizen, from their own words (voice of the product, rule 2).

Whoever calls themselves bác, cô, chú, dì, ông or bà is called so; from sixty years on, bác; em, con and cháu
become bạn; everybody else is anh/chị. A wrong guess offends, so "con tui", "chú em", "bà nội tôi mất",
"bác sĩ" and what is said to the assistant ("cô ơi") say nothing about the speaker. Sex is never guessed from
a name. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import re
from typing import Optional

from core.text.marked import Typed, compose, typed_words
from core.text.speaker_age import speaker_is_old

DEFAULT = "anh/chị"
YOUNGER = "bạn"

_ELDER = ("bác", "cô", "chú", "dì", "ông", "bà")
_YOUNG = ("em", "con", "cháu", "e")
_I = ("tôi", "tui", "tao", "mình", "t")
# Typed without marks these are mostly có, đi, ba, chủ, chi and còn: they count only beside stronger words.
_DOUBTFUL = frozenset({"co", "di", "ba", "chu", "chi"})

# Behind the word: somebody else ("bà nội", "chú ba", "cô giáo", "con gái") or the one spoken to ("bác ơi").
_SOMEBODY_ELSE = frozenset(
    "nội ngoại xã nhà tôi tui tao em anh ruột họ ấy đó kia con dâu rể giáo sĩ hàng chủ cháu chú cô "
    "bác dì ông bà cậu mợ đỡ tổ vợ chồng hai ba tư bốn năm sáu bảy tám chín út cả của ơi bé gái trai "
    "nó nuôi nhỏ lớn đầu thứ dấu người số đẻ riêng chung đường và kế".split()
)
_ASK = ("hỏi",)
_LET_ME = ("biết", "xin", "xem", "coi", "nhờ", "gặp", "tham", "mượn", "đăng")
_HELP = ("giúp", "giùm", "dùm", "hộ", "chỉ", "dẫn", "bảo", "dụm")
_AFTER_HELP = tuple("với cái cách đi nha nghe xem tra nhé chút ạ thủ giấy hồ coi".split())
_LEAD = tuple(
    "dạ da vâng ạ a à ơi oi alo chào thì mà nhưng vì do nếu giờ nay hiện hôm hello hi thưa này".split()
)
_ELDER_SAYS = tuple(
    "muốn cần định tính hỏi xin thắc đang bị ở là nghe thấy nộp mất vừa mới già không ko hông hổng "
    "chưa năm nay tên quên làm lên ra nhận đi đã gần".split()
)
# A grandfather who "bị mất căn cước" is more often somebody else's story.
_GRAND_SAYS = tuple("muốn cần định tính hỏi xin nghe không hông hổng chưa năm già".split())
_EM_SAYS = (*_ELDER_SAYS, *"có chào cảm cám sinh kết lỡ mua bán được dc đăng nhờ".split())
_CHILD_SAYS = tuple("muốn hỏi xin chào cảm cám nhờ thắc cần định tính hông không".split())
_MINE = ("vợ", "chồng", "mẹ", "ba", "bố", "má", "nhà", "của", "đình", "dạ")
_OTHERS_EM = tuple("chú anh chị trẻ các mấy đứa thằng nhỏ cô bà ông con cháu".split())

_CALL = ("gọi", "kêu", "xưng")
_REFUSE = ("đừng", "không", "ko", "k", "hông", "hổng", "thôi", "khỏi", "chớ", "sao", "ai", "bị")
_TERMS = (*_ELDER, "anh", "chị", "bạn", *_YOUNG)
_SEX = {"nam": "anh", "nữ": "chị"}


def address_from(text: str, current: Optional[str] = None, year: Optional[int] = None) -> Optional[str]:
    """The word to address the citizen by after this message; ``None`` as long as nothing is known.

    ``current`` is what was chosen before: it stays for the whole conversation unless the citizen corrects it.
    ``year`` is the current year, needed to reckon an age from a year of birth.
    """
    words = typed_words(compose(text))
    corrected = _correction(words)
    if corrected is not None:
        return corrected
    if current is not None:
        return current
    return _own_word(words) or ("bác" if speaker_is_old(words, year) else None) or _own_sex(words)


def speak_to(text: str, term: Optional[str]) -> str:
    """``text`` written to "anh/chị", now to ``term``."""
    if not term or term == DEFAULT:
        return text
    capital = term[0].upper() + term[1:]
    return re.sub(r"[Aa]nh/[Cc]hị", lambda m: capital if m.group()[0] == "A" else term, text)


def _has(words: list[Typed], index: int, options: tuple[str, ...] | frozenset[str]) -> bool:
    return 0 <= index < len(words) and words[index].among(options)


def _is_somebody_else(words: list[Typed], index: int) -> bool:
    """ "ông năm" is an uncle by his number, "ông năm nay" is not."""
    if _has(words, index + 1, ("năm",)) and _has(words, index + 2, ("nay",)):
        return False
    return _has(words, index + 1, _SOMEBODY_ELSE)


def _opens_clause(words: list[Typed], index: int) -> bool:
    """Whether the word at ``index`` begins what somebody says: first, behind a mark, behind "dạ", "ơi"."""
    return index <= 0 or words[index - 1].is_mark or _has(words, index - 1, _LEAD)


def _ends(words: list[Typed], index: int) -> bool:
    return index >= len(words) or words[index].is_mark


def _own_word(words: list[Typed]) -> Optional[str]:
    """The word by which the speaker calls themselves, as the word to answer with."""
    elder: Optional[str] = None
    young = False
    weak_elder: Optional[str] = None
    for index, word in enumerate(words):
        term = next((each for each in _ELDER if word.among((each,))), None)
        youngster = word.among(_YOUNG)
        if not (term or youngster) or _is_somebody_else(words, index):
            continue
        if _asks(words, index):
            if youngster:
                return YOUNGER
            elder = elder or term
        elif youngster:
            young = young or _young_speaks(words, index)
        elif term and not (word.plain in _DOUBTFUL and not word.has_tones):
            says = _GRAND_SAYS if term in ("ông", "bà") else _ELDER_SAYS
            aged = index + 1 < len(words) and words[index + 1].plain.isdecimal()
            if _opens_clause(words, index) and (_has(words, index + 1, says) or aged):
                weak_elder = weak_elder or term
    if elder or young:
        return elder or YOUNGER
    # "Bác bị mất giấy, tui làm thay": with a "tui" beside it, bác is somebody else.
    return None if any(word.among(_I) for word in words) else weak_elder


def _asks(words: list[Typed], index: int) -> bool:
    """ "cho bác hỏi", "cho em xin", "coi giùm bác", "hướng dẫn con với"."""
    if _has(words, index - 1, ("cho",)):
        if _has(words, index + 1, _ASK):
            return True
        spoken_to = _has(words, index - 2, (*_YOUNG, "bạn", "anh", "chị", *_ELDER))
        return _has(words, index + 1, _LET_ME) and (_opens_clause(words, index - 1) or spoken_to)
    if _has(words, index - 1, _HELP) and not _has(words, index - 2, ("làm", "nộp", "nhận", "đi", "ký")):
        return _ends(words, index + 1) or _has(words, index + 1, _AFTER_HELP)
    return False


def _young_speaks(words: list[Typed], index: int) -> bool:
    word = words[index]
    if _has(words, index - 1, _OTHERS_EM):
        return False
    is_em = word.plain in ("em", "e")
    if is_em and _has(words, index - 1, _MINE):
        return True
    if not _opens_clause(words, index):
        return False
    if word.plain == "con" and not word.has_tones and _has(words, index + 1, ("không", "ko", "cần")):
        return False  # "con ko" is as well "còn không"
    return _has(words, index + 1, _EM_SAYS if is_em else _CHILD_SAYS)


def _own_sex(words: list[Typed]) -> Optional[str]:
    """ "tôi là nữ mà": told, not guessed."""
    for index in range(len(words) - 2):
        if _has(words, index, _I) and _has(words, index + 1, ("là",)):
            for said, term in _SEX.items():
                if _has(words, index + 2, (said,)):
                    return term
            if _has(words, index + 2, ("đàn",)) and _has(words, index + 3, ("ông",)):
                return "anh"
            if _has(words, index + 2, ("phụ",)) and _has(words, index + 3, ("nữ",)):
                return "chị"
    return None


def _correction(words: list[Typed]) -> Optional[str]:
    """ "gọi tôi là chị", "đừng gọi tôi là bác": the last wish counts; refusing gives back anh/chị."""
    wish: Optional[str] = None
    for index, word in enumerate(words):
        if not word.among(_CALL):
            continue
        place = index + 1
        if _has(words, place, ("hô",)):
            place += 1
        spoken_of = _has(words, place, (*_I, "em", "con", "cháu")) and not _ends(words, place + 1)
        place += spoken_of
        linked = _has(words, place, ("là", "bằng"))
        place += linked
        term = next((each for each in _TERMS if _has(words, place, (each,))), None)
        if term is None:
            continue
        doubtful = words[place].plain in _DOUBTFUL and not words[place].has_tones
        if not linked and (doubtful or not (spoken_of or wish or _has(words, index - 1, ("cứ",)))):
            continue
        if not linked and not _ends(words, place + 1) and _has(words, place + 1, _SOMEBODY_ELSE):
            continue
        if _refuses(words, index):
            wish = wish or DEFAULT
        elif term == "anh" and _has(words, place + 1, ("chị",)):
            wish = DEFAULT
        else:
            wish = YOUNGER if term in _YOUNG else term
    return wish


def _refuses(words: list[Typed], index: int) -> bool:
    """Whether one of the three words before, in the same breath, says not to."""
    for before in range(index - 1, max(-1, index - 4), -1):
        if words[before].is_mark:
            return False
        if _has(words, before, _REFUSE):
            return True
    return False
