"""A sheet as data: what stands on it, whatever its size. The drawing is in ``sheet.typ``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class PaperSize(StrEnum):
    """``receipt``: one column on the 80 mm roll of a counter's printer."""

    A4 = "a4"
    RECEIPT = "80mm"


@dataclass(frozen=True)
class SheetItem:
    """A line. ``box``: a square to be ticked before it; ``side`` follows in small, ``under`` stands below."""

    text: str
    side: str | None = None
    under: tuple[str, ...] = ()
    box: bool = False
    strong: bool = False


@dataclass(frozen=True)
class SheetGroup:
    items: tuple[SheetItem, ...]
    case: str | None = None


@dataclass(frozen=True)
class SheetSection:
    title: str
    groups: tuple[SheetGroup, ...]


@dataclass(frozen=True)
class Sheet:
    """``address`` is what the QR code says, printed below it for those who have no camera."""

    unit: str
    head: tuple[str, ...]
    title: str
    formal: str | None
    lead: str | None
    warnings: tuple[str, ...]
    sections: tuple[SheetSection, ...]
    address: str
    qr_says: str
    basis: str
    small: str | None = None

    def as_data(self, paper: PaperSize, qr: str) -> dict[str, Any]:
        return {**asdict(self), "paper": paper.value, "qr": qr}


def lines_section(title: str, lines: tuple[str, ...]) -> SheetSection | None:
    """A section of plain lines; none when there are none."""
    if not lines:
        return None
    return SheetSection(title, (SheetGroup(tuple(SheetItem(line) for line in lines)),))
