"""What is decided for everybody and kept as content: the working calendar, the targets, the days of the law.

They are edited in the same forms as other content; here stands what is their own: what a year looks like with
a decision applied, and that no unit is asked for less than its city or its province.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from core.calendar import WorkingCalendar
from core.calendar_year import CalendarYear, parse_calendar_year
from core.content import Document
from core.law_days import Counted, parse_law_days
from core.text.fold import fold
from core.text.spell import spell_date
from core.yaml_shape import ContentShapeError
from feedback.index import Comparator
from feedback.targets import City, Scope, Target, label, parse_targets
from knowledge.general import check_hours, parse_general
from knowledge.legal import parse_legal

CALENDAR, TARGETS, LAW_DAYS, LEGAL = "calendar/", "targets/", "law-days/", "legal/"
GENERAL = "general/"
LEGAL_NAMES: Mapping[str, str] = {
    "legal/fees-insurance.yaml": "Phí, lệ phí, bảo hiểm",
    "legal/one-stop.yaml": "Một cửa, kiểm soát thủ tục",
    "legal/personal-data-messages.yaml": "Dữ liệu cá nhân, tin nhắn",
    "legal/reflections-complaints.yaml": "Phản ánh, khiếu nại, tố cáo",
    "legal/working-time.yaml": "Giờ làm việc, ngày nghỉ",
}
CITY_NAMES: Mapping[City, str] = {City.QUY_NHON: "Quy Nhơn", City.LONG_KHANH: "Long Khánh"}


def year_text(text: str, source: str) -> str:
    """A year with its decision applied, in sentences: hours, every feast on a weekday, days made up for."""
    year = parse_calendar_year(text, source)
    calendar = WorkingCalendar([year])
    first, last = date(year.year, 1, 1), date(year.year, 12, 31)
    feasts = calendar.feasts_between(first - timedelta(days=1), last)
    worked = calendar.working_days_between(first - timedelta(days=1), last)
    lines = [
        f"Năm {year.year}: {worked} ngày làm việc. Giờ làm việc {calendar.spell_office_hours(first)}.",
        "Ngày nghỉ lễ và ngày nghỉ hoán đổi:",
        *(f"- {spell_date(day.date)}: {day.why}" for day in feasts),
    ]
    if year.on:
        lines += ["Ngày làm bù:", *(f"- {spell_date(day.date)}: {day.why}" for day in year.on)]
    if not year.confirmed:
        lines.append("Chưa đối chiếu thông báo chính thức: hạn trả kết quả trong năm này có thể còn đổi.")
    return "\n".join(lines)


def year_after(documents: Iterable[Document]) -> tuple[str, dict[str, Any]]:
    """Key and fields of the first year that is not on file; it begins with the hours of the year before."""
    known = {}
    for one in documents:
        if one.key.startswith(CALENDAR):
            year = parse_calendar_year(one.text, one.key)
            known[year.year] = year
    last = known[max(known)] if known else CalendarYear(year=2026, confirmed=False, source="chưa có")
    number = last.year + 1
    return f"{CALENDAR}{number}.yaml", {
        "year": str(number),
        "confirmed": False,
        "source": f"Chưa đối chiếu thông báo nghỉ lễ của năm {number}",
        "office_hours": [
            {"opens": f"{one.opens:%H:%M}", "closes": f"{one.closes:%H:%M}"} for one in last.office_hours
        ],
    }


def hours_that_differ(
    documents: Iterable[Document], key: str, text: str, today: date
) -> list[tuple[str, str]]:
    """Keys and names of general answers that name other hours than the calendar, if this text were live.

    Hours stand in the calendar, by which days are counted, and in an answer, which citizens read. Nothing for
    a text that cannot be read yet.
    """
    texts = {one.key: one.text for one in documents} | {key: text}
    try:
        years = [parse_calendar_year(body, name) for name, body in texts.items() if name.startswith(CALENDAR)]
        answers = {
            name: parse_general(body, name)
            for name, body in texts.items()
            if name.startswith(GENERAL) and name.endswith(".md")
        }
    except ContentShapeError:
        return []
    wrong = {one.source for one in check_hours(answers.values(), WorkingCalendar(years), today)}
    return [(name, one.title) for name, one in answers.items() if name in wrong]


def targets_key(city: City, document: str) -> str:
    """Where the targets of a document are kept. ValueError when its number has no letter or digit."""
    stem = re.sub(r"[^a-z0-9]+", "-", fold(document)).strip("-")[:60].strip("-")
    if not stem:
        raise ValueError("Ghi số văn bản giao chỉ tiêu, ví dụ 112/KH-UBND.")
    return f"{TARGETS}{city}-{stem}.yaml"


def with_ids(key: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """New targets named after their document and what they measure; names that exist stay."""
    stem = key.removeprefix(TARGETS).removesuffix(".yaml")
    taken = {row["id"] for row in data.get("targets") or [] if row.get("id")}
    rows = []
    for row in data.get("targets") or []:
        if not row.get("id"):
            name = wanted = f"{stem}-{str(row.get('measure', '')).replace('_', '-')}"
            number = 2
            while name in taken:
                name, number = f"{wanted}-{number}", number + 1
            taken.add(name)
            row = {"id": name, **row}
        rows.append(row)
    return {**data, "targets": rows}


def targets_text(text: str, source: str) -> str:
    """Targets as the pages of opinion name them."""
    words = {Scope.CITY: "cả thành phố cũ", Scope.EACH_UNIT: "từng đơn vị", Scope.WARDS: "từng phường, xã"}
    marks = {Comparator.AT_LEAST: "ít nhất", Comparator.MORE_THAN: "hơn", Comparator.AT_MOST: "nhiều nhất"}
    return "\n".join(
        f"- {one.denominator}, {words[one.scope]}: {marks[one.comparator]} {one.value:g}"
        f"{'%' if one.unit == 'percent' else ' phút'} ({label(one)})"
        for one in parse_targets({source: text}).all
    )


def law_days_text(text: str, source: str) -> str:
    """Each term with how it is counted, its article, and whether somebody has read it there."""
    counted = {Counted.WORKING: "ngày làm việc", Counted.CALENDAR: "ngày, kể cả ngày nghỉ"}
    return "\n".join(
        f"- {one.what}: {one.days} {counted[one.counted]} ({one.basis}"
        f"{'' if one.verified else '; chưa đối chiếu văn bản gốc'})"
        for one in parse_law_days(text, source).terms
    )


def legal_text(text: str, source: str) -> str:
    """Each document with the days on which it counts and what takes its place."""
    lines = []
    for one in parse_legal(text, source):
        said = [f"- {one.number}, {one.title}"]
        if one.in_force_from:
            said.append(f"có hiệu lực từ {one.in_force_from:%d/%m/%Y}")
        if one.ends_on:
            said.append(f"hết hiệu lực sau ngày {one.ends_on:%d/%m/%Y}")
        if one.replaced_by:
            said.append(f"thay bằng {one.replaced_by}")
        if not one.verified:
            said.append("chưa đối chiếu văn bản gốc")
        lines.append(": ".join([said[0], "; ".join(said[1:])]) if said[1:] else said[0])
    return "\n".join(lines)


def too_low(documents: Iterable[Document], key: str, before: str | None, text: str) -> str | None:
    """Why new targets are lower than what stands above them, or nothing.

    A province binds its cities, a city its units. What an earlier version said already is left alone: old
    documents contradict themselves, and are kept as they were issued.
    """
    others = {one.key: one.text for one in documents if one.key.startswith(TARGETS) and one.key != key}
    try:
        all_targets = parse_targets({**others, key: text}).all
        old = set(parse_targets({key: before}).all) if before else set()
    except ContentShapeError as error:
        return "; ".join(str(problem) for problem in error.problems)
    mine = [one for one in all_targets if one not in old and one in parse_targets({key: text}).all]
    for target in mine:
        for above in all_targets:
            if _binds(above, target) and _less(target, above):
                return (
                    f"Mức {target.value:g} cho '{target.denominator}' thấp hơn {above.value:g} của cấp trên "
                    f"({label(above)}). Ghi ít nhất bằng mức ấy, hoặc sửa chỉ tiêu cấp trên trước."
                )
    return None


def _rank(target: Target) -> int:
    """0 for a province, 1 for a city as a whole, 2 for units."""
    if fold(target.source.issuer).startswith(("tinh ", "ubnd tinh", "uy ban nhan dan tinh")):
        return 0
    return 1 if target.scope is Scope.CITY else 2


def _binds(above: Target, target: Target) -> bool:
    same = (above.city, above.measure, above.unit) == (target.city, target.measure, target.unit)
    starts, ends = above.since, above.until or 2100
    return (
        same
        and _rank(above) < _rank(target)
        and starts <= target.last_year
        and target.since <= ends
        and (above.comparator is Comparator.AT_MOST) == (target.comparator is Comparator.AT_MOST)
    )


def _less(target: Target, above: Target) -> bool:
    if target.comparator is Comparator.AT_MOST:
        return target.value > above.value
    return target.value < above.value or (
        target.value == above.value
        and (above.comparator, target.comparator) == (Comparator.MORE_THAN, Comparator.AT_LEAST)
    )


def name_of(key: str, data: Mapping[str, Any]) -> str | None:
    """What a year or a document of targets is called; none for other content."""
    if key.startswith(CALENDAR):
        return f"Lịch làm việc năm {data.get('year')}"
    if key.startswith(TARGETS):
        source = data.get("source") or {}
        return f"{source.get('document')}, {source.get('issuer')}"
    if key.startswith(LEGAL):
        return LEGAL_NAMES.get(key) or f"Văn bản căn cứ: {key.removeprefix(LEGAL).removesuffix('.yaml')}"
    return None


def faces(key: str, text: str) -> Sequence[tuple[str, str]]:
    """Title and text of what a document comes to; empty for other content."""
    if key.startswith(CALENDAR):
        return [("Cả năm, với bản này", year_text(text, key))]
    if key.startswith(TARGETS):
        return [("Chỉ tiêu", targets_text(text, key))]
    if key.startswith(LEGAL):
        return [("Các văn bản", legal_text(text, key))]
    if key.startswith(LAW_DAYS):
        return [("Thời hạn", law_days_text(text, key))]
    return []
