"""Sections of the national export that the crawler cut in the wrong place, put back.

The crawler cut the page at the words of its headings. Where a sentence uses such a word ("theo mục Thành phần
hồ sơ"), the rest of the sentence landed in the next field and the true content of that field was lost. The
text is put back; what was lost is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from knowledge.importer.cells import clean, is_nothing, one_line
from knowledge.importer.findings import Defect, Findings
from knowledge.importer.parse_legal import HEADER as LEGAL_HEADER
from knowledge.importer.parse_papers import HEADER as PAPERS_HEADER

_ROW_OF_PAPERS = re.compile(r"\S\d+ bản (?:chính|sao)(?=\S|$)")
_ROW_OF_METHODS = re.compile(r"(?:Trực tuyến|Trực tiếp|Dịch vụ bưu chính)\d+ (?:Ngày|Giờ|Tháng)")
_EMPTY_KEYWORDS = re.compile(r"\s*Từ khóa\s*:?\s*$")
_ENDS_A_SENTENCE = re.compile(r"[.;:!?)\]”\"]\s*$")

Cells = dict[str, str]


def put_back(record: Mapping[str, object], findings: Findings) -> Cells:
    """The record's text cells, with displaced text where it belongs."""
    cells = {key: clean(value) for key, value in record.items() if isinstance(value, str)}
    _methods_in_papers(cells, findings)
    _steps_in_papers(cells, findings)
    _methods_in_legal(cells, findings)
    _steps_in_agency(cells, findings)
    _papers_in(cells, "yeu_cau_dieu_kien", "yêu cầu, điều kiện thực hiện", findings)
    _papers_in(cells, "ket_qua_xu_ly", "kết quả xử lý", findings)
    _page_head_in_authority(cells, findings)
    _page_end_in_conditions(cells)
    return cells


def _join(first: str, heading: str, second: str) -> str:
    gap = "" if second[:1] in ".,;:)" else " "
    return f"{first.rstrip()} {heading}{gap}{second}".strip()


def _say(findings: Findings, where: str, lost: str) -> None:
    findings.add(
        Defect.SECTION_DISPLACED,
        f"{where}; mất {lost}",
        mended=True,
        check=f"Bản xuất làm mất {lost}; xem trên Cổng Dịch vụ công quốc gia.",
    )


def _methods_in_papers(cells: Cells, findings: Findings) -> None:
    papers = cells.get("thanh_phan_ho_so", "")
    head = papers.split(PAPERS_HEADER)[0]
    if _ROW_OF_METHODS.search(head):
        cells["cach_thuc_thuc_hien"] = _join(cells.get("cach_thuc_thuc_hien", ""), "Thành phần hồ sơ", head)
        cells["thanh_phan_ho_so"] = papers[len(head) :]
        findings.add(Defect.SECTION_DISPLACED, "cách thức nằm trong giấy tờ", mended=True)


def _steps_in_papers(cells: Cells, findings: Findings) -> None:
    papers = cells.get("thanh_phan_ho_so", "")
    if PAPERS_HEADER in papers or is_nothing(one_line(papers)):
        return
    cells["trinh_tu_thuc_hien"] = _join(cells.get("trinh_tu_thuc_hien", ""), "Thành phần hồ sơ", papers)
    cells["thanh_phan_ho_so"] = ""
    _say(findings, "trình tự nằm trong giấy tờ", "bảng giấy tờ")


def _methods_in_legal(cells: Cells, findings: Findings) -> None:
    legal = cells.get("can_cu_phap_ly", "")
    if legal.startswith(LEGAL_HEADER) or is_nothing(one_line(legal)):
        return
    if legal.startswith("Không có thông tin"):
        cells["can_cu_phap_ly"] = ""
        return
    cells["cach_thuc_thuc_hien"] = _join(cells.get("cach_thuc_thuc_hien", ""), "Căn cứ pháp lý", legal)
    cells["can_cu_phap_ly"] = ""
    _say(findings, "cách thức nằm trong căn cứ", "danh sách căn cứ pháp lý")


def _steps_in_agency(cells: Cells, findings: Findings) -> None:
    agency, steps = cells.get("co_quan_thuc_hien", ""), cells.get("trinh_tu_thuc_hien", "")
    if len(agency) < 300 or not agency[:1].islower() or _ENDS_A_SENTENCE.search(steps):
        return
    cells["trinh_tu_thuc_hien"] = _join(steps, "Cơ quan thực hiện", agency)
    cells["co_quan_thuc_hien"] = ""
    _say(findings, "trình tự nằm trong cơ quan thực hiện", "tên cơ quan thực hiện")


def _papers_in(cells: Cells, key: str, heading: str, findings: Findings) -> None:
    text = cells.get(key, "")
    if " bản " not in text or "Từ khóa" in text or not _ROW_OF_PAPERS.search(text):
        return
    cells["thanh_phan_ho_so"] = _join(cells.get("thanh_phan_ho_so", ""), heading, text)
    cells[key] = ""
    lost = "yêu cầu, điều kiện" if key == "yeu_cau_dieu_kien" else "kết quả"
    _say(findings, f"giấy tờ nằm trong {lost}", lost)


def _page_head_in_authority(cells: Cells, findings: Findings) -> None:
    authority = cells.get("co_quan_co_tham_quyen", "")
    if "Mã thủ tục" in authority:
        cells["co_quan_co_tham_quyen"] = re.split(r"Đối tượng thực hiện.*?Cơ quan có thẩm quyền", authority)[
            -1
        ]
        findings.add(Defect.SECTION_DISPLACED, "cơ quan có thẩm quyền dính đầu trang", mended=True)


def _page_end_in_conditions(cells: Cells) -> None:
    """Where a record has no result, the end of the page is glued to its conditions."""
    conditions = cells.get("yeu_cau_dieu_kien", "")
    if not cells.get("ket_qua_xu_ly") and "Từ khóa" in conditions:
        before, after = conditions.split("Từ khóa", 1)
        cells["yeu_cau_dieu_kien"] = before.strip()
        cells["ket_qua_xu_ly"] = f"Từ khóa{after}"
    elif conditions:
        cells["yeu_cau_dieu_kien"] = _EMPTY_KEYWORDS.sub("", conditions)
