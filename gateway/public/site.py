"""What the citizen pages know about the house they speak for. Data of a deployment, handed in."""

from __future__ import annotations

from dataclasses import dataclass

EXAMPLES = (
    "Làm giấy khai sinh cần gì",
    "Trung tâm mở cửa mấy giờ",
    "Xin giấy độc thân mất mấy ngày",
    "Đăng ký tạm trú ở đâu",
    "Sao y bản chính bao nhiêu tiền",
    "Làm lại sổ đỏ bị mất",
)


@dataclass(frozen=True)
class Site:
    """``sample``: a city with invented dossiers and people, said on every page.

    ``transparency``: path of the public page of figures, if there is one. ``phone`` as it is printed.
    """

    unit_name: str = "Trung tâm Phục vụ hành chính công"
    place: str | None = None
    phone: str | None = None
    address: str | None = None
    hours: str | None = None
    sample: bool = False
    transparency: str | None = None
    examples: tuple[str, ...] = EXAMPLES

    @property
    def dial(self) -> str | None:
        """The phone number as an address to dial."""
        digits = "".join(c for c in self.phone or "" if c.isdigit() or c == "+")
        return f"tel:{digits}" if digits else None
