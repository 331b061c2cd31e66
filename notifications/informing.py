"""What a deployment decides about notices, as content that staff edit: ``content/informing/*.yaml``.

``policy.yaml`` says when, how often, on which channels and for how much; ``who-informs.yaml`` who tells the
citizen already, so that nobody is told twice; ``desks.yaml`` where the units' own people are reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.yaml_shape import ContentShapeError, parse_shape
from dossiers.vocabularies import NOTIFIED, FilingChannel
from notifications.quiet import QuietHours
from notifications.schemas import Channel, Purpose

POLICY = "informing/policy.yaml"
WHO_INFORMS = "informing/who-informs.yaml"
DESKS = "informing/desks.yaml"
_ANY = "*"
_MAIL = r"^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$"
_FILES = (POLICY, WHO_INFORMS, DESKS)
_EVENTS = frozenset(kind.short for kind in NOTIFIED)
# Decree 91/2020, article 13: advertising by text message between 7:00 and 22:00 only.
_LAW_FROM, _LAW_TO = time(7, 0), time(22, 0)
_LAW_A_DAY = 3


class Basis(StrEnum):
    """``CONSENT``: only to who agreed. ``NOTICE``: to everybody who has not refused."""

    CONSENT = "consent"
    NOTICE = "notice"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Dong = Annotated[int, Field(ge=0, le=10**12)]


class Budget(_Shape):
    """``month`` in đồng, 0 for no ceiling. Statutory notices are counted and never stopped."""

    month: Dong = 0
    warn_percent: int = Field(default=80, ge=1, le=100)


class ZaloWindow(_Shape):
    """How long and how often an account may answer for nothing after a citizen's message (facts 1.5)."""

    free_hours: int = Field(default=48, ge=1, le=720)
    free_replies: int = Field(default=8, ge=0, le=100)


class Policy(_Shape):
    """One file for the whole deployment. Prices in đồng, a part for text messages, else a message."""

    quiet_from: time = time(21, 0)
    quiet_to: time = time(7, 0)
    spread_minutes: int = Field(default=45, ge=0, le=240)
    daily_cap: int = Field(default=3, ge=1, le=20)
    campaign_a_day: int = Field(default=1, ge=1, le=_LAW_A_DAY)
    same_text_minutes: int = Field(default=60, ge=0, le=1440)
    page_days: int = Field(default=180, ge=1, le=3650)
    task_working_days: int = Field(default=1, ge=0, le=10)
    reminder_hours: int = Field(default=24, ge=1, le=168)
    marked_sms: bool = True
    consent: Mapping[Purpose, Basis] = {}
    order: Mapping[Purpose, tuple[Channel, ...]] = {}
    prices: Mapping[Channel, Dong] = {}
    budget: Budget = Budget()
    zalo_window: ZaloWindow = ZaloWindow()

    @model_validator(mode="before")
    @classmethod
    def _moved(cls, given: Any) -> Any:
        """How long after a sad matter people are asked stands in the plan of the surveys now."""
        if isinstance(given, dict):
            given = {name: value for name, value in given.items() if name != "sad_survey_days"}
        return given

    @model_validator(mode="after")
    def _within_the_law(self) -> Policy:
        if not self.quiet_to <= time(9, 0) or not time(18, 0) <= self.quiet_from:
            raise ValueError("giờ im lặng quá dài hoặc quá ngắn: quiet_from từ 18:00, quiet_to tới 09:00")
        if self.quiet_to < _LAW_FROM or self.quiet_from > _LAW_TO:
            raise ValueError(
                "tin tuyên truyền chỉ được gửi từ 7 giờ đến 22 giờ (Nghị định 91/2020/NĐ-CP):"
                " đặt quiet_to từ 07:00 trở đi, quiet_from tới 22:00"
            )
        for purpose in self.consent:
            if purpose not in _NEEDS_CONSENT:
                raise ValueError(f"'{purpose}' do luật quy định, không hỏi đồng ý: bỏ khỏi consent")
        if self.consent.get(Purpose.CAMPAIGN) is Basis.NOTICE:
            raise ValueError("tin tuyên truyền phải có đồng ý trước: đặt consent.campaign là consent")
        return self

    @property
    def quiet(self) -> QuietHours:
        return QuietHours(self.quiet_from, self.quiet_to, self.spread_minutes)

    def basis(self, purpose: Purpose) -> Basis:
        """What a message for this purpose rests on; for the statutory ones a refusal of a channel counts."""
        if purpose not in _NEEDS_CONSENT:
            return Basis.NOTICE
        return self.consent.get(purpose, Basis.CONSENT)

    def price(self, channel: Channel, segments: int = 1) -> int:
        return self.prices.get(channel, 0) * segments


_NEEDS_CONSENT = frozenset({Purpose.SURVEY, Purpose.REMINDER, Purpose.CAMPAIGN})


class Informer(_Shape):
    """``by`` tells citizens of ``units`` about ``events`` over ``channel``.

    ``enough``: nothing more is sent. Else only this channel is left out and the others still go. ``filed``:
    only dossiers filed this way, for a portal that tells its own users only.
    """

    by: str = Field(min_length=1, max_length=200)
    units: tuple[str, ...] = (_ANY,)
    events: tuple[str, ...] = Field(min_length=1)
    channel: Channel
    enough: bool = True
    filed: FilingChannel | None = None

    @model_validator(mode="after")
    def _known_events(self) -> Informer:
        for event in self.events:
            if event != _ANY and event not in _EVENTS:
                raise ValueError(f"không có sự kiện '{event}': dùng {', '.join(sorted(_EVENTS))} hoặc *")
        return self

    def covers(self, *, unit: str | None, event: str, filed: str | None) -> bool:
        return (
            (_ANY in self.units or unit in self.units)
            and (_ANY in self.events or event in self.events)
            and (self.filed is None or self.filed == filed)
        )


class WhoInforms(_Shape):
    informers: tuple[Informer, ...] = ()


class Desk(_Shape):
    """The addresses of a unit's own people for alerts: mailboxes of positions, and the number to call.

    ``officers``: by the name that the one-stop software writes into dossiers. ``digest``: whether the week's
    digest comes; ``digest_to``: to these mailboxes instead of the head's.
    """

    unit: str = Field(min_length=1, max_length=200)
    head: str | None = Field(default=None, pattern=_MAIL)
    officers: Mapping[str, Annotated[str, Field(pattern=_MAIL)]] = {}
    phone: str | None = Field(default=None, max_length=30)
    digest: bool = True
    digest_to: tuple[Annotated[str, Field(pattern=_MAIL)], ...] = ()

    @property
    def digest_readers(self) -> tuple[str, ...]:
        """Nobody, where the unit wants none."""
        if not self.digest:
            return ()
        return self.digest_to or ((self.head,) if self.head else ())


class Desks(_Shape):
    desks: tuple[Desk, ...] = ()


class Informing(_Shape):
    """Everything that a deployment has decided, as published now."""

    policy: Policy = Policy()
    informers: tuple[Informer, ...] = ()
    desks: tuple[Desk, ...] = ()

    def desk(self, unit: str | None) -> Desk | None:
        return next((desk for desk in self.desks if desk.unit == unit), None)

    def covering(self, *, unit: str | None, event: str, filed: str | None) -> list[Informer]:
        return [one for one in self.informers if one.covers(unit=unit, event=event, filed=filed)]


def parse_informing(documents: Mapping[str, str]) -> Informing:
    """The decisions from published texts by path; raises ``ContentShapeError`` where a file is wrong."""
    policy, who, desks = documents.get(POLICY), documents.get(WHO_INFORMS), documents.get(DESKS)
    for key in documents:
        if key not in _FILES:
            raise ContentShapeError.one(key, "", "tệp không thuộc mục này", f"dùng {', '.join(_FILES)}")
    return Informing(
        policy=parse_shape(Policy, policy, POLICY) if policy else Policy(),
        informers=parse_shape(WhoInforms, who, WHO_INFORMS).informers if who else (),
        desks=parse_shape(Desks, desks, DESKS).desks if desks else (),
    )
