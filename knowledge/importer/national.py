"""Records of the national export (flat, glued cells; keys without tone marks)."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.importer.cells import one_line, something
from knowledge.importer.findings import Defect, Findings
from knowledge.importer.parse_legal import parse_legal
from knowledge.importer.parse_methods import parse_methods
from knowledge.importer.parse_papers import parse_papers
from knowledge.importer.parse_results import parse_results
from knowledge.importer.raw import RawProcedure
from knowledge.importer.sections import put_back

SOURCE = "national"
REQUIRED = ("ma_thu_tuc", "ten_thu_tuc")


def is_national(record: Mapping[str, object]) -> bool:
    return all(key in record for key in ("ma_thu_tuc", "ten_thu_tuc", "cach_thuc_thuc_hien"))


def raw_national(record: Mapping[str, object], findings: Findings) -> RawProcedure:
    """The cells of one record, apart. ``KeyError`` and ``ValueError`` say what makes it unreadable."""
    for key in REQUIRED:
        if not isinstance(record.get(key), str) or not str(record[key]).strip():
            raise ValueError(f"thiếu trường “{key}”")
    cells = put_back(record, findings)
    findings.add(Defect.GLUED_CELL, "cách thức, giấy tờ, căn cứ", mended=True)
    results = parse_results(cells.get("ket_qua_xu_ly", ""), findings)
    return RawProcedure(
        code=one_line(cells["ma_thu_tuc"]),
        name=one_line(cells["ten_thu_tuc"]),
        source=SOURCE,
        levels=cells.get("cap_thuc_hien", ""),
        field_name=one_line(cells.get("linh_vuc", "")),
        decision=something(cells.get("so_quyet_dinh")),
        kind=something(cells.get("loai_thu_tuc")),
        applicants=cells.get("doi_tuong_thuc_hien", ""),
        authority=something(cells.get("co_quan_co_tham_quyen")),
        agency=something(cells.get("co_quan_thuc_hien")),
        receiving_address=something(cells.get("dia_chi_tiep_nhan")),
        url=something(cells.get("detail_url")),
        summary=results.description,
        keywords=results.keywords,
        steps=cells.get("trinh_tu_thuc_hien", ""),
        conditions=cells.get("yeu_cau_dieu_kien", ""),
        results=results.results,
        methods=parse_methods(cells.get("cach_thuc_thuc_hien", ""), findings),
        papers=parse_papers(cells.get("thanh_phan_ho_so", "")),
        legal=parse_legal(cells.get("can_cu_phap_ly", ""), findings),
    )
