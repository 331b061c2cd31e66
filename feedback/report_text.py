"""A report as a plain table in Vietnamese, for a terminal or a letter."""

from __future__ import annotations

from datetime import date

from feedback.changes import Movement
from feedback.definitions import FACTOR_NAMES
from feedback.factors import FactorShare
from feedback.figures import Bounds, By, Held, IndexReport, OnTimeRow, Row
from feedback.index import (
    ESTIMATE_FROM,
    HIDDEN_BELOW,
    REPRESENTATIVE_RESPONSE,
    Comparator,
    Publication,
    Verdict,
)
from feedback.targets import City

CITY_NAMES = {City.QUY_NHON: "Quy Nhơn (cũ)", City.LONG_KHANH: "Long Khánh (cũ)"}
_OTHER_UNITS = "Đơn vị khác"
_WORTH_SAYING = 0.1
_UNKNOWN = {
    By.UNIT: "(chưa rõ đơn vị)",
    By.FIELD: "(chưa rõ lĩnh vực)",
    By.OFFICER_GROUP: "(chưa phân nhóm)",
    By.PROCEDURE: "(chưa rõ thủ tục)",
    By.CHANNEL: "(chưa rõ cách nộp)",
}
_CHANNELS = {"counter": "Tại quầy", "online": "Qua mạng", "post": "Qua bưu chính"}
_SIGNS = {Comparator.AT_LEAST: "từ", Comparator.MORE_THAN: "trên", Comparator.AT_MOST: "tối đa"}
_HEADINGS = ("", "Phiếu", "Hài lòng", "Chỉ số", "Khoảng tin cậy 95 %", "Đã mời", "Trả lời")


def as_text(report: IndexReport) -> str:
    """The whole report, ready to print."""
    lines = [
        f"Chỉ số hài lòng của hồ sơ kết thúc từ {_day(report.counted_from)} đến {_day(report.counted_to)}.",
        f"Phiếu {report.instrument}, bản {report.version}." if report.version else "Chưa có phiếu trả lời.",
    ]
    if report.sample:
        lines.insert(0, "SỐ LIỆU MẪU, bịa ra để xem thử. Không phải ý kiến của người dân.")
    if report.version:
        lines += ["", *_table(report), "", *_verdicts(report), "", *_notes(report)]
    if report.on_time:
        lines += ["", "Giải quyết đúng hẹn, so với ngày in trên giấy hẹn:", *map(_on_time, report.on_time)]
    return "\n".join(lines)


def _table(report: IndexReport) -> list[str]:
    table = [_HEADINGS, _cells("Tất cả", report.total)]
    for city in report.cities:
        table.append(_cells(_city(city.city), city))
        table += [
            _cells(f"  {group_name(report.by, row.group)}", row)
            for row in report.rows
            if row.city == city.city
        ]
    widths = [max(len(line[column]) for line in table) for column in range(len(_HEADINGS))]
    return [
        "  ".join(
            [
                line[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
            ]
        ).rstrip()
        for line in table
    ]


def _cells(name: str, row: Row) -> tuple[str, ...]:
    if row.publication is Publication.HIDDEN:
        return (name, "–", "–", "–", "–", _count(row.invited), "–")
    return (
        name,
        _count(row.n),
        _count(row.satisfied),
        _percent(row.index),
        _interval(row.interval) if row.interval else "–",
        _count(row.invited),
        _percent(row.response_rate) + (" *" if row.representative is False else "  "),
    )


def _verdicts(report: IndexReport) -> list[str]:
    lines = ["So với chỉ tiêu:"]
    for city in report.cities:
        lines += _of_row(_city(city.city), city)
        for row in report.rows:
            if row.city == city.city:
                lines += _of_row(f"  {group_name(report.by, row.group)}", row)
    return lines if len(lines) > 1 else ["So với chỉ tiêu: chưa có chỉ tiêu hoặc chưa đủ phiếu."]


def _of_row(name: str, row: Row) -> list[str]:
    """Verdicts of one row; of its last twelve months where the period alone does not decide."""
    lines = [f"{name}: {spell_held(held)}" for held in row.held if held.verdict]
    if row.rolling and any(held.verdict in (None, Verdict.NOT_ENOUGH_EVIDENCE) for held in row.held):
        lines.append(
            f"{name}, gộp 12 tháng: {_percent(row.rolling.index)} ({_interval(row.rolling.interval)},"
            f" {_count(row.rolling.n)} phiếu): {'; '.join(map(spell_held, row.rolling.held))}"
        )
    if row.weighted and row.index is not None and abs(row.weighted.index - row.index) >= _WORTH_SAYING:
        lines.append(
            f"{name}, theo cơ cấu hồ sơ (lĩnh vực, cách nộp): {_percent(row.weighted.index)}"
            f" ({_interval(row.weighted.interval)})"
        )
    if row.unflagged:
        lines.append(
            f"{name}, bỏ {_count(row.flagged)} phiếu có dấu hiệu bất thường: {_percent(row.unflagged.index)}"
            f" ({_interval(row.unflagged.interval)}, {_count(row.unflagged.n)} phiếu)"
        )
    if row.change and row.change.movement is not Movement.NOT_SEEN:
        lines.append(
            f"{name}, so với kỳ trước: {row.change.movement.value} {_tenth(abs(row.change.points))} điểm"
            f" ({_interval(row.change.interval)})"
        )
    return lines


def _interval(bounds: Bounds) -> str:
    return f"{_tenth(bounds.lower)} – {_tenth(bounds.upper)}"


def spell_held(held: Held) -> str:
    """A verdict with its target, year and source."""
    verdict = held.verdict.value if held.verdict else "–"
    more = ""
    if held.verdict is Verdict.NOT_ENOUGH_EVIDENCE and held.answers_needed:
        more = f"; nếu tỷ lệ giữ nguyên thì cần {_count(held.answers_needed)} phiếu"
    return f"{verdict} ({_SIGNS[held.comparator]} {_number(held.value)} {held.unit}, {held.label}{more})"


def spell_index(row: Row) -> list[str]:
    """The year so far with interval and n, then each target; counts alone where answers are few."""
    if row.publication is Publication.HIDDEN or row.n is None:
        return []
    if row.index is None or row.interval is None:
        share = f"{_count(row.satisfied)} trong {_count(row.n)} người trả lời hài lòng"
        return [f"Từ đầu năm: {share}; chưa đủ để tính tỷ lệ."]
    found = f"{_percent(row.index)} (khoảng tin cậy {_interval(row.interval)}, {_count(row.n)} phiếu)"
    return [
        f"Hài lòng từ đầu năm: {found}.",
        *(f"So với chỉ tiêu: {spell_held(held)}." for held in row.held if held.verdict),
    ]


def spell_share(share: FactorShare) -> str:
    """One factor: "Thời gian giải quyết 81,0 % (72,1 – 87,5; 96 phiếu)"."""
    bounds = f"{_interval(share.interval)}; " if share.interval else ""
    return f"{FACTOR_NAMES[share.factor]} {_percent(share.index)} ({bounds}{_count(share.n)} phiếu)"


def _notes(report: IndexReport) -> list[str]:
    whole = report.total
    notes = [
        f"Hài lòng là mức 4 và 5. Dưới {HIDDEN_BELOW} phiếu thì giữ kín,"
        f" dưới {ESTIMATE_FROM} phiếu chỉ nêu số đếm."
        " Dòng bên cạnh có thể cũng được giữ kín, để không trừ ra được.",
        f"Tin mời đã báo tới máy: {_count(whole.delivered)} trên {_count(whole.invited)}."
        if whole.delivered
        else "Chưa có số tin mời đã tới máy người nhận.",
    ]
    if whole.silence is not None:
        notes.append(
            f"Nếu mọi người im lặng đều không hài lòng thì chỉ số là {_percent(whole.silence.lower)};"
            f" nếu đều hài lòng thì là {_percent(whole.silence.upper)}."
        )
    if any(row.representative is False for row in (whole, *report.cities, *report.rows)):
        notes.append(
            f"* Tỷ lệ trả lời dưới {_number(100 * REPRESENTATIVE_RESPONSE)} %:"
            " kết quả không đại diện cho mọi người đã làm thủ tục."
        )
    if report.older_answers:
        notes.append(f"{report.older_answers} phiếu trả lời theo bản câu hỏi cũ không gộp vào đây.")
    return notes


def _on_time(row: OnTimeRow) -> str:
    name = _city(row.city) if row.group is None else f"  {row.group or _UNKNOWN[By.UNIT]}"
    held = "; ".join(spell_held(held) for held in row.held if held.verdict)
    undated = f", {row.undated} hồ sơ không có ngày hẹn" if row.undated else ""
    dated = row.decided - row.undated
    return f"{name}: {_percent(row.rate)} ({row.on_time}/{dated} hồ sơ{undated}){': ' + held if held else ''}"


def _city(city: City | None) -> str:
    return CITY_NAMES[city] if city else _OTHER_UNITS


def group_name(by: By, group: str | None) -> str:
    """What a line of the table is called; a procedure by its code."""
    if not group:
        return _UNKNOWN[by]
    return _CHANNELS.get(group, group) if by is By.CHANNEL else group


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}".replace(",", ".")


def _number(value: float) -> str:
    """94 as "94", 91.2 as "91,2"."""
    return _tenth(value).removesuffix(",0")


def _tenth(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{_tenth(value)} %"
