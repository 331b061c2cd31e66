"""A procedure's record laid out for its public page: plain words, nothing that is not in the record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from knowledge.answer.elsewhere import PORTAL, elsewhere, is_online, login_hint
from knowledge.answer.figures import (
    basis_line,
    capital,
    channels_words,
    day,
    duration_words,
    fee_words,
    group_by_sameness,
    money,
    sentence,
)
from knowledge.calculators.fee_rows import without_ended_fees
from knowledge.schemas import Duration, Fee, FeeKind, Level, Method, Paper, Procedure

__all__ = ["ProcedurePage", "duration_words", "money", "procedure_page"]

LEVEL_WORDS = {
    Level.COMMUNE: "cấp xã, phường",
    Level.PROVINCE: "cấp tỉnh",
    Level.MINISTRY: "cấp bộ",
    Level.OTHER: "cơ quan khác",
}
NO_FIGURE = "Chưa có số liệu chính thức"
_STEP_NUMBER = re.compile(r"^\s*bước\s+\d+\s*[:.\-–]?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class FactLine:
    """One time or fee: ``value`` in words, the case it holds for, what to know about it, its basis.

    ``known`` is False where the record has no figure: the page then says where to ask.
    """

    value: str
    label: str | None = None
    when: str | None = None
    notes: tuple[str, ...] = ()
    basis: str | None = None
    known: bool = True


@dataclass(frozen=True)
class FactGroup:
    """Facts that hold for some ways of filing; ``channels`` is None when they hold for all."""

    channels: str | None
    lines: tuple[FactLine, ...]


@dataclass(frozen=True)
class PaperLine:
    name: str
    formal_name: str | None
    copies: str | None
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class PaperGroup:
    """Papers that are needed in the same case; ``case`` is None for those always needed."""

    case: str | None
    papers: tuple[PaperLine, ...]


@dataclass(frozen=True)
class ProcedurePage:
    """Everything the template shows, in the order of the page."""

    code: str
    title: str
    formal_name: str | None
    summary: str | None
    place_of: str
    warnings: tuple[str, ...]
    times: tuple[FactGroup, ...]
    fees: tuple[FactGroup, ...]
    ask_fee: bool
    where: tuple[str, ...]
    way_notes: tuple[str, ...]
    papers: tuple[PaperGroup, ...]
    paper_notes: tuple[str, ...]
    who: tuple[str, ...]
    steps: tuple[str, ...]
    conditions: tuple[str, ...]
    exemptions: tuple[str, ...]
    results: tuple[str, ...]
    legal: tuple[tuple[str, str | None], ...]
    basis: str
    updated: str | None
    url: str | None
    sample_form: str | None
    sad: bool


def procedure_page(procedure: Procedure, on: date | None = None) -> ProcedurePage:
    """The page's parts, made of this record's fields alone. ``on``: rates that have ended are left out."""
    if on is not None:
        procedure = without_ended_fees(procedure, on)
    fees = _facts(procedure, "fees")
    title = capital(procedure.spoken_name)
    levels = ", ".join(LEVEL_WORDS[level] for level in procedure.levels)
    return ProcedurePage(
        code=procedure.code,
        title=title,
        formal_name=procedure.name if procedure.name.lower() != title.lower() else None,
        summary=procedure.summary,
        place_of=" · ".join(part for part in (procedure.field, levels) if part),
        warnings=procedure.needs_check,
        times=_facts(procedure, "durations"),
        fees=fees,
        ask_fee=not fees or any(not line.known for group in fees for line in group.lines),
        where=_where(procedure),
        way_notes=_unique(_way_notes(procedure)),
        papers=_papers(procedure.papers),
        paper_notes=_unique(
            " ".join(sentence(capital(part)) for part in (paper.name, paper.note) if part)
            for paper in procedure.papers
            if paper.is_note
        ),
        who=procedure.who or tuple(capital(one) for one in procedure.applicants),
        steps=tuple(step for raw in procedure.steps if (step := _STEP_NUMBER.sub("", raw).strip())),
        conditions=procedure.conditions,
        exemptions=procedure.exemptions,
        results=procedure.results,
        legal=tuple((document.number, document.title) for document in procedure.legal),
        basis=basis_line(procedure).split(" · ")[0],
        updated=day(procedure.source_date) if procedure.source_date else None,
        url=procedure.url if procedure.url and procedure.url.startswith("https://") else None,
        sample_form=procedure.sample_form,
        sad=procedure.sad,
    )


def _facts(procedure: Procedure, kind: str) -> tuple[FactGroup, ...]:
    groups = [group for group in group_by_sameness(procedure.methods, kind) if getattr(group[1], kind)]
    alone = len(groups) == 1 and len(groups[0][0]) == len(procedure.methods)
    return tuple(
        FactGroup(
            channels=None if alone else capital(channels_words(channels)),
            lines=_lines(method, kind, procedure.same_day_after_15h),
        )
        for channels, method in groups
    )


def _lines(method: Method, kind: str, after_15h: bool) -> tuple[FactLine, ...]:
    if kind == "durations":
        return tuple(_time(duration, after_15h) for duration in method.durations)
    return tuple(_fee(fee) for fee in method.fees)


def _time(duration: Duration, after_15h: bool) -> FactLine:
    notes = [duration.note] if duration.note and duration.unit is not None else []
    if after_15h and not any("15 giờ" in note for note in notes):
        notes.append("Nộp sau 15 giờ mà chưa kịp thì có vào ngày làm việc tiếp theo")
    return FactLine(
        value=capital(duration_words(duration)),
        when=capital(duration.when) if duration.when else None,
        notes=tuple(sentence(capital(note)) for note in notes),
        basis=duration.basis,
        known=duration.unit is not None,
    )


def _fee(fee: Fee) -> FactLine:
    notes = [fee.note] if fee.note else []
    if fee.until:
        notes.append(f"Áp dụng đến hết {day(fee.until)}")
    return FactLine(
        value=NO_FIGURE if fee.kind is FeeKind.UNKNOWN else capital(fee_words(fee)),
        label=capital(fee.name) if fee.name else None,
        when=capital(fee.when) if fee.when else None,
        notes=tuple(sentence(capital(note)) for note in notes),
        basis=fee.basis,
        known=fee.kind in (FeeKind.KNOWN, FeeKind.FREE),
    )


def _where(procedure: Procedure) -> tuple[str, ...]:
    if procedure.where:
        return procedure.where
    said = (procedure.receiving_address, procedure.agency, procedure.authority)
    return _unique(capital(one) for one in said if one)


def _way_notes(procedure: Procedure) -> Iterable[str]:
    yield from (sentence(capital(method.note)) for method in procedure.methods if method.note)
    if further := elsewhere(procedure):
        yield further
    if is_online(procedure):
        yield f"Nộp qua mạng trên {PORTAL}. {login_hint(procedure)}"


def _papers(papers: Iterable[Paper]) -> tuple[PaperGroup, ...]:
    """Papers by the case that calls for them, those always needed first."""
    groups: dict[str | None, list[PaperLine]] = {None: []}
    for paper in papers:
        if paper.is_note:
            continue
        case = paper.when or paper.group
        groups.setdefault(capital(case) if case else None, []).append(_paper(paper))
    return tuple(PaperGroup(case, tuple(lines)) for case, lines in groups.items() if lines)


def _paper(paper: Paper) -> PaperLine:
    counts = []
    if paper.originals and not paper.show_only:
        counts.append(f"{paper.originals} bản chính")
    if paper.copies:
        counts.append(f"{paper.copies} bản sao")
    if paper.show_only:
        counts.append("cho xem rồi nhận lại")
    remarks = [paper.note, paper.connected]
    if paper.form_name and paper.form_name != paper.name:
        remarks.append(f"Theo mẫu {paper.form_name}")
    return PaperLine(
        name=capital(paper.name),
        formal_name=paper.formal_name if paper.formal_name != paper.name else None,
        copies=", ".join(counts) or None,
        remarks=tuple(sentence(capital(remark)) for remark in remarks if remark),
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
