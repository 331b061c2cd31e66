"""``docs/accuracy.md``: how right the assistant is, told plainly, errors included."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from knowledge.evaluation.calibration import Bin
from knowledge.evaluation.errors import ErrorKind
from knowledge.evaluation.exam import Exam, Group
from knowledge.evaluation.score import Measure

_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"
_HEAD = "# Trợ lý trả lời đúng đến đâu\n"

ERROR_WORDS = {
    ErrorKind.WRONG_PROCEDURE: "trả lời sai thủ tục mà không hỏi lại",
    ErrorKind.ANSWERED_OUTSIDE: "việc ngoài danh mục mà vẫn trả lời như biết",
    ErrorKind.WRONG_KIND: "hiểu sai loại việc",
    ErrorKind.NOT_AMONG_OPTIONS: "hỏi lại mà trong các lựa chọn không có việc đúng, hoặc chịu không biết",
    ErrorKind.WRONG_FACET: "đúng thủ tục mà trả lời thiếu điều được hỏi",
}


def write_report(path: Path, exam: Exam) -> None:
    """Replace the figures of the page between its marks; the words around them belong to people."""
    page = path.read_text(encoding="utf-8") if path.exists() else f"{_HEAD}\n{_BEGIN}\n{_END}\n"
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    path.write_text(f"{before}{_BEGIN}\n{_figures(exam)}\n{_END}{after}", encoding="utf-8")


def _figures(exam: Exam) -> str:
    lines = [
        f"Bộ câu hỏi: `{exam.dataset}`, {exam.questions} câu, {exam.rows} cách viết; "
        f"danh mục {exam.catalogue} thủ tục; chấm ngày {exam.taken_on:%d/%m/%Y}.",
        "",
        *_groups(exam.groups),
        "",
        *_table("Chung", exam.whole),
        "",
        *_table("Loại việc", exam.kinds),
        "",
        *_table("Khía cạnh", exam.facets),
        "",
        *_table("Đúng ngay đầu, theo cấp giải quyết", exam.levels),
        "",
        *_calibration("Khả năng đúng ngay đầu", exam.first),
        "",
        *_calibration("Khả năng đúng trong ba", exam.three),
        "",
        "| Lỗi (mỗi câu tính một lần, theo lỗi nặng nhất) | số câu |",
        "|---|---|",
        *(f"| {ERROR_WORDS[kind]} | {count} |" for kind, count in exam.errors.items()),
    ]
    if exam.p50_ms is not None:
        lines += ["", f"Một lượt: trung vị {exam.p50_ms} ms, p95 {exam.p95_ms} ms, sáu người hỏi cùng lúc."]
    return "\n".join(lines)


def _groups(groups: Sequence[Group]) -> list[str]:
    names = [measure.name for measure in groups[0].measures]
    return [
        f"| Cách viết | {' | '.join(names)} | số câu |",
        f"|---|{'---|' * (len(names) + 1)}",
        *(
            f"| {group.name} | {' | '.join(map(_value, group.measures))} | {group.measures[0].n} |"
            for group in groups
        ),
    ]


def _table(title: str, rows: Sequence[Measure]) -> list[str]:
    return [
        f"| {title} | tỷ lệ | số câu |",
        "|---|---|---|",
        *(f"| {row.name} | {_value(row)} | {row.n} |" for row in rows),
    ]


def _calibration(title: str, rows: Sequence[Bin]) -> list[str]:
    return [
        f"| {title}: máy tự tin | thực tế đúng | số câu |",
        "|---|---|---|",
        *(f"| {row.said:.2f} | {row.came:.2f} | {row.n} |" for row in rows),
    ]


def _value(measure: Measure) -> str:
    return "–" if measure.value is None else f"{measure.value:.3f}"
