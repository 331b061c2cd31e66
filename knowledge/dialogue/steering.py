"""Words that steer the conversation and name no matter: a person, back to before, none of these, yes."""

from __future__ import annotations

import re
from enum import StrEnum

from core.text.words import words


class Wish(StrEnum):
    PERSON = "person"  # somebody else should answer
    BACK = "back"  # to the subject before this one
    OTHER = "other"  # none of what was offered
    YES = "yes"
    PEACE = "peace"  # not to be asked for an opinion
    ASK_ME = "ask_me"  # to be asked for one after all


_END = (
    r"(?: (?:a|ha|nha|nhe|di|vay|the|day|gio|bay gio|duoc|moi duoc|roi|luon|qua|het|tron|ca|nua|em|anh|chi"
    r"|ban|ad|bot|oi|troi))*$"
)
_START = r"^(?:(?:a|da|u|o|ua|oi|vay|the|roi|thi|thoi|ma|troi|sao|bay gio|gio|con) )*"
_ME = r"(?:toi|tui|em|minh|con|chau|bac|co|chu|ba|ong|ta)"
_BOT = r"(?:bot|may|tro ly|robot|chatbot|tong dai|ban|em|ad|he thong|may moc)"
_NOT = r"(?:khong|chang|chua|ko|hong)"

_PERSON = re.compile(
    # the citizen does not follow, or is not followed: "bot nói tui không hiểu", "đọc hoài chẳng hiểu gì"
    rf"{_START}(?:{_BOT} )?(?:(?:noi|tra loi|giai thich|viet|nhan|chi|huong dan|doc|xem"
    rf"|nghe)(?: \w+){{0,2}} )?"
    rf"(?:{_ME} )?(?:van )?{_NOT} (?:co )?hieu(?: (?:gi|noi gi|chi|duoc|noi|het|ca|{_ME}|y {_ME}))*{_END}"
    rf"|{_START}{_BOT} (?:van )?{_NOT} (?:co )?(?:hieu|biet|giup|lam duoc)(?: \w+){{0,3}}{_END}"
    rf"|{_START}(?:{_BOT} )?(?:noi|tra loi|giai thich|viet)(?: \w+){{0,2}} kho hieu{_END}"
    rf"|{_START}kho hieu{_END}"
    # whom to ask then: "vậy hỏi ai", "thế thì gặp ai bây giờ"
    rf"|{_START}(?:{_ME} )?(?:phai |nen |can |biet )?(?:hoi|gap|lien he|goi|tim|nho|kiem)(?: voi| cho| duoc)?"
    rf" (?:ai|nguoi nao|can bo nao|ong nao|ba nao){_END}"
    rf"|{_START}ai (?:biet|tra loi|chi|giup|huong dan)(?: duoc| cho| {_ME}| viec nay| cai nay)*{_END}"
)
_BEFORE = (
    r"(?:hoi nay|luc nay|nay gio|khi nay|hoi truoc|luc truoc|luc dau|hoi dau|ban dau|ban nay|ban nai"
    r"|dang do|do dang|truoc do|vua nay|vua roi|cu|truoc|kia|do)"
)
_THING = r"(?:cai|chuyen|viec|vu|cau|khuc|doan|thu tuc|phan|y)"
_BACK = re.compile(
    rf"\b(?:quay|tro|ve) lai(?:{_END}|(?: (?:voi|ve|cho))* (?:{_THING}|{_BEFORE})\b)"
    rf"|\b(?:quay|tro) ve (?:voi )?(?:{_THING}|{_BEFORE})\b"
    rf"|{_START}(?:noi|hoi|lam|ban|gui) tiep(?:{_END}| (?:cai|chuyen|viec|vu)\b)"
    rf"|{_START}tiep (?:tuc|di|cai|chuyen|viec|vu)\b"
    rf"|\b{_THING}(?: \w+){{0,3}} (?:hoi nay|luc nay|nay gio|khi nay|ban nay|luc dau|hoi dau|ban dau"
    rf"|dang do|do dang)\b"
)
_OTHER = re.compile(
    rf"{_START}(?:khac|cai khac|viec khac|{_NOT} (?:phai )?(?:cai nao|may cai|cac cai|trong|nam trong"
    rf"|co cai nao|dung cai nao)(?: \w+){{0,4}}"
    rf"|{_NOT} co (?:cai|truong hop|viec) (?:nao|do|{_ME})(?: \w+){{0,3}}|deu (?:khong phai|sai"
    rf"|khong dung)){_END}"
)
# The whole message: "không đánh giá được" asks for help, and "không hỏi nữa" is a goodbye.
_OPINION = r"(?:danh gia|khao sat|gop y|cham diem|cho diem)"
_PEACE = re.compile(
    rf"{_START}(?:(?:hoi|nhan|gui) hoai(?: \w+){{0,2}} )?(?:{_ME} )?"
    rf"(?:(?:dung|khoi|mien|khong can|khoi can)(?: co)? (?:hoi(?: y kien| gop y| han)?|{_OPINION})"
    rf"|khong (?:muon |thich |them )?{_OPINION}(?! duoc)|khong (?:muon|thich) bi hoi(?: y kien)?)"
    rf"(?: {_ME})?(?: (?:hoai|dau|gi|chi))*{_END}"
)
# Nothing but such words: "cho hỏi lại" alone begins a question of the citizen's own.
_AFTER_ALL = frozenset(
    "toi tui em minh con chau bac co chu ba ong ta a da u o oi thoi roi thi ma gio bay doi y nghi lai tiep"
    " cho cu phep muon hay lam on xin nhan hoi moi bat gui goi dang ky khao sat gop danh gia kien loi phieu"
    " tin cung duoc di nha nhe vay ha ve sau luon".split()
)
_YES = re.compile(
    rf"{_START}(?:co|phai|dung|u|uh|um|ok|oke|duoc|chinh no|chinh xac|dung vay|phai do|vang|da"
    rf"|yes)(?: (?:roi|vay|do|the|cai do|day|no))*{_END}"
)


def wish_in(text: str) -> Wish | None:
    """What a message wishes of the conversation itself; none when it speaks of a matter alone."""
    folded = " ".join(word.text for word in words(text))
    if _PERSON.search(folded) and not re.search(r"\bhieu (?:sao|vi sao|tai sao|the nao)\b", folded):
        return Wish.PERSON
    if _PEACE.search(folded):
        return Wish.PEACE
    if _asks_to_be_asked(folded):
        return Wish.ASK_ME
    if _BACK.search(folded):
        return Wish.BACK
    if _OTHER.search(folded):
        return Wish.OTHER
    if _YES.search(folded):
        return Wish.YES
    return None


def _asks_to_be_asked(folded: str) -> bool:
    said = set(folded.split())
    if not said <= _AFTER_ALL or not (said & {"nhan", "hoi", "moi", "bat"} or "khao sat" in folded):
        return False
    if "doi y" in folded or "nghi lai" in folded:
        return True
    of_opinions = re.search(rf"\b(?:{_OPINION}|y kien)\b", folded) is not None
    return bool(said & {"lai", "tiep"}) and (of_opinions or ("hoi" in said and "cung duoc" in folded))


_CALLING_BACK = frozenset(
    "quay tro ve lai noi tiep tuc hoi cai chuyen viec vu cau nay luc khi "
    "dau ban do dang truoc cu kia gio".split()
)


def without_back(text: str) -> str:
    """What a wish to go back says besides: "quay lại vụ khai sinh lúc nãy" speaks of a birth."""
    return " ".join(text[word.start : word.end] for word in words(text) if word.text not in _CALLING_BACK)
