"""Legal documents: glued pairs of title and number taken apart, numbers made comparable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.importer.cells import clean, is_nothing, one_line
from knowledge.importer.findings import Defect, Findings
from knowledge.schemas import LegalDocument

HEADER = "Tên văn bản pháp lýMã văn bản"

_KINDS = "NĐ|TTLT|TTLB|TT|QĐ|QD|NQLT|NQ|CT|VBHN|TB|KH|HD|PL|L|CĐ|SL|LCTN|QCVN|TCVN|ND"
_ISSUERS = (
    "CP TTg TTG HĐBT QH UBTVQH VPQH VPCP BTC BTP BCA BQP BNV BYT BXD BGTVT BNNPTNT BNNNMT BNNMT BNN BTNMT "
    "BKHĐT BKH BKHCNMT BKHCN BCT BTM BCN BTTTT BVHTTDL BVHTT BLĐTBXH BLĐBXH BGDĐT BGD&ĐT BNG BDTTG BTS UBDT "
    "UBND HĐND NHNN TTCP TANDTC VKSNDTC VKSTC KTNN BHXH TCHQ TCT TLĐLĐVN TLĐ CA BNgG CTN HĐTP BCĐ ĐCT BTGCP "
    "TW TTLT BTCCBCP BTCCP TCTHADS UBCK UBCKNN KBNN"
).split()
_ISSUER = (
    r"(?:UBTVQH\d{1,2}|QH\d{1,2}|"
    + "|".join(sorted(map(re.escape, _ISSUERS), key=len, reverse=True))
    # An issuer not in the list, or cut short ("NĐ-C"): capitals up to the next title or the end.
    + r"|[A-ZĐ]{1,14}?(?=[A-ZĐ][a-zà-ỹđ]|[\s\d.,;:)]|$))"
)
# 123/2015/NĐ-CP, 66.7/2025/NQ-CP, 60/2014/QH13, 05/2015/TTLT-BTP-BCA-BYT, 3510/QĐ-BHXH, 09b/2013/TT-BTP.
_NUMBER = re.compile(
    r"\d+(?:\.\d+|\.?[a-z])?\s?/\s?(?:"
    rf"(?:19|20)\d\d\s?/\s?(?:UBTVQH\d{{1,2}}|QH\d{{1,2}}|(?:{_KINDS})(?:\s?[-–/]\s?{_ISSUER})*)"
    rf"|(?:{_KINDS})(?:\s?[-–]\s?{_ISSUER})+"
    r")"
)
_KIND_WORDS = (
    "Thông tư liên tịch|Thông tư|Nghị định|Nghị quyết|Quyết định|Pháp lệnh|Chỉ thị|Bộ luật|Luật|Công văn"
)
_PREFIX = re.compile(rf"(?:{_KIND_WORDS})?\s*(?:[Ss]ố\s*:?\s*)?$")
_KIND_AT_END = re.compile(rf"(?:{_KIND_WORDS}|[Ss]ố)$")
_NEXT_SECTION = re.compile(r"(?<=\S)Cơ quan thực hiện[A-ZĐ].*$")
_REPEATED_KIND = re.compile(rf"(?<=\S)\s*(?:{_KIND_WORDS})?\s*[Ss]ố$")


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    number: str


def legal_numbers(text: str) -> list[str]:
    """Numbers of legal documents named in a text, normalised, in order, each once."""
    return list(dict.fromkeys(found.number for found in _find(one_line(clean(text)))))


def normal_number(text: str) -> str:
    """ "Thông tư số 03/2023/TT-BTP." → "03/2023/TT-BTP"; a text without a number stays as it is."""
    line = one_line(clean(text)).strip(" .;")
    found = _find(line)
    return found[0].number if len(found) == 1 and len(line) < 60 else line


def parse_legal(cell: str, findings: Findings) -> tuple[LegalDocument, ...]:
    """The pairs of the glued cell; equal numbers once."""
    text = re.sub(r"\s+", " ", clean(cell)).removeprefix(HEADER)
    text = _NEXT_SECTION.sub("", text)
    if is_nothing(text):
        return ()
    documents: dict[str, LegalDocument] = {}
    position = 0
    named: set[str] = set()
    found = _find(text)
    for number, following in zip(found, [*found[1:], None], strict=False):
        if number.number not in named and not _ends_a_pair(text, position, number, following):
            named.add(number.number)
            continue
        title = _title(text[position : number.start])
        position, named = number.end, set()
        documents.setdefault(number.number, LegalDocument(number=number.number, title=title))
    rest = one_line(text[position:]).strip(" .;,")
    if rest and not is_nothing(rest):
        _leftover(rest, documents, findings)
    return tuple(documents.values())


def _find(text: str) -> list[_Found]:
    found = []
    for match in _NUMBER.finditer(text):
        start = match.start()
        digits = re.match(r"\d+", match.group()).group()  # type: ignore[union-attr]
        if len(digits) >= 5 and digits[:2] in ("19", "20"):
            # The year at the end of the title is glued to the number: "ngày 29/6/202443/2024/QH15".
            start += 4
        number = re.sub(r"\s", "", text[start : match.end()]).replace("–", "-")
        found.append(_Found(start, match.end(), number))
    return found


_RUNNING_ON = re.compile(r"\s*ngày\b|\s+(?:của|về|được|và|quy định|do|tại|đã|sửa đổi)\b")


def _ends_a_pair(text: str, start: int, number: _Found, following: _Found | None) -> bool:
    """Whether a number is a cell of its own rather than a word of the title that begins at ``start``.

    A cell lost its borders, so it is glued to the title before it, or to the title after it. Where a title
    ends in the very number that follows ("Luật 60/2014/QH1360/2014/QH13"), the second one is the cell.
    """
    before, after = text[start : number.start], text[number.end :]
    glued = bool(before) and not before[-1].isspace() and before[-1] not in '(/“"-–'
    if glued and _KIND_AT_END.search(before) and _RUNNING_ON.match(after):
        return False  # "Thông tư số08/2025/TT-BTP ngày …": a slip of the keyboard inside a title
    if following is not None and following.start == number.end:
        return glued and following.number != number.number
    if glued or not after:
        return True
    if _RUNNING_ON.match(after):
        return False
    if not re.match(r"[\s.,;:)\]/”\"-]", after):
        return True
    # "…Bộ Tư phápThông tư số 03/2023/TT-BTP": the number cell repeats the kind of document.
    prefix = _PREFIX.search(before, max(0, len(before) - 40))
    head = before[: prefix.start()] if prefix else before
    return bool(head) and bool(prefix and prefix.group().strip()) and not head[-1].isspace()


def _title(text: str) -> str | None:
    title = one_line(text).strip(" .;,")
    prefix = _PREFIX.search(title, max(0, len(title) - 40))
    if prefix and prefix.start() > 0 and not title[prefix.start() - 1].isspace():
        title = title[: prefix.start()]
    if title.endswith("ố"):
        title = _REPEATED_KIND.sub("", title) if title.count(" ") > 3 else title.removesuffix(" số")
    return title.strip(" .;,") or None


def _leftover(rest: str, documents: dict[str, LegalDocument], findings: Findings) -> None:
    """The end of the cell when its last number is not of the usual form ("Bộ luật Dân sự", "46/2020")."""
    half = _repeated_half(rest)
    bare = re.search(r"(?<=[^\s\d/])(\d{1,4}(?:/\d{4})?)$", rest)
    inside = _find(rest)
    if half:
        documents.setdefault(half, LegalDocument(number=half))
    elif inside:
        number = inside[0].number
        documents.setdefault(number, LegalDocument(number=number, title=rest))
    elif bare:
        number = bare.group(1)
        documents.setdefault(number, LegalDocument(number=number, title=_title(rest[: bare.start()])))
        findings.add(Defect.LEGAL_NUMBER_MISSING, rest[-60:])
    else:
        findings.add(Defect.LEGAL_NUMBER_MISSING, rest[:60])
        documents.setdefault(rest, LegalDocument(number=rest))


def _repeated_half(text: str) -> str | None:
    """ "BỘ LUẬT HÀNG HẢIBỘ LUẬT HÀNG HẢI" → its half: title and number cell are the same words."""
    for middle in range(len(text) // 2 - 2, len(text) // 2 + 3):
        left, right = one_line(text[:middle]), one_line(text[middle:])
        if len(left) > 5 and left.casefold() == right.casefold():
            return left
    return None
