"""The order of steps: paragraphs put together, cut into steps, numbered steps put in order."""

from __future__ import annotations

import re

from knowledge.importer.cells import LOWER, UPPER, clean, is_nothing, one_line
from knowledge.importer.findings import Defect, Findings

_STEP = re.compile(r"^(?:[-–+*•]+\s*)?(?:\(?[a-zđ\d]{1,3}[.)]\s*)?bước\s*(\d+)", re.IGNORECASE)
_BARE_STEP = re.compile(r"\W*bước\s*\d+\W*", re.IGNORECASE)
_STEP_INSIDE = re.compile(
    rf"(?<=[.;:!?)”…])\s*(?=(?:[-–+*]+\s*)?(?:[a-zđ]\)\s*)?Bước\s+\d+(?:\s*[:.\-–]|\s+[{UPPER}]))"
)
# The crawler glued a heading to the first step below it: "Đối với người khai hải quan Bước 1: …".
_HEADING_AND_STEP = re.compile(
    r"(?<!tại)(?<!theo)(?<!từ)(?<!của)(?<!sau)(?<!trong)(?<!ở)(?<!các)\s+"
    r"(?=(?:[-–+*]+\s*)?(?:[a-zđ]\)\s*)?Bước\s+1\s*[:.]\s)"
)
_SHORTEST_HEADING = 8  # shorter is a mark: "a) Bước 1"
_MARKS = (
    ("roman", re.compile(r"^[IVX]{1,4}[.)]\s")),
    ("number", re.compile(r"^\(?\d{1,2}(?:\.\d{1,2})*[.)]\s?")),
    ("letter", re.compile(r"^\(?[a-hđk-u][.)]\s?")),
    ("small roman", re.compile(r"^\((?:i|ii|iii|iv|v|vi|vii|viii)\)")),
    ("star", re.compile(r"^\*")),
    ("dash", re.compile(r"^[-–•·]")),
    ("plus", re.compile(r"^\+")),
)
_ENDS = re.compile(r"[.;:!?)\]”\"…]$")
_HANGS = re.compile(r"(?:,|\b(?:và|hoặc|của|tại|các|cho|đến|theo|do|với|trong|từ|về|qua|bằng|là|có|được))$")
_GOES_ON = re.compile(rf"[{LOWER}][\w/]*[\s,.;)]|[{LOWER}]\w*$")
# The case that a new row of steps belongs to.
_CASE = re.compile(
    r"^\W*(?:\(?[a-z\d]{1,4}[.)]\s*)*(?:trường hợp|đối với|thủ tục|tại|khai|đăng ký|nếu)\b|:$", re.IGNORECASE
)
# What follows such a heading are remarks, not steps: they stay together.
_REMARKS = re.compile(r"^\W*(?:lưu ý|ghi chú|chú ý)\W*$", re.IGNORECASE)
_AFTER_15H = re.compile(r"sau\s+15\s*(?:giờ|h)\b", re.IGNORECASE)
_NEXT_DAY = re.compile(r"ngày\s+(?:làm\s+việc\s+)?tiếp\s+theo", re.IGNORECASE)


def parse_steps(text: str, findings: Findings) -> tuple[str, ...]:
    """Steps of a procedure, each whole; lines inside a step stay lines."""
    body = clean(text)
    if is_nothing(one_line(body)):
        return ()
    body = _STEP_INSIDE.sub("\n", body)
    lines = _unwrapped(_headed(body.split("\n")))
    numbered = [index for index, line in enumerate(lines) if _STEP.match(line)]
    if numbered:
        return _in_order(_by_step(lines, numbered), findings)
    return _by_mark(lines)


def parse_list(text: str) -> tuple[str, ...]:
    """Conditions and other lists: items by their mark, nothing for a cell that says nothing."""
    body = clean(text)
    if is_nothing(one_line(body)):
        return ()
    return tuple(item for item in _by_mark(_unwrapped(body.split("\n"))) if not is_nothing(item))


def settled_same_day(text: str) -> bool:
    """Whether the source says that what comes after 15 h is settled on the next day, hence before, today."""
    return any(
        _NEXT_DAY.search(text[match.start() : match.start() + 200]) for match in _AFTER_15H.finditer(text)
    )


def _headed(lines: list[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        glued = "Bước 1" in line and not _STEP.match(line)
        parts = _HEADING_AND_STEP.split(line, maxsplit=1) if glued else [line]
        if len(one_line(parts[0])) < _SHORTEST_HEADING:
            parts = [line]
        found.extend(part for part in map(one_line, parts) if part)
    return found


def _unwrapped(lines: list[str]) -> list[str]:
    """Lines that the source broke in the middle of a sentence, joined."""
    joined: list[str] = []
    for line in map(one_line, lines):
        if not line:
            continue
        if joined and _is_continuation(joined[-1], line):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
    return joined


def _is_continuation(before: str, line: str) -> bool:
    if _mark(line) is not None or _STEP.match(line):
        return False
    if _HANGS.search(before):
        return True
    return not _ENDS.search(before) and _GOES_ON.match(line) is not None


def _mark(line: str) -> str | None:
    return next((name for name, pattern in _MARKS if pattern.match(line)), None)


def _by_step(lines: list[str], numbered: list[int]) -> list[str]:
    """One item for each "Bước n" with the lines below it; what stands before a first step is an item too."""
    items = ["\n".join(lines[: numbered[0]])] if numbered[0] else []
    for start, end in zip(numbered, [*numbered[1:], len(lines)], strict=True):
        heading = end < len(lines) and _is_first_step(lines[end]) and end - start > 1
        heading = heading and _CASE.search(lines[end - 1]) is not None
        last = end - 1 if heading else end
        items.append("\n".join(lines[start:last]))
        if heading:
            items.append(lines[last])
    return items


def _number(item: str) -> int:
    """The number of a step; 0 for what is no step."""
    match = _STEP.match(item)
    return int(match.group(1)) if match else 0


def _is_first_step(line: str) -> bool:
    return _number(line) == 1


def _doubled(item: str, following: str) -> bool:
    """A bare "Bước 1:" above a step that says its number again."""
    return _BARE_STEP.fullmatch(item) is not None and _number(item) == _number(following)


def _in_order(items: list[str], findings: Findings) -> tuple[str, ...]:
    """Sort steps whose numbers are exactly 1…n in another order: the source shuffled them."""
    items = [
        item for item, following in zip(items, [*items[1:], ""], strict=True) if not _doubled(item, following)
    ]
    numbers = [_number(item) for item in items]
    if numbers != sorted(numbers) and sorted(numbers) == list(range(1, len(numbers) + 1)):
        findings.add(Defect.SCRAMBLED_STEPS, f"thứ tự bước {numbers}", mended=True)
        items = [item for _number, item in sorted(zip(numbers, items, strict=True))]
    return tuple(items)


def _by_mark(lines: list[str]) -> tuple[str, ...]:
    """Items begin at the outermost mark; other lines belong to the item above them."""
    marks = [_mark(line) for line in lines]
    outer = next((mark for mark in marks if mark is not None), None)
    if outer is None:
        return tuple(lines)
    order = [name for name, _pattern in _MARKS]
    opening = {name for name in order if order.index(name) < order.index(outer)} | {outer, "star"}
    if outer in ("plus", "dash"):
        opening -= {"small roman", "number", "letter"} if outer == "dash" else set()
    items: list[str] = []
    remarks = False
    for line, mark in zip(lines, marks, strict=True):
        # Below a line that ends in a colon, another mark only lists what the line announced.
        listed = bool(items) and items[-1].endswith(":") and mark != outer and not _REMARKS.match(line)
        if not items or (mark in opening and not remarks and not listed):
            items.append(line)
            remarks = _REMARKS.match(line) is not None
        else:
            items[-1] = f"{items[-1]}\n{line}"
    return tuple(items)
