"""What stands on the printed sheets: the card of a procedure, and a citizen's own list."""

from __future__ import annotations

from datetime import date

from core.text.spell import spell_date
from gateway.public.present import FactGroup, ProcedurePage
from gateway.public.printing.sheet import Sheet, SheetGroup, SheetItem, SheetSection, lines_section
from gateway.public.site import Site
from knowledge.answer.figures import basis_line, capital, lower_first
from knowledge.checklist.my_list import ListPaper, MyList
from knowledge.schemas import Procedure

_NOT_SURE = "Đang kiểm tra lại. Xin hỏi quầy trước khi đi nộp."


def card_sheet(page: ProcedurePage, site: Site, address: str) -> Sheet:
    """The public card of a procedure."""
    papers = tuple(
        SheetGroup(
            tuple(
                SheetItem(one.name, one.copies, one.remarks, box=True, strong=True) for one in group.papers
            ),
            case=group.case,
        )
        for group in page.papers
    )
    sections = [
        SheetSection("Giấy tờ cần có", papers) if papers else None,
        _facts("Thời gian", page.times),
        _facts("Lệ phí", page.fees),
        lines_section("Nộp ở đâu", page.where),
        lines_section("Được miễn, giảm", page.exemptions),
        lines_section("Nhận được gì", page.results),
        lines_section("Điều kiện, lưu ý", (*page.conditions, *page.paper_notes)),
    ]
    return Sheet(
        unit=site.unit_name,
        head=_head(site),
        title=page.title,
        formal=f"Tên trong văn bản: {page.formal_name}" if page.formal_name else None,
        lead=page.summary,
        warnings=(_NOT_SURE, *page.warnings) if page.warnings else (),
        sections=tuple(section for section in sections if section),
        address=address,
        qr_says="Xem trang này trên điện thoại:",
        basis=page.basis + (f" · cập nhật {page.updated}" if page.updated else ""),
    )


def list_sheet(procedure: Procedure, found: MyList, site: Site, address: str, on: date) -> Sheet:
    """A citizen's own list. Their answers are printed, their name is not: nobody asked for it."""
    name = capital(procedure.spoken_name)
    sections = [
        SheetSection("Mang theo", (SheetGroup(tuple(map(_paper, found.needed))),)) if found.needed else None,
        SheetSection("Hỏi quầy xem có cần không", (SheetGroup(tuple(map(_paper, found.open_))),))
        if found.open_
        else None,
        lines_section("Lưu ý về giấy tờ", found.remarks),
        lines_section("Lệ phí", found.fees),
        lines_section("Thời gian", found.times),
        lines_section("Nộp ở đâu", found.where),
        lines_section("Lập theo câu trả lời", tuple(f"{ask} {answer}." for ask, answer in found.answers)),
    ]
    return Sheet(
        unit=site.unit_name,
        head=_head(site),
        title=f"Giấy tờ: {name}",
        formal=None,
        lead=None,
        warnings=(_NOT_SURE, *procedure.needs_check) if procedure.needs_check else (),
        sections=tuple(section for section in sections if section),
        address=address,
        qr_says="Mở lại danh sách này:",
        basis=basis_line(procedure),
        small=f"Lập {spell_date(on)}. Tờ này không ghi tên ai.",
    )


def _paper(paper: ListPaper) -> SheetItem:
    under = list(paper.notes)
    if paper.case:
        under.insert(0, f"Vì: {lower_first(paper.case)}.")
    if paper.spare:
        under.append(f"Có thể khỏi nộp: {paper.spare}")
    return SheetItem(paper.name, paper.copies, tuple(under), box=True, strong=True)


def _facts(title: str, groups: tuple[FactGroup, ...]) -> SheetSection | None:
    if not groups:
        return None
    shown = []
    for group in groups:
        items = []
        for line in group.lines:
            label = line.label or line.when
            case = f" ({lower_first(line.when)})" if line.label and line.when else ""
            text = f"{label}{case}: {lower_first(line.value)}" if label else line.value
            items.append(SheetItem(text, line.basis, line.notes))
        shown.append(SheetGroup(tuple(items), case=group.channels))
    return SheetSection(title, tuple(shown))


def _head(site: Site) -> tuple[str, ...]:
    said = [site.address, site.phone, "thành phố mẫu, số liệu ví dụ" if site.sample else None]
    return tuple(part for part in said if part)
