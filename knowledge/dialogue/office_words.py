"""Whether a sentence speaks of papers, procedures and allowances at all, whatever the classifier believes.

"Bị mất việc muốn lãnh tiền thất nghiệp" is no matter of the ward and still no chatter: it is not turned away
as out of scope, but searched for, and where nothing is found a person is offered.
"""

from __future__ import annotations

import re

from core.text.words import words

_SIGNS = (
    # what one does at an office
    r"dang ky(?! (?:thi|hoc|goi|4g|5g|sim|kenh))|thu tuc|khai (?:bao|sinh|tu)|quyet toan|hoan thue|sao y",
    r"cap (?:lai|doi|moi|giay|phep|the)|xac nhan|chung thuc|cong chung|phong tang|chuyen truong|nhap hoc",
    r"thanh lap (?:cong ty|doanh nghiep|hop tac xa|hoi)|xin (?:phep|giay|cap|ho tro|tro cap|giam|mien|hoan)",
    # papers
    r"ho so|giay to|giay (?:phep|khai|chung|xac|uy|hen|doc|ra)|ban sao|to khai|can cuoc|cccd|ho khau",
    r"thuong tru|tam tru|ho chieu|visa|thi thuc|ly lich tu phap|so do|so hong|ban quyen|sang che|nhan hieu",
    # matters
    r"ket hon|con nuoi|giam ho|thua ke|hop tac xa|ho kinh doanh|kinh doanh|quyen gop|bao ho",
    r"thue (?:dat|thu nhap|tncn|gtgt|mon bai|truoc ba)|le phi|mien giam|hoc phi",
    r"thi hanh an|ke bien|the chap|(?:tach|hop) thua|tho cu|nghia vu quan su|dan quan tu ve|xuat ngu",
    r"tam vang|luu tru|dinh danh|vneid|ma so thue|hoa don dien tu|ho tich|trich luc|tro giup phap ly",
    r"(?:xet|duoc) cong nhan|me viet nam anh hung|thanh nien xung phong|cuu chien binh|chat doc",
    r"mo (?:chi nhanh|van phong dai dien)|ke khai|cong ty|doanh nghiep",
    # allowances
    r"tro cap|phu cap|che do|that nghiep|thai san|om dau|huu tri|luong huu|tuat|mai tang",
    r"bao hiem (?:xa hoi|y te|that)|bhxh|bhyt|bhtn|ho (?:can )?ngheo|khuyet tat|nguoi co cong|liet si",
    r"thuong binh|dang kiem|kiem dinh|bang lai|giay phep lai xe|sang ten|bien so",
)
# Papers of another country are that country's matter: "kết hôn ở Mỹ", "visa đi Nhật".
_ABROAD = re.compile(
    r"\b(?:o|di|ben|sang|tai) (?:my|nhat|han quoc|uc|phap|duc|anh quoc|canada|singapore|dai loan|trung quoc"
    r"|thai lan|chau au|nga|lao|campuchia)\b"
)
_AT_HOME = re.compile(r"\b(?:viet nam|nguoi|ve nuoc|ghi chu|cong nhan|hop phap hoa|con|chong|vo)\b")
_OFFICE = re.compile(rf"\b(?:{'|'.join(_SIGNS)})\b")


def speaks_of_papers(text: str) -> bool:
    sentence = " ".join(word.text for word in words(text))
    if _ABROAD.search(sentence) and not _AT_HOME.search(sentence):
        return False
    return bool(_OFFICE.search(sentence))
