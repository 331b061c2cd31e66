"""Figures in words: money, lengths of time, dates, legal references, as the assistant says them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from knowledge.schemas import (
    Duration,
    DurationUnit,
    Fee,
    FeeKind,
    Method,
    Paper,
    Procedure,
    SubmissionChannel,
)

CHANNEL_WORDS = {
    SubmissionChannel.COUNTER: "nộp tại quầy",
    SubmissionChannel.ONLINE: "nộp qua mạng",
    SubmissionChannel.POST: "gửi bưu điện",
}

# A longer legal name stands on the procedure's page alone: in a chat it hides the rest of the list.
_SHORT_NAME = 60

_UNIT_WORDS = {
    DurationUnit.HOUR: "giờ",
    DurationUnit.WORKING_HOUR: "giờ làm việc",
    DurationUnit.WORKING_DAY: "ngày làm việc",
    DurationUnit.DAY: "ngày",
    DurationUnit.MONTH: "tháng",
    DurationUnit.YEAR: "năm",
}


def money(amount: int) -> str:
    """``15000`` → ``15.000 đồng``."""
    return f"{amount:,}".replace(",", ".") + " đồng"


def day(moment: date) -> str:
    return f"{moment:%d/%m/%Y}"


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends in a mark of its own."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…:" else f"{text}."


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Lower-case the first letter, unless the word is an abbreviation or a proper name by its look."""
    head = text.split(" ", 1)[0]
    return text if head.isupper() and len(head) > 1 else text[:1].lower() + text[1:]


def shorten(text: str, limit: int) -> str:
    """Cut at the end of a sentence or of a word, never inside a number."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    stop = max(cut.rfind(mark) for mark in (". ", "; ", ".\n"))
    if stop >= limit // 2:
        return cut[: stop + 1].rstrip("; ")
    return cut[: cut.rfind(" ")].rstrip(" ,;:(-") + "…"


def duration_words(duration: Duration) -> str:
    """``3 ngày làm việc``; says so when the record gives no figure."""
    if duration.unit is DurationUnit.SAME_DAY:
        return "trong ngày"
    if duration.unit is None or duration.value is None:
        return duration.note or "chưa có số liệu chính thức"
    return f"{duration.value} {_UNIT_WORDS[duration.unit]}"


def fee_words(fee: Fee) -> str:
    """One fee, without its case."""
    if fee.kind is FeeKind.FREE:
        return "không thu tiền"
    if fee.kind is FeeKind.KNOWN and fee.amount is not None:
        amount = money(fee.amount)
        return f"{amount}/{fee.per}" if fee.per else amount
    if fee.kind is FeeKind.VARIES:
        return "mức thu do tỉnh hoặc quy định riêng đặt ra"
    return "chưa có số liệu chính thức"


def paper_words(paper: Paper) -> str:
    """A paper with its legal name and how many of it, in one line."""
    inside = []
    if paper.formal_name and paper.formal_name != paper.name and len(paper.formal_name) <= _SHORT_NAME:
        inside.append(paper.formal_name)
    if not paper.show_only:
        if paper.originals:
            inside.append("bản chính" if paper.originals == 1 else f"{paper.originals} bản chính")
        if paper.copies:
            inside.append("bản sao" if paper.copies == 1 else f"{paper.copies} bản sao")
    line = f"{paper.name} ({'; '.join(inside)})" if inside else paper.name
    return f"{line}: cho xem rồi nhận lại" if paper.show_only else line


def group_by_sameness(
    methods: Sequence[Method], facet: str
) -> list[tuple[tuple[SubmissionChannel, ...], Method]]:
    """Methods that share the same times (``facet='durations'``) or fees, told together."""
    groups: list[tuple[list[SubmissionChannel], Method]] = []
    for method in methods:
        for channels, first in groups:
            if getattr(first, facet) == getattr(method, facet):
                channels.append(method.channel)
                break
        else:
            groups.append(([method.channel], method))
    return [(tuple(channels), method) for channels, method in groups]


def channels_words(channels: Iterable[SubmissionChannel]) -> str:
    return " hoặc ".join(CHANNEL_WORDS[channel] for channel in channels)


def basis_line(procedure: Procedure) -> str:
    """The small line under every answer: legal basis and the day of the facts."""
    basis = f"thủ tục {procedure.code}"
    if procedure.decision:
        decision = procedure.decision.strip()
        basis += f", {decision}" if decision.lower().startswith("quyết định") else f", Quyết định {decision}"
    line = f"Căn cứ: {basis}"
    if procedure.source_date:
        line += f" · cập nhật {day(procedure.source_date)}"
    return line
