"""Lengths of time: the time cell of a way of filing, with the description beside it as a witness."""

from __future__ import annotations

import re

from knowledge.importer.cells import is_nothing, one_line
from knowledge.importer.findings import Defect, Findings
from knowledge.schemas import Duration, DurationUnit

_UNITS: dict[str, DurationUnit] = {
    "ngày làm việc": DurationUnit.WORKING_DAY,
    "ngày": DurationUnit.DAY,
    "giờ làm việc": DurationUnit.WORKING_HOUR,
    "giờ": DurationUnit.HOUR,
    "tháng": DurationUnit.MONTH,
    "năm": DurationUnit.YEAR,
}
_UNIT_WORDS = {unit: words for words, unit in _UNITS.items()}
_MENTION = re.compile(
    r"(?<![\d/.,-])0?(\d{1,3})\s*(?:\([^)\d]{1,40}\)\s*)?(ngày làm việc|ngày|giờ làm việc|giờ|tháng|năm)"
    r"(?!\s*\d)(?![\wà-ỹ])",
    re.IGNORECASE,
)
_CELL = re.compile(r"(\d+(?:[.,]\d+)?)\s*(\D*)")

# What the printouts of the portal show where the export has a bare number (1.001193: "1" is "1 ngày").
UNIT_LOST = "Cổng ghi “ngày”, không nói rõ là ngày làm việc hay ngày thường."
_FROM_TEXT = "Theo phần mô tả trên Cổng."
_SAME_DAY = re.compile(
    r"ngay\s+trong\s+ngày|trong\s+ngày\s+(?:làm\s+việc\s+)?(?:tiếp\s+nhận|nhận|làm\s+việc(?!\s+tiếp))",
    re.IGNORECASE,
)
# A length of time in a description is the time of settling only beside such words.
_SETTLING = re.compile(
    r"(?:kể\s+)?từ\s+(?:ngày|khi|thời\s+điểm|lúc)|thời\s+(?:hạn|gian)\s+(?:giải\s+quyết|thực\s+hiện|xử\s+lý)",
    re.IGNORECASE,
)
_SETTLING_SAID = re.compile(r"thời\s+(?:hạn|gian)\s+(?:giải\s+quyết|xử\s+lý)", re.IGNORECASE)
# A longer description speaks of parts of the way ("thời hạn gửi thông báo"), not of the whole.
_SHORT = 160


def duration_mentions(text: str) -> list[tuple[int, DurationUnit]]:
    """Every length of time named in a text, in order."""
    return [(int(m.group(1)), _UNITS[m.group(2).lower()]) for m in _MENTION.finditer(one_line(text))]


def parse_duration(cell: str, description: str, findings: Findings) -> Duration:
    """The time of one row. ``description`` settles what the cell lost and witnesses against it."""
    cell = one_line(cell)
    match = _CELL.fullmatch(cell)
    if match is None:
        return _without_number(cell, description, findings)
    number, words = match.group(1), match.group(2).strip().lower()
    if not number.isdigit():
        # Half days exist (1.5 Ngày làm việc) and a value is whole: the words are kept as they are.
        return Duration(note=f"{number.replace('.', ',')} {words}".strip())
    value = int(number)
    if value == 0:
        return _without_number("", description, findings)
    if words in _UNITS:
        return _with_witness(Duration(unit=_UNITS[words], value=value), description, findings)
    if words == "tuần":
        return Duration(unit=DurationUnit.DAY, value=7 * value, note=f"{value} tuần")
    if words == "phút":
        return Duration(note=f"{value} phút")
    return _without_unit(value, description, findings)


def _without_unit(value: int, description: str, findings: Findings) -> Duration:
    units = {unit for number, unit in duration_mentions(description) if number == value}
    if len(units) == 1:
        findings.add(Defect.TIME_WITHOUT_UNIT, f"{value}", mended=True)
        return Duration(unit=units.pop(), value=value, note=_FROM_TEXT)
    findings.add(Defect.TIME_WITHOUT_UNIT, f"{value}")
    return Duration(unit=DurationUnit.DAY, value=value, note=UNIT_LOST)


def _without_number(cell: str, description: str, findings: Findings) -> Duration:
    """No number in the cell: the description may say it, if it says one thing only."""
    mentions = set(duration_mentions(description))
    says_the_whole = len(description) <= _SHORT or _SETTLING_SAID.search(description)
    if len(mentions) == 1 and says_the_whole and _SETTLING.search(description):
        value, unit = mentions.pop()
        findings.add(Defect.TIME_MISSING, "có trong phần mô tả", mended=True)
        return Duration(unit=unit, value=value, note=_FROM_TEXT)
    if not mentions and _SAME_DAY.search(description):
        findings.add(Defect.TIME_MISSING, "có trong phần mô tả", mended=True)
        return Duration(unit=DurationUnit.SAME_DAY, note=_FROM_TEXT)
    if cell and not is_nothing(cell):
        return Duration(note=cell)
    findings.add(Defect.TIME_MISSING)
    return Duration()


def _with_witness(duration: Duration, description: str, findings: Findings) -> Duration:
    """The cell counts; a description that names the same number in another unit is put beside it."""
    same_number = {unit for number, unit in duration_mentions(description) if number == duration.value}
    days = {DurationUnit.DAY, DurationUnit.WORKING_DAY}
    if duration.unit in days and len(same_number) == 1 and same_number <= days - {duration.unit}:
        other = _UNIT_WORDS[next(iter(same_number))]
        findings.add(
            Defect.CONTRADICTION,
            f"thời hạn: ô ghi {duration.value} {_UNIT_WORDS[duration.unit]}, mô tả ghi {other}",
            check=f"Thời hạn: ô ghi {duration.value} {_UNIT_WORDS[duration.unit]}, phần mô tả ghi "
            f"{duration.value} {other}.",
        )
        return duration.model_copy(update={"note": f"Phần mô tả trên Cổng ghi {duration.value} {other}."})
    return duration
