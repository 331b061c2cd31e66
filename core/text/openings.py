"""How a message ties on to what was said before: "sẵn hỏi luôn …", "không, ý tui là …", "X chứ không phải Y".

Such words say nothing about the matter and mislead whoever classifies it, so they are taken off, and what
they mean is told beside. Works on written-out, folded words with the punctuation kept. Pure standard library,
Python 3.10 syntax.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from core.text.words import Word, words


class Opened(NamedTuple):
    """``rest``: what is left to understand, in the citizen's writing; the whole where nothing was taken off.

    ``correction``: what was understood before was wrong. ``instead_of``: what it was said not to be.
    ``fresh``: another matter than the one talked about is announced.
    """

    rest: str
    correction: bool = False
    instead_of: str = ""
    fresh: bool = False


_I = r"(?:toi|tui|em|minh|con|chau|bac|co|chu|di|ong|ba|anh|chi|ta|tao)"
_SOUND = (
    r"(?:(?:a|ah|ha|o|u|uh|uhm|um|ua|y|da|vang|oi|roi|thi|ma|the|vay|ok|oke|khoan|khoan da|ma khoan|thoi"
    r"|hoi) ?,? ?)"
)
# What follows "hỏi" and makes it the matter itself.
_NOT_AFTER = r"(?!(?:ai|dau|o dau|thu|cuoi|can bo|nguoi|gi|cai gi|the|may)\b)"
# What was begun is let go: "thôi khỏi tra, cho hỏi …".
_LET_GO = (
    rf"(?:{_SOUND}*(?:khoi (?:can |phai )?(?:tra|hoi|noi|gui|lam|kiem)(?: \w+){{0,2}}"
    r"|bo (?:qua )?(?:cai|chuyen|viec|vu|giay|thu tuc) (?:do|nay|ay|kia)(?: (?:di|nha|nhe|a))*) ?, ?)?"
)
_LINK = re.compile(
    rf"^{_LET_GO}{_SOUND}*(?:(?:san tien|san day|san|tien the|tien day|nhan tien|con|them|tiep) ?,? )?"
    rf"(?:(?:cho|xin(?: cho)?|muon|can|{_I}|luon|san|tien|nhan tien|con) ){{1,3}}hoi "
    r"(?:(?:luon|them|tiep|chut|xiu|ti|cai nay|cau nua|cai nua|lai|nua|la|nha|ve|cai|chuyen khac|chuyen|vu"
    r"|(?:qua|sang) (?:chuyen|viec|vu)) ?)*"
    rf",? ?{_NOT_AFTER}"
    rf"|^{_SOUND}*(?:san tien|san day|tien the|tien day|nhan tien|ma khoan|khoan da|khoan) ?,? "
)
_LINK_TAIL = re.compile(r" (?:truoc (?:di|da|nha|nhe|cai)|cai da|truoc cai da)$")

# Another matter than the one talked about is announced: "thôi, hỏi qua chuyện kết hôn đi".
_FRESH = re.compile(
    rf"^{_SOUND}*(?:(?:{_I}|cho|xin|muon|con|gio) ){{0,3}}(?:hoi|noi) (?:them )?"
    r"(?:(?:qua|sang) (?:chuyen|viec|vu)\b|(?:qua |sang )?(?:chuyen|viec|vu|cai|thu tuc) khac\b)"
)
# A word to whoever reads: "lệ phí bao nhiêu hả cháu", "mấy ngày xong em ơi".
_READER = r"(?:chau|con|em|co|chu|bac|anh|chi|di|ban|ad|admin|bot|shop|cung)"
_PARTICLES = r"(?: (?:oi|a|nha|nhe|ha))*"
_CALL = re.compile(
    rf" (?P<kept>ha|a|nha|nhe|vay|the|ne|nao|gi|sao|nhieu|dau|lau|roi) ,? ?{_READER}{_PARTICLES}$"
    rf"| ,? ?{_READER} oi{_PARTICLES}$"
)
# Marked as a question, "… không con?" speaks to the reader; "vợ chồng không con" tells a case.
_CALL_AFTER_NOT = re.compile(rf" (?P<kept>khong|chua|chu) ,? ?{_READER}{_PARTICLES}$")

_WRONG = (
    rf"(?:(?:{_I} )?(?:noi|ghi|go|viet|nhan|hoi) (?:nham|lon)|(?:{_I} )?(?:nham|lon)(?: roi)?"
    r"|sai roi|nham lan|khong dung|khong phai (?:cai do|cai nay|vay|the|y do|viec do))"
)
_MEANT = (
    rf"(?:y (?:cua )?(?:{_I} )?(?:(?:muon )?(?:noi|hoi) )?la|{_I} (?:muon |dang |dinh )?(?:noi|hoi|can"
    rf"|kiem)(?: la| ve)?"
    rf"|y {_I} (?:muon )?(?:noi|hoi)(?: la)?|phai la|sua lai la|doi lai la|doi thanh)"
)
_CORRECTION = re.compile(
    rf"^{_SOUND}*(?:khong (?:phai )?,? ?{_MEANT}|khong(?: phai)? ,|dau (?:phai|co) ,|quen(?: mat)? ,"
    rf"|(?:xin loi ,? ?)?{_WRONG} ?,? ?(?:{_MEANT})?"
    rf"|{_MEANT}(?<=la)) ?,? ?"
)
# "Tui hỏi tạm trú mà": whoever repeats what was asked was not understood. Not "hỏi cho má".
_INSISTS = re.compile(
    rf"^{_SOUND}*{_I} (?:dang )?(?:hoi|noi)(?: la| ve)? (?P<meant>.+?)"
    r"(?:(?<! cho)(?<! cua)(?<! ba)(?<! nha)(?<! toi)(?<! voi) ma| co ma| kia ma| kia)$"
)
# "tạm trú chứ không phải thường trú"
_NOT_BUT = re.compile(
    r"^(?P<meant>.+?) ?,? (?:chu|chu ai) (?:dau (?:co )?|khong )(?:phai|co)?(?: la)? ?(?P<other>.+?)"
    r"(?: , (?P<more>.+))?$"
)
# "không phải thường trú mà là tạm trú", "không phải mua, thuê thôi"
_BUT = re.compile(
    rf"^{_SOUND}*(?:khong|dau(?: co)?) phai (?:la )?(?!,)(?P<other>.+?)"
    rf"(?: ?,? (?:ma(?: la)?|{_MEANT})| ,(?: (?:chi|ma|thoi|la))*) (?P<meant>.+)$"
)
_MARKS = re.compile(r"[,.;:!?\n–—-]")
_POLITE_TAIL = frozenset("a ah ha oi chut xiu ti voi nao co nha nhe nhi vay the day do ma".split())


def _written_out(text: str, word: Word) -> str:
    """ "Chớ không phải" says the same as "chứ không phải"; folded it would read "cho"."""
    shown = unicodedata.normalize("NFC", text[word.start : word.end].lower())
    return "chu" if shown == "chớ" else word.text


class _Sentence:
    """Folded words with commas for punctuation, and where each stands in the message."""

    def __init__(self, text: str) -> None:
        self.text = text
        tokens: list[tuple[str, int, int]] = []
        end = 0
        for word in words(text):
            if tokens and _MARKS.search(text[end : word.start]):
                tokens.append((",", end, word.start))
            tokens.append((_written_out(text, word), word.start, word.end))
            end = max(end, word.end)
        self.folded = " ".join(token for token, _, _ in tokens)
        self._token_at: list[int] = []
        for index, (token, _, _) in enumerate(tokens):
            self._token_at += [index] * (len(token) + 1)
        self._tokens = tokens

    def between(self, start: int, end: int) -> str:
        """The citizen's own writing of a stretch of the folded sentence."""
        within = self._tokens[self._token_at[start] : self._token_at[end - 1] + 1] if end > start else []
        while within and within[0][0] == ",":
            within = within[1:]
        while within and within[-1][0] == ",":
            within = within[:-1]
        return self.text[within[0][1] : within[-1][2]].strip() if within else ""


def open_up(text: str) -> Opened:
    """Take the words off that only tie ``text`` to what was said before."""
    sentence = _Sentence(text)
    folded = sentence.folded
    if not folded:
        return Opened(text)
    start, correction = 0, False
    if match := _BUT.match(folded):
        meant = sentence.between(*match.span("meant"))
        return Opened(meant, True, sentence.between(*match.span("other")))
    if match := _INSISTS.match(folded):
        return Opened(sentence.between(*match.span("meant")), True)
    if (match := _CORRECTION.match(folded)) and match.end() < len(folded):
        start, correction = match.end(), True
    elif (match := _LINK.match(folded)) and match.end() < len(folded):
        start = match.end()
    announced = _FRESH.match(folded)
    fresh = announced is not None
    if announced and start < announced.end() < len(folded):
        start = announced.end()
    end = _before_the_call(folded, asks="?" in text[-6:])
    if start and (tail := _LINK_TAIL.search(folded, start)):
        end = tail.start()
    if match := _NOT_BUT.match(folded[start:end]):
        other = match.start("other") + start, match.end("other") + start
        meant = sentence.between(start, start + match.end("meant"))
        if match["more"]:  # "… chứ không phải sang tên, đổi biển thì cần gì"
            meant += ", " + sentence.between(match.start("more") + start, match.end("more") + start)
        return Opened(meant, True, sentence.between(*other))
    if start == 0 and end == len(folded):
        return Opened(text, fresh=fresh)
    rest = sentence.between(start, end)
    if not rest or all(word.text in _POLITE_TAIL for word in words(rest)):
        return Opened(text, correction)
    return Opened(rest, correction, fresh=fresh)


def _before_the_call(folded: str, *, asks: bool) -> int:
    """Where the sentence ends when the word to whoever reads is left out."""
    match = _CALL.search(folded) or (_CALL_AFTER_NOT.search(folded) if asks else None)
    if match is None:
        return len(folded)
    end = match.end("kept") if match["kept"] else match.start()
    return end or len(folded)
