"""Plain signs by which a whole message is understood without weighing words.

A dossier code asks where the dossier stands; a cry for help, a forgery or a bribe is never read as a question
about a procedure, however many words it shares with one; a bare mark is an opinion. Only what leaves no doubt
stands here; dangers are known to ``core.text.dangers``. Works on folded, written-out words. Pure standard
library, Python 3.10 syntax.
"""

from __future__ import annotations

import re
from typing import Optional

from core.text.dangers import sure_danger
from core.text.dossier_code import find_dossier_codes, find_partial_codes
from core.text.fold import fold
from core.text.words import words

# A number alone asks nothing; in the form that waits for a dossier code it is asked for again.
_BARE_NUMBER = re.compile(r"\d[\d .-]{3,}")
_RATING = re.compile(
    r"(?:(?:toi |em |minh )?(?:cho|cham|danh gia|muc|so|chon)(?: muc| so)? [1-5](?: sao| diem)?"
    r"|[1-5] (?:sao|diem)|(?:rat )?(?:khong )?hai long(?: lam)?|binh thuong)"
    r"(?: (?:a|nha|nhe|thoi|em|vay|roi))*"
)

_READER = (
    r"(?:anh|chi|em|co|chu|bac|ba|ong|chau|con|ban|bot|ad|admin|shop|can bo|moi nguoi|ca nha|tro ly|phuong|xa"
    r"|trung tam|mot cua|quy co quan|buoi (?:sang|trua|chieu|toi)|oi|a|nha|nhe|nghe|nghen|may)"
)
_SPEAKER = r"(?:toi|em|minh|con|chau|bac|co|chu)"
# A call and nothing else; "cho hỏi chút được không" has yet to say what.
_GREETING = re.compile(
    rf"(?:(?:da|{_READER}) )*(?:(?:xin |kinh )?chao|alo|a lo|hello|helo|hi|hey|he lo|he lu|thua|ne|nay)"
    rf"(?: {_READER})*"
    rf"|(?:(?:da|thua|{_READER}) )*(?:cho |xin (?:phep )?)?(?:{_SPEAKER} )?(?:muon |can |xin )?hoi(?: tham)?"
    r"(?: (?:cai nay|cai|mot|chut|xiu|ti|teo|viec nay|chuyen nay|voi))+"
    r"(?: (?:duoc|khong|nha|nhe|a|nghe|nghen|ha))*"
)


def sure_intent(text: str) -> Optional[str]:
    """The intent that a plain sign leaves no doubt of: ``unsafe``, ``dossier_status`` and the like."""
    if sure_danger(text) is not None:
        return "unsafe"
    if _BARE_NUMBER.fullmatch(fold(text)):
        return "out_of_scope"
    if _RATING.fullmatch(" ".join(word.text for word in words(text))):
        return "rate_service"
    if _GREETING.fullmatch(" ".join(word.text for word in words(text))):
        return "greet"
    if find_dossier_codes(text) or find_partial_codes(text):
        return "dossier_status"
    return None
