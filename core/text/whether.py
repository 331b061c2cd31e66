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
    r"|\bco (?:can|phai|duoc)(?: phai)? (?:xin phep|dang ky|khai bao|bao|doi)\b"
)


def asks_whether(text: str) -> bool:
    """Whether the sentence asks if something may, must or can be done."""
    return bool(_WHETHER.search(" ".join(word.text for word in words(text))))
