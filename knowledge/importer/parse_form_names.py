"""Taking the file name of a form off the end of the paper it is glued to.

``…ban hành kèm theo Thông tư số 53/2025/TT-BCA).1.MauCT01.docx`` is a paper and a file. The border is the
first place near the end where two characters stand together that no writer would put together.
"""

from __future__ import annotations

import re

from knowledge.importer.cells import LOWER, UPPER

_FILE = re.compile(r"\.(?:docx?|pdf|xlsx?|rtf|odt|pptx?|rar|zip|jpe?g|png)$", re.IGNORECASE)
_LONGEST = 150

# Places where a cell border was lost.
_BORDER = re.compile(
    rf"(?<=[{LOWER}])(?=[{UPPER}])"  # …Thủ tướngGiấy đề nghị
    r"|(?<=[.;:,)\]”\"%])(?=\w)"  # …/TT-BCA).1.Mau; …theo mẫu;Mẫu
    rf"|(?<=[{LOWER}]{{2}})(?=\d)"  # …Chính phủ07 XN
    # …ngày 26/01/2026Mau so 04, …theo quy địnhvăn bản đề nghị
    r"|(?<=\w)(?=(?:Mẫu|Mau|MẪU|Mus|mau so|maudon|mẫu |văn bản|đơn |tờ trình|bản khai|báo cáo|thuyết minh)"
    r"(?![a-z]{4}))"
    rf"|(?<=-CP)(?=[{UPPER}{LOWER}\d])"  # …NĐ-CPmau 20
    rf"|(?<=(?:BCA|BTC|BTP|BXD|NMT|NNT|TNT|TTg|HĐT|BQP|BNV|BYT|BCT|HXH|TVT|TTT|HNN))(?=[{UPPER}{LOWER}]|\d)"
)
# A file name is no sentence, and no file name has a slash.
_SENTENCE = re.compile(r"[;:]\s|/")
_NUMBER_BEFORE = re.compile(r"\d[.,]$")
_LAST_BUT_ONE = re.compile(r"^(.*\.(?:docx|doc|pdf|xlsx|xls))(?=[^\sx.])(.+)$", re.IGNORECASE | re.DOTALL)


def split_form_name(text: str) -> tuple[str, str | None]:
    """The paper's own words and the names of the files glued to them, if there are any."""
    if not _FILE.search(text):
        return text, None
    files: list[str] = []
    while (several := _LAST_BUT_ONE.match(text)) and "/" not in several.group(2):
        text = several.group(1)
        files.insert(0, several.group(2).strip())
    name, file = _split(text)
    if file is not None:
        files.insert(0, file)
    return name, "; ".join(files) or None


def _split(text: str) -> tuple[str, str | None]:
    for match in _BORDER.finditer(text, max(0, len(text) - _LONGEST)):
        place = match.start()
        name, file = text[:place].strip(), text[place:].strip()
        if len(name) < 3 or len(file) < 5 or _SENTENCE.search(file):
            continue
        if _NUMBER_BEFORE.search(name) and file[0].isdigit():
            continue  # inside a number: 1.013061
        return name, file
    return text, None
