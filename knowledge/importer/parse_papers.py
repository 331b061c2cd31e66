"""The glued cell "Thành phần hồ sơ" of the national export: groups, rows, numbers of copies, file names."""

from __future__ import annotations

import re

from knowledge.importer.cells import LOWER, UPPER, clean, is_nothing, one_line, without_bullet
from knowledge.importer.parse_form_names import split_form_name
from knowledge.importer.raw import RawPaper

HEADER = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"

# "…theo mẫu.1 bản chính", "…0 bản chính,1 bản sao". Inside a sentence a number of copies has a space before
# it and goes on after it ("gồm 01 bản chính và …"); a cell lost its borders and touches its neighbours.
_QUANTITY = re.compile(r"(?P<run>\d+) bản (?P<kind>chính|sao)(?:,\s?(?P<copies>\d+) bản sao)?")


_TOUCHES = re.compile(rf"$|[^\s.,;:)/\]]|,\S|\.[{UPPER}]|\.\.\.\S")
_NEW_ROW = re.compile(rf"\s*(?:[-+*•(]|[{UPPER}]|\d+[.)]|[a-zđ]\))")
_LOWER_START = re.compile(rf"[{LOWER}]")


def parse_papers(cell: str) -> tuple[RawPaper, ...]:
    """Rows in the order of the source; equal rows once."""
    text = clean(cell)
    if HEADER not in text:
        return ()
    pieces = text.split(HEADER)
    group = _group(pieces[0])
    papers: list[RawPaper] = []
    for index, piece in enumerate(pieces[1:], start=1):
        rows, rest = _rows(piece, group)
        papers.extend(rows)
        if index < len(pieces) - 1:
            group = _group(rest)
        elif not is_nothing(one_line(rest)):
            # The name of a last group that has no rows: the source uses it for remarks.
            papers.append(RawPaper(name=one_line(rest), group=group))
    return tuple(dict.fromkeys(papers))


def _rows(piece: str, group: str | None) -> tuple[list[RawPaper], str]:
    rows = []
    position = 0
    for match in _QUANTITY.finditer(piece):
        if not _is_cell(piece, position, match):
            continue
        digits = _count_digits(piece, match)
        name_end = match.start("run") + len(match["run"]) - len(digits)
        name = one_line(piece[position:name_end]).lstrip(",. ")
        first = int(digits)
        copies = int(match["copies"] or 0)
        originals = first if match["kind"] == "chính" else 0
        if match["kind"] == "sao":
            copies = first
        position = match.end()
        if is_nothing(name) or not re.search(r"\w{2}", name):
            continue
        own, form = split_form_name(name)
        rows.append(RawPaper(own, originals, copies, form, group))
    return rows, piece[position:]


def _is_cell(piece: str, start: int, match: re.Match[str]) -> bool:
    before, after = piece[start : match.start()], piece[match.end() :]
    if not before.strip():
        return match.start() == start  # a row without a name
    if re.match(r"0\d", match["run"]) and before[-1].isspace():
        return False  # "01 bản chính" is how sentences write it
    glued_before = not before[-1].isspace()
    if _TOUCHES.match(after):
        return glued_before or not _LOWER_START.match(after)
    return glued_before and _NEW_ROW.match(after) is not None


def _count_digits(piece: str, match: re.Match[str]) -> str:
    """The digits of a run that are the number of copies; the others end the name of the paper."""
    run = match["run"]
    if len(run) == 1:
        return run
    before = piece[: match.start()][-1:]
    if len(run) == 2 and run[0] != "0" and (before.islower() or before in '.;:,)”"'):
        return run  # "…theo mẫu.10 bản chính"
    return run[-1]


def _group(text: str) -> str | None:
    """A group's own words; the portal shows "--" for a group without a name."""
    line = without_bullet(one_line(text)).rstrip(" :")
    return None if is_nothing(line) else line
