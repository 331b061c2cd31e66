"""Bad input to a command: one line that names the field or line and the remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Problem(Exception):
    """Shown as it is; the command ends with status 2."""


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a JSONL file with their line numbers. Raises ``Problem`` at the first bad line."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(f"không có tệp {path}: xem lại đường dẫn") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"không đọc được {path}: {type(error).__name__}; tệp phải là văn bản UTF-8") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise Problem(f"{path}, dòng {number}: không phải JSON; mỗi dòng là một đối tượng JSON") from None
        if not isinstance(row, dict):
            raise Problem(f"{path}, dòng {number}: cần một đối tượng JSON {{…}}")
        yield number, row
