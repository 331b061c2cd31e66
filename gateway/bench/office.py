"""How large the office is whose pages are measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.bench.sql_words import Words

PROVINCE = "tinh-mau"
DAY = 86_400
"""Seconds."""


@dataclass(frozen=True)
class Office:
    """Three years of a province. Everything else grows with ``dossiers`` and ``conversations``."""

    dossiers: int = 1_000_000
    conversations: int = 100_000
    procedures: int = 3_000
    wards: int = 135
    staff: int = 1_000
    days: int = 3 * 365

    @property
    def seconds(self) -> int:
        return self.days * 86_400

    @property
    def open_dossiers(self) -> int:
        return self.dossiers * 3 // 100

    @property
    def complaints(self) -> int:
        return self.dossiers // 50

    def code(self, ward: int) -> str:
        return f"phuong-mau-{ward:03d}"

    def name(self, ward: int) -> str:
        return f"UBND phường Mẫu {ward:03d}"

    def unit_of(self, words: Words, number: str) -> str:
        """SQL: the name of a ward, none of them next to each other."""
        return words.padded(f"(({number}) * 7919) % {self.wards} + 1", 3, "UBND phường Mẫu ")
