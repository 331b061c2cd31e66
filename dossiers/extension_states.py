"""The states of a letter of apology, which step may follow which, and what can be wrong with a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from core.calendar import WorkingCalendar

_SHORTEST_REASON, _LONGEST_REASON = 10, 1000
_LONGEST_EXTENSION = timedelta(days=365)


class ExtensionState(StrEnum):
    DRAFTED = "drafted"
    REASONED = "reasoned"
    SIGNED = "signed"
    NUMBERED = "numbered"
    SENT = "sent"
    CANCELLED = "cancelled"


class Step(StrEnum):
    REASON = "reason"
    SIGN = "sign"
    REOPEN = "reopen"
    NUMBER = "number"
    SEND = "send"
    CANCEL = "cancel"


class TakingBack(StrEnum):
    """The steps that go back and need a reason."""

    REOPEN = Step.REOPEN.value
    CANCEL = Step.CANCEL.value


STATE_WORDS: Mapping[ExtensionState, str] = {
    ExtensionState.DRAFTED: "bản nháp, chờ lý do và ngày hẹn mới",
    ExtensionState.REASONED: "chờ người có thẩm quyền ký",
    ExtensionState.SIGNED: "đã ký, chờ văn thư cấp số",
    ExtensionState.NUMBERED: "đã có số, chờ gửi",
    ExtensionState.SENT: "đã gửi",
    ExtensionState.CANCELLED: "đã bỏ",
}
ALLOWED: Mapping[Step, frozenset[ExtensionState]] = {
    Step.REASON: frozenset({ExtensionState.DRAFTED, ExtensionState.REASONED}),
    Step.SIGN: frozenset({ExtensionState.REASONED}),
    Step.REOPEN: frozenset({ExtensionState.SIGNED}),
    Step.NUMBER: frozenset({ExtensionState.SIGNED}),
    Step.SEND: frozenset({ExtensionState.NUMBERED}),
    Step.CANCEL: frozenset(
        {ExtensionState.DRAFTED, ExtensionState.REASONED, ExtensionState.SIGNED, ExtensionState.NUMBERED}
    ),
}


class Trouble(StrEnum):
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    FORBIDDEN = "forbidden"
    INVALID = "invalid"


class ExtensionProblem(Exception):
    """``field``, what is wrong and what to do about it."""

    def __init__(self, trouble: Trouble, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{field}: {problem}; {remedy}")
        self.trouble, self.field, self.problem, self.remedy = trouble, field, problem, remedy


def invalid(field: str, problem: str, remedy: str) -> ExtensionProblem:
    return ExtensionProblem(Trouble.INVALID, field, problem, remedy)


def check_step(state: ExtensionState, known: int, step: Step, seen: int) -> None:
    """Raises when the letter is no longer what the caller saw, or the step may not follow its state."""
    if known != seen:
        raise ExtensionProblem(
            Trouble.CONFLICT,
            "version",
            f"văn bản vừa được người khác sửa, nay là bản {known} ({STATE_WORDS[state]})",
            "mở lại văn bản, xem rồi làm tiếp",
        )
    if state not in ALLOWED[step]:
        expected = " hoặc ".join(STATE_WORDS[one] for one in ExtensionState if one in ALLOWED[step])
        raise ExtensionProblem(
            Trouble.FORBIDDEN,
            "state",
            f"văn bản đang ở bước: {STATE_WORDS[state]}",
            f"bước này cần: {expected}",
        )


def check_reason(reason: str) -> str:
    """The reason on one line."""
    reason = " ".join(reason.split())
    if not _SHORTEST_REASON <= len(reason) <= _LONGEST_REASON:
        raise invalid(
            "reason",
            f"lý do dài {len(reason)} ký tự",
            f"viết từ {_SHORTEST_REASON} đến {_LONGEST_REASON} ký tự: vướng ở đâu, đã làm gì",
        )
    return reason


def check_new_date(day: date, *, after: date, today: date, calendar: WorkingCalendar) -> None:
    if day <= after:
        raise invalid("new_due_on", "ngày hẹn mới không sau ngày hẹn cũ và hôm nay", "chọn ngày muộn hơn")
    if day > today + _LONGEST_EXTENSION:
        raise invalid("new_due_on", "ngày hẹn mới xa hơn một năm", "kiểm tra lại năm")
    if not calendar.is_working_day(day):
        nearest = calendar.next_working_day(day)
        raise invalid(
            "new_due_on",
            f"{day:%d/%m/%Y} là ngày nghỉ ({calendar.why_closed(day)})",
            f"chọn ngày làm việc, gần nhất là {nearest:%d/%m/%Y}",
        )
