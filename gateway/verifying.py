"""Every curated file of a folder held against the national exports it was made from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.content_mirror import read_folder
from knowledge.importer.build import typed_record
from knowledge.importer.reader import Row, code_of, read_rows
from knowledge.published import parse_procedure
from knowledge.verify import Difference, differences


@dataclass
class Verified:
    """``without_record``: codes of curated files that no export holds, so nothing could be compared."""

    compared: int = 0
    differences: list[Difference] = field(default_factory=list)
    without_record: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "compared": self.compared,
            "differences": [asdict(one) for one in self.differences],
            "without_record": self.without_record,
        }


def verify_content(folder: Path, exports: Sequence[Path]) -> Verified:
    """Raises ``UnreadableFile`` for an export and ``ContentShapeError`` for a content file."""
    curated = {
        one.code: one
        for key, text in read_folder(folder / "procedures").items()
        for one in (parse_procedure(text, f"procedures/{key}"),)
    }
    found = Verified()
    left = set(curated)
    for path in exports:
        for row in read_rows(path):
            if not isinstance(row, Row) or (code := code_of(row.record)) not in left:
                continue
            left.remove(code)
            text = json.dumps(row.record, ensure_ascii=False)
            found.compared += 1
            found.differences += differences(curated[code], typed_record(row.record), text)
    found.without_record = sorted(left)
    return found
