"""The citizen's own list: which papers, what they may leave at home, what it costs, when it is ready.

Made of one record, the choices and a day. Every figure in it stands in the record, or the line is left out
and the counter named instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.answer.figures import capital, duration_words, group_by_sameness, lower_first, sentence
from knowledge.answer.guard import figures_of, invented
from knowledge.calculators.fee_rows import Standing, fee_rows, row_line
from knowledge.checklist.choices import Chosen
from knowledge.checklist.facts import case_of, group_cases, if_any, key_of, version_of
from knowledge.checklist.questions import NO, NONE_OF_THEM, Ask
from knowledge.schemas import FeeKind, Level, Paper, Procedure

ASK_THE_COUNTER = "Ở đây chưa có số liệu chính thức, xin hỏi nơi nhận hồ sơ. Đã nộp tiền thì lấy biên lai."


@dataclass(frozen=True)
class ListPaper:
    """One paper to bring. ``spare``: why it may be left at home; ``case``: what calls for it."""

    name: str
    formal_name: str | None
    copies: str | None
    notes: tuple[str, ...]
    spare: str | None
    case: str | None


@dataclass(frozen=True)
class MyList:
    """``needed`` in the order of the record; ``open_``: papers whose case the citizen could not tell.

    ``changed``: the record is not the one that the choices were made on.
    """

    needed: tuple[ListPaper, ...]
    open_: tuple[ListPaper, ...]
    remarks: tuple[str, ...]
    fees: tuple[str, ...]
    times: tuple[str, ...]
    where: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    changed: bool

    @property
    def spared(self) -> int:
        return sum(paper.spare is not None for paper in self.needed)


def my_list(procedure: Procedure, asks: Sequence[Ask], chosen: Chosen, on: date) -> MyList:
    """``on``: the day by which rates that begin or end are read."""
    groups = {group: key_of(group) for group in group_cases(procedure)}
    allowed = figures_of(procedure) | {f"date:{on.day}/{on.month}/{on.year}"}
    needed: list[ListPaper] = []
    open_: list[ListPaper] = []
    for paper in procedure.papers:
        if paper.is_note:
            continue
        keys = [key_of(case)] if (case := case_of(paper)) else []
        if paper.group in groups:
            keys.append(groups[paper.group])
        if all(key in chosen.facts for key in keys):
            needed.append(_line(paper))
        elif all(key in chosen.facts or key in chosen.unsure for key in keys):
            open_.append(_line(paper))
    return MyList(
        needed=tuple(needed),
        open_=tuple(open_),
        remarks=tuple(
            " ".join(sentence(capital(part)) for part in (paper.name, paper.note) if part)
            for paper in procedure.papers
            if paper.is_note
        ),
        fees=_guarded(_fees(procedure, chosen, on), allowed) or (ASK_THE_COUNTER,),
        times=_guarded(_times(procedure, chosen), allowed),
        where=_where(procedure),
        answers=_answers(asks, chosen),
        changed=chosen.version != version_of(procedure),
    )


def _line(paper: Paper) -> ListPaper:
    copies = []
    if paper.originals and not paper.show_only:
        copies.append(f"{paper.originals} bản chính")
    if paper.copies:
        copies.append(f"{paper.copies} bản sao")
    if paper.show_only:
        copies.append("cho xem rồi nhận lại")
    notes = [paper.note]
    if paper.form_name and paper.form_name != paper.name:
        notes.append(f"Theo mẫu {paper.form_name}")
    return ListPaper(
        name=capital(paper.name),
        formal_name=paper.formal_name if paper.formal_name != paper.name else None,
        copies=", ".join(copies) or None,
        notes=tuple(sentence(capital(note)) for note in notes if note),
        spare=sentence(capital(paper.connected)) if paper.connected else None,
        case=capital(paper.when) if paper.when and not if_any(paper) else (paper.when or None),
    )


def _fees(procedure: Procedure, chosen: Chosen, on: date) -> tuple[str, ...]:
    rows = fee_rows(procedure, on, chosen.way)
    known = [row for row in rows if row.fee.kind is not FeeKind.UNKNOWN]
    several = len({row.channels for row in known}) > 1
    lines = []
    for row in known:
        if row.standing is Standing.HOLDS:
            lines.append(sentence(capital(row_line(row, with_channels=several))))
            if row.fee.note:
                lines.append(sentence(capital(row.fee.note)))
        elif row.standing is Standing.LATER and row.fee.when:
            lines.append(sentence(f"{capital(row.fee.when)}: {row_line(row, with_channels=several)}"))
    exempt = [one for one in procedure.exemptions if key_of(one) in chosen.facts]
    if exempt:
        named = "; ".join(lower_first(one.rstrip(".")) for one in exempt)
        lines.append(f"Có thể được miễn, giảm ({named}): mang theo giấy tờ chứng minh.")
    if any(row.fee.kind is FeeKind.UNKNOWN for row in rows) and not lines:
        return ()
    return tuple(dict.fromkeys(lines))


def _times(procedure: Procedure, chosen: Chosen) -> tuple[str, ...]:
    methods = [one for one in procedure.methods if chosen.way is None or one.channel is chosen.way]
    lines = []
    for _, method in group_by_sameness(methods, "durations"):
        for duration in method.durations:
            if duration.unit is None:
                continue
            case = f" ({lower_first(duration.when)})" if duration.when else ""
            lines.append(sentence(capital(f"{duration_words(duration)}{case}")))
            if duration.note:
                lines.append(sentence(capital(duration.note)))
    if lines and procedure.same_day_after_15h:
        lines.append("Nộp sau 15 giờ mà chưa kịp thì có vào ngày làm việc tiếp theo.")
    return tuple(dict.fromkeys(lines))


def _where(procedure: Procedure) -> tuple[str, ...]:
    if procedure.where:
        return procedure.where
    said = [procedure.receiving_address, procedure.agency, procedure.authority]
    found = tuple(dict.fromkeys(capital(one) for one in said if one))
    if found:
        return found
    return ("Trung tâm Phục vụ hành chính công phường, xã",) if Level.COMMUNE in procedure.levels else ()


def _answers(asks: Sequence[Ask], chosen: Chosen) -> tuple[tuple[str, str], ...]:
    """Questions with what was chosen, so that somebody who opens the list sees for which case it is."""
    told = []
    for ask in asks:
        picked = [
            choice.label
            for choice in ask.choices
            if (choice.facts and chosen.facts.issuperset(choice.facts))
            or (choice.unsure and chosen.unsure.issuperset(choice.unsure))
        ]
        plain = next((choice.label for choice in ask.choices if not choice.facts and not choice.unsure), None)
        told.append((ask.text, "; ".join(picked) or plain or (NONE_OF_THEM if ask.several else NO)))
    return tuple(told)


def _guarded(lines: Sequence[str], allowed: set[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if not invented(line, allowed))
