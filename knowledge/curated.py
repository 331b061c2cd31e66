"""The shape of ``content/procedures/<field>/<code>.yaml`` and of ``content/lexicon/phrases-*.yaml``.

A curated file says the facts of one real record in plain words. Every amount and every length of time
names its legal basis; aliases and golden questions are the words of citizens.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.schemas import (
    Duration,
    Facet,
    Fee,
    FeeKind,
    LegalDocument,
    Level,
    Method,
    Paper,
    Procedure,
    SubmissionChannel,
)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class CuratedMethod(_Shape):
    """Ways of filing that share the same times and fees, written once."""

    channels: tuple[SubmissionChannel, ...] = Field(min_length=1)
    durations: tuple[Duration, ...] = Field(min_length=1)
    fees: tuple[Fee, ...] = Field(min_length=1)
    note: str | None = None

    @model_validator(mode="after")
    def _every_figure_names_its_basis(self) -> CuratedMethod:
        for fee in self.fees:
            if fee.kind is not FeeKind.UNKNOWN and not fee.basis:
                raise ValueError("có mức thu mà chưa có căn cứ: ghi số văn bản vào ô Căn cứ")
        for duration in self.durations:
            if duration.unit is not None and not duration.basis:
                raise ValueError("có thời hạn mà chưa có căn cứ: ghi số văn bản vào ô Căn cứ")
        return self


class NearMiss(_Shape):
    """A question that sounds like this procedure and belongs to another one (``code``, or none here)."""

    text: str
    code: str | None = None


class DifferentField(StrEnum):
    """What a curated file may rightly say otherwise than its national record."""

    FEE = "fee"
    DURATION = "duration"
    CHANNELS = "channels"
    NUMBERS = "numbers"
    NAME = "name"
    DECISION = "decision"
    LEVELS = "levels"
    FIELD = "field"
    PAPERS = "papers"
    STEPS = "steps"
    CONDITIONS = "conditions"
    RESULTS = "results"
    LEGAL = "legal"

    @property
    def words(self) -> str:
        return _FIELD_WORDS[self]


_FIELD_WORDS = {
    DifferentField.FEE: "lệ phí",
    DifferentField.DURATION: "thời hạn",
    DifferentField.CHANNELS: "cách nộp",
    DifferentField.NUMBERS: "con số",
    DifferentField.NAME: "tên chính thức",
    DifferentField.DECISION: "quyết định công bố",
    DifferentField.LEVELS: "cấp giải quyết",
    DifferentField.FIELD: "lĩnh vực",
    DifferentField.PAPERS: "giấy tờ",
    DifferentField.STEPS: "các bước",
    DifferentField.CONDITIONS: "điều kiện",
    DifferentField.RESULTS: "kết quả",
    DifferentField.LEGAL: "văn bản căn cứ",
}


class RightDifference(_Shape):
    """A difference from the national record that a person has read and found right.

    ``ours`` and ``record`` are the two readings as ``motcua content verify`` prints them; ``why`` tells what
    in the record speaks for ours, and ``basis`` is the document it rests on.
    """

    field: DifferentField
    ours: str = Field(min_length=1)
    record: str = Field(min_length=1)
    why: str = Field(min_length=10)
    basis: str = Field(min_length=1)


class GoldenQuestion(_Shape):
    """A question that must find this procedure. ``pending``: why search does not find it yet; it is asked
    and reported all the same, and stays here until it is solved."""

    text: str
    facets: tuple[Facet, ...] = ()
    pending: str | None = None


class CuratedProcedure(_Shape):
    code: str = Field(pattern=r"^\d\.\d{6}(\.[0-9A-Z.]+)?$")
    name: str
    plain_name: str
    option_label: str = Field(max_length=60)
    levels: tuple[Level, ...] = Field(min_length=1)
    field: str
    decision: str
    updated: date
    summary: str
    who: tuple[str, ...] = Field(min_length=1)
    where: tuple[str, ...] = Field(min_length=1)
    methods: tuple[CuratedMethod, ...] = Field(min_length=1)
    papers: tuple[Paper, ...] = Field(min_length=1)
    steps: tuple[str, ...] = Field(min_length=1)
    conditions: tuple[str, ...] = ()
    exemptions: tuple[str, ...] = ()
    results: tuple[str, ...] = Field(min_length=1)
    legal: tuple[LegalDocument, ...] = Field(min_length=1)
    same_day_after_15h: bool = False
    sad: bool = False
    url: str | None = None
    sample_form: str | None = Field(default=None, pattern=r"^(?:https://|/)\S+$")
    aliases: tuple[str, ...] = Field(min_length=3)
    near_misses: tuple[NearMiss, ...] = Field(min_length=1)
    golden: tuple[GoldenQuestion, ...] = Field(min_length=6)
    differs: tuple[RightDifference, ...] = ()

    @model_validator(mode="after")
    def _each_channel_once(self) -> CuratedProcedure:
        channels = [channel for method in self.methods for channel in method.channels]
        if len(channels) != len(set(channels)):
            raise ValueError("một cách nộp đứng ở hai nhóm: để nó ở một nhóm thôi")
        return self

    def to_procedure(self) -> Procedure:
        """The record that the assistant answers from."""
        return Procedure(
            code=self.code,
            name=self.name,
            plain_name=self.plain_name,
            option_label=self.option_label,
            levels=self.levels,
            field=self.field,
            decision=self.decision,
            summary=self.summary,
            who=self.who,
            where=self.where,
            methods=tuple(
                Method(channel=channel, durations=m.durations, fees=m.fees, note=m.note)
                for m in self.methods
                for channel in m.channels
            ),
            papers=self.papers,
            steps=self.steps,
            conditions=self.conditions,
            exemptions=self.exemptions,
            results=self.results,
            legal=self.legal,
            url=self.url,
            sample_form=self.sample_form,
            source="curated",
            source_date=self.updated,
            curated=True,
            same_day_after_15h=self.same_day_after_15h,
            sad=self.sad,
            aliases=self.aliases,
        )
