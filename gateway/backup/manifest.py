"""What a backup says of itself: when it was made, of what, and the hash of each of its files."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

NAME = "manifest.json"
PREFIX = "motcua-"


class Manifest(BaseModel):
    """``files``: sha256 by name. ``ring``: names of the keys without which nothing in it can be read."""

    model_config = ConfigDict(extra="ignore")

    made_at: datetime
    database: Literal["sqlite", "postgresql"]
    revision: str | None
    ring: tuple[str, ...]
    files: dict[str, str]


class BackupBroken(ValueError):
    """A folder that is no whole backup; the text says what is wrong with it."""


def digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(1024 * 1024):
            found.update(part)
    return found.hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Raises ``BackupBroken``."""
    try:
        return Manifest.model_validate_json((folder / NAME).read_text(encoding="utf-8"))
    except OSError:
        raise BackupBroken(f"{folder} không phải bản sao lưu: không có {NAME}") from None
    except ValidationError:
        raise BackupBroken(f"{folder / NAME} không đọc được") from None


def check(folder: Path) -> Manifest:
    """The manifest, if every file is there and is what it was; raises ``BackupBroken``."""
    manifest = read_manifest(folder)
    for name, known in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BackupBroken(f"bản sao lưu thiếu {name}")
        if digest(path) != known:
            raise BackupBroken(f"{name} trong bản sao lưu đã hỏng hoặc bị sửa")
    return manifest


def all_in(folder: Path) -> list[Path]:
    """Whole backups, oldest first."""
    return sorted(path.parent for path in folder.glob(f"{PREFIX}*/{NAME}"))


def newest(folder: Path) -> Manifest | None:
    for path in reversed(all_in(folder)):
        try:
            return read_manifest(path)
        except BackupBroken:
            continue
    return None
