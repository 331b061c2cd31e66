"""What a citizen's words may be besides a question: despair, a threat, a forgery, somebody else's data.

Read from whole turns of phrase, never from single syllables: "chết" stands in "giấy báo tử cho người chết"
and in "heo bị dịch chết hết" as well. Works on folded, written-out words; the marks are looked at where
folding would confuse. Pure standard library, Python 3.10 syntax: the language model's side reads the same
signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum
from typing import Optional

from core.text.words import words


class Danger(str, Enum):
    """In the order of gravity: of several, the first is answered."""

    DESPAIR = "despair"
    THREAT = "threat"
    TRICK = "trick"
    FORGERY = "forgery"
    BRIBE = "bribe"
    FRAUD = "fraud"
    INSULT = "insult"
    OTHERS_DATA = "others_data"
    POLITICS = "politics"
    ABUSE = "abuse"


# Said so plainly that whatever else was understood does not matter.
OVERRULING = frozenset((Danger.DESPAIR, Danger.THREAT, Danger.TRICK))
# Leave no doubt that the message is not to be answered as a question; the others only tell what is wrong with
# a message that is known to be unfit.
_SURE = OVERRULING | {Danger.FORGERY, Danger.BRIBE, Danger.INSULT}

_ME = r"(?:toi|tui|em|minh|con|chau|tao|chi|anh|bac|co|chu|ba|ong)"
_I = r"(?:toi|tui|em|minh|con|chau|tao)"
# Whom an insult is aimed at: this machine, not the service that somebody is angry about with reason.
_BOT = r"(?:bot|cai may(?: nay)?|may tra loi|tro ly(?: nay)?|robot|chatbot)"
_INSULTING = r"(?:ngu|dan don|vo dung|an hai|oc cho|mat day|do hoi|khon nan|rac ruoi)"

_PAPER = (
    r"(?:giay(?: to)?|giay \w+(?: \w+)?|can cuoc|the can cuoc|chung minh|bang(?: cap| lai| dai hoc)?|ho so"
    r"|chu ky|con dau|ho khau|so do|so hong|chung chi|ho chieu|hoc ba|bien so|hop dong|hoa don|khai sinh)"
)
# "giấy tờ gia đình", "giấy gia hạn", "bằng giá thị trường" only look like forgeries once folded.
_FAKE = (
    r"(?<!tham )(?<!quoc )(?<!chuyen )gia(?= |$)"
    r"(?! (?:dinh|han|tri|thue|re|bao|do|hop|nhap|cong|dat|tien|nao|bao nhieu|ca|pha|suc|cam|lai|lam|moi|su"
    r"|huong|truong|the|mao|la|roi|thi|yeu|nghia|vien|cao|trung|thap|goc|von)\b)"
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
    r"|ngoai|xa|chong|vo|con|luon|roi|nua|cung|da|mat)\w+)"
)
_DATA = (
    r"(?:ho so|can cuoc|cccd|chung minh|so dien thoai|sdt|dia chi|thong tin|ho khau|so do|thua dat|dat dai"
    r"|mieng dat|dat|ly lich|ngay sinh|tien an|tinh trang hon nhan|que quan|danh sach|tai khoan|luong)"
)

_SIGNS: dict[Danger, tuple[str, ...]] = {
    Danger.DESPAIR: (
        rf"(?:muon|dinh|tinh|chi muon|chac|cho|thoi|thich|doi|san sang)(?: {_ME})? (?:chet|tu tu|tu sat"
        r"|tu van|ket lieu)\b(?! (?:di|ha|luon)? ?(?:thang|con|bon|tui no|chung no|no))",
        rf"(?:khong|chang|het|chan|thoi)(?: con)?(?: {_ME})?(?: con)? (?:muon|thiet|ham|buon) song\b"
        r"(?! (?:o|chung|cung|voi|gan|tai|trong|nho|bang|xa)\b)",
        r"chan song(?: nua| lam gi)*$",
        r"khong song noi|song khong noi|song (?:lam gi|chi|de lam gi) (?:nua|cho)|song (?:lam gi|chi)$"
        r"|khong thiet tha gi|het duong song|duong cung roi|ket lieu|rach tay|that co",
        r"chet (?:quach |phut )?(?:di )?(?:cho )?(?:xong|khoe|nhe|rang)|chet (?:quach|phut)? ?(?:cho|di) roi",
        r"(?<!dien )(?<!trinh )(?<!thu )tu (?:tu|sat)(?= |$)(?! (?:dong|lam|minh|xi|nhap))",
        r"nhay (?:lau|cau|song)",
        r"(?:uong|nuot|hop) thuoc (?:sau|ray|chuot|ngu|doc|tru sau|diet co)",
        rf"(?:chac|dinh|tinh|muon|se|thoi|cho|{_I})(?: {_ME})?(?: se| dinh| di)? (?:cat (?:co )?tay|treo co)",
        # said of oneself: a thing may vanish as well
        rf"{_I} (?:chi |cung )?(?:muon |uoc |nen |ma )?bien mat(?: luon| di)*(?: cho| thi| khoi|$)",
        r"(?:khong co|thieu|bot) (?:toi|tui|minh|tao)(?: tren doi)?(?: thi)? (?:moi nguoi|ai cung|ca nha)",
        r"chan (?:doi|song)(?: nay)?(?: qua| lam| roi)*$",
    ),
    Danger.THREAT: (
        r"(?:dot|dap nat|no bom|dat bom|dat min)"
        r" (?:tru so|uy ban|phuong|xa|cong an|van phong|cho do)",
        r"(?:chem|giet|dam chet|xu dep|(?<!duoc )(?<!toa )xu) (?:chet )?(?:het )?"
        r"(?:tui bay|bon may|thang|con mu|ca lu|can bo|ca nha)",
        r"(?:dem|cam|mang|lay|xach) (?:xang|dao|bua|bom|min|sung|ma tau)\b.*"
        r"\b(?:dot|chem|giet|dap|no|(?:ra|len|toi)(?! nuoc))\b",
        r"(?:tao|toi|tui|tui tao|bon tao|se|cho)\b(?: \w+){0,4} (?:giet|chem chet|dam chet|dot (?:cai |sach "
        r"|nha |tru so|phuong|uy ban|xa)|dat bom|cho no tung)\b",
        r"(?:coi chung|biet tay|liet hon)\b.*\b(?:tao|chem|giet|dap|danh)\b|\btao (?:giet|chem|danh|dot"
        r"|biet nha)\b",
    ),
    Danger.TRICK: (
        r"(?:ignore|disregard|forget)\b.{0,30}\b(?:instruction|instructions|prompt|rule|rules|previous|above)\b",
        r"(?:system|developer) ?(?:prompt|message|instruction|mode)|jailbreak|drop table",
        r"(?:you are|act as|pretend)\b.{0,20}\b(?:now|dan|a|an)\b",
        r"(?:(?:bo qua|quen) (?:het |tat ca |moi |cac )*|bo (?:het |may |cac |nhung )+)"
        r"(?:huong dan|chi dan|chi thi|lenh|quy tac)",
        r"(?:bo qua|quen(?: het| di)?|phot lo|xoa)(?: \w+){0,3} (?:huong dan|chi dan|quy tac|lenh|chi thi"
        r"|cau lenh|nhung gi)(?: (?:truoc|tren|o tren|he thong|ban dau|cu|cua ban|duoc day|do))",
        r"(?:in|hien|cho xem|tiet lo|dua|liet ke|lap lai|doc)(?: \w+){0,4} (?:prompt|chi dan he thong"
        r"|cau lenh (?:goc|he thong)|loi nhac|ma nguon|api ?key|khoa api"
        r"|mat khau (?:quan tri|admin|he thong|may chu)|bien moi truong)\b|in ra (?:cau lenh|chi dan)"
        r"|\bprompt (?:he thong|goc|cua (?:ban|may))",
        r"(?:dong vai|gia lam|gia vo)(?: \w+){0,3} (?:hacker|admin|quan tri|can bo|cong an|lap trinh vien"
        r"|khong gioi han)\b|dong vai(?! (?:chinh|tro))",
        r"(?:tu (?:gio|h|nay)|bay gio) (?:may|ban|bot|minh|em|ad) (?:se )?(?:la|thanh) (?:dan|hacker|admin)",
        r"khong (?:con )?(?:bi )?(?:luat le|quy tac|gioi han|rang buoc)(?: nao| gi)?(?: nua)? "
        r"(?:tra loi|noi) (?:moi|tat|het)",
        r"xoa (?:het|sach|toan bo|tat ca) (?:\w+ )?(?:ho so|du lieu)(?: \w+)? cua",
        r"(?:toi|minh|tao) la (?:admin|quan tri vien)(?: |$)",
    ),
    Danger.FORGERY: (
        rf"(?:lam|mua|ban|dat|in|lo)(?: duoc)? gia (?:cai |cuon )?{_PAPER}|(?!bang gia){_PAPER} {_FAKE}",
        rf"(?:mua|ban|lam|kiem) {_PAPER} {_FAKE}",
        r"gia (?:mao )?chu ky|gia mao|khai gian|(?:tron|ne|lach) (?:thue|luat|nghia vu)",
    ),
    Danger.BRIBE: (
        r"lot tay|dut lot|hoi lo|(?:dua|nhet|gui|bo) (?:phong bi|tien cho can bo)|phong bi cho|dam mom",
        r"(?<!chua )(?<!phong )chay (?:giay|ho so|so do|an|viec|bang|chot)",
        rf"(?:mua|ban|lam|kiem) {_PAPER} khong can thi",
    ),
    Danger.FRAUD: (
        r"lo lot|boi duong can bo",
        r"(?:dua|cho|chi|bieu)(?: \w+){0,3} (?:can bo|ai)(?: \w+){0,4} (?:nhanh|som|duoc duyet|cho qua)\b",
        r"khai (?:man|khong)\b|(?:tron|ne) (?:quan dich|le phi|phat)\b",
        r"(?:ket hon|cuoi|ly hon) gia\b(?! (?:dinh|bao|tien))",
    ),
    Danger.INSULT: (
        rf"{_BOT} (?:do |dung la |that |qua |sao |gi )?{_INSULTING}(?! (?:phi|dan|hoc))",
        # folded, "điên" is "điền" and "khùng" is "khung": only as somebody's state
        rf"{_BOT} bi (?:khung|dien)|khung (?:qua |ha |vay )+{_BOT}",
        rf"{_INSULTING} (?:nhu (?:bo|cho|heo|lon)|(?:qua |ha |vay |the |nha )+{_BOT})",
        r"(?:tui bay|bon may|chung may|tao mong may) chet (?:het |quach )?di",
        r"(?:dit|du|dm|dcm) (?:me|ma|may) (?:may|mi|bot)",
    ),
    Danger.OTHERS_DATA: (
        rf"{_SHOW}\b(?: \w+){{0,4}} {_DATA}\b(?: \w+){{0,4}} {_SOMEBODY}\b",
        rf"{_DATA}(?: \w+){{0,3}} {_SOMEBODY}\b(?: \w+){{0,6}} (?:the nao|ra sao|toi dau|den dau|gi|chua"
        r"|bao nhieu|may|voi|gium|giup|ho)$",
        rf"{_SOMEBODY}\b(?: \w+){{0,6}} (?:co (?:vo|chong|may|bao nhieu|tien an)|da (?:cuoi|ket hon|ly hon"
        r"|co vo|co chong)|ket hon voi ai|o dau|ten gi)\b.*\b(?:chua|tra|xem|coi|kiem tra|cho biet|gium|giup"
        r"|bao nhieu|gi)\b",
    ),
    Danger.POLITICS: (
        r"(?:lat do|bieu tinh|da nguyen|dan chu nhan quyen|phan dong|che do (?:nay|cong san|doc tai)"
        r"|dang cong san|cong san|doc tai"
        r"|ai (?:se )?(?:lam|len) (?:chu tich nuoc|thu tuong|tong bi thu)|(?:chu tich nuoc|thu tuong"
        r"|tong bi thu)(?: \w+){0,4} (?:the nao|ra sao|tot|do|gioi|kem|tham nhung)"
        r"|hoang sa|truong sa|bau cu(?: \w+){0,3} cong bang|chinh (?:quyen|phu)(?: \w+){0,3} (?:tot|xau"
        r"|thoi nat|co tot))\b",
    ),
    Danger.ABUSE: (
        r"(?:do (?:cho|ngu|khon|khon nan|dien|mat day|an hai|vo dung|rac|lua dao)|thang (?:cho|ngu|khon"
        r"|mat day|dien)|con (?:cho|dien|khon)|oc cho|ngu nhu (?:cho|bo|heo)|me (?:may|mi)|cut (?:di|me|xeo)"
        r"|dit me|du ma|dm may|cam mom|cho chet)\b",
    ),
}
_PATTERNS = {danger: re.compile(rf"\b(?:{'|'.join(signs)})") for danger, signs in _SIGNS.items()}
_CODE = re.compile(
    r"(?i)\bselect\b.+\bfrom\b|\bdrop\s+table\b|\b(?:delete\s+from|insert\s+into|union\s+select)\b"
    r"|\bor\s+1\s*=\s*1\b|<\s*/?\s*script|\{\{.*\}\}|\$\{.*\}|__import__|\bos\.system\b|\beval\s*\("
    r"|\brm\s+-rf\b|\.\./\.\./|^\s*/?[a-z_]+\s*\{.*\}\s*$|^\s*/[a-z_]+\s*$|```",
    re.DOTALL,
)
# "Từ từ" (slowly) and "tự tử" (suicide) are one once folded; only the marks tell.
_SLOWLY = re.compile(r"từ[ -]từ", re.IGNORECASE)
# Marked, "giá" asks a price and "già" speaks of age; only "giả" (or no mark at all) is a forgery.
_FAKE_WORD = re.compile(r"\bgia\b")
_FAKE_WRITTEN = re.compile(r"\b(?:giả|gia)\b", re.IGNORECASE)
# Speaks of somebody who died and of the papers for it, not of oneself.
_BEREAVED = re.compile(r"\b(?:khai tu|bao tu|giay tu|mai tang|trich luc|chung tu|thua ke|tuat)\b")
_FIRST_PERSON_END = re.compile(rf"\b{_I} (?:muon|dinh|tinh) (?:chet|tu tu|tu sat)\b")
# Somebody who has found a forged paper, or was asked for money, reports it.
_REPORTS = re.compile(
    r"\b(?:nhan|thu hoi|bi gia|to giay|phat hien|to cao|to giac|bao cao|trinh bao|bi lua|nghi|xu ly|xu phat"
    r"|phan anh|khieu nai|bi phat|doi|voi|bat|goi y|vi pham|toi pham|nguoi (?:ta|khac) (?:dung|lam))\b"
)


def danger_in(text: str) -> Optional[Danger]:
    """The gravest danger that a message carries; none for nearly all of them."""
    return _gravest(text, Danger)


def sure_danger(text: str) -> Optional[Danger]:
    """What makes a message unsafe to answer as a question, whatever else was understood."""
    return _gravest(text, [danger for danger in Danger if danger in _SURE])


def _gravest(text: str, dangers: Iterable[Danger]) -> Optional[Danger]:
    if _CODE.search(text):
        return Danger.TRICK
    marked = _SLOWLY.sub(" ", unicodedata.normalize("NFC", text))
    sentence = " ".join(word.text for word in words(marked))
    return next((danger for danger in dangers if _carries(danger, marked, sentence)), None)


def _carries(danger: Danger, marked: str, sentence: str) -> bool:
    match = _PATTERNS[danger].search(sentence)
    if match is None:
        return False
    if danger is Danger.DESPAIR:
        return not _BEREAVED.search(sentence) or bool(_FIRST_PERSON_END.search(sentence))
    if danger is Danger.FORGERY and _FAKE_WORD.search(match.group()) and not _FAKE_WRITTEN.search(marked):
        return False
    return danger not in (Danger.FORGERY, Danger.BRIBE) or not _REPORTS.search(sentence)
