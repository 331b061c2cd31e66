"""Whether a sentence tells of a life event and of nothing narrower.

A sign of the event must be there ("mới sinh"), and all other words must belong to telling and asking: people,
time, "cần làm những gì". One word of a certain procedure ("khai sinh") makes it a question about that one, so
the list never covers up an answer that was asked for by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from core.text.fold import fold
from core.text.words import words
from knowledge.life_events.schemas import LifeEvent

# Between two words of a sign there may stand so many others: "ông nội tui hôm qua mất".
_GAP = 2

_KIN = "ông|bà|ba|cha|bố|tía|má|mẹ|vợ|chồng|con|cháu|anh|chị|em|cô|dì|chú|bác|cậu|mợ|dượng|thím|nội|ngoại|cụ"
_GROUPS = {"KIN": _KIN}

# Words of telling and asking, folded: they say who, when and "what must I do", and name no procedure.
_TELLING = frozenset(
    "a ah ai anh ba bac bao bat bay be bi biet bo bon bua buoc ca cac cai can cha chau chi chia cho "
    "chong chu chua co con cu cua cung cuoi da dang dau day de dem den deu di dinh do du dung duoc em "
    "gi gia giay gio giup gom ha hai hay hen het hien ho_so hoi hom hong huong in khi khong kia la lam "
    "lan len lo luc luon ma mai mang mat me minh mo moi mot mua muon nam nao nay nen neu ngay nghe "
    "ngoai nguoi nha nhe nhi nho nhung noi nop nua o oi ong phai phuong qua ra rang roi sang sao sap "
    "sau ta tai tat tay thang the them theo thi thoi thu thuong tien tiep tin tinh to toi tong tren "
    "trong truoc tu tuan tuc tui uy va van vay ve viec vo voi vu vua xa xin xong y".split()
)
_ASKS_LIST = re.compile(
    r"\b(?:(?:nhung|cac|may|tat ca) (?:gi|chi|viec|giay|thu tuc|ho so|buoc)"
    r"|(?:thu tuc|giay to|viec) (?:gi|chi|nao)"
    r"|can (?:lam )?(?:gi|chi)|lam (?:gi|chi|sao)|tu dau|gom gi|ra sao|the nao|truoc sau|gi truoc)\b"
)


def find_life_event(text: str, events: Iterable[LifeEvent]) -> LifeEvent | None:
    """The event that ``text`` tells of, if it tells of one and asks for nothing narrower."""
    sentence = " ".join(word.text for word in words(text))
    said = sentence.replace("ho so", "ho_so").split()
    if not said:
        return None
    for event in events:
        if any(_found(pattern, said, gap=0) for pattern in event.unless):
            continue
        signs = [used for sign in event.signs if (used := _found(sign, said)) is not None]
        if not signs:
            continue
        if event.asks_list and not _ASKS_LIST.search(sentence):
            continue
        known = _TELLING | {word for phrase in event.about for word in fold(phrase).split()}
        if any(all(word in known for place, word in enumerate(said) if place not in used) for used in signs):
            return event
    return None


def _found(pattern: str, said: Sequence[str], *, gap: int = _GAP) -> frozenset[int] | None:
    """Places of the words that make up the sign; the shortest stretch wins. None where it is not said."""
    groups = _compiled(pattern)
    best: tuple[int, ...] | None = None
    for start, word in enumerate(said):
        if word not in groups[0]:
            continue
        places = [start]
        for group in groups[1:]:
            reach = range(places[-1] + 1, min(places[-1] + 2 + gap, len(said)))
            following = next((place for place in reach if said[place] in group), None)
            if following is None:
                break
            places.append(following)
        else:
            if best is None or places[-1] - places[0] < best[-1] - best[0]:
                best = tuple(places)
    return frozenset(best) if best is not None else None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> tuple[frozenset[str], ...]:
    """``mới|vừa sinh|đẻ``: words in order, each with its alternatives; ``KIN`` is anybody of the family."""
    return tuple(
        frozenset(fold(one) for one in _GROUPS.get(group, group).split("|")) for group in pattern.split()
    )
