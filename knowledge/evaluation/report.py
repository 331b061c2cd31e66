"""``docs/accuracy.md``: how right the assistant is, told plainly, errors included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from knowledge.evaluation.score import Measure, Row, by_facet, by_kind, errors, measures

_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"
_HEAD = "# Trợ lý trả lời đúng đến đâu\n"


def write_report(path: Path, labels: Sequence[Row], given: Mapping[str, Row], *, dataset: str) -> None:
    """Replace the figures of the page between its marks; the words around them belong to people."""
    figures = _figures(labels, given, dataset)
    page = path.read_text(encoding="utf-8") if path.exists() else f"{_HEAD}\n{_BEGIN}\n{_END}\n"
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    path.write_text(f"{before}{_BEGIN}\n{figures}\n{_END}{after}", encoding="utf-8")


def _figures(labels: Sequence[Row], given: Mapping[str, Row], dataset: str) -> str:
    questions = len({str(label["id"]).split(".")[0] for label in labels})
    wrong = errors(labels, given)
    latencies = sorted(answer.get("latency_ms") or 0 for answer in given.values())
    lines = [
        f"Bộ câu hỏi: `{dataset}`, {questions} câu, {len(labels)} cách viết.",
        "",
        *_table("Số đo", measures(labels, given)),
        "",
        *_table("Loại việc", by_kind(labels, given)),
        "",
        *_table("Khía cạnh", by_facet(labels, given)),
        "",
        f"Thời gian một lượt: trung vị {latencies[len(latencies) // 2]} ms, "
        f"p95 {latencies[int(len(latencies) * 0.95)]} ms, sáu người hỏi cùng lúc."
        if latencies
        else "",
        f"Trả lời sai mà không hỏi lại, hoặc trả lời việc ngoài danh mục: {len(wrong)} trên {len(labels)}.",
    ]
    return "\n".join(lines)


def _table(title: str, rows: Sequence[Measure]) -> list[str]:
    return [
        f"| {title} | tỷ lệ | số câu |",
        "|---|---|---|",
        *(f"| {row.name} | {row.value:.3f} | {row.n} |" for row in rows),
    ]
