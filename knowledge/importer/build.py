"""From the cells of one record to the typed record, with what was found on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.importer.cells import split_list
from knowledge.importer.checks import check_record
from knowledge.importer.fee_truth import not_free_after_all, typed_fee
from knowledge.importer.fee_words import exemptions_in
from knowledge.importer.findings import Findings
from knowledge.importer.formats import recognise
from knowledge.importer.parse_durations import parse_duration
from knowledge.importer.parse_steps import parse_list, parse_steps, settled_same_day
from knowledge.importer.raw import RawMethod, RawProcedure
from knowledge.importer.type_papers import typed_paper
from knowledge.importer.unscramble import NO_READINGS, Readings, unscramble
from knowledge.schemas import Level, Method, Paper, Procedure

_LEVELS = {
    "cấp xã": Level.COMMUNE,
    "cấp tỉnh": Level.PROVINCE,
    "cấp bộ": Level.MINISTRY,
    "cơ quan khác": Level.OTHER,
}
# Matters of grief: no congratulations, no emoji, no survey.
_SAD = re.compile(
    r"khai tử|báo tử|mai táng|tử tuất|từ trần|hài cốt|mộ liệt|liệt sĩ|liệt sỹ|ly hôn|con nuôi|người chết"
    r"|bị chết|mất tích|thi hài|tang lễ",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Built:
    """A typed record and what is wrong with its source."""

    procedure: Procedure
    findings: Findings


def build(
    raw: RawProcedure,
    findings: Findings,
    *,
    source_date: date | None = None,
    readings: Readings = NO_READINGS,
) -> Built:
    """Type one record; every defect goes into ``findings``, every doubt into ``needs_check``.

    ``readings`` tells how the other records of the file write, by which a scrambled text is mended.
    """
    steps = parse_steps(unscramble(raw.code, raw.steps, readings, findings), findings)
    conditions = parse_list(raw.conditions)
    papers = tuple(dict.fromkeys(typed_paper(row) for row in raw.papers))
    methods = _methods(raw, steps, conditions, papers, findings)
    check_record(raw, findings)
    notes = [fee.note for method in raw.methods for fee in method.fees]
    notes += [method.note for method in raw.methods]
    return Built(
        Procedure(
            code=raw.code,
            name=raw.name,
            levels=levels_in(raw.levels),
            field=raw.field_name,
            decision=raw.decision,
            kind=raw.kind,
            applicants=tuple(split_list(raw.applicants)),
            authority=raw.authority,
            agency=raw.agency,
            receiving_address=raw.receiving_address,
            summary=raw.summary,
            methods=methods,
            papers=papers,
            steps=steps,
            conditions=conditions,
            results=raw.results,
            exemptions=tuple(dict.fromkeys(item for note in notes for item in exemptions_in(note))),
            legal=raw.legal,
            url=raw.url,
            source=raw.source,
            source_date=source_date,
            same_day_after_15h=settled_same_day(raw.steps)
            or any(settled_same_day(method.note) for method in raw.methods),
            sad=_SAD.search(raw.name) is not None,
            needs_check=tuple(findings.to_check),
        ),
        findings,
    )


def typed_record(record: Mapping[str, Any], source_date: date | None = None) -> Procedure:
    """One raw record of any known export, typed by itself.

    Raises ``ValueError`` (``UnknownFormat`` among them) or ``KeyError`` for a record that cannot be read.
    """
    findings = Findings()
    raw = recognise(record).make_raw(record, findings)
    return build(raw, findings, source_date=source_date).procedure


def levels_in(text: str) -> tuple[Level, ...]:
    """ "Cấp tỉnh, Cấp xã" → (COMMUNE, PROVINCE), lowest first."""
    named = {_LEVELS[part.strip().lower()] for part in text.split(",") if part.strip().lower() in _LEVELS}
    return tuple(level for level in Level if level in named)


def _methods(
    raw: RawProcedure,
    steps: tuple[str, ...],
    conditions: tuple[str, ...],
    papers: tuple[Paper, ...],
    findings: Findings,
) -> tuple[Method, ...]:
    """Ways of filing with times and fees. "Free" is judged against the whole record."""
    elsewhere = [
        *(method.note for method in raw.methods),
        *(fee.note for method in raw.methods for fee in method.fees),
        *steps,
        *conditions,
        *(f"{paper.name}. {paper.note or ''}" for paper in papers),
    ]
    found: list[Method] = []
    for row in raw.methods:
        method = _method(row, elsewhere, findings)
        if method not in found:
            found.append(method)
    return tuple(found)


def _method(row: RawMethod, elsewhere: list[str], findings: Findings) -> Method:
    fees = tuple(fee for raw_fee in row.fees for fee in typed_fee(raw_fee, row.note, findings))
    return Method(
        channel=row.channel,
        durations=(parse_duration(row.time, row.note, findings),),
        fees=not_free_after_all(fees, elsewhere, findings),
        note=row.note or None,
    )
