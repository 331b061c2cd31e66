"""The glued cell "Cách thức thực hiện" of the national export, taken apart.

The crawler lost the cell borders: ``Trực tuyến3 Ngày làm việc5,000 VNĐ(ghi chú)mô tảDịch vụ bưu chính…``.
A row is a channel, then a time, then a fee, then notes in brackets, more fees, and a description. A channel
word counts as the start of a row only when a time and a fee follow it, because descriptions use the same
words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.importer.cells import clean, is_nothing, one_line
from knowledge.importer.findings import Defect, Findings
from knowledge.importer.parse_fees import STATED_FEE, fees_of_cell
from knowledge.importer.raw import RawMethod
from knowledge.schemas import SubmissionChannel

HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"

_CHANNELS = {
    "Trực tuyến": SubmissionChannel.ONLINE,
    "Trực tiếp": SubmissionChannel.COUNTER,
    "Dịch vụ bưu chính": SubmissionChannel.POST,
    "Qua bưu điện": SubmissionChannel.POST,
}
_UNIT = r"(?:Ngày làm việc|Ngày|Giờ làm việc|Giờ|Tháng|Tuần|Năm|Phút)"
_ROW = re.compile(
    rf"(?P<channel>Trực tuyến|Trực tiếp|Dịch vụ bưu chính)"
    rf"(?:(?P<time>\d+(?:[.,]\d+)?\s*{_UNIT}|Không có thông tin|Không[^\d()]{{0,60}}?)(?P<fee>{STATED_FEE})"
    rf"|(?P<lost>\d+)(?P<plain>Miễn phí|Không có thông tin)"
    # The unit is lost and the fee begins with digits too: "Trực tuyến140,000 VNĐ" is 1 and 40,000.
    rf"|(?P<run>\d[\d,]*)\s*(?P<currency>VNĐ|Việt Nam Đồng|USD))"
)
# Last resort at the start of a row: a time in words.
_WORDY_ROW = re.compile(
    rf"(?:^|(?<=\S))(?P<channel>Trực tuyến|Trực tiếp|Dịch vụ bưu chính)"
    rf"(?P<time>[A-ZĐ][^\d()]{{10,200}}?\.?)(?P<fee>{STATED_FEE})"
)


def channel_named(text: str) -> SubmissionChannel | None:
    """The channel that a cell of its own names (defence export)."""
    return _CHANNELS.get(one_line(text))


@dataclass(frozen=True)
class _Row:
    channel: SubmissionChannel
    time: str
    fee: str
    start: int
    end: int


def parse_methods(cell: str, findings: Findings) -> tuple[RawMethod, ...]:
    """Rows of the glued cell; equal rows once."""
    text = clean(cell).removeprefix(HEADER)
    if is_nothing(text):
        return ()
    rows = _rows(text)
    lead = one_line(text[: rows[0].start] if rows else text)
    if lead:
        findings.add(Defect.GLUED_CELL, f"cách thức thực hiện: “{lead[:80]}”", check=_UNREAD)
    methods: list[RawMethod] = []
    for row, following in zip(rows, [*rows[1:], None], strict=False):
        rest = text[row.end : following.start if following else len(text)]
        fees, note = fees_of_cell(row.fee, rest)
        method = RawMethod(row.channel, one_line(row.time), fees, note)
        if method not in methods:
            methods.append(method)
    return tuple(methods)


_UNREAD = "Có phần của bảng cách thức nộp không tách được; xem lại thời hạn và lệ phí trên Cổng."


def _rows(text: str) -> list[_Row]:
    """The rows with their places; runs of digits are cut with the help of the rows that are certain."""
    matches = list(_ROW.finditer(text)) or list(_WORDY_ROW.finditer(text))
    if any(match.re is _ROW for match in matches):
        matches = _with_wordy_rows(text, matches)
    certain = {int(match["lost"]) for match in matches if match.re is _ROW and match["lost"]}
    found = []
    for match in matches:
        groups = match.groupdict()
        if groups.get("run"):
            time, amount = cut_run(groups["run"], certain)
            time_text, fee = (time, f"{amount} {groups['currency']}")
        elif groups.get("lost"):
            time_text, fee = groups["lost"], groups["plain"]
        else:
            time_text, fee = groups["time"], groups["fee"]
        found.append(_Row(_CHANNELS[match["channel"]], time_text, fee, match.start(), match.end()))
    return found


def _with_wordy_rows(text: str, matches: list[re.Match[str]]) -> list[re.Match[str]]:
    """Add rows whose time is in words, where they stand between certain rows."""
    taken = [(match.start(), match.end()) for match in matches]
    extra = [
        match
        for match in _WORDY_ROW.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in taken)
    ]
    return sorted([*matches, *extra], key=lambda match: match.start())


def cut_run(run: str, likely_times: set[int]) -> tuple[str, str]:
    """Cut "140,000" into the time "1" and the amount "40,000".

    A number has no leading zero and its first group has at most three digits; where that leaves several
    cuts, a time that another row of the record has wins. Unresolved: no time, and the run as it stands,
    which is then too small or too odd to be believed.
    """
    head = run.split(",", 1)[0]
    cuts = []
    for place in range(1, len(head)):
        time, amount = run[:place], run[place:]
        if amount[0] != "0" and re.fullmatch(r"\d{1,3}(?:,\d{3})*", amount) and int(time) > 0:
            cuts.append((time, amount))
    if len(cuts) == 1:
        return cuts[0]
    known = [cut for cut in cuts if int(cut[0]) in likely_times]
    return known[0] if len(known) == 1 else ("", run)
