"""Approved templates of the sandbox's account: what they ask for, and how they look on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TemplateParameter:
    name: str
    label: str
    type: str = "STRING"
    longest: int = 30
    required: bool = True


@dataclass(frozen=True)
class Template:
    id: str
    name: str
    title: str
    text: str
    parameters: tuple[TemplateParameter, ...]
    status: str = "ENABLE"

    def detail(self) -> dict[str, Any]:
        """As ``/template/info/v2`` tells it."""
        return {
            "templateId": self.id,
            "templateName": self.name,
            "status": self.status,
            "templateTag": "TRANSACTION",
            "price": "200.0",
            "timeout": 7_200_000,
            "listParams": [
                {
                    "name": one.name,
                    "require": one.required,
                    "type": one.type,
                    "maxLength": one.longest,
                    "minLength": 0,
                    "acceptNull": not one.required,
                }
                for one in self.parameters
            ],
        }

    def refusal(self, data: dict[str, Any]) -> int:
        """The code with which Zalo refuses these values; 0 when it takes them."""
        for one in self.parameters:
            value = data.get(one.name)
            if value in (None, ""):
                if one.required:
                    return -1122
            elif len(str(value)) > one.longest:
                return -1121
        return 0

    def draw(self, data: dict[str, Any]) -> tuple[str, str, list[tuple[str, str]]]:
        rows = [(one.label, str(data[one.name])) for one in self.parameters if data.get(one.name)]
        return self.title, self.text, rows


_NAME = TemplateParameter("ten", "Kính gửi", longest=30, required=False)
_CODE = TemplateParameter("ma_ho_so", "Mã hồ sơ")
_DUE = TemplateParameter("ngay_hen", "Hẹn trả", type="DATE", longest=20, required=False)

TEMPLATES = {
    template.id: template
    for template in (
        Template(
            "623794",
            "Tiến độ hồ sơ",
            "Tin về hồ sơ của ông/bà",
            "Cơ quan xin báo tình trạng hồ sơ. Không phải hồ sơ của ông/bà thì xin báo cơ quan.",
            (
                _NAME,
                _CODE,
                TemplateParameter("trang_thai", "Trạng thái", longest=90),
                TemplateParameter("co_quan", "Cơ quan", longest=90, required=False),
                _DUE,
            ),
        ),
        Template(
            "623795",
            "Thông báo phí",
            "Hồ sơ cần nộp phí, lệ phí",
            "Chỉ nộp trên Cổng Dịch vụ công quốc gia hoặc tại quầy. Không chuyển tiền cho cá nhân.",
            (_NAME, _CODE, TemplateParameter("so_tien", "Số tiền", longest=30, required=False), _DUE),
        ),
        Template("623799", "Mẫu chưa duyệt", "Mẫu chưa duyệt", "Mẫu chưa duyệt.", (_CODE,), "PENDING_REVIEW"),
    )
}
