"""Printed pages: PDF by Typst, with the fonts it brings along, so that a page looks the same everywhere."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst


def pdf(template: Path, data: dict[str, Any], *, made_at: datetime | None = None) -> bytes:
    """A template filled with plain values, which it reads by ``json(bytes(sys.inputs.data))``.

    ``made_at`` makes two files of the same data equal, byte for byte. Takes some hundred milliseconds: call
    it in a thread.
    """
    made = typst.compile(
        str(template),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=made_at,
    )
    assert isinstance(made, bytes)  # noqa: S101 - one document
    return made
