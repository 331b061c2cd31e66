"""A report as PDF, set by Typst with our own font; tagged, so that a screen reader finds its headings."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

import typst

from gateway.opinion_report.as_docx import spelled
from gateway.opinion_report.document import Document
from gateway.public.assets import STATIC

TEMPLATE = Path(__file__).with_name("report.typ")


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(STATIC / "vendor")])


def as_pdf(report: Document) -> bytes:
    data = asdict(report)
    for section in data["sections"]:
        chart = section["chart"]
        # Typst reads bytes as a list of numbers; a chart has some tens of thousands.
        section["chart"] = list(chart) if chart else None
        for table in section["tables"]:
            table["rows"] = [[spelled(value) for value in row] for row in table["rows"]]
    return typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
    )
