"""The sheet that hangs at a counter: one QR code, and its address in print for whoever cannot scan."""

from __future__ import annotations

import io
import json
from pathlib import Path

import segno
import typst

from gateway.opinion_report.as_pdf import fonts

TEMPLATE = Path(__file__).with_name("poster.typ")


VISIT = ("Ông/bà thấy thế nào về lần làm thủ tục hôm nay?", "How was your visit today?")
WAIT = ("Hôm nay ông/bà chờ bao lâu?", "How long did you wait today?")


def poster_pdf(unit: str, counter: str, address: str, ask: tuple[str, str] = VISIT) -> bytes:
    """A4. Error correction Q: a poster gets scratched. ``ask``: the question in Vietnamese and English."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    data = {
        "unit": unit,
        "counter": counter,
        "address": address,
        "qr": out.getvalue().decode(),
        "ask": ask[0],
        "ask_en": ask[1],
    }
    return typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
    )
