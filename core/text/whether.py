"""Questions of the shape "… có được không", "có phải … không": they ask under which conditions.

A weak sign: it counts only where no plainer cue of another facet stands in the sentence. Works on
written-out, folded words. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import re

from core.text.words import words

_TAIL = r"(?: (?:vay|the|a|nhi|ha|he|hen|em|anh|chi|ban|ad|ta|day|nua|roi|la|nhe|nha))*$"
_WHETHER = re.compile(
    r"\b(?:co (?:phai|can|duoc|bat buoc|bi|cho|nen)|duoc|phai|can)\b(?: \w+){0,12} (?:khong|chua)"
    + _TAIL
    + r"|\b(?:khong|chua)"
    + _TAIL
    + r"|\b(?:bao nhieu tuoi|du tuoi|khi nao (?:thi |moi )?(?:duoc|phai)|truong hop nao)\b"
    r"|\bco (?:can|phai|duoc)(?: phai)?(?: co)? (?:xin phep|giay phep|dang ky|khai bao|bao|doi)\b"
)


# Before the end of a sentence only what leaves no doubt: "có được hỗ trợ không, nộp đơn chỗ nào".
_BEFORE_ANOTHER = re.compile(
    r"\b(?:co (?:phai|can|duoc|bi|cho|thuoc dien)\b(?: \w+){0,10}|duoc) (?:khong|chua)" + _TAIL
)
_CLAUSE_ENDS = re.compile(r"[,;.?!\n]+")


def asks_whether(text: str) -> bool:
    """Whether the sentence asks if something may, must or can be done."""
    if _WHETHER.search(_folded(text)):
        return True
    return any(_BEFORE_ANOTHER.search(_folded(clause)) for clause in _CLAUSE_ENDS.split(text)[:-1])


def _folded(text: str) -> str:
    return " ".join(word.text for word in words(text))
