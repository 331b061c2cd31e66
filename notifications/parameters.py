"""The values of a notice one by one, as texts, for providers whose own templates ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from core.calendar import LOCAL
from dossiers.status_text import STATE_WORDS
from dossiers.vocabularies import DossierStatus

_LEFT_OUT = frozenset({"items", "fees", "link"})


def template_values(event: str, context: Mapping[str, Any], *, title: str | None) -> dict[str, str]:
    """Every plain value of a context, days as ``30/11/2026`` and amounts as ``150.000 đồng``.

    ``event`` is the short name of the event; ``status`` says where the dossier stands.
    """
    values = {
        name: text
        for name, value in context.items()
        if name not in _LEFT_OUT and (text := _text(name, value)) is not None
    }
    state = STATE_WORDS.get(DossierStatus(event)) if event in set(DossierStatus) else None
    return {**values, "event": event, "status": state or title or ""}


def _text(name: str, value: Any) -> str | None:
    if isinstance(value, datetime):
        return f"{value.astimezone(LOCAL):%d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,} đồng".replace(",", ".") if name.startswith("fees") else str(value)
    return " ".join(value.split()) if isinstance(value, str) else None
