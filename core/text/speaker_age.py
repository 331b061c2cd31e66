"""Whether the speaker says they are sixty or older: "tui 79 tuổi", "tôi bảy mươi mấy tuổi rồi".

Somebody else's age ("mẹ tôi 79 tuổi") does not count. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

from typing import Optional

from core.text.marked import Typed

OLD = 60
_OLDEST = 120

_I = ("tôi", "tui", "tao", "mình")
_BETWEEN = tuple(
    "năm nay đã được dc mới gần trên hơn ngoài cũng vừa tới có thì là này già rồi hồi sinh sanh đẻ da".split()
)
# "mẹ tôi", "ông nội tui", "của tôi": the age is theirs.
_THEIRS = tuple(
    "mẹ má cha ba bố tía ông bà nội ngoại chị anh chồng vợ bác cô chú dì cậu mợ thím dượng con cháu "
    "em người đứa nhà của xóm bạn xã già u cụ gái trai bé và với ruột ấy cho".split()
)
_TENS = ("sáu", "bảy", "bẩy", "tám", "chín")
_ONES = tuple("một mốt hai ba bốn tư năm lăm sáu bảy tám chín mấy ngoài mươi chục".split())


def speaker_is_old(words: list[Typed], year: Optional[int] = None) -> bool:
    """Whether the speaker gives their own age as ``OLD`` or more; ``year`` lets a year of birth count."""
    for index in range(len(words)):
        start = _age_starts(words, index)
        if start is None and year is not None and _is_birth_year(words, index, year):
            start = index
        if start is not None and _is_own(words, start):
            return True
    return False


def _age_starts(words: list[Typed], index: int) -> Optional[int]:
    """The index where an age of ``OLD`` or more begins that ends in "tuổi" at ``index``."""
    if not words[index].among(("tuổi", "tủi")) or index == 0:
        return None
    number = words[index - 1].plain
    if number.isdecimal():
        return index - 1 if len(number) <= 3 and OLD <= int(number) <= _OLDEST else None
    start = index - 1
    while start > 0 and words[start].among(_ONES) and index - start < 4:
        if words[start - 1].among(_TENS):
            return start - 1
        start -= 1
    return None


def _is_birth_year(words: list[Typed], index: int, year: int) -> bool:
    number = words[index].plain
    born = any(word.among(("sinh", "sanh")) for word in words[max(0, index - 2) : index])
    return born and number.isdecimal() and len(number) == 4 and OLD <= year - int(number) <= _OLDEST


def _is_own(words: list[Typed], start: int) -> bool:
    """Whether the number at ``start`` has the speaker as its subject: "tui năm nay …"."""
    place = start - 1
    while place >= 0 and words[place].among(_BETWEEN) and not words[place].among(_I):
        place -= 1
    if place < 0 or not words[place].among(_I):
        return False
    return place == 0 or not words[place - 1].among(_THEIRS)
