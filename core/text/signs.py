"""Plain signs by which a whole message is understood without weighing words.

A dossier code asks where the dossier stands; a cry for help, a forgery or a bribe is never read as a question
about a procedure, however many words it shares with one; a bare mark is an opinion. Only what leaves no doubt
stands here. Works on folded, written-out words. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Optional

from core.text.dossier_code import find_dossier_codes, find_partial_codes
from core.text.fold import fold
from core.text.words import words

DESPAIR = "despair"
FORGERY = "forgery"
BRIBE = "bribe"
THREAT = "threat"
TRICK = "trick"
INSULT = "insult"

_ME = r"(?:toi|tui|em|minh|con|tao)"
# Whom an insult is aimed at: this machine, not the service that somebody is angry about with reason.
_BOT = r"(?:bot|cai may(?: nay)?|may tra loi|tro ly(?: nay)?|robot|chatbot)"
_INSULTING = r"(?:ngu|dan don|vo dung|an hai|oc cho|mat day|do hoi|khon nan|rac ruoi)"

_PAPER = (
    r"(?:giay(?: to)?|giay \w+(?: \w+)?|can cuoc|chung minh|bang(?: cap| lai| dai hoc)?|ho so|chu ky|con dau"
    r"|ho khau|so do|so hong|chung chi|ho chieu|hoc ba|bien so|hop dong|hoa don)"
)
# "giấy tờ gia đình", "giấy gia hạn", "bằng giá thị trường" only look like forgeries once folded.
_FAKE = (
    r"(?<!tham )(?<!quoc )(?<!chuyen )gia(?= |$)"
    r"(?! (?:dinh|han|tri|thue|re|bao|do|hop|nhap|cong|dat|tien|nao|bao nhieu|ca|pha|suc|cam"
    r"|thi truong|goc|von))"
)
# Somebody who has found a forged paper, or was asked for money, reports it.
_REPORTS = re.compile(
    r"\b(?:nhan|thu hoi|bi gia|to giay|phat hien|to cao|to giac|bao cao|trinh bao|bi lua|nghi|xu ly|xu phat"
    r"|phan anh|khieu nai|bi phat|doi|voi|bat|goi y|vi pham|toi pham|nguoi (?:ta|khac) (?:dung|lam))\b"
)
_DEATH_PAPERS = re.compile(r"\b(?:khai tu|bao tu|mai tang|chung tu)\b")

_SIGNS: dict[str, tuple[str, ...]] = {
    DESPAIR: (
        r"(?:khong|het|chang|chan) (?:con )?(?:muon |thiet )?song(?: nua| lam gi| chi)?(?= |$)"
        r"(?! (?:o|chung|cung|voi|gan|tai|trong|nho|bang|xa))",
        r"muon chet|chet (?:quach |phut )?(?:cho|di) (?:roi|xong|khoe|nhe|rang)|ket lieu|rach tay",
        r"(?<!dien )(?<!trinh )(?<!thu )tu (?:tu|sat)(?= |$)(?! (?:dong|lam|minh|xi|nhap))",
        r"that co|nhay (?:lau|cau|song)",
        r"(?:uong|nuot|hop) thuoc (?:sau|ray|chuot|ngu|doc|tru sau|diet co)",
        r"song (?:lam gi|de lam gi|chi) (?:nua|cho)",
        # said of oneself: a thing may vanish as well
        rf"{_ME} (?:chi |cung )?(?:muon |uoc |nen |ma )?bien mat(?: luon| di)*(?: cho| thi| khoi|$)",
        r"(?:khong co|thieu|bot) (?:toi|tui|minh|tao)(?: tren doi)?(?: thi)? (?:moi nguoi|ai cung|ca nha)",
        r"chan (?:doi|song)(?: nay)?(?: qua| lam| roi)*$",
    ),
    FORGERY: (
        rf"lam gia {_PAPER}|(?!bang gia){_PAPER} {_FAKE}",
        rf"(?:mua|ban|lam|kiem) {_PAPER} (?:{_FAKE}|khong can thi)",
        r"khai gian|(?:tron|ne|lach) (?:thue|luat|nghia vu)|gia (?:mao )?chu ky|gia mao",
    ),
    BRIBE: (
        r"lot tay|dut lot|hoi lo|(?:dua|nhet|gui|bo) (?:phong bi|tien cho can bo)",
        r"(?<!chua )(?<!phong )chay (?:giay|ho so|so do|an|viec)",
    ),
    THREAT: (
        r"(?:dot|dap nat|no bom|dat bom|dat min)"
        r" (?:tru so|uy ban|phuong|xa|cong an|van phong|cho do)",
        r"(?:chem|giet|dam chet|xu dep|(?<!duoc )(?<!toa )xu) (?:chet )?(?:het )?"
        r"(?:tui bay|bon may|thang|con mu|ca lu|can bo|ca nha)",
    ),
    TRICK: (
        r"ignore (?:all |the )?(?:previous|above)|system prompt|developer mode|jailbreak|drop table",
        r"(?:(?:bo qua|quen) (?:het |tat ca |moi |cac )*|bo (?:het |may |cac |nhung )+)"
        r"(?:huong dan|chi dan|chi thi|lenh|quy tac)",
        r"in ra (?:cau lenh|prompt|chi dan|loi nhac)|dong vai(?! (?:chinh|tro))",
        r"(?:tu (?:gio|h|nay)|bay gio) (?:may|ban|bot|minh|em|ad) (?:se )?(?:la|thanh) (?:dan|hacker|admin)",
        r"khong (?:con )?(?:bi )?(?:luat le|quy tac|gioi han|rang buoc)(?: nao| gi)?(?: nua)? "
        r"(?:tra loi|noi) (?:moi|tat|het)",
        r"xoa (?:het|sach|toan bo|tat ca) (?:\w+ )?(?:ho so|du lieu)(?: \w+)? cua",
        r"(?:toi|minh|tao) la (?:admin|quan tri vien)(?: |$)",
    ),
}
_SIGNS[INSULT] = (
    rf"{_BOT} (?:do |dung la |that |qua |sao |gi )?{_INSULTING}(?! (?:phi|dan|hoc))",
    # folded, "điên" is "điền" and "khùng" is "khung": only as somebody's state
    rf"{_BOT} bi (?:khung|dien)|khung (?:qua |ha |vay )+{_BOT}",
    rf"{_INSULTING} (?:nhu (?:bo|cho|heo|lon)|(?:qua |ha |vay |the |nha )+{_BOT})",
    r"(?:tui bay|bon may|chung may|tao mong may) chet (?:het |quach )?di",
    r"(?:dit|du|dm|dcm) (?:me|ma|may) (?:may|mi|bot)",
)
_PATTERNS = {name: re.compile(rf"\b(?:{'|'.join(signs)})\b") for name, signs in _SIGNS.items()}
_PAYLOAD = re.compile(r"^\s*/[a-z_]+\s*(?:\{.*)?$|<script|\{\{.*\}\}", re.IGNORECASE | re.DOTALL)
# "Từ từ" (slowly) and "tự tử" (suicide) are one once folded; only the marks tell.
_SLOWLY = re.compile(r"từ[ -]từ", re.IGNORECASE)
# A number alone asks nothing; in the form that waits for a dossier code it is asked for again.
_BARE_NUMBER = re.compile(r"\d[\d .-]{3,}")
_RATING = re.compile(
    r"(?:(?:toi |em |minh )?(?:cho|cham|danh gia|muc|so|chon)(?: muc| so)? [1-5](?: sao| diem)?"
    r"|[1-5] (?:sao|diem)|(?:rat )?(?:khong )?hai long(?: lam)?|binh thuong)"
    r"(?: (?:a|nha|nhe|thoi|em|vay|roi))*"
)


def danger(text: str) -> Optional[str]:
    """What makes a message unsafe to answer as a question; none for nearly all of them."""
    if _PAYLOAD.search(fold(text)):
        return TRICK
    sentence = " ".join(word.text for word in words(_SLOWLY.sub(" ", unicodedata.normalize("NFC", text))))
    for name, pattern in _PATTERNS.items():
        if not pattern.search(sentence):
            continue
        if name in (FORGERY, BRIBE) and _REPORTS.search(sentence):
            continue
        if name == DESPAIR and _DEATH_PAPERS.search(sentence):
            continue
        return name
    return None


def sure_intent(text: str) -> Optional[str]:
    """The intent that a plain sign leaves no doubt of: ``unsafe``, ``dossier_status`` and the like."""
    if danger(text) is not None:
        return "unsafe"
    if _BARE_NUMBER.fullmatch(fold(text)):
        return "out_of_scope"
    if _RATING.fullmatch(" ".join(word.text for word in words(text))):
        return "rate_service"
    if find_dossier_codes(text) or find_partial_codes(text):
        return "dossier_status"
    return None
