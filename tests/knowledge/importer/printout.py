"""Reading the portal's own printouts (PDF through ``pdftotext -layout``), as the importer's oracle.

Written apart from the importer and sharing nothing with it: a mistake in one does not hide in the other.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

_LABELS = {
    "Tên thủ tục": "name",
    "Mã thủ tục": "code",
    "Số quyết định": "decision",
    "Cấp thực hiện": "levels",
    "Loại thủ tục": "kind",
    "Lĩnh vực": "field",
    "Đối tượng thực hiện": "applicants",
    "Cơ quan có thẩm quyền": "authority",
    "Địa chỉ tiếp nhận HS": "address",
    "Cơ quan được ủy quyền": "authorised",
    "Cơ quan phối hợp": "partners",
}
_SECTIONS = (
    "TRÌNH TỰ THỰC HIỆN",
    "THÀNH PHẦN HỒ SƠ",
    "CÁCH THỨC THỰC HIỆN",
    "CĂN CỨ PHÁP LÝ",
    "CƠ QUAN THỰC HIỆN",
    "YÊU CẦU, ĐIỀU KIỆN THỰC HIỆN",
    "KẾT QUẢ XỬ LÝ",
    "TỪ KHÓA",
    "MÔ TẢ",
)
_QUANTITY = re.compile(
    r"^(?P<text>.*?)\s{3,}(?:(?P<none>Không có)|(?P<originals>\d+) bản chính(?:,\s*(?P<copies>\d+).*)?"
    r"|(?P<only>\d+) bản sao)\s*$"
)
_METHOD = re.compile(
    r"^\s*(?P<channel>Trực tuyến|Trực tiếp|Qua bưu điện)\s{2,}(?P<time>\S.*?)\s{2,}(?P<fee>\S.*?)"
    r"(?:\s{2,}(?P<note>\S.*))?$"
)
_NUMBER = re.compile(r"^(?P<title>.*?)\s{2,}(?P<number>(?:Thông tư số )?\d\S*/\S+)\s*$")


def squash(text: str) -> str:
    """Letters and digits alone: the PDF breaks words at line ends and sets accents as glyphs of their own."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in plain if char.isalnum() and char.isascii())


@dataclass
class PrintedPaper:
    """One row of the printed table; the counts are 0 where it prints "Không có"."""

    text: str
    originals: int
    copies: int
    group: str


@dataclass
class PrintedMethod:
    channel: str
    time: str
    fee: str
    note: str = ""


@dataclass
class Printout:
    head: dict[str, str] = field(default_factory=dict)
    sections: dict[str, list[str]] = field(default_factory=dict)
    papers: list[PrintedPaper] = field(default_factory=list)
    methods: list[PrintedMethod] = field(default_factory=list)
    legal_numbers: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)

    def text(self, section: str) -> str:
        return " ".join(" ".join(self.sections.get(section, [])).split())


def read_printout(pdf: Path) -> Printout:
    """The printed record of one procedure."""
    run = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True)
    lines = run.stdout.replace("\f", "\n").split("\n")
    printed = Printout()
    section = ""
    label = ""
    for line in lines:
        if line.strip() in _SECTIONS:
            section = line.strip()
            printed.sections[section] = []
        elif section:
            printed.sections[section].append(line)
        else:
            label = _head(printed, line, label)
    printed.papers = _papers(printed.sections.get("THÀNH PHẦN HỒ SƠ", []))
    printed.methods = _methods(printed.sections.get("CÁCH THỨC THỰC HIỆN", []))
    printed.legal_numbers = [
        match["number"]
        for line in printed.sections.get("CĂN CỨ PHÁP LÝ", [])
        if (match := _NUMBER.match(line))
    ]
    printed.results = [
        line.strip()
        for line in printed.sections.get("KẾT QUẢ XỬ LÝ", [])
        if line.strip() and not line.strip().startswith("Mã:")
    ]
    return printed


def _head(printed: Printout, line: str, label: str) -> str:
    for words, key in _LABELS.items():
        if line.strip().startswith(words):
            printed.head[key] = line.strip()[len(words) :].strip()
            return key
    if label and line.strip():
        printed.head[label] = f"{printed.head[label]} {line.strip()}".strip()
    return label


def _papers(lines: list[str]) -> list[PrintedPaper]:
    papers: list[PrintedPaper] = []
    group = ""
    for line in lines:
        title = re.match(r"^\s*Trường hợp \d+:\s*(.*)$", line)
        row = _QUANTITY.match(line)
        if title:
            group = title.group(1).strip()
        elif "Tên giấy tờ" in line and "Số lượng" in line:
            continue
        elif row:
            originals = int(row["originals"] or 0)
            papers.append(PrintedPaper(row["text"], originals, int(row["copies"] or row["only"] or 0), group))
        elif papers and line.strip():
            # The column of numbers may go on in the next line ("1 bản chính, 1" / "bản sao").
            papers[-1].text += " " + re.sub(r"\s{3,}bản sao\s*$", "", line)
    return papers


def _methods(lines: list[str]) -> list[PrintedMethod]:
    methods: list[PrintedMethod] = []
    for line in lines:
        row = _METHOD.match(line)
        if row:
            methods.append(PrintedMethod(row["channel"], row["time"], row["fee"], row["note"] or ""))
        elif methods and line.strip():
            methods[-1].note = f"{methods[-1].note} {line.strip()}".strip()
    return methods
