"""What a citizen's words may be besides a question: despair, a threat, somebody else's data, a trick.

Read from whole turns of phrase, never from single syllables: "chết" stands in "giấy báo tử cho người chết"
and in "heo bị dịch chết hết" as well. Words with marks are read with them where folding would confuse.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from core.text.words import words


class Concern(StrEnum):
    DESPAIR = "despair"
    THREAT = "threat"
    OTHERS_DATA = "others_data"
    TRICK = "trick"
    FRAUD = "fraud"
    POLITICS = "politics"
    ABUSE = "abuse"


# Said so plainly that whatever else was understood does not matter.
OVERRULING = frozenset((Concern.DESPAIR, Concern.THREAT, Concern.TRICK))


_ME = r"(?:toi|tui|em|minh|con|chau|tao|chi|anh|bac|co|chu|ba|ong)"
_DESPAIR = re.compile(
    rf"\b(?:muon|dinh|tinh|chi muon|chac|cho|thoi|thich|doi|san sang)(?: {_ME})? (?:chet|tu tu|tu sat"
    rf"|tu van|ket lieu)\b(?! (?:di|ha|luon)? ?(?:thang|con|bon|tui no|chung no|no))"
    rf"|\b(?:khong|chang|het|chan|thoi)(?: con)?(?: {_ME})?(?: con)? (?:muon|thiet|ham|buon) song\b"
    r"|\b(?:khong song noi|song khong noi|song (?:lam gi|chi|de lam gi)(?: nua)?$|chet (?:quach|phut"
    r"|di) cho (?:xong|roi|khoe|nhe)"
    r"|chet cho (?:xong|roi|khoe|nhe)|tu tu cho (?:xong|roi)|khong thiet tha gi|het duong song"
    r"|duong cung roi)"
    rf"|\b(?:chac|dinh|tinh|muon|se|toi|tui|em|thoi|cho)(?: {_ME})?(?: se| dinh| di)? (?:uong thuoc (?:ray"
    rf"|sau|tru sau|chuot|doc|ngu (?:cho|chet))|nhay (?:cau|lau|song)|cat (?:co )?tay|treo co)\b"
)
# Speaks of somebody who died and of the papers for it.
_BEREAVED = re.compile(r"\b(?:khai tu|bao tu|giay tu|mai tang|trich luc|chung tu|thua ke|tuat)\b")
_FIRST_PERSON_END = re.compile(
    r"\b(?:toi|tui|em|minh|con|chau|tao) (?:muon|dinh|tinh) (?:chet|tu tu|tu sat)\b"
)

_THREAT = re.compile(
    r"\b(?:dem|cam|mang|lay|xach) (?:xang|dao|bua|bom|min|sung|ma tau)\b.*\b(?:dot|chem|giet|dap|no|ra|len"
    r"|toi)\b"
    r"|\b(?:tao|toi|tui|tui tao|bon tao|se|cho)\b(?: \w+){0,4} (?:giet|chem chet|dam chet|dot (?:cai |sach "
    r"|nha |tru so|phuong|uy ban|xa)|dat bom|cho no tung)\b"
    r"|\b(?:coi chung|biet tay|liet hon)\b.*\b(?:tao|chem|giet|dap|danh)\b|\btao (?:giet|chem|danh|dot"
    r"|biet nha)\b"
)
_INJECTION = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,30}\b(?:instruction|instructions|prompt|rule|rules|previous|above)\b"
    r"|\b(?:system|developer) ?(?:prompt|message|instruction)|\bprompt (?:he thong|goc|cua (?:ban|may))\b"
    r"|\bjailbreak\b|\b(?:you are|act as|pretend)\b.{0,20}\b(?:now|dan|a|an)\b"
    r"|\b(?:bo qua|quen(?: het| di)?|phot lo|xoa)(?: \w+){0,3} (?:huong dan|chi dan|quy tac|lenh|chi thi"
    r"|cau lenh|nhung gi)(?: (?:truoc|tren|o tren|he thong|ban dau|cu|cua ban|duoc day|do))"
    r"|\b(?:in|hien|cho xem|tiet lo|dua|liet ke|lap lai|doc)(?: \w+){0,4} (?:prompt|chi dan he thong"
    r"|cau lenh goc|ma nguon|api ?key|khoa api|mat khau (?:quan tri|admin|he thong|may chu)"
    r"|bien moi truong)\b"
    r"|\b(?:dong vai|gia lam|gia vo)(?: \w+){0,3} (?:hacker|admin|quan tri|can bo|cong an|lap trinh vien"
    r"|khong gioi han)\b"
)
_CODE = re.compile(
    r"(?i)\bselect\b.+\bfrom\b|\bdrop\s+table\b|\b(?:delete\s+from|insert\s+into|union\s+select)\b"
    r"|\bor\s+1\s*=\s*1\b"
    r"|<\s*/?\s*script|\{\{.*\}\}|\$\{.*\}|__import__|\bos\.system\b|\beval\s*\(|\brm\s+-rf\b|\.\./\.\./"
    r"|^\s*/?[a-z_]+\s*\{.*\}\s*$|```"
)

_SHOW = (
    r"(?:xem|coi|tra|kiem tra|tim|cho biet|cho xem|cho coi|doc|lay|xin|check|ngo|dom|theo doi|hoi|noi|biet)"
)
_SOMEBODY = (
    r"(?:hang xom|nha (?:ben|hang xom|nguoi ta|ke ben|canh|ong|ba|co|chu|thang|con|anh|chi)|nguoi khac"
    r"|nguoi ta|nguoi (?:nop|dung ten)|vo cu|chong cu|nguoi yeu(?: cu)?|ban (?:gai|trai|toi|cu)|sep"
    r"|giam doc"
    r"|chu no|con no|thang do|con do|ong do|ba do|anh do|chi do|co do|dong nghiep|thang \w+|(?:ong|ba|anh"
    r"|chi|co|chu) (?:ay|kia|do|nay)|(?:cua|ten) (?:ong|ba|anh|chi|co|chu) (?!toi|tui|em|minh|noi|thi"
    r"|de|co|bi|dang|can|muon|o|va|la|gi|nao"
    r"|ngoai|xa|chong|vo|con)\w+)"
)
_DATA = (
    r"(?:ho so|can cuoc|cccd|chung minh|so dien thoai|sdt|dia chi|thong tin|ho khau|so do|thua dat|dat dai"
    r"|mieng dat|dat|ly lich|ngay sinh|tien an|tinh trang hon nhan|que quan|danh sach|tai khoan|luong)"
)
_OTHERS = re.compile(
    rf"\b{_SHOW}\b(?: \w+){{0,4}} {_DATA}\b(?: \w+){{0,4}} {_SOMEBODY}\b"
    rf"|\b{_DATA}(?: \w+){{0,3}} {_SOMEBODY}\b(?: \w+){{0,6}} (?:the nao|ra sao|toi dau|den dau|gi|chua"
    rf"|bao nhieu|may|voi|gium|giup|ho)$"
    rf"|\b{_SOMEBODY}\b(?: \w+){{0,6}} (?:co (?:vo|chong|may|bao nhieu|tien an)|da (?:cuoi|ket hon|ly hon"
    rf"|co vo|co chong)|ket hon voi ai|o dau|ten gi)\b.*\b(?:chua|tra|xem|coi|kiem tra|cho biet|gium|giup"
    rf"|bao nhieu|gi)\b"
)
_PAPER = (
    r"(?:giay|giay to|bang|bang lai|bang cap|can cuoc|the can cuoc|so do|so hong|ho khau|con dau|chung chi"
    r"|khai sinh|ho so|hop dong|chu ky|ho chieu|giay phep)"
)
_NOT_FAKE = (
    r"(?! (?:lai|lam|dinh|han|tri|ca|tien|re|bao|moi|cong|su|suc|cam|huong|truong|nhap|the|mao|bao nhieu|la"
    r"|roi"
    r"|thi|yeu|nghia|vien|dat|cao|trung|thap)\b)"
)
_FORGERY = re.compile(
    rf"\b(?:lam|mua|ban|dat|in|lo)(?: duoc)? gia (?:cai |to |the |cuon )?{_PAPER}\b"
    rf"|\b{_PAPER} gia\b{_NOT_FAKE}"
)
_FRAUD = re.compile(
    r"\b(?:hoi lo|dut lot|lo lot|lot tay|dam mom|chay chot|boi duong can bo|phong bi cho"
    r"|chay (?:giay|bang|ho so|giay phep))\b"
    r"|\b(?:dua|cho|chi|bieu)(?: \w+){0,3} (?:can bo|ai)(?: \w+){0,4} (?:nhanh|som|duoc duyet|cho qua)\b"
    r"|\bkhai (?:gian|man|khong)\b|\b(?:tron|ne) (?:thue|nghia vu|quan dich|le phi|phat)\b|\blach luat\b"
    r"|\b(?:ket hon|cuoi|ly hon) gia\b(?! (?:dinh|bao|tien))"
)
# Marked, "giá" asks a price and "già" speaks of age; only "giả" (or no mark at all) is a forgery.
_FAKE_WRITTEN = re.compile(r"\b(?:giả|gia)\b", re.IGNORECASE)
_POLITICS = re.compile(
    r"\b(?:lat do|bieu tinh|da nguyen|dan chu nhan quyen|phan dong|che do (?:nay|cong san|doc tai)"
    r"|dang cong san|cong san|doc tai"
    r"|ai (?:se )?(?:lam|len) (?:chu tich nuoc|thu tuong|tong bi thu)|(?:chu tich nuoc|thu tuong"
    r"|tong bi thu)(?: \w+){0,4} (?:the nao|ra sao|tot|do|gioi|kem|tham nhung)"
    r"|hoang sa|truong sa|bau cu(?: \w+){0,3} cong bang|chinh (?:quyen|phu)(?: \w+){0,3} (?:tot|xau"
    r"|thoi nat|co tot))\b"
)
_ABUSE = re.compile(
    r"\b(?:do (?:cho|ngu|khon|khon nan|dien|mat day|an hai|vo dung|rac|lua dao)|thang (?:cho|ngu|khon"
    r"|mat day|dien)|con (?:cho|dien|khon)|oc cho|ngu nhu (?:cho|bo|heo)|me (?:may|mi)|cut (?:di|me|xeo)"
    r"|dit me|du ma|dm may|cam mom|cho chet)\b"
)


def is_forgery(text: str) -> bool:
    """Whether a forged paper is asked for."""
    folded = " ".join(word.text for word in words(text))
    return bool(_FORGERY.search(folded) and _FAKE_WRITTEN.search(unicodedata.normalize("NFC", text)))


def concern_in(text: str) -> Concern | None:
    """The gravest concern that a message raises; none for nearly all of them."""
    folded = " ".join(word.text for word in words(text))
    if _DESPAIR.search(folded) and (not _BEREAVED.search(folded) or _FIRST_PERSON_END.search(folded)):
        return Concern.DESPAIR
    if _THREAT.search(folded):
        return Concern.THREAT
    if _CODE.search(text) or _INJECTION.search(folded):
        return Concern.TRICK
    if is_forgery(text) or _FRAUD.search(folded):
        return Concern.FRAUD
    if _OTHERS.search(folded):
        return Concern.OTHERS_DATA
    if _POLITICS.search(folded):
        return Concern.POLITICS
    if _ABUSE.search(folded):
        return Concern.ABUSE
    return None
