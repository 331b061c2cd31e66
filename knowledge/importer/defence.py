"""Records of the defence export (nested tables; field names with tone marks)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from knowledge.importer.cells import clean, is_nothing, one_line, something
from knowledge.importer.findings import Defect, Findings
from knowledge.importer.parse_fees import printed_fees
from knowledge.importer.parse_legal import normal_number
from knowledge.importer.parse_methods import channel_named
from knowledge.importer.parse_results import split_results
from knowledge.importer.raw import RawMethod, RawPaper, RawProcedure
from knowledge.schemas import LegalDocument

SOURCE = "defence"

_COUNTS = re.compile(r"Bản chính\s*:\s*(\d+)\s*Bản sao\s*:\s*(\d+)", re.IGNORECASE)
_DECISION = re.compile(r"^(?:Quyết định)?\s*(?:số)?\s*:?\s*", re.IGNORECASE)


def is_defence(record: Mapping[str, object]) -> bool:
    return all(isinstance(record.get(key), Mapping) for key in ("metadata", "content", "tables"))


def raw_defence(record: Mapping[str, Any], findings: Findings) -> RawProcedure:
    """The cells of one record, apart. ``KeyError`` and ``ValueError`` say what makes it unreadable."""
    meta = {key: clean(str(value or "")) for key, value in record["metadata"].items()}
    content = {key: clean(str(value or "")) for key, value in record["content"].items()}
    tables: Mapping[str, Any] = record["tables"]
    for key in ("mã_thủ_tục", "tên_thủ_tục"):
        if not meta.get(key):
            raise ValueError(f"thiếu trường “{key}”")
    results = _results(content.get("kết_quả_thực_hiện", ""))
    if not results:
        findings.add(Defect.RESULT_MISSING)
    return RawProcedure(
        code=one_line(meta["mã_thủ_tục"]),
        name=one_line(meta["tên_thủ_tục"]),
        source=SOURCE,
        levels=meta.get("cấp_thực_hiện", ""),
        field_name=one_line(meta.get("lĩnh_vực", "")),
        decision=_decision(meta.get("số_quyết_định")),
        kind=something(meta.get("loại_thủ_tục")),
        applicants=content.get("đối_tượng_thực_hiện", ""),
        authority=something(content.get("cơ_quan_có_thẩm_quyền")),
        agency=something(content.get("cơ_quan_thực_hiện")),
        receiving_address=something(content.get("địa_chỉ_tiếp_nhận_hs")),
        summary=something(content.get("mô_tả")),
        keywords=something(content.get("từ_khóa")),
        steps=content.get("trình_tự_thực_hiện", ""),
        conditions=content.get("yêu_cầu_điều_kiện_thực_hiện", ""),
        results=results,
        methods=tuple(_methods(tables.get("hinh_thuc_nop") or (), findings)),
        papers=tuple(dict.fromkeys(map(_paper, tables.get("thanh_phan_ho_so") or ()))),
        legal=_legal(tables.get("can_cu_phap_ly") or (), findings),
    )


def _decision(text: str | None) -> str | None:
    line = something(text)
    return re.sub(r"\s*/\s*", "/", _DECISION.sub("", line)) if line else None


def _results(text: str) -> tuple[str, ...]:
    """Results, which this export joins with "., " or leaves as one phrase."""
    return tuple(dict.fromkeys(part for piece in re.split(r"\.,\s+", text) for part in split_results(piece)))


def _methods(rows: Any, findings: Findings) -> list[RawMethod]:
    methods = []
    for row in rows:
        channel = channel_named(clean(row.get("hinh_thuc")))
        if channel is None:
            findings.add(
                Defect.GLUED_CELL,
                f"hình thức nộp: “{row.get('hinh_thuc')}”",
                check="Có hình thức nộp không đọc được; xem trên Cổng.",
            )
            continue
        note = clean(row.get("mo_ta"))
        method = RawMethod(
            channel,
            one_line(clean(row.get("thoi_han_giai_quyet"))),
            printed_fees(row.get("phi_le_phi") or ""),
            "" if is_nothing(one_line(note)) else note,
        )
        if method not in methods:
            methods.append(method)
    return methods


def _paper(row: Mapping[str, Any]) -> RawPaper:
    counts = _COUNTS.search(clean(row.get("ghi_chu")))
    files = clean(row.get("so_luong"))
    return RawPaper(
        name=one_line(clean(row.get("ten_giay_to"))),
        originals=int(counts.group(1)) if counts else 0,
        copies=int(counts.group(2)) if counts else 0,
        form_name="; ".join(dict.fromkeys(files.split("\n"))) if files else None,
    )


def _legal(rows: Any, findings: Findings) -> tuple[LegalDocument, ...]:
    documents: dict[str, LegalDocument] = {}
    for row in rows:
        title = something(row.get("trich_yeu"))
        number = normal_number(row.get("so_ky_hieu") or "")
        if "/" not in number:
            findings.add(Defect.LEGAL_NUMBER_MISSING, number or (title or "")[:60])
            number = _number_in(title) or number or title or ""
        if number:
            documents.setdefault(number, LegalDocument(number=number, title=title))
    return tuple(documents.values())


def _number_in(title: str | None) -> str | None:
    """The document's own number, where its title begins with it ("Quyết định số 12/2021/QĐ-TTg ngày …")."""
    match = re.match(r"^(?:\S+\s){1,4}?(\d+/\d{4}/\S+?|\d+/\S+-\S+?)(?:[\s,;.]|$)", title or "")
    return normal_number(match.group(1)) if match else None
