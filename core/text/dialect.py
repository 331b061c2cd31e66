"""Central and southern everyday words in the standard form the model was trained with, all folded.

Folding makes "mô" (where) look like "mở" (to open) and "chi" (what) like "chị" (elder sister), so a word is
replaced only where its neighbours leave no doubt.
"""

from __future__ import annotations

_ENDS = frozenset(["", *"rua ri vay he hen hi a nha nhe em con anh bac co ad the khong".split()])
_WHERE_BEFORE = frozenset("o di ra len tai den toi ve qua vo".split())
_WHICH_BEFORE = frozenset("cho noi khi bua hom chung ngay luc hoi phuong xa tinh nghi".split())
_DAY_BEFORE = frozenset("bua hom chung luc hoi".split())
_WHAT_BEFORE = frozenset("can nhung cai nop dem mang cam theo lam to giay khong ghi noi hoi".split())
_WHAT_AFTER = _ENDS | {"moi", "ma", "them", "het", "nua", "ra", "hong", "ko", "k"}
_MISSPELT_NEGATIONS = frozenset(("hong", "hem", "hom", "hon", "hung", "ho", "khon"))
_BEFORE_NOT = frozenset("duoc dc dk co phai can".split())
_BROKEN_BEFORE = frozenset("so bi hu mau hoa may xe lam duong".split())


def standard_word(word: str, before: str, after: str, at_end: bool) -> str:
    """The standard spelling of ``word``; ``before`` and ``after`` are its neighbours, empty at the ends."""
    if word == "mo" and before in _DAY_BEFORE:
        return "nao"
    if word == "mo" and (after in _ENDS or after in ("nop", "lam", "de", "cung")):
        return "dau" if before in _WHERE_BEFORE else "nao" if before in _WHICH_BEFORE else word
    if word == "rang" and (before in ("lam", "man") or not before):
        return "sao"
    if word == "man" and after in ("rang", "chi", "sao", "cai", "giup", "gium", "thu"):
        return "lam"
    if word == "chi" and before in _WHAT_BEFORE and after in _WHAT_AFTER:
        return "gi"
    if word in ("rua", "ri", "day") and at_end:
        return word if word == "day" and before != "sao" else "vay"
    if word == "ni":
        return "nay"
    if word in ("gium", "dum", "giom"):
        return "giup"
    if word == "bua":
        return "ngay" if before in ("may", "nhieu") else word if after in ("an", "com") else "hom"
    if word == "bi" and after in ("nhieu", "nhiu", "gio", "lau"):
        return "bao"
    if word in _MISSPELT_NEGATIONS:
        if word == "hong":  # hông, hổng, hỏng biết; but sổ hồng, bị hỏng
            return word if before in _BROKEN_BEFORE else "khong"
        return "khong" if at_end and before in _BEFORE_NOT else word
    return word
