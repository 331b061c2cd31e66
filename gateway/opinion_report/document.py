"""What a report says, before it is a file: headings, paragraphs, tables, and the definition of every figure.

The head and the order follow the layout of administrative documents (Decree 30/2020/NĐ-CP, appendix I);
number and signature are left to the clerical office.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.calendar import LOCAL
from feedback.definitions import DEFINITIONS, FACTOR_NAMES, FACTORS_NOTE, INDEX, without_data
from feedback.factors import FactorRow
from feedback.figure_rows import FigureRow
from feedback.figures import Bounds, Held, Row
from feedback.index import ESTIMATE_FROM, HIDDEN_BELOW, Publication
from feedback.kpi_models import Figure
from feedback.marks import Mark
from feedback.others import OtherMeasure
from feedback.overview import Overview
from gateway.opinion_words import by_figure, words

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
Cell = str | float | int | None


@dataclass(frozen=True)
class Table:
    """``name`` is short enough for the tab of a sheet. Cells are words or numbers."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Section:
    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    chart: bytes | None = None


@dataclass(frozen=True)
class Document:
    """``warning`` stands above everything, where there is one."""

    agency: str
    place_and_day: str
    title: str
    subtitle: str
    warning: str
    sections: tuple[Section, ...]


def report_document(
    seen: Overview, marks: Sequence[Mark], chart: bytes | None, *, on: datetime, agency: str = ""
) -> Document:
    """``chart``: the picture of the index, as PNG."""
    report = seen.report
    day = on.astimezone(LOCAL)
    return Document(
        agency=agency or "ỦY BAN NHÂN DÂN",
        place_and_day=f"……, ngày {day:%d} tháng {day:%m} năm {day.year}",
        title="BÁO CÁO",
        subtitle=f"Kết quả đo lường sự hài lòng và giải quyết thủ tục hành chính, {_lower(seen.title)}",
        warning="SỐ LIỆU MẪU, bịa ra để xem thử. Không phải ý kiến của người dân." if report.sample else "",
        sections=tuple(
            replace(section, heading=f"{number}. {section.heading}")
            for number, section in zip(_ROMAN, _sections(seen, marks, chart), strict=False)
        ),
    )


def _sections(seen: Overview, marks: Sequence[Mark], chart: bytes | None) -> Iterator[Section]:
    report = seen.report
    yield Section("Phạm vi và cách làm", tuple(_scope(seen)))
    rows = (*report.cities, *report.rows)
    yield Section(
        "Chỉ số hài lòng",
        tuple(_findings(rows)),
        (_index_table(rows), *((_marks_table(marks),) if marks else ())),
        chart,
    )
    tables = tuple(
        Table(
            figure.value[:28],
            DEFINITIONS[figure.value].name,
            ("Nơi", "Tử số", "Mẫu số", "Kết quả", "Chỉ tiêu và kết luận", "Nơi khác nói", "Chênh lệch"),
            tuple(
                (
                    words.place(row),
                    row.part,
                    row.whole,
                    row.value,
                    _held(row.held),
                    f"{row.portal.value:g} ({row.portal.source})" if row.portal else "chưa nạp",
                    row.portal.difference if row.portal else None,
                )
                for row in parts
            ),
            note=_not_counted(figure, parts),
        )
        for figure, parts in by_figure(seen.figures)
    )
    if seen.factors:
        yield Section("Năm yếu tố của SIPAS", (FACTORS_NOTE,), (_factor_table(seen.factors),))
    if seen.others:
        yield Section(
            "Phiếu khác, không cộng vào chỉ số",
            (),
            tuple(_other_table(other) for other in seen.others),
        )
    unknown = without_data({row.figure for row in seen.figures})
    missing = tuple(f"{name}: {why}" for name, why in unknown.items())
    yield Section("Các chỉ tiêu khác", missing, tables)
    yield Section("Định nghĩa của từng con số", tuple(_definitions()))


def _not_counted(figure: Figure, parts: Sequence[FigureRow]) -> str:
    definition = DEFINITIONS[figure.value]
    left_out = sum(row.left_out for row in parts if row.group is None)
    more = f" Trong kỳ có {words.number(left_out)} hồ sơ {definition.left_out}." if left_out else ""
    return f"{definition.not_counted}{more}"


def _factor_table(rows: Sequence[FactorRow]) -> Table:
    """One line for each place and factor: an A4 page is too narrow for five factors side by side."""
    return Table(
        "Nam yeu to",
        "Người hài lòng với từng yếu tố",
        ("Nơi", "Yếu tố", "Phiếu", "Hài lòng", "Tỷ lệ, %", "Khoảng 95 %"),
        tuple(
            (
                words.place(row),
                FACTOR_NAMES[share.factor],
                share.n if share.n is not None else "giữ kín",
                share.satisfied,
                share.index,
                _spelled(share.interval),
            )
            for row in rows
            for share in row.shares
        ),
    )


def _spelled(bounds: Bounds | None) -> str | None:
    return f"{bounds.lower:g} – {bounds.upper:g}" if bounds else None


def _other_table(other: OtherMeasure) -> Table:
    return Table(
        other.instrument[:28],
        other.name,
        ("Nơi", "Phiếu", "Hài lòng", "Chỉ số, %", "Khoảng 95 %", "Đã mời", "Chỉ tiêu và kết luận"),
        tuple(
            (
                words.place(row),
                row.n,
                row.satisfied,
                row.index,
                _spelled(row.interval),
                row.invited,
                _held(row.held),
            )
            for row in other.rows
        ),
    )


def _scope(seen: Overview) -> Iterator[str]:
    report, total = seen.report, seen.report.total
    yield f"Hồ sơ kết thúc từ {report.counted_from:%d/%m/%Y} đến {report.counted_to:%d/%m/%Y}."
    if report.version:
        yield (
            f"Phiếu {report.instrument}, bản {report.version}. Mỗi hồ sơ được máy chọn ngẫu nhiên, mời một "
            "lần, nhắc một lần, và có một câu trả lời. "
            "Cán bộ không chọn người được hỏi, không biết ai trả lời gì."
        )
        yield (
            f"Đã mời {words.number(total.invited)}, tin tới máy {words.number(total.delivered)}, "
            f"trả lời {words.number(total.n)}, tỷ lệ trả lời {words.percent(total.response_rate)}."
        )
    else:
        yield "Trong kỳ chưa có phiếu trả lời."
    if total.silence:
        yield (
            "Người im lặng không được tính là hài lòng. Nếu tất cả đều không hài lòng thì chỉ số chung là "
            f"{words.percent(total.silence.lower)}; nếu tất cả đều hài lòng thì là "
            f"{words.percent(total.silence.upper)}."
        )
    yield (
        "Hài lòng là mức 4 và 5 của năm mức SIPAS. Khoảng tin cậy 95 % theo Wilson. "
        f"Dưới {HIDDEN_BELOW} phiếu giữ kín, dưới {ESTIMATE_FROM} phiếu chỉ nêu số đếm. "
        "Kết luận chỉ có ba lời: đạt, không đạt, chưa đủ bằng chứng."
    )


def _findings(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        name = words.place(row)
        for held in row.held:
            if held.verdict is not None:
                yield f"{name}: {words.verdict(held)} ({words.target(held)})."
        if row.rolling and row.publication is not Publication.ESTIMATE:
            yield (
                f"{name}, gộp 12 tháng: {words.percent(row.rolling.index)} "
                f"({_interval(row.rolling.interval.lower, row.rolling.interval.upper)}, "
                f"{words.number(row.rolling.n)} phiếu). {_held(row.rolling.held)}"
            )
        if row.change:
            moved = row.change
            far = (
                "chưa thấy khác kỳ trước, chênh lệch nằm trong sai số"
                if moved.movement.value == "chưa thấy khác"
                else f"{moved.movement.value} {words.number(abs(moved.points))} điểm so với kỳ trước"
            )
            yield f"{name}: {far} ({_interval(moved.interval.lower, moved.interval.upper)})."
        if row.unflagged:
            yield (
                f"{name}: {words.number(row.flagged)} phiếu có dấu hiệu bất thường; bỏ đi thì chỉ số là "
                f"{words.percent(row.unflagged.index)}."
            )


def _index_table(rows: Sequence[Row]) -> Table:
    return Table(
        "Chi so hai long",
        "Chỉ số hài lòng, có khoảng tin cậy và hai mức chặn của người im lặng",
        (
            "Nơi", "Hài lòng", "Phiếu", "Chỉ số %", "Cận dưới", "Cận trên", "Mời", "Tới máy", "Trả lời %",
            "Im lặng đều không hài lòng", "Im lặng đều hài lòng", "Theo cơ cấu %", "Bỏ phiếu bất thường %",
            "Gộp 12 tháng %", "Chỉ tiêu và kết luận",
        ),
        tuple(
            (
                words.place(row),
                row.satisfied,
                row.n,
                row.index,
                row.interval.lower if row.interval else None,
                row.interval.upper if row.interval else None,
                row.invited,
                row.delivered,
                row.response_rate,
                row.silence.lower if row.silence else None,
                row.silence.upper if row.silence else None,
                row.weighted.index if row.weighted else None,
                row.unflagged.index if row.unflagged else None,
                row.rolling.index if row.rolling else None,
                _held(row.held),
            )
            for row in rows
        ),
        note=DEFINITIONS[INDEX].not_counted,
    )  # fmt: skip


def _marks_table(marks: Sequence[Mark]) -> Table:
    return Table(
        "Diem don vi",
        "Điểm của đơn vị, tách đất đai và thuế là việc nhiều cơ quan cùng làm",
        ("Đơn vị", "Việc của đơn vị %", "Khoảng 95 %", "Phiếu", "Đất đai, thuế %", "Khoảng 95 %", "Phiếu"),
        tuple((mark.unit, *_of_mark(mark.inside), *_of_mark(mark.outside)) for mark in marks),
        note="Xếp theo tên, không xếp hạng.",
    )


def _of_mark(row: Row | None) -> tuple[Cell, Cell, Cell]:
    if row is None or row.n is None:
        return None, None, None
    return row.index, _interval(row.interval.lower, row.interval.upper) if row.interval else None, row.n


def _definitions() -> Iterator[str]:
    for one in DEFINITIONS.values():
        what = f"{one.name} ({one.unit}): {one.counted}, trên {one.among}."
        yield f"{what} {one.not_counted} Nguồn: {one.source}."


def _held(held: Sequence[Held]) -> str:
    return "; ".join(f"{words.verdict(one)} ({words.target(one)})" for one in held)


def _interval(lower: float, upper: float) -> str:
    return f"{words.number(lower)} – {words.number(upper)}"


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
