#!/usr/bin/env python3
"""Secrets that lie in the files of the repository: exit 1 and their places, never the secret itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECRETS = re.compile(
    rb"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    rb"|\bxox[abprs]-[A-Za-z0-9-]{20,}|\bmc_[A-Za-z0-9_-]{43}\b|\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b"
    rb"|\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\."
)


def listed() -> list[Path]:
    """Files of the clone, those not yet added too; none where this is no clone."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=False).stdout.split(  # noqa: S603
        b"\0"
    )
    return [ROOT / name.decode() for name in names if name]


def places(paths: list[Path]) -> list[str]:
    """``file:line`` of everything that looks like a secret."""
    found = []
    for path in paths:
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
            lines = [content.count(b"\n", 0, hit.start()) + 1 for hit in SECRETS.finditer(content)]
            found += [f"{shown}:{line}" for line in lines]
    return found


def main() -> int:
    paths = listed()
    if not paths:
        print("Không phải bản sao git: không có danh sách tệp để dò bí mật.", file=sys.stderr)
        return 0
    found = places(paths)
    for place in found:
        print(f"{place}: giống một bí mật (khóa, mã truy cập). Bỏ nó đi và thu hồi nó.", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
