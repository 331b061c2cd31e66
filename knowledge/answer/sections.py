"""One section of an answer per facet, made of typed fields of one record and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from knowledge.answer.elsewhere import PORTAL, elsewhere, is_online, login_hint
from knowledge.answer.figures import (
    capital,
    channels_words,
    duration_words,
    fee_words,
    group_by_sameness,
    lower_first,
    paper_words,
    sentence,
    shorten,
)
from knowledge.schemas import Facet, Fee, FeeKind, Level, Method, Paper, Procedure

MAX_ITEMS = 5
_ITEM_LENGTH = 150


@dataclass
class Section:
    """A lead sentence, a short list, and remarks after it. ``more``: the record holds more than is told."""

    lead: str
    items: list[str] = field(default_factory=list)
    numbered: bool = False
    notes: list[str] = field(default_factory=list)
    more: bool = False


def _listed(lead: str, texts: list[str], *, numbered: bool = False) -> Section:
    return Section(
        lead=lead,
        items=[shorten(text, _ITEM_LENGTH) for text in texts[:MAX_ITEMS]],
        numbered=numbered,
        more=len(texts) > MAX_ITEMS or any(len(text) > _ITEM_LENGTH for text in texts[:MAX_ITEMS]),
    )


def documents(procedure: Procedure) -> Section:
    name = procedure.spoken_name
    always = [p for p in procedure.papers if not p.is_note and not p.when]
    sometimes = [p for p in procedure.papers if not p.is_note and p.when]
    if not always and not sometimes:
        return Section(lead=f"{capital(name)}: ở đây chưa có danh sách giấy tờ chính thức.")
    texts = [_paper_line(p) for p in always] + [
        f"{capital(p.when or '')}: {_paper_line(p)}" for p in sometimes
    ]
    return _listed(f"{capital(name)} cần:", texts, numbered=True)


def _paper_line(paper: Paper) -> str:
    line = paper_words(paper)
    return f"{line}. {sentence(capital(paper.connected))}" if paper.connected else line


def fee(procedure: Procedure) -> Section:
    name = capital(procedure.spoken_name)
    groups = [g for g in group_by_sameness(procedure.methods, "fees") if g[1].fees]
    kinds = {f.kind for _, method in groups for f in method.fees}
    if not kinds or kinds == {FeeKind.UNKNOWN}:
        return Section(
            lead=f"{name}: ở đây chưa có số liệu chính thức về lệ phí, nên chưa nói được con số.",
            notes=["Hỏi mức thu tại nơi nhận hồ sơ. Đã nộp tiền thì lấy biên lai."],
        )
    notes = _fee_notes(procedure)
    if kinds == {FeeKind.FREE}:
        return Section(lead=f"{name}: không thu lệ phí.", notes=notes)
    if not kinds & {FeeKind.KNOWN, FeeKind.FREE}:
        return Section(
            lead=f"{name}: ở đây chưa có mức lệ phí của tỉnh mình, nên chưa nói được con số.",
            notes=[*notes, "Hỏi mức thu hiện nay tại nơi nhận hồ sơ. Đã nộp tiền thì lấy biên lai."],
        )
    if len(groups) == 1 and len(groups[0][1].fees) == 1:
        return Section(lead=f"{name}: {_fee_line(groups[0][1].fees[0])}.", notes=notes)
    items = [
        (f"{capital(channels_words(channels))}: " if len(groups) > 1 else "") + _fee_line(one)
        for channels, method in groups
        for one in method.fees
    ]
    section = _listed(f"{name}, lệ phí:", items)
    section.notes = notes
    return section


def _fee_line(one: Fee) -> str:
    parts = [f"{lower_first(one.name)} " if one.name else "", fee_words(one)]
    if one.when:
        parts.append(f" ({lower_first(one.when)})")
    if one.until:
        parts.append(f", áp dụng đến hết {one.until:%d/%m/%Y}")
    return "".join(parts)


def _fee_notes(procedure: Procedure) -> list[str]:
    notes: list[str] = []
    for method in procedure.methods:
        for one in method.fees:
            if one.note and (text := sentence(capital(shorten(one.note, 220)))) not in notes:
                notes.append(text)
    if procedure.exemptions:
        notes.append(sentence("Được miễn, giảm: " + shorten("; ".join(procedure.exemptions), 200)))
    return notes[:3]


def duration(procedure: Procedure) -> Section:
    name = capital(procedure.spoken_name)
    groups = [g for g in group_by_sameness(procedure.methods, "durations") if _has_figure(g[1])]
    if not groups:
        return Section(lead=f"{name}: ở đây chưa có số liệu chính thức về thời gian giải quyết.")
    lines = [
        (f"{capital(channels_words(channels))}: " if len(groups) > 1 else "")
        + "; ".join(
            duration_words(d) + (f" ({lower_first(shorten(d.when, 110))})" if d.when else "")
            for d in method.durations[:3]
        )
        for channels, method in groups
    ]
    notes: list[str] = []
    for _, method in groups:
        for one in method.durations:
            if one.note and (text := sentence(capital(shorten(one.note, 200)))) not in notes:
                notes.append(text)
    counted = "tính từ khi nhận đủ giấy tờ hợp lệ"
    if procedure.same_day_after_15h:
        notes.insert(0, "Nộp sau 15 giờ mà chưa kịp thì có vào ngày làm việc tiếp theo.")
    if len(lines) == 1:
        return Section(lead=f"{name}: có kết quả {_within(lines[0])}, {counted}.", notes=notes[:2])
    section = _listed(f"{name}, thời gian {counted}:", lines)
    section.notes = notes[:2]
    return section


def _within(text: str) -> str:
    return text if text.startswith("trong ngày") else f"sau {text}"


def _has_figure(method: Method) -> bool:
    return any(d.unit is not None for d in method.durations)


def place(procedure: Procedure) -> Section:
    name = capital(procedure.spoken_name)
    if procedure.where:
        where = list(procedure.where)
    elif Level.COMMUNE in procedure.levels:
        where = ["Trung tâm Phục vụ hành chính công phường, xã"]
    else:
        where = [procedure.agency or procedure.authority or "Trung tâm Phục vụ hành chính công tỉnh"]
    notes = [further] if (further := elsewhere(procedure)) else []
    if is_online(procedure):
        notes.append(f"Cũng nộp qua mạng được trên {PORTAL}. {login_hint(procedure)}")
    if len(where) == 1:
        return Section(lead=sentence(f"{name}: nộp tại {lower_first_office(where[0])}"), notes=notes)
    section = _listed(f"{name}, nơi nộp:", where)
    section.notes = notes
    return section


def lower_first_office(text: str) -> str:
    """Offices keep their capital letters; only a sentence that begins with a verb is lowered."""
    return lower_first(text) if text.startswith(("Nộp", "Tại", "Ở", "Gửi")) else text


def online(procedure: Procedure) -> Section:
    name = capital(procedure.spoken_name)
    if is_online(procedure):
        return Section(lead=f"{name}: nộp qua mạng được, trên {PORTAL}.", notes=[login_hint(procedure)])
    others = [m.channel for m in procedure.methods]
    if not others:
        return Section(lead=f"{name}: ở đây chưa có thông tin chính thức về nộp qua mạng.")
    return Section(lead=f"{name}: chưa ghi cách nộp qua mạng. Có thể {channels_words(others)}.")


def steps(procedure: Procedure) -> Section:
    name = procedure.spoken_name
    if not procedure.steps:
        return Section(lead=f"{capital(name)}: ở đây chưa có trình tự chính thức.")
    return _listed(f"Các bước làm {lower_first(name)}:", list(procedure.steps), numbered=True)


def conditions(procedure: Procedure) -> Section:
    name = capital(procedure.spoken_name)
    if not procedure.conditions:
        return Section(lead=f"{name}: thủ tục không ghi điều kiện riêng.")
    return _listed(f"{name}, điều kiện:", list(procedure.conditions))


def legal_basis(procedure: Procedure) -> Section:
    name = capital(procedure.spoken_name)
    if not procedure.legal:
        return Section(lead=f"{name}: ở đây chưa có danh sách văn bản căn cứ.")
    texts = [
        document.number
        if not document.title or document.title == document.number
        else f"{document.number}: {document.title}"
        for document in procedure.legal
    ]
    return _listed(f"{name} theo các văn bản:", [shorten(text, 110) for text in texts])


def form(procedure: Procedure) -> Section:
    name = capital(procedure.spoken_name)
    with_form = [p for p in procedure.papers if p.form_name and not p.is_note]
    if not with_form:
        return Section(
            lead=f"{name}: bản ghi không kèm mẫu tờ khai riêng.",
            notes=["Quầy một cửa có sẵn tờ khai nếu cần.", *_form_online(procedure)],
        )
    texts = [f"{p.name}: {p.form_name}" for p in with_form]
    section = _listed(f"{name}, mẫu cần điền:", texts)
    section.notes = ["Lấy mẫu tại quầy.", *_form_online(procedure)]
    return section


def _form_online(procedure: Procedure) -> list[str]:
    if not is_online(procedure):
        return []
    return [f"Nộp qua mạng thì điền ngay trên {PORTAL}. {login_hint(procedure)}"]


def result(procedure: Procedure) -> Section:
    name = capital(procedure.spoken_name)
    if not procedure.results:
        return Section(lead=f"{name}: ở đây chưa có thông tin chính thức về kết quả nhận được.")
    if len(procedure.results) == 1:
        return Section(lead=sentence(f"{name}: nhận về {lower_first(shorten(procedure.results[0], 200))}"))
    return _listed(f"{name}, nhận về:", list(procedure.results))


def who(procedure: Procedure) -> Section:
    name = capital(procedure.spoken_name)
    people = list(procedure.who or procedure.applicants)
    if not people:
        return Section(lead=f"{name}: ở đây chưa có thông tin chính thức về người được làm.")
    if len(people) == 1:
        return Section(lead=sentence(f"{name}: người làm là {lower_first(people[0])}"))
    return _listed(f"{name}, người làm:", people)


def overview(procedure: Procedure) -> Section:
    """The heart of the card: what it is for, the first papers, the way in short, fee, time and place."""
    name = capital(procedure.spoken_name)
    lead = (
        sentence(f"{name}: {lower_first(shorten(procedure.summary, 200))}")
        if procedure.summary
        else f"{name}."
    )
    papers = [p for p in procedure.papers if not p.is_note and not p.when] or [
        p for p in procedure.papers if not p.is_note
    ]
    items = []
    if papers:
        names = "; ".join(shorten(p.name, 60) for p in papers[:3])
        items.append(f"Giấy tờ: {names}" + ("; …" if len(papers) > 3 else ""))
    if procedure.steps:
        way = "; ".join(lower_first(shorten(step, 55).rstrip(".")) for step in procedure.steps[:3])
        items.append(f"Cách làm: {way}" + ("; …" if len(procedure.steps) > 3 else ""))
    for label, section in (
        ("Lệ phí", fee(procedure)),
        ("Thời gian", duration(procedure)),
        ("Nơi nộp", place(procedure)),
    ):
        said = section.lead.removeprefix(f"{name}: ").removeprefix(f"{name}, ")
        if section.items:
            said = section.items[0] + ("; …" if len(section.items) > 1 else "")
        items.append(f"{label}: {lower_first_office(shorten(said.rstrip('.'), 120))}")
    return Section(lead=lead, items=items, more=len(papers) > 3)


SECTIONS: dict[Facet, Callable[[Procedure], Section]] = {
    Facet.OVERVIEW: overview,
    Facet.DOCUMENTS: documents,
    Facet.FEE: fee,
    Facet.DURATION: duration,
    Facet.PLACE: place,
    Facet.ONLINE: online,
    Facet.STEPS: steps,
    Facet.CONDITIONS: conditions,
    Facet.LEGAL_BASIS: legal_basis,
    Facet.FORM: form,
    Facet.RESULT: result,
    Facet.WHO: who,
}
