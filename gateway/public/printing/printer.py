"""Sheets as PDF, drawn by Typst with our own font; no other program, no network, no system fonts.

One sheet is drawn at a time: Typst uses every core, and a queue of citizens must not starve the chat. What
was drawn is kept, for the same card is printed again and again.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections import OrderedDict
from pathlib import Path

import segno
import typst

from gateway.public.assets import STATIC
from gateway.public.printing.sheet import PaperSize, Sheet

TEMPLATE = Path(__file__).with_name("sheet.typ")
FONTS = STATIC / "vendor"
_KEPT = 64


class Printer:
    def __init__(self) -> None:
        self._template = TEMPLATE.read_bytes()
        self._fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
        self._one_at_a_time = asyncio.Lock()
        self._drawn: OrderedDict[str, bytes] = OrderedDict()

    async def pdf(self, sheet: Sheet, paper: PaperSize) -> bytes:
        """The whole PDF, tagged for screen readers."""
        data = json.dumps(sheet.as_data(paper, qr_svg(sheet.address)), ensure_ascii=False, sort_keys=True)
        key = hashlib.sha256(data.encode()).hexdigest()
        if key not in self._drawn:
            async with self._one_at_a_time:
                if key not in self._drawn:
                    self._drawn[key] = await asyncio.to_thread(self._draw, data)
        self._drawn.move_to_end(key)
        while len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
        return self._drawn[key]

    def _draw(self, data: str) -> bytes:
        return typst.compile(self._template, font_paths=self._fonts, sys_inputs={"data": data}, format="pdf")


def qr_svg(address: str) -> str:
    """A QR code that still reads after a fold or a coffee stain (error correction M or better), as SVG."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=2, xmldecl=False, omitsize=True)
    return out.getvalue().decode()
