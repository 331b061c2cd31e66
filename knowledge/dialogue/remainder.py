"""What a message says besides the asking itself: its topic words, or none."""

from __future__ import annotations

import re

from core.text.facets import find_facet_cues
from core.text.fold import fold
from core.text.words import words
from knowledge.search.tokens import topic

# Syllables that name no topic when nothing else is left. Folded: "con" is "còn" here, "can" is "cần".
_EMPTY = frozenset(
    "le don muc gia mau ket qua dieu kien buoc cac nhung tong chung "
    "a ah anh asked ba bac ban bao bi biet ca cai cam can chi cho chu co con cu cua cung da dau day "
    "de dem den deu di do duoc else em facet gi giay giup ha hay he hen het ho hoac hoi if in is it "
    "khi khong kia la lam lau lay len luc luon ma mang mat may message minh muon nao nay ne neu ngay "
    "nghe nha nhan nhe nhieu nhu no noi nop nothing nua o oi on ong online phai phi qua ra roi s sao "
    "sau say so ta tai that thay the them theo thi thoi thu thua tien tiep to toi ton truoc tuc tui "
    "va van vay viec voi vu w which whole without words xin xong y".split()
)
_PUNCTUATION = re.compile(r"[^\w\s]")


# A cue over more words than this has the subject in its middle: "nhờ người khác đi sao y giùm được không".
_LONGEST_CUE = 4


def without_cues(text: str) -> str:
    """The message without the words that say which facet is asked; whole if nothing else is in it."""
    kept, position = [], 0
    for cue in find_facet_cues(text):
        if len(text[cue.start : cue.end].split()) > _LONGEST_CUE:
            continue
        kept.append(text[position : cue.start])
        position = max(position, cue.end)
    kept.append(text[position:])
    left = " ".join(" ".join(kept).split())
    return left if _PUNCTUATION.sub("", left).strip() else text


def topic_words(text: str) -> list[str]:
    """Folded syllables that may name a topic; empty for "còn lệ phí thì sao?"."""
    left = without_cues(text)
    if left == text and find_facet_cues(text) and _all_empty(topic(text)):
        return []
    return [word.text for word in words(topic(left)) if word.text not in _EMPTY]


def _all_empty(folded: str) -> bool:
    return all(word in _EMPTY for word in fold(folded).split())
