"""The report of a period as an office files it: one document, written as DOCX, XLSX or PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway.opinion_report.as_docx import as_docx
from gateway.opinion_report.as_pdf import as_pdf
from gateway.opinion_report.as_xlsx import as_xlsx
from gateway.opinion_report.document import Document, report_document

WRITERS: Mapping[str, Callable[[Document], bytes]] = {"docx": as_docx, "xlsx": as_xlsx, "pdf": as_pdf}

__all__ = ["WRITERS", "Document", "report_document"]
