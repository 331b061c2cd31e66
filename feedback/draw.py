"""Who is invited to give an opinion: decided by a rule and by chance, never by the staff.

Chance is a keyed hash of the dossier code: nobody without the key can tell or steer who is drawn, and reading
the event log again draws the same dossiers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.crypto import keyed_hash
from core.text.fold import fold
from core.yaml_shape import parse_shape
from feedback.case_models import Reason
from feedback.instruments import CHAT_SURVEY, COMPLAINT_SURVEY, LONG_SURVEY, SHORT_SURVEY
from feedback.span import CUT_DAY

_DRAW_DIGITS = 13
_LEAST_OFFICERS = 3
_LEAST_SAD_DAYS = 7


class Skip(StrEnum):
    """Why a closed dossier got no invitation."""

    NOT_CLOSED = "not_closed"
    SAD = "sad"
    NOT_DRAWN = "not_drawn"
    TOO_OLD = "too_old"
    NO_UNIT = "no_unit"
    NO_CONTACT = "no_contact"
    OPTED_OUT = "opted_out"
    ALREADY_INVITED = "already_invited"
    ASKED_LATELY = "asked_lately"
    NO_ANSWER_GIVEN = "no_answer_given"


class Opening(Protocol):
    """The part of the working calendar that is needed here."""

    def next_opening(self, at: datetime) -> datetime: ...


class InvitationPlan(BaseModel):
    """``content/surveys/plan/invitations.yaml``. Rates are shares (0..1); ``closings`` maps the short name
    of a closing event to a questionnaire; ``officer_groups`` names the officers of each group.
    ``sad_wait_days``: how long a family is left in peace after a sad matter; 0 never asks them.
    ``rest_days``: whoever was asked about anything is not asked again for so long. ``rate_by_target``: units
    without a rate of their own get the one that their target needs (``feedback.rates``). ``long_rates``: the
    share of the invitations of a unit that bring the long questionnaire instead of the short one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    closings: Mapping[str, str] = {"returned": SHORT_SURVEY, "posted": SHORT_SURVEY}
    default_rate: float = Field(default=1.0, ge=0, le=1)
    rates: Mapping[str, float] = {}
    rate_by_target: bool = False
    rest_days: int = Field(default=0, ge=0, le=30)
    long_survey: str = LONG_SURVEY
    long_rate: float = Field(default=0.0, ge=0, le=0.5)
    long_rates: Mapping[str, float] = {}
    complaint_survey: str | None = COMPLAINT_SURVEY
    complaint_rate: float = Field(default=1.0, ge=0, le=1)
    rating_rate: float = Field(default=0.05, ge=0, le=1)
    chat_survey: str | None = CHAT_SURVEY
    chat_rate: float = Field(default=0.0, ge=0, le=1)
    chat_rest_minutes: int = Field(default=10, ge=5, le=60)
    wait_hours: int = Field(default=24, ge=0, le=720)
    valid_days: int = Field(default=30, ge=1, le=90)
    change_hours: int = Field(default=72, ge=1, le=720)
    remind_days: int = Field(default=5, ge=0, le=60)
    case_hours: int = Field(default=16, ge=1, le=200)
    warning_words: Mapping[Reason, tuple[str, ...]] = {}
    cut_day: int = Field(default=CUT_DAY, ge=1, le=27)
    oldest_days: int = Field(default=14, ge=1, le=90)
    sad_wait_days: int = Field(default=30, ge=0, le=180)
    sad_fields: tuple[str, ...] = ()
    sad_procedures: tuple[str, ...] = ()
    sad_words: tuple[str, ...] = ()
    officer_groups: Mapping[str, tuple[str, ...]] = {}

    @field_validator("sad_wait_days")
    @classmethod
    def _no_haste(cls, days: int) -> int:
        if 0 < days < _LEAST_SAD_DAYS:
            raise ValueError(
                f"hỏi ý kiến sau việc buồn thì phải chờ ít nhất {_LEAST_SAD_DAYS} ngày; đặt 0 để không hỏi"
            )
        return days

    @field_validator("officer_groups")
    @classmethod
    def _nobody_is_a_group(cls, groups: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        for name, officers in groups.items():
            if len(set(officers)) < _LEAST_OFFICERS:
                raise ValueError(
                    f"nhóm '{name}' quá nhỏ nên lộ người bị chấm:"
                    f" gộp thành nhóm ít nhất {_LEAST_OFFICERS} người"
                )
        return groups

    def group_of(self, officer: str | None) -> str | None:
        """The group an officer's dossiers are counted in; the officer alone is never kept."""
        return next((name for name, officers in self.officer_groups.items() if officer in officers), None)

    def rate(self, unit: str, needed: Mapping[str, float] | None = None) -> float:
        """``needed``: the rates by which units reach the answers that their target asks for."""
        by_target = (needed or {}).get(unit, self.default_rate) if self.rate_by_target else self.default_rate
        return self.rates.get(unit, by_target)

    def questionnaire(self, short: str, closing: Closing) -> str:
        """The short one, or by another draw the long one; families in grief get no long one."""
        share = self.long_rates.get(closing.unit or "", self.long_rate)
        if short != SHORT_SURVEY or self.is_sad(closing):
            return short
        return self.long_survey if is_drawn(closing.dossier_code, share, "survey-long-draw") else short

    @cached_property
    def _folded_fields(self) -> frozenset[str]:
        return frozenset(map(fold, self.sad_fields))

    @cached_property
    def _folded_words(self) -> tuple[str, ...]:
        return tuple(f" {fold(word)} " for word in self.sad_words)

    def is_sad(self, closing: Closing) -> bool:
        """Whether asking at once would be heartless: a death, a divorce, a child given away."""
        return closing.sensitive or self.is_sad_matter(
            closing.procedure_code, closing.procedure_name, closing.field
        )

    def is_sad_matter(self, code: str | None, name: str | None, field: str | None = None) -> bool:
        said = f" {' '.join(_words(name or ''))} "
        return (
            fold(field or "") in self._folded_fields
            or code in self.sad_procedures
            or any(word in said for word in self._folded_words)
        )


def _words(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in fold(text)).split()


@dataclass(frozen=True)
class Closing:
    """A dossier that has just been closed, with all that a decision needs.

    ``contact_hashes`` are keyed hashes of the applicant's contacts, the preferred one first.
    """

    dossier_code: str
    closed_at: datetime
    unit: str | None = None
    field: str | None = None
    procedure_code: str | None = None
    procedure_name: str | None = None
    channel: str | None = None
    officer: str | None = None
    contact_hashes: tuple[str, ...] = ()
    sensitive: bool = False
    sample: bool = False


def is_drawn(subject: str, rate: float, lot: str = "survey-draw") -> bool:
    """Whether chance picks this dossier, complaint or talk, at ``rate`` of all; a ``lot`` for each draw."""
    drawn = int(keyed_hash(subject, lot)[:_DRAW_DIGITS], 16)
    return drawn < rate * float(16**_DRAW_DIGITS)


def reason_to_skip(
    closing: Closing, plan: InvitationPlan, now: datetime, needed: Mapping[str, float] | None = None
) -> Skip | None:
    """Why this dossier is not invited, as far as the dossier itself tells; ``None`` if it is."""
    if plan.sad_wait_days == 0 and plan.is_sad(closing):
        return Skip.SAD
    if closing.unit is None:
        return Skip.NO_UNIT
    if now - closing.closed_at > timedelta(days=plan.oldest_days):
        return Skip.TOO_OLD
    if not closing.contact_hashes:
        return Skip.NO_CONTACT
    return None if is_drawn(closing.dossier_code, plan.rate(closing.unit, needed)) else Skip.NOT_DRAWN


def send_time(closing: Closing, plan: InvitationPlan, calendar: Opening, now: datetime) -> datetime:
    """The first office hour after the wait, which is long after a sad matter; never in the past."""
    wait = timedelta(hours=plan.wait_hours)
    if plan.is_sad(closing):
        wait = max(wait, timedelta(days=plan.sad_wait_days))
    return calendar.next_opening(max(closing.closed_at + wait, now))


def load_plan(file: Path) -> InvitationPlan:
    """Read the plan; ``ContentShapeError`` names file, key and mistake."""
    return parse_shape(InvitationPlan, file.read_text(encoding="utf-8"), f"surveys/plan/{file.name}")
