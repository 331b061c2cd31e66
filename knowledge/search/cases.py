"""Special cases that a record's name speaks of: abroad, again, changed, ended, at home, by somebody else.

A citizen who means one says so. A record of a case that nobody mentioned stands behind the plain one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_ABROAD = (
    "nuoc ngoai|ngoai quoc|viet kieu|quoc te|ngoai kieu|canada|singapore|campuchia|dai loan|han quoc"
    "|trung quoc|quoc tich (?!viet)"
    "|nguoi (?:thai|an do|my|han|nhat|tau|trung|uc|nga|phap|duc|tay)|(?:o|ben) (?:my|nhat|uc|phap|duc|tay)"
)

# By which words a name tells of a case, and by which a sentence means it: folded.
_CASES = tuple(
    (re.compile(rf"\b(?:{name})\b"), re.compile(rf"\b(?:{said or name})\b"))
    for name, said in (
        ("luu dong", "luu dong|tai nha|den nha|tan nha"),
        ("lai", "lai|mat|roi|that lac|chay|hu|hong"),
        ("nuoc ngoai|viet kieu|quoc te", _ABROAD),
        ("bien gioi", ""),
        ("ket hop|kem|dong thoi|lien thong", "ket hop|kem|dong thoi|lien thong|voi|luon|cung|va"),
        ("uy quyen|uy thac", "uy quyen|uy thac|thay|ho|giup"),
        ("gia han|keo dai", "gia han|keo dai|het han|them"),
        ("dieu chinh|sua doi|bo sung|thay doi|sua", "dieu chinh|sua doi|bo sung|thay doi|sua|doi|sai|them"),
        ("thu hoi", ""),
        ("cham dut|huy|xoa", "cham dut|huy|xoa|thoi|bo|cat"),
        ("tam ngung|tam nghi", "tam ngung|tam nghi|ngung|nghi"),
        ("doi", "doi|thay|cu|het han"),
        ("mat|hong|rach", "mat|hong|rach|hu|roi|rot|chay|lac"),
        ("nguoi lon|chua tung", "nguoi lon|lon tuoi|chua"),
        ("thua ke", "thua ke|de lai|chia"),
        ("chung nhan", ""),
        ("qua han|tre han", "qua han|tre|muon"),
    )
)

# What a sentence leaves no doubt of, and by which words a name tells of just that: folded. Stricter than the
# above: "mất mấy ngày" loses nothing, "hỏi lại" asks for no second copy.
_NATION = (
    r"nuoc ngoai|ngoai quoc|nhat|my|uc|phap|duc|anh quoc|han(?: quoc)?|dai loan|trung quoc|thai(?: lan)?"
    r"|an do|nga|lao|campuchia|singapore|canada|tay"
)
_MEANT = tuple(
    (re.compile(rf"\b(?:{name})\b"), re.compile(rf"\b(?:{said})\b"))
    for name, said in (
        (
            "cap lai|mat|hong|rach",
            r"(?:bi|lam|danh|lo|giay|so|the|bang|don|phep|nhan|ky|sach) mat"
            r"(?! (?:bao|may|tien|phi|cong|khong))|mat (?:giay|so|the|bang|hut|tieu|sach)|that lac"
            r"|(?:roi|troi|chay|an trom) mat|rach|hu hong|cap lai",
        ),
        ("gia han|keo dai", "gia han|(?:sap|gan|toi|da|bi)? ?het han|keo dai|qua han"),
        (
            "nuoc ngoai|viet kieu",
            rf"quoc tich (?!viet)\w+|nguoi (?:{_NATION})"
            # "có hạn" is a term, no lady of Korea
            rf"|(?:ong|co(?! han\b)|anh|chong|vo|ba|ban trai|ban gai) (?:{_NATION})(?= |$)"
            "|viet kieu|ngoai kieu|ngoai quoc|nguoi nuoc ngoai",
        ),
        ("xoa", "xoa|gach ten|go ten|bo ten"),
        ("tra lai", "tra lai|giao lai"),
        ("huy", "huy"),
        (
            "da (?:tu tran|chet|mat|hy sinh)|tu tran|chet|than nhan",
            r"(?:ong|ba|cha|ma|me|bo|chong|vo|anh|chi|bac|chu|noi|ngoai) (?:ay |toi |em )?(?:da |moi )?mat"
            r"(?! (?:giay|so|the|bang|bao|may|tien))|da mat|mat (?:roi|nam ngoai|hoi)|qua doi|tu tran"
            r"|hy sinh|bi chet",
        ),
        (
            "cham dut|giai the|thoi lam",
            "cham dut|dep|dong cua|giai the|(?:xin|muon) (?:thoi|nghi)"
            "|nghi (?:luon|han)|(?:ban|lam|kinh doanh|hoat dong|nuoi|can) nua",
        ),
        (
            "tam ngung|tam nghi|tam dung",
            r"tam (?:nghi|ngung|dung|dong)|nghi tam"
            r"|(?:nghi|dong cua|ngung) (?:may|vai|mot|hai|ba|bon|nam|sau|\d+) thang",
        ),
        ("khoi phuc|tiep tuc|tro lai", "khoi phuc|mo lai|(?:ban|hoat dong|kinh doanh|lam an) (?:tro )?lai"),
        (
            "chuyen quyen so huu|sang ten|chuyen nhuong|chuyen quyen",
            "sang ten|mua lai|ban lai|chuyen nhuong|nhuong lai|doi chu",
        ),
        (
            "cai chinh|dinh chinh|sai sot|chinh sua|sua doi|dieu chinh",
            r"(?:ghi|bi|viet|in|danh|dien|de|lam|cap) (?:sai|nham|lon|lech|thieu)|sua (?:lai|sai)|dinh chinh"
            r"|cai chinh|sai (?:ten|ngay|nam|ho|so|dau|chinh ta|dia chi|thong tin|sot)",
        ),
        ("thay doi|doi", "thay doi|doi (?:ten|dia chi|tru so|noi|chu|nganh|nguoi)"),
        ("cap doi|doi", "cap doi|doi (?:sang|giay|the|bang|so|qua)"),
        (
            "lan dau|cap moi",
            "lan dau|cap moi|lam moi|chua (?:co|tung|lam|dang ky) (?:lan nao|bao gio|giay|so)"
            "|moi (?:mua|dong)",
        ),
        ("ban sao|trich luc", "ban sao|trich luc|sao luc"),
        ("ket hop", "cung luc|cung luot|mot luot|ket hop|mot lan luon"),
        ("luu dong|tai nha", "(?:tan|den|toi|tai) nha|khong di (?:duoc|lai)|liet"),
        ("dang ky lai", "dang ky lai|(?:khong con|mat|chay) (?:so goc|ban chinh|het giay)"),
    )
)


def unmentioned(name: str, said: str) -> int:
    """How many cases a folded name speaks of that the folded sentence does not."""
    return sum(bool(case.search(name)) and not mention.search(said) for case, mention in _CASES)


def meant_by(name: str, said: str) -> int:
    """How many cases the folded sentence plainly means of which the folded name speaks."""
    return sum(bool(case.search(name) and mention.search(said)) for case, mention in _MEANT)


def told(name: str) -> tuple[bool, ...]:
    """Of which cases a folded name speaks: of those that must be mentioned, then of those plainly meant."""
    return tuple(bool(case.search(name)) for case, _ in (*_CASES, *_MEANT))


class Cases:
    """The cases of many names, counted for a sentence at once."""

    def __init__(self, names: Sequence[tuple[bool, ...]]) -> None:
        """``names``: what each one has ``told``."""
        whole = np.array(names, dtype=np.float32).reshape(len(names), len(_CASES) + len(_MEANT))
        self._told, self._meant = whole[:, : len(_CASES)], whole[:, len(_CASES) :]

    def unmentioned(self, said: str) -> npt.NDArray[np.float32]:
        """For every name, how many of its cases the folded sentence does not mention."""
        silent = np.array([not mention.search(said) for _, mention in _CASES], dtype=np.float32)
        return self._told @ silent

    def meant(self, said: str) -> npt.NDArray[np.float32]:
        """For every name, how many of its cases the folded sentence plainly means."""
        plain = np.array([bool(mention.search(said)) for _, mention in _MEANT], dtype=np.float32)
        return self._meant @ plain
