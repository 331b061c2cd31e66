"""Reflections and complaints in figures: shares against targets, and the table of the 1022 desk."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from core.calendar import LOCAL
from core.text.cells import safe_cell
from core.text.mask import mask_personal
from dossiers.complaint_terms import ComplaintKind
from dossiers.complaints import ComplaintStatus
from dossiers.models import Complaint
from feedback.drawing import for_city, hold, percent
from feedback.figures import Held
from feedback.index import ESTIMATE_FROM, wilson
from feedback.targets import City, Measure, Target
from gateway.opinion import OpinionContent

KIND_WORDS = {
    ComplaintKind.UNSPECIFIED: "Người dân chưa chọn loại",
    ComplaintKind.REFLECTION: "Phản ánh, kiến nghị",
    ComplaintKind.COMPLAINT: "Khiếu nại",
}
STATUS_WORDS = {
    ComplaintStatus.RECEIVED: "Chờ trả lời",
    ComplaintStatus.FORWARDED: "Đã chuyển cơ quan khác",
    ComplaintStatus.ANSWERED: "Đã trả lời",
    ComplaintStatus.REDIRECTED: "Là tố cáo, đã chỉ nơi nhận",
}


@dataclass(frozen=True)
class Share:
    """A share with its Wilson interval, in percent, held against targets."""

    index: float
    lower: float
    upper: float
    held: Sequence[Held]


def share_of(count: int, n: int, against: Sequence[Target]) -> Share | None:
    """Nothing under thirty: so few say nothing about the rest."""
    if n < ESTIMATE_FROM:
        return None
    bounds = wilson(count, n)
    held = [hold(target, bounds, count / n) for target in against]
    return Share(percent(count / n), percent(bounds.lower), percent(bounds.upper), held)


def yardsticks(
    content: OpinionContent, units: Collection[str], measure: Measure, on: date
) -> Sequence[Target]:
    """What the cities of these units are held to; where nothing is said of them, what is on file at all."""
    own = {city for unit in units if (city := content.areas.city_of(unit)) is not None}
    for cities in (own, set(City)):
        if found := [one for city in sorted(cities) for one in for_city(content.targets, city, measure, on)]:
            return found
    return ()


def as_csv(rows: list[Complaint]) -> bytes:
    """UTF-8 with a mark at its start, so that spreadsheets read the Vietnamese."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(
        ["Mã", "Loại", "Lĩnh vực", "Đơn vị", "Nơi xảy ra", "Nội dung", "Ngày nhận", "Hạn trả lời",
         "Tình trạng", "Chuyển đến", "Ngày trả lời", "Trả lời", "Đánh giá"]
    )  # fmt: skip
    for row in rows:
        cells = [
            row.receipt_code,
            KIND_WORDS[ComplaintKind(row.kind)],
            row.category,
            row.unit,
            mask_personal(row.place or ""),
            mask_personal(row.text),
            f"{row.created_at.astimezone(LOCAL):%d/%m/%Y}",
            f"{row.due_on:%d/%m/%Y}",
            STATUS_WORDS[ComplaintStatus(row.status)],
            row.forwarded_to,
            f"{row.answered_at.astimezone(LOCAL):%d/%m/%Y}" if row.answered_at else "",
            mask_personal(row.answer or ""),
            row.rating,
        ]
        write.writerow([safe_cell(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
