"""Typed records of administrative procedures.

One shape serves both sources: records read from the national export and records curated under
``content/procedures``. An answer is rendered from these fields and from nothing else, so every amount
and every length of time is a typed value that carries its own legal basis.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Level(StrEnum):
    """Level of government that settles a procedure (two tiers since 1 July 2025)."""

    COMMUNE = "xa"
    PROVINCE = "tinh"
    MINISTRY = "bo"
    OTHER = "khac"


class SubmissionChannel(StrEnum):
    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class FeeKind(StrEnum):
    """What may be said about a fee. ``FREE`` only when nothing in the record mentions a fee to pay."""

    KNOWN = "known"
    FREE = "free"
    VARIES = "varies"
    UNKNOWN = "unknown"


class DurationUnit(StrEnum):
    SAME_DAY = "same_day"
    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Facet(StrEnum):
    """What a citizen may ask about a procedure."""

    OVERVIEW = "overview"
    DOCUMENTS = "documents"
    FEE = "fee"
    DURATION = "duration"
    PLACE = "place"
    ONLINE = "online"
    STEPS = "steps"
    CONDITIONS = "conditions"
    LEGAL_BASIS = "legal_basis"
    FORM = "form"
    RESULT = "result"
    WHO = "who"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Fee(_Record):
    """One fee. ``amount`` is in đồng and is present exactly when ``kind`` is ``known``."""

    kind: FeeKind
    amount: int | None = Field(default=None, ge=0)
    name: str | None = None
    per: str | None = None
    when: str | None = None
    until: date | None = None
    note: str | None = None
    basis: str | None = None

    @model_validator(mode="after")
    def _amount_goes_with_known(self) -> Fee:
        if (self.kind is FeeKind.KNOWN) != (self.amount is not None):
            raise ValueError("số tiền phải ghi khi và chỉ khi chọn 'Có mức thu': sửa loại hoặc số tiền")
        return self


class Duration(_Record):
    """A length of time. ``value`` is a whole number of ``unit``; none for ``same_day`` and when unknown."""

    unit: DurationUnit | None = None
    value: int | None = Field(default=None, ge=0)
    when: str | None = None
    note: str | None = None
    basis: str | None = None


class Method(_Record):
    """One way of filing, with the time and the fees that go with it."""

    channel: SubmissionChannel
    durations: tuple[Duration, ...] = ()
    fees: tuple[Fee, ...] = ()
    note: str | None = None


class Paper(_Record):
    """One paper of a dossier.

    ``show_only``: shown and taken back (xuất trình). ``is_note``: a remark that the source lists as a row.
    ``when``: the case in which it is needed. ``connected``: need not be handed in where data is connected.
    """

    name: str
    formal_name: str | None = None
    originals: int = Field(default=0, ge=0)
    copies: int = Field(default=0, ge=0)
    show_only: bool = False
    is_note: bool = False
    when: str | None = None
    note: str | None = None
    connected: str | None = None
    form_name: str | None = None
    group: str | None = None


class LegalDocument(_Record):
    number: str
    title: str | None = None


class Procedure(_Record):
    """A procedure as the assistant knows it.

    ``curated`` tells whether people of the house wrote it; ``source_date`` is the day the facts were taken.
    ``held``: staff have stopped answers from it until somebody has looked.
    ``sample_form``: address of a form that is filled in as an example.
    ``needs_check``: what a person has to look at; ``stale``: those of them that time brought, in plain words.
    """

    code: str
    name: str
    plain_name: str | None = None
    option_label: str | None = None
    levels: tuple[Level, ...] = ()
    field: str
    decision: str | None = None
    kind: str | None = None
    applicants: tuple[str, ...] = ()
    authority: str | None = None
    agency: str | None = None
    receiving_address: str | None = None
    summary: str | None = None
    methods: tuple[Method, ...] = ()
    papers: tuple[Paper, ...] = ()
    steps: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    exemptions: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    legal: tuple[LegalDocument, ...] = ()
    url: str | None = None
    sample_form: str | None = None
    source: str = "national"
    source_date: date | None = None
    curated: bool = False
    same_day_after_15h: bool = False
    sad: bool = False
    needs_check: tuple[str, ...] = ()
    held: bool = False
    stale: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def spoken_name(self) -> str:
        """The name to say to a citizen: the plain one where somebody wrote it."""
        return self.plain_name or self.name
