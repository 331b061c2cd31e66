"""What actions may use, handed to them once when their process starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.calendar import WorkingCalendar
from core.database import Database
from dossiers.complaint_terms import ComplaintTerms
from knowledge.base import KnowledgeBase


@dataclass
class Services:
    """``base``, ``calendar`` and ``complaint_terms`` are snapshots, swapped when content changes.

    ``actions``: those that a message may be turned to by another one, by their short names.
    """

    database: Database
    base: Callable[[], KnowledgeBase]
    calendar: Callable[[], WorkingCalendar]
    complaint_terms: Callable[[], ComplaintTerms]
    clock: Callable[[], datetime]
    actions: dict[str, Any] = field(default_factory=dict)
