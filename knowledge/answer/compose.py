"""From sections to one message of at most 700 characters, checked by the guard before it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.message import Button, Card, OutboundMessage
from knowledge.answer.elsewhere import portal_hint
from knowledge.answer.figures import basis_line, capital, shorten
from knowledge.answer.guard import figures, figures_of, invented
from knowledge.answer.sections import SECTIONS, Section
from knowledge.schemas import Facet, Procedure

MAX_CHARACTERS = 700
# Papers differ from case to case: a few questions make a list of one's own.
OWN_LIST = "Giấy tờ của riêng mình"

FACET_BUTTONS = {
    Facet.DOCUMENTS: "Cần giấy tờ gì",
    Facet.FEE: "Lệ phí",
    Facet.DURATION: "Mấy ngày có",
    Facet.PLACE: "Nộp ở đâu",
    Facet.ONLINE: "Nộp qua mạng",
    Facet.STEPS: "Các bước",
    Facet.CONDITIONS: "Điều kiện",
    Facet.FORM: "Mẫu tờ khai",
    Facet.LEGAL_BASIS: "Căn cứ pháp lý",
    Facet.RESULT: "Nhận về gì",
    Facet.WHO: "Ai được làm",
    Facet.OVERVIEW: "Xem tóm tắt",
}

# Told way by way ("nộp qua mạng: 7.000 đồng"), which invites nobody to the portal.
_LISTED_BY_WAY = {Facet.FEE, Facet.DURATION, Facet.OVERVIEW}

_NEXT = (Facet.DOCUMENTS, Facet.FEE, Facet.DURATION, Facet.PLACE, Facet.STEPS, Facet.ONLINE)


@dataclass(frozen=True)
class Answer:
    """A message that may leave. ``safe_card`` tells that the guard stopped the composed one."""

    message: OutboundMessage
    safe_card: bool = False
    invented: frozenset[str] = frozenset()


def answer(
    procedure: Procedure,
    facets: Sequence[Facet],
    *,
    lead_in: Sequence[str] = (),
    remarks: Sequence[str] = (),
    given: Iterable[str] = (),
    courtesy: bool = True,
) -> Answer:
    """The answer to one or several facets of one procedure.

    ``lead_in``: sentences that must come first (condolence, what an old name means now). ``remarks``: shown
    calculations and warnings after the answer. ``given``: texts whose figures are allowed besides the
    record's: the citizen's own words and the calculation.
    """
    if procedure.held:
        return Answer(held_card(procedure))
    sections = [SECTIONS[facet](procedure) for facet in dict.fromkeys(facets or (Facet.OVERVIEW,))]
    message = _message(procedure, facets, sections, list(lead_in), list(remarks), courtesy)
    allowed = figures_of(procedure)
    for text in given:
        allowed |= figures(text)
    wrong = invented(message.text, allowed)
    if wrong:
        return Answer(safe_card(procedure), safe_card=True, invented=frozenset(wrong))
    return Answer(message)


def held_card(procedure: Procedure) -> OutboundMessage:
    """What goes out while staff look at a record: that they do, and whom to ask meanwhile."""
    card = safe_card(procedure)
    name = card.card.title if card.card else "Thủ tục này"
    card.text = (
        f"{name}: nội dung đang được cơ quan kiểm tra lại nên tạm chưa trả lời ở đây.\n"
        "Xin hỏi Trung tâm Phục vụ hành chính công phường, hoặc bấm nút để cán bộ trả lời."
    )
    card.card = None
    return card


def safe_card(procedure: Procedure) -> OutboundMessage:
    """What goes out when an answer could not be proved: the name, the office, and no figure at all."""
    name = capital(procedure.spoken_name)
    if any(char.isdigit() for char in name):
        name = "Thủ tục này"
    return OutboundMessage(
        text=f"{name}: ở đây chưa chắc chắn về số liệu nên không nói ra.\n"
        "Xin hỏi Trung tâm Phục vụ hành chính công phường, hoặc xem trang của thủ tục.",
        card=Card(title=name, link=f"/p/{procedure.code}"),
        buttons=[Button(title="Gặp cán bộ", action="task:handover")],
    )


def _message(
    procedure: Procedure,
    facets: Sequence[Facet],
    sections: list[Section],
    lead_in: list[str],
    remarks: list[str],
    courtesy: bool,
) -> OutboundMessage:
    basis = basis_line(procedure)
    said = "\n".join(line for one in sections for line in (one.lead, *one.items, *one.notes))
    hint = portal_hint(procedure, said) if set(facets) - _LISTED_BY_WAY else None
    warnings = [line for line in (hint, _check_warning(procedure)) if line]
    opening = [*lead_in]
    lead = sections[0].lead
    if courtesy and not opening:
        lead = "Dạ, " + lead[:1].lower() + lead[1:] if not _starts_with_name(lead) else "Dạ, " + lead
    fixed = len("\n".join([*opening, *remarks, *warnings, basis])) + 2
    body, items, notes, more = _fit(sections, lead, MAX_CHARACTERS - fixed)
    closing = [*remarks, *warnings]
    if more:
        closing.append("Xem đủ ở trang thủ tục.")
    text = "\n".join(part for part in (*opening, *body, *closing, basis) if part)
    if len(text) > MAX_CHARACTERS:
        text = shorten_lines([*opening, *body], MAX_CHARACTERS - len("\n".join([*closing, basis])) - 1)
        text = "\n".join([text, *closing, basis])
    card = Card(
        title=capital(procedure.spoken_name),
        lead="\n".join([*opening, lead]),
        items=items,
        numbered=sections[0].numbered and len(sections) == 1,
        notes=[*notes, *closing],
        basis=basis,
        link=f"/p/{procedure.code}",
    )
    buttons = next_buttons(facets)
    if Facet.DOCUMENTS in facets and any(paper.when for paper in procedure.papers):
        buttons.append(Button(title=OWN_LIST, action=f"papers:{procedure.code}"))
    return OutboundMessage(text=text, card=card, buttons=buttons)


def _starts_with_name(lead: str) -> bool:
    head = lead.split(" ", 1)[0]
    return head.isupper() and len(head) > 1


def _check_warning(procedure: Procedure) -> str | None:
    """Said at the foot: why the record may be old where that is known, and what to do about it."""
    if not procedure.needs_check:
        return None
    why = f"{procedure.stale[0]} " if procedure.stale else ""
    return f"{why}Thông tin này đang được kiểm tra lại, xin hỏi quầy trước khi nộp."


def _fit(sections: list[Section], first_lead: str, room: int) -> tuple[list[str], list[str], list[str], bool]:
    """Lines of all sections inside ``room`` characters: leads always, then items, then notes."""
    more = any(section.more for section in sections)
    blocks: list[list[str]] = []
    notes_kept: list[str] = []
    items_kept: list[str] = []
    several = len(sections) > 1
    used = len(first_lead) + sum(len(section.lead) + 1 for section in sections[1:]) + 30
    most = 5 if not several else max(2, 6 // len(sections))
    for number, section in enumerate(sections):
        lines = [first_lead if number == 0 else section.lead]
        for place, item in enumerate(section.items):
            line = f"{place + 1}. {item}" if section.numbered and not several else f"- {item}"
            if place >= most or used + len(line) + 1 > room:
                more = True
                break
            used += len(line) + 1
            lines.append(line)
            items_kept.append(item)
        blocks.append(lines)
    for number, section in enumerate(sections):
        for note in section.notes:
            if used + len(note) + 1 > room:
                more = True
                continue
            used += len(note) + 1
            blocks[number].append(note)
            notes_kept.append(note)
    leads = [section.lead for section in sections[1:]]
    if several:  # the card tells the later sections as lines of their own
        items_kept = [
            line.removeprefix("- ") for block in blocks for line in block[1:] if line not in notes_kept
        ]
        notes_kept = [*leads, *notes_kept]
    return [line for block in blocks for line in block], items_kept, notes_kept, more


def shorten_lines(lines: Sequence[str], limit: int) -> str:
    """As many whole lines as fit; the first one is shortened when even it does not."""
    kept: list[str] = []
    used = 0
    for line in lines:
        if used + len(line) + 1 > limit:
            break
        kept.append(line)
        used += len(line) + 1
    return "\n".join(kept) if kept else shorten(lines[0], limit)


def next_buttons(facets: Sequence[Facet]) -> list[Button]:
    """The likely next questions: those not just answered, most asked first."""
    asked = set(facets)
    return [
        Button(title=FACET_BUTTONS[facet], action=f"facet:{facet.value}")
        for facet in _NEXT
        if facet not in asked
    ][:4]
