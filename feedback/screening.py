"""The one open field, without what would tell who wrote it."""

from __future__ import annotations

import re

from core.text.mask import mask_personal

_DOSSIER_CODE = re.compile(r"\b(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Za-z]\d{2}(?:\.\d{2}){0,3}-\d{6}-\d{4,7}\b")


def screen_comment(comment: str, limit: int) -> str | None:
    """A comment without contacts, identity numbers and the dossier code, of at most ``limit`` characters."""
    text = comment.strip()[: 2 * limit]  # masks may be shorter than what they stand for
    text = mask_personal(_DOSSIER_CODE.sub("[mã hồ sơ]", text))
    return text[:limit].rstrip() or None
